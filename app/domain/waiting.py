"""The waiting list of a day."""

from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from app.domain.schedule import service_day, since_day_began

MOST_OPEN = 5
"""Places in the queue that one guest may have at a time."""
OFFER_LASTS = timedelta(minutes=10)
_SILENT_FROM, _SILENT_UNTIL = time(23), time(9)


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
UNANSWERED = (*OPEN, WaitingStatus.PASSED)
"""Of what was offered: a late answer is good as long as the place is free."""


class DayPart(StrEnum):
    """When a visit may begin."""

    DAY = "day"
    MORNING = "morning"
    LUNCH = "lunch"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    """Also after midnight."""

    @classmethod
    def of(cls, starts_at: datetime) -> "DayPart":
        """The part of its service day in which a visit begins, by the wall time that it has."""
        since = since_day_began(starts_at.time())
        return next((part for part, until in _PARTS if since < since_day_began(until)), cls.EVENING)


_PARTS = ((DayPart.MORNING, time(12)), (DayPart.LUNCH, time(15)), (DayPart.AFTERNOON, time(18)))


def offer_until(starts_at: datetime, *, now: datetime) -> datetime:
    return min(now + OFFER_LASTS, starts_at)


def may_be_offered(day: date, *, now: datetime, zone: tzinfo) -> bool:
    """Whoever waits for the running service day is woken; the others sleep from 23:00 to 9:00 of the venue."""
    at = now.astimezone(zone).time()
    return day == service_day(now, zone) or _SILENT_UNTIL <= at < _SILENT_FROM
