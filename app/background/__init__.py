"""What happens later: the outbox's way to people, and the schedule."""
