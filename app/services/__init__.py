"""What can be done: use cases over short transactions. Edges call these and nothing below."""
