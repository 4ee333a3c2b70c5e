"""Numbers about users and bookings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import and_, exists, func, select

from app.dao.base import Dao
from app.dao.models import BookingRow, ReviewRow, UserRow
from app.dao.users import USER, StoredUser, stored_user
from app.domain.booking import CAME_TO_NOTHING, LIVE, BookingStatus

_AGREED_ON = BookingRow.status.not_in(CAME_TO_NOTHING)
_KNOWN = UserRow.erased_at.is_(None)
_LIVE = BookingRow.status.in_(LIVE)


@dataclass(frozen=True, slots=True)
class UserNumbers:
    total: int
    new_today: int
    new_this_week: int
    with_bookings: int
    blocked: int


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """Live bookings."""

    on_day: int
    guests_on_day: int
    upcoming: int


@dataclass(frozen=True, slots=True)
class MarkNumbers:
    count: int
    average: float | None


@dataclass(frozen=True, slots=True)
class GuestNumbers:
    user: StoredUser
    bookings: int
    upcoming: int


class StatsReader(Dao):
    async def users(self, *, today: datetime, week: datetime) -> UserNumbers:
        """`today` and `week` are when the day and the seven days began."""
        has_bookings = exists().where(BookingRow.user_id == UserRow.id, _AGREED_ON)
        query = select(
            func.count(),
            func.count().filter(UserRow.created_at >= today),
            func.count().filter(UserRow.created_at >= week),
            func.count().filter(has_bookings),
            func.count().filter(UserRow.blocked_at.is_not(None)),
        ).select_from(UserRow)
        (row,) = await self._session.rows(query)
        return UserNumbers(*row)

    async def by_status(self, venue_id: int) -> dict[BookingStatus, int]:
        query = select(BookingRow.status, func.count()).where(BookingRow.venue_id == venue_id)
        rows = await self._session.rows(query.group_by(BookingRow.status))
        return {BookingStatus(status): count for status, count in rows}

    async def live(self, venue_id: int, *, day: date, now: datetime) -> DayNumbers:
        on_day = BookingRow.service_date == day
        query = select(
            func.count().filter(on_day),
            func.coalesce(func.sum(BookingRow.party_size).filter(on_day), 0),
            func.count().filter(BookingRow.starts_at > now),
        ).where(BookingRow.venue_id == venue_id, _LIVE)
        (row,) = await self._session.rows(query)
        return DayNumbers(*row)

    async def marks(self, venue_id: int, *, since: datetime) -> tuple[MarkNumbers, MarkNumbers]:
        """All of them, and those that were given since then."""
        recent, stars = ReviewRow.created_at >= since, ReviewRow.stars
        query = select(
            func.count(), func.avg(stars), func.count().filter(recent), func.avg(stars).filter(recent)
        ).join_from(ReviewRow, BookingRow, BookingRow.id == ReviewRow.booking_id)
        (row,) = await self._session.rows(query.where(BookingRow.venue_id == venue_id))
        return _marks(row[0], row[1]), _marks(row[2], row[3])

    async def known_count(self) -> int:
        return await self._number(select(func.count()).select_from(UserRow).where(_KNOWN))

    async def guests(self, *, now: datetime, offset: int, limit: int) -> Sequence[GuestNumbers]:
        """Newest first; not those who are forgotten."""
        page = (
            select(UserRow.id).where(_KNOWN).order_by(UserRow.id.desc()).offset(offset).limit(limit).scalar_subquery()
        )
        upcoming = func.count(BookingRow.id).filter(_LIVE, BookingRow.starts_at > now)
        query = (
            select(func.count(BookingRow.id), upcoming, *USER)
            .outerjoin(BookingRow, and_(BookingRow.user_id == UserRow.id, _AGREED_ON))
            .where(UserRow.id.in_(page))
            .group_by(UserRow.id)
            .order_by(UserRow.id.desc())
        )
        rows = await self._session.rows(query)
        return [GuestNumbers(stored_user(row[2:]), row[0], row[1]) for row in rows]


def _marks(count: int, average: float | Decimal | None) -> MarkNumbers:
    return MarkNumbers(count, None if average is None else float(average))
