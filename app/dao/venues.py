"""Venues with their tables and time slots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update

from app.dao.base import Dao
from app.dao.models import TableRow, TimeSlotRow, VenueRow
from app.domain.policy import VenuePolicy
from app.domain.privacy import PrivacyText
from app.domain.schedule import TimeSlot
from app.domain.seating import Combination, Table

TABLE = (
    TableRow.id,
    TableRow.number,
    TableRow.max_seats,
    TableRow.description,
    TableRow.min_seats,
    TableRow.zone,
    TableRow.priority,
)
"""The columns of a `Table`, in its order."""

_revision = select(VenueRow.revision).where(VenueRow.id == bindparam("venue_id"))
_locked = _revision.with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class StoredFollowUp:
    after: timedelta
    """Counted from the visit's end."""
    text: dict[str, str]
    """By language."""


@dataclass(frozen=True, slots=True)
class StoredVenue:
    """A venue as it is stored; texts are by language."""

    id: int
    revision: int
    name: str
    about: dict[str, str]
    greeting: dict[str, str]
    address: dict[str, str]
    phone: str
    time_zone: str
    languages: tuple[str, ...]
    follow_ups: tuple[StoredFollowUp, ...]
    policy: VenuePolicy
    combinations: tuple[dict[str, Any], ...]
    privacy: PrivacyText | None
    """None: the text that comes with the service."""

    def combinations_of(self, tables: Iterable[Table]) -> list[Combination]:
        """Those of whose tables none is missing."""
        by_id = {table.id: table for table in tables}
        return [
            Combination(one["name"], tuple(by_id[table] for table in one["tables"]), one["seats"], one["min_seats"])
            for one in self.combinations
            if by_id.keys() >= set(one["tables"])
        ]


class VenueReader(Dao):
    async def revision(self, venue_id: int) -> int | None:
        """Grows with every change of the venue, its tables and slots; None if there is no such venue."""
        return await self._value(_revision, {"venue_id": venue_id})

    async def get(self, venue_id: int) -> StoredVenue:
        (row,) = await self._session.rows(select(*VenueRow.__table__.c).where(VenueRow.id == venue_id))
        return StoredVenue(
            id=row.id,
            revision=row.revision,
            name=row.name,
            about=row.about,
            greeting=row.greeting,
            address=row.address,
            phone=row.phone,
            time_zone=row.time_zone,
            languages=tuple(row.languages),
            follow_ups=tuple(
                StoredFollowUp(timedelta(seconds=entry["after"]), entry["text"]) for entry in row.follow_ups
            ),
            policy=VenuePolicy.model_validate(row.policy),
            combinations=tuple(row.combinations),
            privacy=PrivacyText.model_validate(row.privacy) if row.privacy else None,
        )

    async def tables(self, venue_id: int) -> list[Table]:
        """The tables that are offered, by number."""
        query = select(*TABLE).where(TableRow.venue_id == venue_id, TableRow.retired_at.is_(None))
        rows = await self._session.rows(query.order_by(TableRow.number))
        return [Table(*row) for row in rows]

    async def tables_count(self, venue_id: int) -> int:
        query = select(func.count()).where(TableRow.venue_id == venue_id, TableRow.retired_at.is_(None))
        return await self._number(query)

    async def slots(self, venue_id: int) -> list[TimeSlot]:
        query = select(TimeSlotRow.id, TimeSlotRow.start_time, TimeSlotRow.end_time)
        rows = await self._session.rows(
            query.where(TimeSlotRow.venue_id == venue_id, TimeSlotRow.retired_at.is_(None)).order_by(TimeSlotRow.id)
        )
        return [TimeSlot(*row) for row in rows]


class VenueWriter(VenueReader):
    changed = False
    """Whether a venue's revision was moved on."""

    async def lock(self, venue_id: int) -> None:
        """Until the transaction ends, for whoever counts over all tables; readers and bookings that do not go on."""
        await self._session.rows(_locked, {"venue_id": venue_id})

    async def set_policy(self, venue_id: int, policy: VenuePolicy) -> None:
        values = {"policy": stored_policy(policy), "revision": VenueRow.revision + 1}
        await self._session.send(update(VenueRow).where(VenueRow.id == venue_id).values(values))
        self.changed = True


def stored_policy(policy: VenuePolicy) -> dict[str, Any]:
    return policy.model_dump(mode="json", exclude_defaults=True)
