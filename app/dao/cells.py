"""Who has which 15 minutes of which table."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import BookingRow, BookingTableRow, TableCellRow
from app.domain.booking import OCCUPYING
from app.domain.policy import LONGEST_BUFFER

_DAY = timedelta(days=1)

Cell = tuple[int, datetime]
"""A table and the start of its quarter of an hour."""

# Who has which cells stands in the bookings as well, in a row instead of one for each quarter of an hour.
_stays = (
    select(
        BookingRow.id.label("booking_id"),
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
_stays_at = _stays.where(BookingTableRow.table_id.in_(bindparam("tables", expanding=True)))
_take = insert(TableCellRow).on_conflict_do_nothing().returning(TableCellRow.cell_start)
_free = delete(TableCellRow).where(TableCellRow.booking_id.in_(bindparam("bookings", expanding=True)))


class StoredStay(NamedTuple):
    """What one booking has of one table."""

    booking_id: int
    table_id: int
    starts_at: datetime
    ends_at: datetime
    buffer_minutes: int
    """After `ends_at`."""
    party_size: int
    hold_until: datetime | None
    """Of what is held or pending: from then on it blocks nobody."""


class CellReader(Dao):
    async def stays(
        self,
        venue_id: int,
        days: tuple[date, date],
        since: datetime,
        until: datetime,
        *,
        tables: Collection[int] | None = None,
    ) -> Sequence[StoredStay]:
        """All that may touch the time from `since` to before `until`, which lies in those service days.

        At those tables only, unless it is None.
        """
        times = {"first": days[0] - _DAY, "last": days[1] + _DAY, "since": since - LONGEST_BUFFER, "until": until}
        where = {"venue": venue_id, **times}
        if tables is None:
            rows = await self._session.rows(_stays, where)
        else:
            rows = await self._session.rows(_stays_at, {**where, "tables": list(tables)})
        return cast("Sequence[StoredStay]", rows)  # the same columns: a month has ten thousand


class CellWriter(CellReader):
    async def take(self, booking_id: int, cells: Collection[Cell]) -> bool:
        """All of them, or False: the caller goes back to before, as some may be got."""
        rows = [
            {"table_id": table_id, "cell_start": start, "booking_id": booking_id}
            for table_id, start in sorted(cells)  # so that two who want the same never wait for each other
        ]
        return not rows or len(await self._session.rows(_take, rows)) == len(rows)

    async def free(self, booking_ids: Iterable[int]) -> None:
        await self._session.send(_free, {"bookings": list(booking_ids)})
