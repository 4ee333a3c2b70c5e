"""The conversation in Telegram: what a guest and an owner see and press."""
