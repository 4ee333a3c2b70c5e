"""Which tables fit a party best, and what is free."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_

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


@dataclass(frozen=True, slots=True)
class Combination:
    """Tables that are put together for a party that no single free table fits."""

    name: str
    tables: tuple[Table, ...]
    max_seats: int
    min_seats: int = 1

    def fits(self, party: int) -> bool:
        return self.min_seats <= party <= self.max_seats


Seating = tuple[Table, ...]
"""The tables that one party gets."""


def best_fit(tables: Iterable[Table], party: int) -> list[Table]:
    """Tables for `party`, best first: fewest wasted seats, then priority, then number. Too small ones never."""
    fitting = (table for table in tables if table.fits(party))
    return sorted(fitting, key=lambda table: (table.max_seats - party, table.priority, table.number))


def best_combinations(combinations: Iterable[Combination], party: int) -> list[Combination]:
    """As `best_fit`; of two that waste as many seats the one of fewer tables is taken first."""
    fitting = (combination for combination in combinations if combination.fits(party))
    return sorted(fitting, key=lambda combination: (combination.max_seats - party, *_order(combination)))


def _order(combination: Combination) -> tuple[object, ...]:
    numbers = sorted(table.number for table in combination.tables)
    return len(numbers), sum(table.priority for table in combination.tables), numbers


class Occupancy:
    """Which cells of which tables are taken, from `since` on: a bit for each cell, a number for each table.

    A month of a full restaurant is thousands of cells, and a calendar asks for each start of each of its days.
    """

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._taken: dict[int, int] = {}
        self._cells: dict[tuple[datetime, datetime], int] = {}
        """Of the stays there are: many begin and end together."""
        self._blocked: dict[tuple[int, int], int] = {}
        self._arriving: dict[int, int] = {}

    def take(self, table_id: int, starts_at: datetime, ends_at: datetime) -> None:
        cells = self._cells.get((starts_at, ends_at))
        if cells is None:
            cells = self._cells[starts_at, ends_at] = self._cells_of(starts_at, ends_at)
        self._taken[table_id] = self._taken.get(table_id, 0) | cells
        self._blocked.clear()

    def arrive(self, party: int, at: datetime) -> None:
        cell = self._cell(at)
        self._arriving[cell] = self._arriving.get(cell, 0) + party

    def arriving(self, at: datetime) -> int:
        """The guests whose visits begin within the same 15 minutes."""
        return self._arriving.get(self._cell(at), 0)

    def free_of(self, tables: Iterable[Table], starts_at: datetime, ends_at: datetime) -> tuple[Table, ...]:
        """Those of the tables that are free all the time, in the same order."""
        start, length = self.stay(starts_at, ends_at)
        return tuple(table for table in tables if not self.blocked((table,), length) >> start & 1)

    def stay(self, starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
        """Its first cell and how many cells it touches."""
        first = self._cell(starts_at)
        return first, -((self._since - ends_at) // CELL) - first

    def blocked(self, seating: Seating, length: int) -> int:
        """A bit for each cell with which no stay of that many cells can begin at all these tables together."""
        return reduce(or_, (self._blocked_of(table.id, length) for table in seating), 0)

    def _blocked_of(self, table_id: int, length: int) -> int:
        known = self._blocked.get((table_id, length))
        if known is not None:
            return known
        blocked, reach = self._taken.get(table_id, 0), 1
        while reach < length:  # each step looks up to twice as far ahead
            further = min(reach, length - reach)
            blocked |= blocked >> further
            reach += further
        self._blocked[table_id, length] = blocked
        return blocked

    def _cells_of(self, starts_at: datetime, ends_at: datetime) -> int:
        first = max(0, self._cell(starts_at))
        behind_last = max(first, -((self._since - ends_at) // CELL))
        return ((1 << (behind_last - first)) - 1) << first

    def _cell(self, moment: datetime) -> int:
        return (moment - self._since) // CELL


@dataclass(frozen=True, slots=True)
class Limits:
    """What a venue asks of a visit of `party`."""

    party: int = 1
    lead: timedelta = timedelta()
    """The visit begins later from now than that."""
    buffer: timedelta = timedelta()
    """For which its tables stay taken after it."""
    pacing: int | None = None
    """The most guests that may arrive within 15 minutes."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A sitting and what is still free for the party, best fit first: tables, or combinations if no table is."""

    sitting: Sitting
    tables: tuple[Table, ...] = ()
    combinations: tuple[Combination, ...] = ()

    @property
    def seatings(self) -> list[Seating]:
        return [(table,) for table in self.tables] or [combination.tables for combination in self.combinations]

    @property
    def seats(self) -> int:
        """Of the best fit."""
        return (self.tables or self.combinations)[0].max_seats


def free_offers(
    sittings: Iterable[Sitting],
    tables: Sequence[Table],
    occupancy: Occupancy,
    *,
    now: datetime,
    combinations: Sequence[Combination] = (),
    limits: Limits | None = None,
) -> Iterator[Offer]:
    """Sittings that may still be booked, with those of `tables` that are free, in the same order; at least one.

    Search and booking both decide by this function, on what `best_fit` and `best_combinations` named.
    """
    limits = limits or Limits()
    seatings: list[Seating] = [(table,) for table in tables]
    seatings += [combination.tables for combination in combinations]
    full: dict[int, int] = {}
    for sitting in sittings:
        if sitting.starts_at <= now + limits.lead or not _paced(occupancy, sitting, limits):
            continue
        start, length = occupancy.stay(sitting.starts_at, sitting.ends_at + limits.buffer)
        if length not in full:
            full[length] = reduce(and_, (occupancy.blocked(seating, length) for seating in seatings), -1)
        if not full[length] >> start & 1:
            yield _offer(sitting, tables, combinations, occupancy, (start, length))


def _paced(occupancy: Occupancy, sitting: Sitting, limits: Limits) -> bool:
    return limits.pacing is None or occupancy.arriving(sitting.starts_at) + limits.party <= limits.pacing


def _offer(
    sitting: Sitting,
    tables: Sequence[Table],
    combinations: Sequence[Combination],
    occupancy: Occupancy,
    stay: tuple[int, int],
) -> Offer:
    start, length = stay
    free = tuple(table for table in tables if not occupancy.blocked((table,), length) >> start & 1)
    if free:
        return Offer(sitting, free)
    together = (one for one in combinations if not occupancy.blocked(one.tables, length) >> start & 1)
    return Offer(sitting, (), tuple(together))
