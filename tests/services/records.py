"""What the database holds, read past the services."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.dao.base import Session
from app.dao.database import Database
from app.dao.models import BookingRow, BookingTableRow, OutboxRow, TableCellRow, TableRow
from app.domain.booking import EXPECTED, OCCUPYING, BookingStatus
from app.domain.schedule import cells_between

Cell = tuple[int, datetime]


@dataclass(frozen=True)
class Record:
    """A booking as it is stored."""

    id: int
    user_id: int
    status: BookingStatus
    party_size: int
    starts_at: datetime
    ends_at: datetime
    hold_until: datetime | None
    hidden: bool
    tables: tuple[int, ...]
    seats: int
    buffer: timedelta
    cancel_requested: bool
    sequence: int
    late_minutes: int
    replaces: int | None
    waiting: int | None

    @property
    def occupied(self) -> list[Cell]:
        """Derived from the times and tables, not from the stored cells."""
        if self.status not in OCCUPYING:
            return []
        cells = cells_between(self.starts_at, self.ends_at + self.buffer)
        return [(table, cell) for table in self.tables for cell in cells]

    def blocks(self, now: datetime) -> bool:
        """Whether others have to keep off; a hold whose time is up blocks nobody."""
        return self.status in OCCUPYING and (self.hold_until is None or self.hold_until > now)


@dataclass(frozen=True)
class Records:
    bookings: dict[int, Record]
    cells: dict[int, set[Cell]]
    """By booking."""
    events: Counter[tuple[str, str, int]]
    """(queue, kind, booking) of each message of a booking."""

    def ensure_consistent(self) -> None:
        """No cell has two owners, and the stored cells are exactly those that the bookings occupy."""
        due = {record.id: self._due(record) for record in self.bookings.values()}
        owners = Counter(cell for cells in due.values() for cell in cells)
        assert [cell for cell, count in owners.items() if count > 1] == []
        assert self.cells == {booking: cells for booking, cells in due.items() if cells}

    def _due(self, record: Record) -> set[Cell]:
        """What a booking that moves has already is not held a second time."""
        cells = set(record.occupied)
        if cells and record.replaces:
            moving = self.bookings[record.replaces]
            assert moving.status in EXPECTED
            return cells - set(moving.occupied)
        return cells


async def read_records(database: Database) -> Records:
    async with database.read() as dao:
        session = dao._session
        return Records(await _bookings(session), await _cells(session), await _events(session))


async def _bookings(session: Session) -> dict[int, Record]:
    tables: dict[int, list[int]] = {}
    seats: Counter[int] = Counter()
    query = select(BookingTableRow.booking_id, BookingTableRow.table_id, TableRow.max_seats).join(TableRow)
    for booking_id, table_id, max_seats in await session.rows(query):
        tables.setdefault(booking_id, []).append(table_id)
        seats[booking_id] += max_seats
    return {
        row.id: Record(
            id=row.id,
            user_id=row.user_id,
            status=BookingStatus(row.status),
            party_size=row.party_size,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            hold_until=row.hold_until,
            hidden=row.hidden_at is not None,
            tables=tuple(tables.get(row.id, ())),
            seats=seats[row.id],
            buffer=timedelta(minutes=row.buffer_minutes),
            cancel_requested=row.cancel_requested_at is not None,
            sequence=row.sequence,
            late_minutes=row.late_minutes,
            replaces=row.replaces_id,
            waiting=row.waiting_id,
        )
        for row in await session.rows(select(*BookingRow.__table__.c))
    }


async def _cells(session: Session) -> dict[int, set[Cell]]:
    found: dict[int, list[Cell]] = {}
    for booking, table, cell in await session.rows(
        select(TableCellRow.booking_id, TableCellRow.table_id, TableCellRow.cell_start)
    ):
        found.setdefault(booking, []).append((table, cell))
    return {booking: set(cells) for booking, cells in found.items()}


async def _events(session: Session) -> Counter[tuple[str, str, int]]:
    bodies = [(queue, json.loads(body)) for queue, body in await session.rows(select(OutboxRow.queue, OutboxRow.body))]
    return Counter((queue, body["kind"], body.get("booking", body)["booking_id"]) for queue, body in bodies)
