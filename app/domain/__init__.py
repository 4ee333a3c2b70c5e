"""What is true of bookings: rules and values, no I/O, no framework."""
