"""When a guest is reminded of a visit, and until when it still makes sense."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.domain.schedule import is_quiet, service_day, since_day_began, to_utc


class Which(StrEnum):
    DAY_BEFORE = "day_before"
    HOURS_BEFORE = "hours_before"


def _false_is_none(value: Any) -> Any:
    return None if value is False else value


class Reminders(BaseModel):
    """Which of them a venue sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day_before: bool = Field(default=True, strict=True)
    hours_before: Annotated[Annotated[int, Field(strict=True, ge=1, le=12)] | None, BeforeValidator(_false_is_none)] = 2
    """None, in a file also `false`: not at all."""

    @property
    def hours(self) -> timedelta:
        return timedelta(hours=self.hours_before or 0)

    def has(self, which: Which) -> bool:
        return self.day_before if which is Which.DAY_BEFORE else self.hours_before is not None


_EARLIEST, _LATEST = time(10), time(20)
_JUST_BOOKED = timedelta(minutes=30)
"""Whoever has booked or moved the visit so short a time ago remembers it."""
_APART = timedelta(hours=3)
"""From a day's reminder that comes late to the next one, or to the visit."""
_STILL_AT_HOME = timedelta(minutes=15)


def reminders_of(
    starts_at: datetime, zone: tzinfo, wanted: Reminders, *, agreed_at: datetime
) -> Mapping[Which, datetime]:
    """What is to be said when, in UTC; `agreed_at` is when the visit was booked, accepted or moved.

    Nobody is reminded in the night: the day before it is early enough to choose another hour, on the day it is not.
    """
    planned = {Which.DAY_BEFORE: day_before(starts_at, zone), Which.HOURS_BEFORE: starts_at - wanted.hours}
    return {
        which: at
        for which, at in planned.items()
        if wanted.has(which) and at > agreed_at + _JUST_BOOKED and not is_quiet(at, zone)
    }


def day_before(starts_at: datetime, zone: tzinfo) -> datetime:
    """The same time of the evening before, though from 10:00 to 20:00: after midnight it is still that evening."""
    day = service_day(starts_at, zone) - timedelta(days=1)
    _, between, _ = sorted((_EARLIEST, starts_at.astimezone(zone).time(), _LATEST), key=since_day_began)
    return to_utc(day, between, zone)


def makes_sense_until(which: Which, starts_at: datetime, wanted: Reminders) -> datetime:
    """For one that comes late, because the service or the messenger was down."""
    return starts_at - (wanted.hours + _APART if which is Which.DAY_BEFORE else _STILL_AT_HOME)
