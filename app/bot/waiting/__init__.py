"""Waiting for a place: joining, leaving, and the answers to what is offered."""
