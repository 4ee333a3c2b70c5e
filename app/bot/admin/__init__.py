"""The admin panel: for owners only, and only to look at."""
