"""What a venue has decided about bookings. It is data: the owner's file says it, the database keeps it as JSON.

Without any of it the time slots are offered every day, up to the moment in which they begin.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from app.domain.people import Language
from app.domain.reminders import Reminders
from app.domain.schedule import CELL, TimeSlot, since_day_began, slot_at, to_utc

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
LONGEST_BUFFER = timedelta(hours=2)


def wall_time(value: Any) -> time:
    """`18:00`; `24:00` is midnight."""
    found = re.fullmatch(r"(\d\d?):(\d\d)(:00)?", value) if isinstance(value, str) else None
    if not found or int(found[1]) > 24 or int(found[2]) > 59 or (int(found[1]) == 24 and int(found[2])):  # noqa: PLR2004 - a clock's face
        raise ValueError('should be a time of day like "18:00"')
    if int(found[2]) % (CELL // _MINUTE):
        raise ValueError("should be on a quarter of an hour")
    return time(int(found[1]) % 24, int(found[2]))


def by_language(value: Any) -> Any:
    """A text alone is Russian."""
    return {Language.RU: value} if isinstance(value, str) else value


def with_russian(texts: dict[Language, str]) -> dict[Language, str]:
    if Language.RU not in texts:
        raise ValueError('should have a text in Russian: "ru"')
    return texts


def _whole_cells(minutes: int) -> int:
    if minutes % (CELL // _MINUTE):
        raise ValueError("should be a multiple of 15")
    return minutes


def _range(value: Any) -> Any:
    """`12:00-02:00`, with whichever dash."""
    if not isinstance(value, str):
        return value
    opens, *closes = re.split(r"[-–—]", value)
    if len(closes) != 1:
        raise ValueError('should be like "12:00-24:00"')
    return {"opens": opens.strip(), "closes": closes[0].strip()}


def _calendar_day(value: Any) -> Any:
    """Pydantic takes numbers for seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError('should be a valid date like "2026-12-31"')  # noqa: TRY004 - it tells of nothing else
    return value


def _ranges(value: Any) -> Any:
    """One range need not stand in brackets."""
    return [value] if isinstance(value, str | dict) else value


Switch = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_calendar_day)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
WallTime = Annotated[time, BeforeValidator(wall_time)]
_ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[dict[Language, _ShortText], BeforeValidator(by_language), AfterValidator(with_russian)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @classmethod
    def of(cls, day: date) -> "Weekday":
        return list(cls)[day.weekday()]


class OpenRange(_Part):
    """From opening to closing, in wall times of one service day; closing at or before opening is after midnight."""

    opens: WallTime
    closes: WallTime

    @model_validator(mode="after")
    def _within_a_service_day(self) -> Self:
        if self.until > _DAY:
            raise ValueError("should end by 05:00, when the next day begins for the house")
        return self

    @property
    def since(self) -> timedelta:
        """After the service day began."""
        return since_day_began(self.opens)

    @property
    def until(self) -> timedelta:
        return self.since + TimeSlot(None, self.opens, self.closes).length

    def has(self, slot: TimeSlot) -> bool:
        begins = since_day_began(slot.start)
        return self.since <= begins and begins + slot.length <= self.until


def _one_after_another(ranges: list[OpenRange]) -> list[OpenRange]:
    in_order = sorted(ranges, key=lambda one: one.since)
    if any(after.since < before.until for before, after in pairwise(in_order)):
        raise ValueError("should not overlap")
    return in_order


Hours = Annotated[
    list[Annotated[OpenRange, BeforeValidator(_range)]], BeforeValidator(_ranges), AfterValidator(_one_after_another)
]


class DayException(_Part):
    """One date that is not like its weekday: closed, open at other hours, or as always with a note to guests."""

    date: Day
    closed: Switch = False
    hours: Hours | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.closed and self.hours:
            raise ValueError("a day that is closed has no hours")
        if not self.closed and self.hours is None and self.note is None:
            raise ValueError("should have one of closed, hours and note")
        return self


class TurnTime(_Part):
    """How long a party of at most `up_to` has its table."""

    up_to: Count
    minutes: Annotated[int, Field(strict=True, ge=15, le=720), AfterValidator(_whole_cells)]


def _each_size_once(turn_times: list[TurnTime]) -> list[TurnTime]:
    sizes = [turn.up_to for turn in turn_times]
    if doubled := next((size for size in sizes if sizes.count(size) > 1), None):
        raise ValueError(f"should have each size once, and up_to {doubled} is there twice")
    return turn_times


class Grid(_Part):
    """Visits begin every so many minutes while the house is open, and end by its closing."""

    every: Literal[15, 30, 60]
    turn_times: Annotated[list[TurnTime], Field(min_length=1), AfterValidator(_each_size_once)] = [
        TurnTime(up_to=1000, minutes=120)
    ]
    """A party larger than all of them stays as long as the largest one."""
    buffer_minutes: Annotated[
        int, Field(strict=True, ge=0, le=LONGEST_BUFFER // _MINUTE), AfterValidator(_whole_cells)
    ] = 0
    """Between two parties at one table."""

    def turn_time(self, party: int) -> timedelta:
        in_order = sorted(self.turn_times, key=lambda turn: turn.up_to)
        fitting = next((turn for turn in in_order if party <= turn.up_to), in_order[-1])
        return timedelta(minutes=fitting.minutes)


class CancelUntil(_Part):
    """Until when guests cancel by themselves: `hours` before the visit, or the end of the day `days` before it."""

    hours: Annotated[int, Field(strict=True, ge=0, le=24 * 30)] | None = None
    days: Annotated[int, Field(strict=True, ge=0, le=30)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.hours is None) == (self.days is None):
            raise ValueError("should have either hours or days")
        return self


class VenuePolicy(_Part):
    hours: dict[Weekday, Hours] | None = None
    """A weekday that is missing is closed; None: open whenever there is a time slot."""
    exceptions: list[DayException] = []
    grid: Grid | None = None
    """Instead of the time slots."""
    lead_minutes: Annotated[int, Field(strict=True, ge=0, le=7 * 24 * 60)] = 0
    """How long before a visit it has to be booked."""
    horizon_days: Annotated[int, Field(strict=True, ge=1, le=730)] | None = None
    """None: what BOOKING_HORIZON_DAYS says."""
    cancel_until: CancelUntil | None = None
    """None: until the visit begins."""
    pacing: Count | None = None
    """The most guests that may arrive within 15 minutes."""
    largest_online: Count | None = None
    """Larger parties wait for the restaurant's word."""
    pending_hours: Annotated[int, Field(strict=True, ge=1, le=24 * 14)] = 24
    """How long they wait."""
    grace_minutes: Annotated[int, Field(strict=True, ge=0, le=240)] = 15
    """How late a party may be before the host may give it up."""
    reminders: Reminders = Reminders()
    low_mark: Annotated[int, Field(strict=True, ge=0, le=5)] = 3
    """A guest's mark that the owners hear of at once: so many stars, or fewer."""
    overlapping_bookings: Switch = False
    """Whether one guest may have two bookings at the same time."""
    forget_after_days: Annotated[int, Field(strict=True, ge=30, le=20 * 365)] | None = 3 * 365
    """After the last visit or waiting a guest is forgotten; None: only when they ask for it."""
    forget_wishes_after_days: Annotated[int, Field(strict=True, ge=1, le=20 * 365)] | None = 30
    """After a visit what was wished for it is forgotten: allergies are nobody's affair any more."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.grid and self.hours is None:
            raise ValueError("a grid needs hours")
        if self.grid and (longest := max((one.until - one.since for one in self._all_hours()), default=None)):
            minutes = max(turn.minutes for turn in self.grid.turn_times)
            if minutes * _MINUTE > longest:
                raise ValueError(f"a visit of {minutes} minutes does not fit into any opening hours")
        dates = [exception.date for exception in self.exceptions]
        if doubled := next((day for day in dates if dates.count(day) > 1), None):
            raise ValueError(f"exceptions should have each date once, and {doubled} is there twice")
        return self

    @property
    def lead(self) -> timedelta:
        return timedelta(minutes=self.lead_minutes)

    @property
    def buffer(self) -> timedelta:
        return timedelta(minutes=self.grid.buffer_minutes) if self.grid else timedelta()

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)

    def exception_on(self, day: date) -> DayException | None:
        return next((exception for exception in self.exceptions if exception.date == day), None)

    def note_on(self, day: date) -> Mapping[str, str]:
        """What guests are to know about that day, by language; empty on most days."""
        exception = self.exception_on(day)
        note = (exception and exception.note) or {}
        return {language.value: text for language, text in note.items()}

    def slots_on(self, day: date, party: int, slots: Sequence[TimeSlot]) -> list[TimeSlot]:
        """When a party may come on that service day. `slots` are the venue's, for one without a grid."""
        hours = self._hours_on(day)
        if self.grid:
            return [slot for one in hours or () for slot in _grid_slots(one, self.grid, party)]
        return [slot for slot in slots if hours is None or any(one.has(slot) for one in hours)]

    def asks_first(self, party: int) -> bool:
        return self.largest_online is not None and party > self.largest_online

    def pending_until(self, starts_at: datetime, *, now: datetime) -> datetime:
        return min(now + timedelta(hours=self.pending_hours), starts_at)

    def cancel_deadline(self, starts_at: datetime, service_date: date, zone: tzinfo) -> datetime:
        """From then on the restaurant decides."""
        if self.cancel_until is None:
            return starts_at
        if self.cancel_until.hours is not None:
            return starts_at - timedelta(hours=self.cancel_until.hours)
        last_day = service_date - timedelta(days=self.cancel_until.days or 0)
        return min(starts_at, to_utc(last_day + _DAY, time(), zone))

    def _all_hours(self) -> Iterator[OpenRange]:
        for hours in (self.hours or {}).values():
            yield from hours
        for exception in self.exceptions:
            yield from exception.hours or ()

    def _hours_on(self, day: date) -> Sequence[OpenRange] | None:
        exception = self.exception_on(day)
        if exception and exception.closed:
            return ()
        if exception and exception.hours is not None:
            return exception.hours
        return None if self.hours is None else self.hours.get(Weekday.of(day), ())


def _grid_slots(hours: OpenRange, grid: Grid, party: int) -> list[TimeSlot]:
    length, step = grid.turn_time(party), timedelta(minutes=grid.every)
    count = max(0, (hours.until - hours.since - length) // step + 1)
    return [slot_at(hours.since + n * step, length) for n in range(count)]
