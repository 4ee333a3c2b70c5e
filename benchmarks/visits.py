"""Which tables the guests of the benchmark want, and when.

No two want the same, so every conversation can end in a booking.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")
DAYS = 58
_SEED_DATA = Path(__file__).parent.parent / "app" / "dao"


@dataclass(frozen=True, slots=True)
class Visit:
    """What one guest wants; without a table number any table will do."""

    day: date
    start: str
    end: str
    party: int
    table: int | None


def today() -> date:
    return datetime.now(ZONE).date()


def tables() -> list[tuple[int, int]]:
    """Number and seats of each table that the restaurant opens with."""
    return [(entry.get("number", entry["id"]), entry["capacity"]) for entry in _entries("tables.json")]


def sittings() -> list[tuple[str, str]]:
    """Start and end of each sitting as they are shown: 18:00, 20:00."""
    return [(entry["start_time"][:5], entry["end_time"][:5]) for entry in _entries("slots.json")]


def visits() -> Iterator[Visit]:
    """Day by day from tomorrow, in a random order of its own each day, the same in every run.

    A party is as large as its table, so that whoever takes any table takes one of that size. On every second day the
    tables are asked for by number.
    """
    order = random.Random(7)
    for day in (today() + timedelta(days=n) for n in range(1, DAYS + 1)):
        of_the_day = [
            Visit(day, start, end, seats, number if day.toordinal() % 2 else None)
            for number, seats in tables()
            for start, end in sittings()
        ]
        order.shuffle(of_the_day)
        yield from of_the_day


def _entries(name: str) -> Any:
    return json.loads((_SEED_DATA / name).read_text(encoding="utf-8"))
