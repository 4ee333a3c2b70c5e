"""What people are told: events into words, words into a messenger."""
