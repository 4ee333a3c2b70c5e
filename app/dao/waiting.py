"""Who waits for a place to be freed, in the order in which they came."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Row, and_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from app.dao.base import Dao
from app.dao.models import OPEN_WAITING, BookingRow, UserRow, WaitingRow
from app.dao.users import IS_KNOWN, USER, StoredUser, known, stored_user
from app.domain.booking import STANDING, BookingStatus
from app.domain.people import Person
from app.domain.schedule import Sitting
from app.domain.waiting import WaitingStatus

_WAITING = (
    WaitingRow.id,
    WaitingRow.service_date,
    WaitingRow.earliest,
    WaitingRow.latest,
    WaitingRow.party_size,
    WaitingRow.status,
    WaitingRow.message_id,
)
_OPEN = text(f"waiting.{OPEN_WAITING}")
"""In the words of the indexes: a parameter would not find them."""
_of_venue = WaitingRow.venue_id == bindparam("venue")
_this = WaitingRow.id == bindparam("entry")

_with_user = select(*_WAITING, *USER).join(UserRow, WaitingRow.user_id == UserRow.id)
_queue = _with_user.where(_OPEN, _of_venue, WaitingRow.status == WaitingStatus.WAITING).order_by(
    WaitingRow.service_date, WaitingRow.id
)
_queue_of_day = _queue.where(WaitingRow.service_date == bindparam("day"))
_lock_day = _queue_of_day.with_for_update(of=WaitingRow)
_get_own = _with_user.where(_this, IS_KNOWN)

_before = aliased(WaitingRow, name="before")
_ahead = (
    select(func.count())
    .where(
        text(f"before.{OPEN_WAITING}"),
        _before.venue_id == WaitingRow.venue_id,
        _before.service_date == WaitingRow.service_date,
        _before.id < WaitingRow.id,
        _before.earliest <= WaitingRow.latest,
        _before.latest >= WaitingRow.earliest,
    )
    .scalar_subquery()
)
_places = (
    select(*_WAITING, _ahead, BookingRow.id, BookingRow.starts_at, BookingRow.hold_until)
    .join(UserRow, WaitingRow.user_id == UserRow.id)
    .outerjoin(BookingRow, and_(BookingRow.waiting_id == WaitingRow.id, BookingRow.status == BookingStatus.HELD))
    .where(_OPEN, IS_KNOWN, _of_venue, WaitingRow.latest > bindparam("now"))
    .order_by(WaitingRow.service_date, WaitingRow.earliest, WaitingRow.id)
)
_count = select(func.count()).select_from(WaitingRow).where(_OPEN, _of_venue)
_count_of_user = _count.where(WaitingRow.user_id == bindparam("user"), WaitingRow.latest > bindparam("now"))
_count_on_day = _count.where(WaitingRow.service_date == bindparam("day"), WaitingRow.latest > bindparam("now"))
_by_status = select(WaitingRow.status, func.count()).where(_OPEN).group_by(WaitingRow.status)
_offered = select(BookingRow.id).where(
    BookingRow.waiting_id == bindparam("entry"), BookingRow.status == BookingStatus.HELD
)
_is_offer = BookingRow.waiting_id.is_not(None)
_engagements = select(
    BookingRow.user_id, BookingRow.starts_at, BookingRow.ends_at, BookingRow.status == BookingStatus.HELD
).where(
    BookingRow.user_id.in_(bindparam("users", expanding=True)),
    BookingRow.ends_at > bindparam("now"),
    or_(BookingRow.status.in_(STANDING), and_(BookingRow.status == BookingStatus.HELD, _is_offer)),
    or_(BookingRow.hold_until.is_(None), BookingRow.hold_until > bindparam("now")),
)
_same = select(*_WAITING).where(
    _OPEN,
    WaitingRow.user_id == bindparam("user"),
    WaitingRow.service_date == bindparam("day"),
    WaitingRow.earliest == bindparam("since"),
    WaitingRow.latest == bindparam("until"),
)
_add = insert(WaitingRow).returning(WaitingRow.id)
_change = (
    update(WaitingRow)
    .where(WaitingRow.id.in_(bindparam("entries", expanding=True)))
    .where(WaitingRow.status.in_(bindparam("of", expanding=True)))
    .values(status=bindparam("to"), changed_at=bindparam("now"))
)
_message_of = select(WaitingRow.message_id).where(_this)
_note = update(WaitingRow).where(_this).values(message_id=bindparam("message"))


@dataclass(frozen=True, slots=True)
class StoredWaiting:
    """A party that takes a place which begins between `earliest` and `latest`."""

    id: int
    service_date: date
    earliest: datetime
    latest: datetime
    party_size: int
    status: WaitingStatus
    message_id: int | None
    """In the guest's chat, of the latest offer."""


@dataclass(frozen=True, slots=True)
class WaitingParty:
    entry: StoredWaiting
    user: StoredUser


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """An entry with how many parties are before it, and the place that is held for it."""

    entry: StoredWaiting
    ahead: int
    offer_id: int | None
    offer_starts_at: datetime | None
    offer_until: datetime | None


class Engagement(NamedTuple):
    """A time for which somebody has a booking, or is being offered one."""

    user_id: int
    starts_at: datetime
    ends_at: datetime
    is_offer: bool

    def overlaps(self, sitting: Sitting) -> bool:
        return self.starts_at < sitting.ends_at and sitting.starts_at < self.ends_at


class WaitingReader(Dao):
    async def queue(self, venue_id: int, day: date | None = None) -> list[WaitingParty]:
        """All who wait and have no offer, of that day or of every day, as they came."""
        statement = _queue if day is None else _queue_of_day
        return _parties(await self._session.rows(statement, {"venue": venue_id, "day": day}))

    async def get_own(self, person: Person, entry_id: int) -> WaitingParty | None:
        rows = await self._session.rows(_get_own, {"entry": entry_id, **known(person.channel, person.external_id)})
        return next(iter(_parties(rows)), None)

    async def places(self, person: Person, venue_id: int, *, now: datetime) -> list[StoredPlace]:
        """The person's open entries, soonest first."""
        of = known(person.channel, person.external_id)
        rows = await self._session.rows(_places, {"venue": venue_id, "now": now, **of})
        width = len(_WAITING)
        return [StoredPlace(_entry(row[:width]), *row[width:]) for row in rows]

    async def count_of_user(self, venue_id: int, user_id: int, *, now: datetime) -> int:
        return await self._number(_count_of_user, {"venue": venue_id, "user": user_id, "now": now})

    async def count_on_day(self, venue_id: int, day: date, *, now: datetime) -> int:
        return await self._number(_count_on_day, {"venue": venue_id, "day": day, "now": now})

    async def by_status(self) -> dict[WaitingStatus, int]:
        """Of those that are open."""
        return {WaitingStatus(status): count for status, count in await self._session.rows(_by_status)}

    async def offered(self, entry_id: int) -> int | None:
        """The booking that is held for the entry."""
        return await self._value(_offered, {"entry": entry_id})

    async def message_of(self, entry_id: int) -> int | None:
        return await self._value(_message_of, {"entry": entry_id})

    async def engagements(self, user_ids: Collection[int], *, now: datetime) -> list[Engagement]:
        """All that those users have before them."""
        rows = await self._session.rows(_engagements, {"users": list(user_ids), "now": now})
        return [Engagement(*row) for row in rows]


class WaitingWriter(WaitingReader):
    async def lock_day(self, venue_id: int, day: date) -> list[WaitingParty]:
        """As `queue`, for whoever offers places: the next one waits, and then sees what is left."""
        return _parties(await self._session.rows(_lock_day, {"venue": venue_id, "day": day}))

    async def same(self, user_id: int, day: date, earliest: datetime, latest: datetime) -> StoredWaiting | None:
        """The user's open entry for just these times."""
        row = await self._first(_same, {"user": user_id, "day": day, "since": earliest, "until": latest})
        return _entry(row) if row else None

    async def add(
        self,
        venue_id: int,
        user_id: int,
        day: date,
        times: tuple[datetime, datetime],
        *,
        party: int,
        now: datetime,
    ) -> int:
        values = {
            "venue_id": venue_id,
            "user_id": user_id,
            "service_date": day,
            "earliest": times[0],
            "latest": times[1],
            "party_size": party,
            "status": WaitingStatus.WAITING,
            "created_at": now,
            "changed_at": now,
        }
        return await self._number(_add, values)

    async def change(
        self, entry_ids: Iterable[int], to: WaitingStatus, *, of: Iterable[WaitingStatus], now: datetime
    ) -> int:
        """How many of them were in a status of `of` and are now `to`."""
        values = {"entries": list(entry_ids), "to": to, "of": [status.value for status in of], "now": now}
        return await self._session.count(_change, values)

    async def note_message(self, entry_id: int, message_id: int) -> None:
        await self._session.send(_note, {"entry": entry_id, "message": message_id})


def _entry(columns: Iterable[object]) -> StoredWaiting:
    values = dict(zip((column.key for column in _WAITING), columns, strict=True))
    values["status"] = WaitingStatus(str(values["status"]))
    return StoredWaiting(**values)  # type: ignore[arg-type] # the columns' types are _WAITING's


def _parties(rows: Iterable[Row[*tuple[object, ...]]]) -> list[WaitingParty]:
    width = len(_WAITING)
    return [WaitingParty(_entry(row[:width]), stored_user(row[width:])) for row in rows]
