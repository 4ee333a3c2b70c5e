"""Binary Bites: table bookings in a messenger."""

__version__ = "0.1.0"
