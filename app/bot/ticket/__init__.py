"""What a guest keeps of a booking: its card as a picture with a QR code, and an entry for the calendar."""
