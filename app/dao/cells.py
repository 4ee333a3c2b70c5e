"""Who has which 15 minutes of which table."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import BookingRow, BookingTableRow, TableCellRow
from app.domain.booking import OCCUPYING
from app.domain.policy import LONGEST_BUFFER
from app.domain.schedule import cells_between

_DAY = timedelta(days=1)

# Who has which cells stands in the bookings as well, in a row instead of one for each quarter of an hour.
_stays = (
    select(
        BookingRow.id,
        BookingTableRow.table_id,
        BookingRow.starts_at,
        BookingRow.ends_at,
        BookingRow.buffer_minutes,
        BookingRow.party_size,
        BookingRow.hold_until,
    )
    .join(BookingTableRow, BookingTableRow.booking_id == BookingRow.id)
    .where(
        BookingRow.venue_id == bindparam("venue"),
        BookingRow.service_date.between(bindparam("first"), bindparam("last")),
        BookingRow.starts_at < bindparam("until"),
        BookingRow.ends_at > bindparam("since"),
        BookingRow.status.in_(OCCUPYING),
    )
)
_take = insert(TableCellRow).on_conflict_do_nothing().returning(TableCellRow.cell_start)
_free = delete(TableCellRow).where(TableCellRow.booking_id.in_(bindparam("bookings", expanding=True)))


class StoredStay(NamedTuple):
    """What one booking has of one table."""

    booking_id: int
    table_id: int
    starts_at: datetime
    ends_at: datetime
    """Of its last cell, after the buffer."""
    party_size: int
    expired_hold_until: datetime | None
    """Set if it is held or pending and its time is up: it blocks nobody."""


class CellReader(Dao):
    async def stays(
        self, venue_id: int, days: tuple[date, date], since: datetime, until: datetime, *, now: datetime
    ) -> list[StoredStay]:
        """All that may touch the time from `since` to before `until`, which lies in those service days."""
        first, last = days
        rows = await self._session.rows(
            _stays,
            {
                "venue": venue_id,
                "first": first - _DAY,
                "last": last + _DAY,
                "since": since - LONGEST_BUFFER,
                "until": until,
            },
        )
        return [
            StoredStay(
                booking,
                table,
                starts_at,
                ends_at + timedelta(minutes=buffer) if buffer else ends_at,
                party,
                hold_until if hold_until and hold_until <= now else None,
            )
            for booking, table, starts_at, ends_at, buffer, party, hold_until in rows
        ]


class CellWriter(CellReader):
    async def take(self, booking_id: int, table_ids: Collection[int], starts_at: datetime, ends_at: datetime) -> bool:
        """All cells of the stay at all these tables, or False: the caller goes back to before, as some may be got."""
        cells = cells_between(starts_at, ends_at)
        rows = [
            {"table_id": table_id, "cell_start": cell, "booking_id": booking_id}
            for table_id in sorted(table_ids)  # in one order, so that two who want the same never wait for each other
            for cell in cells
        ]
        return len(await self._session.rows(_take, rows)) == len(rows)

    async def free(self, booking_ids: Iterable[int]) -> None:
        await self._session.send(_free, {"bookings": list(booking_ids)})
