"""The chat of a playground in a terminal, in a pipe, or as a script that checks a bot."""
