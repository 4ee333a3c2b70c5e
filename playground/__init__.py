"""A local Bot API with a chat page: a bot that talks to it cannot tell it from the real one."""
