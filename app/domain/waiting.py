"""The waiting list of a day."""

from enum import StrEnum


class WaitingStatus(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    """A place is held for the party, and it has not answered yet."""
    BOOKED = "booked"
    PASSED = "passed"
    """It did not want what it was offered, or said nothing."""
    LEFT = "left"
    OVER = "over"
    """The time it waited for has come."""


OPEN = (WaitingStatus.WAITING, WaitingStatus.OFFERED)
