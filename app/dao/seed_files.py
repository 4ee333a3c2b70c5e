"""The owner's files: what may stand in them, and one sentence that names the mistake if something else does."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from app.domain.errors import SeedError
from app.domain.people import Language
from app.domain.policy import VenuePolicy, WallTime, by_language, with_russian
from app.domain.privacy import PrivacyText
from app.domain.schedule import TimeSlot, since_day_began, zone_called

T = TypeVar("T")
_DAY = timedelta(days=1)
_COMPLAINTS = {
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "string_too_short": "should not be empty",
    "too_short": "should not be empty",
    "list_type": "should be a list in square brackets",
    "model_type": "should be an object in braces",
    "dict_type": "should be an object in braces",
    "bool_type": "should be true or false",
    "date_from_datetime_parsing": 'should be a valid date like "2026-12-31"',
    "date_from_datetime_inexact": 'should be a valid date like "2026-12-31"',
}
"""By pydantic's type of error, where its own words are not those of an owner."""
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": _DAY}


@dataclass(frozen=True, slots=True)
class SeedFiles:
    venue: Path
    tables: Path
    slots: Path
    followups: Path


def _zone(name: str) -> str:
    return zone_called(name).key


def _delay(value: Any) -> timedelta:
    """`90m`, `1h`, `1d`, or a number of hours."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        delay = timedelta(hours=value) if value < 24 * 366 else timedelta.max
    elif isinstance(value, str) and (found := re.fullmatch(r"(\d{1,6}) *([mhd])", value.strip())):
        delay = int(found[1]) * _UNITS[found[2]]
    else:
        raise ValueError('should be like "90m", "1h" or "1d", or a number of hours')
    if not timedelta() <= delay <= 90 * _DAY:
        raise ValueError("should be from 0 to 90 days after the visit")
    return delay


def _several(tables: list[int]) -> list[int]:
    if len(tables) < 2:  # noqa: PLR2004 - one alone is not put together
        raise ValueError("should name two tables or more")
    if len(set(tables)) < len(tables):
        raise ValueError("should name each table once")
    return tables


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
Texts = Annotated[dict[Language, LongText], BeforeValidator(by_language), AfterValidator(with_russian)]
AddressLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Addresses = Annotated[dict[Language, AddressLine], BeforeValidator(by_language), AfterValidator(with_russian)]
"""Short enough to stand in one message with the longest text about the venue."""
Id = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
Seats = Annotated[int, Field(strict=True, ge=1, le=1000)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CombinationEntry(_Entry):
    """Tables, by their ids, that may be put together."""

    name: Line
    tables: Annotated[list[Id], AfterValidator(_several)]
    seats: Seats | None = None
    """None: as many as all of them."""
    min_seats: Seats = 1

    def seats_of(self, seats: Mapping[int, int]) -> int:
        """`seats` are those of each table."""
        return self.seats or sum(seats[table] for table in self.tables)


class VenueEntry(_Entry):
    name: Line
    about: Texts
    greeting: Texts
    address: Addresses
    phone: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    """None: what TIMEZONE says."""
    languages: Annotated[list[Language], Field(min_length=1)] = list(Language)
    policy: VenuePolicy = VenuePolicy()
    combinations: list[CombinationEntry] = []
    privacy: PrivacyText | None = None
    """None: the text that comes with the service."""


class TableEntry(_Entry):
    id: Id
    capacity: Seats
    description: Texts
    number: Id | None = None
    """None: the same as the id."""
    min_seats: Seats = 1
    zone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    priority: Annotated[int, Field(strict=True, ge=-1000, le=1000)] = 0

    @model_validator(mode="after")
    def _seats_agree(self) -> Self:
        if self.min_seats > self.capacity:
            raise ValueError("min_seats should not be above capacity")
        return self

    @property
    def shown_number(self) -> int:
        return self.number or self.id


class SlotEntry(_Entry):
    id: Id
    start_time: WallTime
    end_time: WallTime

    @property
    def slot(self) -> TimeSlot:
        return TimeSlot(self.id, self.start_time, self.end_time)


class FollowUpEntry(_Entry):
    after: Annotated[timedelta, BeforeValidator(_delay)]
    text: Texts


@dataclass(frozen=True, slots=True)
class Seed:
    """All that the files say, and it fits together."""

    venue: VenueEntry
    tables: list[TableEntry]
    slots: list[SlotEntry]
    follow_ups: list[FollowUpEntry]


def read_seed(files: SeedFiles) -> Seed:
    """Raises SeedError."""
    seed = Seed(
        _read(files.venue, TypeAdapter(VenueEntry)),
        _read(files.tables, TypeAdapter(list[TableEntry])),
        _read(files.slots, TypeAdapter(list[SlotEntry])),
        _read(files.followups, TypeAdapter(list[FollowUpEntry])),
    )
    _ensure_unique(files.tables, seed.tables, "id", lambda table: table.id)
    _ensure_unique(files.tables, seed.tables, "number", lambda table: table.shown_number)
    _ensure_unique(files.slots, seed.slots, "id", lambda slot: slot.id)
    _ensure_apart(files.slots, seed.slots)
    _ensure_there(files.venue, seed)
    return seed


def _read(file: Path, kind: TypeAdapter[T]) -> T:
    content = _json(file)
    try:
        return kind.validate_python(content)
    except ValidationError as error:
        raise SeedError(f"{file.name}: {_sentence(error, content)}") from None


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise SeedError(f"{file.name}: line {error.lineno} is not JSON: {error.msg}.") from None
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise SeedError(f"{file} cannot be read as text in UTF-8: {error}.") from None


def _sentence(error: ValidationError, content: Any) -> str:
    first = error.errors(include_url=False)[0]
    place, *field = [*first["loc"]] if isinstance(content, list) and first["loc"] else [None, *first["loc"]]
    entry = "" if place is None else _entry(int(place), content[int(place)])
    name = ".".join(str(part) for part in field if part != "[key]")
    message = _COMPLAINTS.get(first["type"]) or re.sub("^(Value error, |Input |String )", "", first["msg"])
    where = ", ".join(part for part in (entry, f"field {name}" if name else "") if part)
    return f"{where}: {message}." if where else f"{message}."


def _entry(index: int, entry: Any) -> str:
    known_as = entry.get("id") if isinstance(entry, dict) else None
    return f"entry {index + 1}" + (f" (id {known_as})" if known_as is not None else "")


def _ensure_unique(file: Path, entries: list[T], field: str, value_of: Callable[[T], int]) -> None:
    seen: dict[int, int] = {}
    for index, entry in enumerate(entries):
        value = value_of(entry)
        if value in seen:
            raise SeedError(
                f"{file.name}: {_entry(index, _as_dict(entry))}, field {field}: "
                f"{value} is taken by entry {seen[value] + 1} already."
            )
        seen[value] = index


def _as_dict(entry: Any) -> dict[str, Any]:
    return {"id": entry.id}


def _ensure_apart(file: Path, slots: list[SlotEntry]) -> None:
    """Sittings of the same table must not overlap, also not the last of a day with the first of the next."""
    if not slots:
        return
    order = sorted(enumerate(slots), key=lambda entry: since_day_began(entry[1].start_time))
    first = order[0]
    for (index, slot), (following, next_slot) in pairwise([*order, first]):
        next_begins = since_day_began(next_slot.start_time) + (_DAY if following == first[0] else timedelta())
        if since_day_began(slot.start_time) + slot.slot.length > next_begins:
            raise SeedError(
                f"{file.name}: {_entry(index, _as_dict(slot))}, field end_time: "
                f"overlaps with {_entry(following, _as_dict(next_slot))}."
            )


def _ensure_there(file: Path, seed: Seed) -> None:
    """What is put together are tables of the other file."""
    seats = {table.id: table.capacity for table in seed.tables}
    for index, combination in enumerate(seed.venue.combinations):
        field = f"{file.name}: field combinations.{index}"
        if missing := set(combination.tables) - seats.keys():
            raise SeedError(f"{field}.tables: there is no table with id {min(missing)}.")
        if combination.min_seats > combination.seats_of(seats):
            raise SeedError(f"{field}.min_seats: should not be above seats.")
