"""What the owner's files say, into the tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import TableRow, TimeSlotRow, VenueRow

Values = Mapping[str, object]


class SeedWriter(Dao):
    changed = False
    """Whether a venue's revision was moved on."""

    async def load_venue(self, values: Values) -> None:
        row = insert(VenueRow).values(values)
        changed = {**values, "revision": VenueRow.revision + 1}
        await self._session.send(row.on_conflict_do_update(index_elements=[VenueRow.id], set_=changed))
        self.changed = True

    async def load_tables(self, venue_id: int, tables: Sequence[Values], *, now: datetime) -> None:
        await self._load(TableRow, venue_id, tables, now=now)

    async def load_slots(self, venue_id: int, slots: Sequence[Values], *, now: datetime) -> None:
        await self._load(TimeSlotRow, venue_id, slots, now=now)

    async def _load(
        self, kind: type[TableRow | TimeSlotRow], venue_id: int, entries: Sequence[Values], *, now: datetime
    ) -> None:
        """Retires all and brings those back that the file has: so two tables may also swap their numbers."""
        offered = update(kind).where(kind.venue_id == venue_id, kind.retired_at.is_(None))
        await self._session.send(offered.values(retired_at=now))
        for entry in entries:
            values = {**entry, "venue_id": venue_id, "retired_at": None}
            row = insert(kind).values(values)
            await self._session.send(row.on_conflict_do_update(index_elements=[kind.id], set_=values))
