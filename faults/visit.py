"""A visit as people and the database speak of it, so that what was told can be held against what is stored."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_DAY = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)})")
_TIME = re.compile(r"\d\d:\d\d – \d\d:\d\d")
_PARTY = re.compile(r"(\d+) гост")
_TABLE = re.compile(r"Стол №(\d+)")


class NoVisit(ValueError):
    """These words tell of none."""


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    month: int
    day: int
    time: str
    table: int
    party: int

    @classmethod
    def told(cls, words: str) -> Self:
        """As a window or a notice has it. Raises NoVisit."""
        day, time, party, table = (pattern.search(words) for pattern in (_DAY, _TIME, _PARTY, _TABLE))
        if not (day and time and party and table):
            raise NoVisit(f"this tells of no visit: {words!r}")
        return cls(_MONTHS.index(day[2]) + 1, int(day[1]), time[0], int(table[1]), int(party[1]))

    @classmethod
    def stored(cls, starts_at: datetime, ends_at: datetime, *, zone: ZoneInfo, table: int, party: int) -> Self:
        begins, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
        return cls(begins.month, begins.day, f"{begins:%H:%M} – {ends:%H:%M}", table, party)

    def is_on(self, day: date) -> bool:
        return (self.month, self.day) == (day.month, day.day)

    def __str__(self) -> str:
        return f"{self.day} {_MONTHS[self.month - 1]}, {self.time}, table {self.table}, party of {self.party}"
