"""What is done once for all processes of the nursery: to import the service, and to read its texts."""

import app.server  # noqa: F401 - whoever is born here finds it
from app.texts import Texts

Texts.load()
