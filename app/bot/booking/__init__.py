"""The wizard: guests, table, day, time, confirmation."""
