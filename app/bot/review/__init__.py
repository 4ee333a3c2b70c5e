"""After the visit: stars, and a line if the guest likes."""
