"""What is kept of one person, over all tables; and taking it away so that only figures are left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, exists, func, or_, select, update

from app.dao.base import Dao
from app.dao.models import BookingRow, BookingTableRow, DialogRow, OutboxRow, ReviewRow, TableRow, UserRow, WaitingRow
from app.dao.users import USER, StoredUser, stored_user
from app.domain.booking import CAME_TO_NOTHING, OCCUPYING, STANDING
from app.domain.events import NOTICE_KEY, USER_MSG
from app.domain.waiting import OPEN, WaitingStatus


@dataclass(frozen=True, slots=True)
class PersonalCounts:
    bookings: int
    upcoming: int
    waiting: int
    """Parties that still wait."""
    reviews: int


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A booking as its guest may have it, with what they thought of it."""

    id: int
    status: str
    service_date: date
    starts_at: datetime
    ends_at: datetime
    party_size: int
    created_at: datetime
    changed_at: datetime
    hidden_at: datetime | None
    cancel_requested_at: datetime | None
    sequence: int
    late_minutes: int
    wishes: dict[str, Any]
    stars: int | None
    comment: str | None
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredWaiting:
    service_date: date
    earliest: datetime
    latest: datetime
    party_size: int
    status: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    body: bytes
    """JSON, as it is published."""
    available_at: datetime
    published_at: datetime | None


_VISIT = (
    BookingRow.id,
    BookingRow.status,
    BookingRow.service_date,
    BookingRow.starts_at,
    BookingRow.ends_at,
    BookingRow.party_size,
    BookingRow.created_at,
    BookingRow.changed_at,
    BookingRow.hidden_at,
    BookingRow.cancel_requested_at,
    BookingRow.sequence,
    BookingRow.late_minutes,
    BookingRow.wishes,
    ReviewRow.stars,
    ReviewRow.comment,
    ReviewRow.created_at,
)
"""The columns of a `StoredVisit`, in its order."""
_USER: BindParameter[int] = bindparam("of_user")
_OF_USER = BookingRow.user_id == _USER
_MY_BOOKINGS = select(BookingRow.id).where(_OF_USER)
_FOR_ME = and_(
    OutboxRow.queue == USER_MSG,
    OutboxRow.booking_id.in_(_MY_BOOKINGS),
    or_(OutboxRow.dedup_key.is_(None), ~OutboxRow.dedup_key.startswith(NOTICE_KEY)),
)
"""What the guest was or will be told; every message to a guest names its booking."""
_WAITS = WaitingRow.status.in_(OPEN)
_NAMELESS: dict[str, object] = {
    "external_id": -UserRow.id,
    "first_name": "",
    "last_name": None,
    "username": None,
    "language": None,
    "language_chosen": False,
    "phone": None,
    "consent_version": None,
    "consent_at": None,
}


class PersonalReader(Dao):
    async def counts(self, user_id: int, *, now: datetime) -> PersonalCounts:
        """Bookings as the guest counts them: without holds, of which a move makes one, too."""
        upcoming = and_(BookingRow.status.in_(STANDING), BookingRow.starts_at > now)
        made = BookingRow.status.not_in(CAME_TO_NOTHING)
        mine = select(func.count().filter(made), func.count().filter(upcoming)).where(_OF_USER)
        waits = select(func.count()).select_from(WaitingRow).where(WaitingRow.user_id == _USER, _WAITS)
        reviews = select(func.count()).select_from(ReviewRow).where(ReviewRow.booking_id.in_(_MY_BOOKINGS))
        (row,) = await self._session.rows(
            mine.add_columns(waits.scalar_subquery(), reviews.scalar_subquery()), {"of_user": user_id}
        )
        return PersonalCounts(*row)

    async def known_since(self, user_id: int) -> datetime | None:
        return await self._value(select(UserRow.created_at).where(UserRow.id == user_id))

    async def visits(self, user_id: int, *, limit: int) -> list[StoredVisit]:
        """Newest first, holds that came to nothing included."""
        mine = select(*_VISIT).outerjoin(ReviewRow, ReviewRow.booking_id == BookingRow.id).where(_OF_USER)
        rows = await self._session.rows(
            mine.order_by(BookingRow.ends_at.desc(), BookingRow.id).limit(limit), {"of_user": user_id}
        )
        return [StoredVisit(*row) for row in rows]

    async def tables(self, user_id: int) -> dict[int, list[int]]:
        """Their numbers, by booking."""
        seats = select(BookingTableRow.booking_id, TableRow.number).join(
            TableRow, TableRow.id == BookingTableRow.table_id
        )
        mine = seats.where(BookingTableRow.booking_id.in_(_MY_BOOKINGS)).order_by(TableRow.number)
        numbers: dict[int, list[int]] = {}
        for booking_id, number in await self._session.rows(mine, {"of_user": user_id}):
            numbers.setdefault(booking_id, []).append(number)
        return numbers

    async def waiting(self, user_id: int, *, limit: int) -> list[StoredWaiting]:
        """Newest first."""
        mine = select(
            WaitingRow.service_date,
            WaitingRow.earliest,
            WaitingRow.latest,
            WaitingRow.party_size,
            WaitingRow.status,
            WaitingRow.created_at,
            WaitingRow.changed_at,
        ).where(WaitingRow.user_id == _USER)
        rows = await self._session.rows(mine.order_by(WaitingRow.id.desc()).limit(limit), {"of_user": user_id})
        return [StoredWaiting(*row) for row in rows]

    async def messages(self, user_id: int, *, limit: int) -> list[StoredMessage]:
        """Sent in the last weeks, or planned; the latest first."""
        mine = select(OutboxRow.body, OutboxRow.available_at, OutboxRow.published_at).where(_FOR_ME)
        rows = await self._session.rows(
            mine.order_by(OutboxRow.available_at.desc(), OutboxRow.id).limit(limit), {"of_user": user_id}
        )
        return [StoredMessage(*row) for row in rows]

    async def idle(self, before: datetime, *, but: Collection[int], limit: int) -> list[int]:
        """Who has been known for longer, and has neither booked nor waited for anything since; not those people."""
        query = select(UserRow.id).where(_idle(before, but)).order_by(UserRow.id).limit(limit)
        return [row[0] for row in await self._session.rows(query)]

    async def with_wishes(self, before: datetime, *, limit: int) -> list[int]:
        """Bookings that were over then."""
        old = select(BookingRow.id).where(BookingRow.ends_at < before, BookingRow.wishes != {}).limit(limit)
        return [row[0] for row in await self._session.rows(old)]


class PersonalWriter(PersonalReader):
    async def occupying(self, user_id: int) -> list[int]:
        """Bookings and holds that have cells, lapsed or not."""
        mine = _MY_BOOKINGS.where(BookingRow.status.in_(OCCUPYING)).order_by(BookingRow.id)
        return [row[0] for row in await self._session.rows(mine, {"of_user": user_id})]

    async def lock_idle(self, user_ids: Collection[int], before: datetime) -> list[StoredUser]:
        """Those of them that still are, for the one who forgets them."""
        query = select(*USER).where(UserRow.id.in_(user_ids), _idle(before, ())).order_by(UserRow.id)
        return [stored_user(row) for row in await self._session.rows(query.with_for_update(skip_locked=True))]

    async def erase(self, user_id: int, *, now: datetime) -> None:
        """Everything that tells who it was. Bookings, marks and all that is counted stay as they are."""
        me = {"of_user": user_id}
        await self._session.send(update(BookingRow).where(_OF_USER, BookingRow.wishes != {}).values(wishes={}), me)
        commented = and_(ReviewRow.booking_id.in_(_MY_BOOKINGS), ReviewRow.comment.is_not(None))
        await self._session.send(update(ReviewRow).where(commented).values(comment=None), me)
        mine = WaitingRow.user_id == _USER
        await self._session.send(update(WaitingRow).where(mine).values(message_id=None), me)
        left = update(WaitingRow).where(mine, _WAITS).values(status=WaitingStatus.LEFT, changed_at=now)
        await self._session.send(left, me)
        await self._session.send(delete(OutboxRow).where(_FOR_ME), me)
        person = update(UserRow).where(UserRow.id == _USER, UserRow.erased_at.is_(None))
        await self._session.send(person.values(**_NAMELESS, erased_at=now), me)

    async def forget_talks(self, external_ids: Collection[int]) -> None:
        """Conversations with these people, whichever bot had them."""
        theirs = [DialogRow.key.endswith(f":{external_id}:{external_id}") for external_id in external_ids]
        if theirs:
            await self._session.send(delete(DialogRow).where(or_(*theirs)))

    async def drop_wishes(self, booking_ids: Collection[int]) -> int:
        return await self._session.count(update(BookingRow).where(BookingRow.id.in_(booking_ids)).values(wishes={}))


def _idle(before: datetime, but: Collection[int]) -> ColumnElement[bool]:
    booked = exists().where(BookingRow.user_id == UserRow.id, BookingRow.ends_at >= before)
    waited = exists().where(WaitingRow.user_id == UserRow.id, WaitingRow.latest >= before)
    known = and_(UserRow.erased_at.is_(None), UserRow.created_at < before, UserRow.external_id.not_in(but))
    return and_(known, ~booked, ~waited)
