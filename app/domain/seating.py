"""Which table fits a party best, and what is free."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.schedule import Sitting, cells_between


@dataclass(frozen=True, slots=True)
class Table:
    """A table that guests may book. `number` is what is shown; a lower `priority` is taken first."""

    id: int
    number: int
    max_seats: int
    description: str = ""
    min_seats: int = 1
    zone: str = ""
    priority: int = 0

    def fits(self, party: int) -> bool:
        return self.min_seats <= party <= self.max_seats


def best_fit(tables: Iterable[Table], party: int) -> list[Table]:
    """Tables for `party`, best first: fewest wasted seats, then priority, then number. Too small ones never."""
    fitting = (table for table in tables if table.fits(party))
    return sorted(fitting, key=lambda table: (table.max_seats - party, table.priority, table.number))


@dataclass(frozen=True, slots=True)
class Offer:
    """A sitting and the tables still free for the party, best fit first."""

    sitting: Sitting
    tables: tuple[Table, ...]


def free_offers(
    sittings: Iterable[Sitting],
    tables: Iterable[Table],
    taken: Collection[tuple[int, datetime]],
    *,
    party: int,
    now: datetime,
    table_id: int | None = None,
) -> list[Offer]:
    """Sittings that have not begun, with at least one free table for `party` (or that one table).

    `taken` holds (table id, start of the cell in UTC). Search and booking both decide by this function.
    """
    candidates = [table for table in best_fit(tables, party) if table_id is None or table.id == table_id]
    offers = []
    for sitting in sittings:
        if sitting.starts_at <= now:
            continue
        cells = cells_between(sitting.starts_at, sitting.ends_at)
        free = tuple(table for table in candidates if not any((table.id, cell) in taken for cell in cells))
        if free:
            offers.append(Offer(sitting, free))
    return offers
