"""What a guest answers to a reminder: that they come, that they will be late, that they cancel."""
