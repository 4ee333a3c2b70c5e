"""What a booking costs, measured beside a plain bot that does the same seven steps. Run it with `make bench`."""
