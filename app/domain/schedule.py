"""Sittings, cells and service days: local wall times on one side, UTC on the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

CELL = timedelta(minutes=15)
"""The grain of occupancy: every sitting starts and ends on it."""

DAY_BEGINS = time(5)
"""A service day runs from this local time to the same time of the next day: 01:00 on Saturday is Friday's."""


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """When a visit may begin and end: local wall times; an end at or before the start is on the next day.

    The sittings that a venue names have an id; what lies on its grid of start times has none.
    """

    id: int | None
    start: time
    end: time

    @property
    def length(self) -> timedelta:
        minutes = (self.end.hour * 60 + self.end.minute) - (self.start.hour * 60 + self.start.minute)
        return timedelta(minutes=minutes if minutes > 0 else minutes + 24 * 60)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A time slot on one service day; `starts_at` and `ends_at` are in UTC."""

    slot_id: int | None
    service_date: date
    starts_at: datetime
    ends_at: datetime


def zone_called(name: str) -> ZoneInfo:
    """Raises ValueError, in words for whoever wrote the name."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        if not available_timezones():
            raise ValueError("cannot be looked up, because no time zone is known here: install tzdata") from None
        raise ValueError(f"should be an IANA time zone like Europe/Moscow, and {name!r} is none") from None


def since_day_began(wall_time: time) -> timedelta:
    """From the service day's begin."""
    minutes = (wall_time.hour - DAY_BEGINS.hour) * 60 + wall_time.minute - DAY_BEGINS.minute
    return timedelta(minutes=minutes % (24 * 60))


def slot_at(since: timedelta, length: timedelta) -> TimeSlot:
    """On a grid: so long after the service day began."""
    start = datetime.combine(date.min, DAY_BEGINS) + since
    return TimeSlot(None, start.time(), (start + length).time())


def to_utc(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a wall time: the first of two (fold 0), and one that a clock change skips moves forward."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def sitting_on(slot: TimeSlot, service_date: date, zone: tzinfo) -> Sitting:
    """The slot's sitting of that service day; it lasts its nominal length, also across a clock change."""
    day = service_date if slot.start >= DAY_BEGINS else service_date + timedelta(days=1)
    starts_at = to_utc(day, slot.start, zone)
    return Sitting(slot.id, service_date, starts_at, starts_at + slot.length)


def sittings_on(slots: Iterable[TimeSlot], service_date: date, zone: tzinfo) -> list[Sitting]:
    """All sittings of that service day in the order in which they begin.

    One that a clock change moves onto another one is not there a second time: the other one stays.
    """
    sittings = [sitting_on(slot, service_date, zone) for slot in sorted(slots, key=lambda slot: slot.start)]
    sittings.sort(key=lambda sitting: sitting.starts_at)
    return list({(sitting.starts_at, sitting.ends_at): sitting for sitting in sittings}.values())


def service_day(now: datetime, zone: tzinfo) -> date:
    """The service day that is running at `now`."""
    local = now.astimezone(zone)
    return local.date() if local.time() >= DAY_BEGINS else local.date() - timedelta(days=1)


def cells_between(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """The starts (UTC) of the cells that a stay touches, in order."""
    epoch = int(starts_at.timestamp()) // int(CELL.total_seconds())
    first = datetime.fromtimestamp(epoch * CELL.total_seconds(), tz=UTC)
    count = -((first - ends_at) // CELL)
    return [first + CELL * n for n in range(count)]


QUIET_FROM = time(22)
QUIET_UNTIL = time(10)


def is_quiet(moment: datetime, zone: tzinfo) -> bool:
    """Whether it falls in the night of the venue (22:00-10:00)."""
    return not QUIET_UNTIL <= moment.astimezone(zone).time() < QUIET_FROM


def after_quiet_hours(moment: datetime, zone: tzinfo) -> datetime:
    """`moment`, or 10:00 of the venue if it falls in the night (22:00-10:00), when nobody wants a message."""
    if not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(zone)
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return to_utc(day, QUIET_UNTIL, zone)
