"""What a guest wishes for a visit, and the phone to call."""
