"""Which table fits a party best, and what is free."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.schedule import CELL, Sitting


@dataclass(frozen=True, slots=True)
class Table:
    """A table that guests may book. `number` is what is shown; a lower `priority` is taken first."""

    id: int
    number: int
    max_seats: int
    description: Mapping[str, str] = field(default_factory=dict)
    """By language."""
    min_seats: int = 1
    zone: str = ""
    priority: int = 0

    def fits(self, party: int) -> bool:
        return self.min_seats <= party <= self.max_seats


def best_fit(tables: Iterable[Table], party: int) -> list[Table]:
    """Tables for `party`, best first: fewest wasted seats, then priority, then number. Too small ones never."""
    fitting = (table for table in tables if table.fits(party))
    return sorted(fitting, key=lambda table: (table.max_seats - party, table.priority, table.number))


class Occupancy:
    """Which cells of which tables are taken, from `since` on: a bit for each cell, a number for each table.

    A month of a full restaurant is thousands of cells, and a calendar asks for each sitting of each of its days.
    """

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._taken: dict[int, int] = {}

    def take(self, table_id: int, starts_at: datetime, ends_at: datetime) -> None:
        self._taken[table_id] = self._taken.get(table_id, 0) | self._cells(starts_at, ends_at)

    def free_of(self, tables: Iterable[Table], starts_at: datetime, ends_at: datetime) -> tuple[Table, ...]:
        """Those of the tables that are free all the time, in the same order."""
        cells = self._cells(starts_at, ends_at)
        return tuple(table for table in tables if not self._taken.get(table.id, 0) & cells)

    def _cells(self, starts_at: datetime, ends_at: datetime) -> int:
        first = max(0, (starts_at - self._since) // CELL)
        behind_last = max(first, -((self._since - ends_at) // CELL))
        return ((1 << (behind_last - first)) - 1) << first


@dataclass(frozen=True, slots=True)
class Offer:
    """A sitting and the tables still free for the party, best fit first."""

    sitting: Sitting
    tables: tuple[Table, ...]


def free_offers(
    sittings: Iterable[Sitting],
    tables: Sequence[Table],
    occupancy: Occupancy,
    *,
    now: datetime,
) -> Iterator[Offer]:
    """Sittings that have not begun, with those of `tables` that are free, in the same order; at least one.

    Search and booking both decide by this function, on the tables that `best_fit` named.
    """
    for sitting in sittings:
        if sitting.starts_at > now:
            free = occupancy.free_of(tables, sitting.starts_at, sitting.ends_at)
            if free:
                yield Offer(sitting, free)
