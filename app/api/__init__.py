"""The face of the service: where updates come in, and what an operator asks."""
