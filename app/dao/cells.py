"""Who has which 15 minutes of which table."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import BookingRow, TableCellRow
from app.domain.schedule import CELL, cells_between

_taken = (
    select(
        TableCellRow.booking_id,
        TableCellRow.table_id,
        func.min(TableCellRow.cell_start).label("first"),
        func.max(TableCellRow.cell_start).label("last"),
    )
    .where(
        TableCellRow.table_id.in_(bindparam("tables", expanding=True)),
        TableCellRow.cell_start >= bindparam("since"),
        TableCellRow.cell_start < bindparam("until"),
    )
    .group_by(TableCellRow.booking_id, TableCellRow.table_id)
    .subquery()
)
# Each booking is looked up once, not once for each of its cells; only a hold has the last column.
_stays = select(_taken.c.booking_id, _taken.c.table_id, _taken.c.first, _taken.c.last, BookingRow.hold_until).join(
    BookingRow, _taken.c.booking_id == BookingRow.id
)
_take = insert(TableCellRow).on_conflict_do_nothing().returning(TableCellRow.cell_start)
_free = delete(TableCellRow).where(TableCellRow.booking_id.in_(bindparam("bookings", expanding=True)))


class StoredStay(NamedTuple):
    """A row of cells that one booking has of one table."""

    booking_id: int
    table_id: int
    starts_at: datetime
    ends_at: datetime
    expired_hold_until: datetime | None
    """Set if it is a hold whose time is up: it blocks nobody."""


class CellReader(Dao):
    async def stays(
        self, tables: Collection[int], since: datetime, until: datetime, *, now: datetime
    ) -> list[StoredStay]:
        """What those tables' cells from `since` to before `until` are taken by, cut off at both."""
        rows = await self._session.rows(_stays, {"tables": list(tables), "since": since, "until": until})
        return [
            StoredStay(booking, table, first, last + CELL, hold_until if hold_until and hold_until <= now else None)
            for booking, table, first, last, hold_until in rows
        ]


class CellWriter(CellReader):
    async def take(self, booking_id: int, table_id: int, starts_at: datetime, ends_at: datetime) -> bool:
        """All cells of the stay, or False: the caller goes back to before, as some of them may have been got."""
        wanted = cells_between(starts_at, ends_at)
        rows = [{"table_id": table_id, "cell_start": cell, "booking_id": booking_id} for cell in wanted]
        return len(await self._session.rows(_take, rows)) == len(wanted)

    async def free(self, booking_ids: Iterable[int]) -> None:
        await self._session.send(_free, {"bookings": list(booking_ids)})
