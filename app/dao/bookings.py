"""Bookings and their tables. Who may see which is part of every query, never left to the caller's care."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from app.dao.base import Dao
from app.dao.models import BookingRow, BookingTableRow, TableRow, UserRow
from app.dao.users import IS_KNOWN, USER, StoredUser, known, stored_user
from app.dao.venues import TABLE
from app.domain.booking import CAME_TO_NOTHING, EXPECTED, LAPSING, LIVE, STANDING, BookingStatus, sources_of
from app.domain.people import Actor, Person
from app.domain.seating import Table


@dataclass(frozen=True, slots=True)
class StoredBooking:
    """A booking with its guest and tables."""

    id: int
    venue_id: int
    slot_id: int | None
    service_date: date
    starts_at: datetime
    ends_at: datetime
    party_size: int
    status: BookingStatus
    hold_until: datetime | None
    created_at: datetime
    changed_at: datetime
    hidden_at: datetime | None
    buffer_minutes: int
    cancel_requested_at: datetime | None
    sequence: int
    late_minutes: int
    wishes: Mapping[str, Any]
    replaces_id: int | None
    waiting_id: int | None
    user: StoredUser
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class StoredHold:
    id: int
    hold_until: datetime


_BOOKING = (
    BookingRow.id,
    BookingRow.venue_id,
    BookingRow.slot_id,
    BookingRow.service_date,
    BookingRow.starts_at,
    BookingRow.ends_at,
    BookingRow.party_size,
    BookingRow.status,
    BookingRow.hold_until,
    BookingRow.created_at,
    BookingRow.changed_at,
    BookingRow.hidden_at,
    BookingRow.buffer_minutes,
    BookingRow.cancel_requested_at,
    BookingRow.sequence,
    BookingRow.late_minutes,
    BookingRow.wishes,
    BookingRow.replaces_id,
    BookingRow.waiting_id,
)
_WHOLE: Select[*tuple[object, ...]] = (
    select(*_BOOKING, *USER, *TABLE)
    .join(UserRow, BookingRow.user_id == UserRow.id)
    .join(BookingTableRow, BookingTableRow.booking_id == BookingRow.id)
    .join(TableRow, BookingTableRow.table_id == TableRow.id)
)
"""One row for each table of a booking, so that one statement, and thus one state, tells all about it."""

_AGREED_ON = BookingRow.status.not_in(CAME_TO_NOTHING)
_LIVE = BookingRow.status.in_(LIVE)
_NOT_LAPSED = or_(BookingRow.hold_until.is_(None), BookingRow.hold_until > bindparam("now"))
_STANDING = BookingRow.status.in_(STANDING)

# What every booking needs is built once: building a statement takes longer than running it.
_THIS = BookingRow.id == bindparam("booking")
_IS_HELD = BookingRow.status == BookingStatus.HELD
_LAPSING = BookingRow.status.in_(LAPSING)
_AS_SEEN = BookingRow.sequence == bindparam("sequence_seen")
_OWN_LIST = and_(IS_KNOWN, BookingRow.hidden_at.is_(None))

_get = _WHOLE.where(_THIS)
_get_many = _WHOLE.where(BookingRow.id.in_(bindparam("bookings", expanding=True))).order_by(BookingRow.id)
_get_own = _get.where(IS_KNOWN)
_get_shown = _get.where(_OWN_LIST)
_get_of_venue = _get.where(BookingRow.venue_id == bindparam("venue"))
_get_for_staff = _get.where(or_(_OWN_LIST, BookingRow.venue_id.in_(bindparam("venues", expanding=True))))
_standing = select(
    func.count(),
    func.count().filter(BookingRow.starts_at < bindparam("until"), BookingRow.ends_at > bindparam("since")),
).where(
    BookingRow.user_id == bindparam("user"),
    BookingRow.ends_at > bindparam("now"),
    BookingRow.id != bindparam("without"),
    _STANDING,
    _NOT_LAPSED,
)
_hold_of = select(BookingRow.id, BookingRow.hold_until).where(
    BookingRow.user_id == bindparam("user"), _IS_HELD, BookingRow.waiting_id.is_(None)
)
_add_hold = insert(BookingRow).returning(BookingRow.id)
_seat_at = insert(BookingTableRow)
_leave_tables = delete(BookingTableRow).where(BookingTableRow.booking_id == bindparam("booking"))
_lock = select(BookingRow.id).where(_THIS).with_for_update(key_share=True)


def _move(to: BookingStatus) -> Update:
    """One booking, if its status leads to that one."""
    moved = update(BookingRow).where(_THIS, BookingRow.status.in_(sources_of(to)))
    return moved.values(status=to, changed_at=bindparam("now"))


_moves = {to: _move(to) for to in BookingStatus if sources_of(to)}
_GOOD = BookingRow.hold_until > bindparam("now")
_OVER = or_(BookingRow.status == BookingStatus.EXPIRED, BookingRow.hold_until <= bindparam("now"))
_agreed = {to: _moves[to].values(hold_until=bindparam("until")) for to in (BookingStatus.BOOKED, BookingStatus.PENDING)}
_confirm = {to: move.where(_IS_HELD, _GOOD) for to, move in _agreed.items()}
_confirm_expired = {to: move.where(_OVER) for to, move in _agreed.items()}
_accept = _agreed[BookingStatus.BOOKED].where(BookingRow.status == BookingStatus.PENDING, _GOOD)
_decline = _moves[BookingStatus.DECLINED].where(_GOOD)
_complete = _moves[BookingStatus.COMPLETED].where(BookingRow.ends_at <= bindparam("now"))
_give_up = _moves[BookingStatus.EXPIRED].where(_IS_HELD)
_expire_over = _moves[BookingStatus.EXPIRED].where(
    BookingRow.hold_until == bindparam("until"), BookingRow.hold_until <= bindparam("now")
)
_keep_wishes = (
    update(BookingRow)
    .where(_THIS, _STANDING, BookingRow.ends_at > bindparam("now"))
    .values(wishes=bindparam("wished"), changed_at=bindparam("now"))
)
_ask_to_cancel = update(BookingRow).where(_THIS, BookingRow.status.in_(sources_of(BookingStatus.CANCELED)))
_promise = _moves[BookingStatus.CONFIRMED].where(_AS_SEEN)
_be_late = (
    update(BookingRow)
    .where(_THIS, _AS_SEEN, BookingRow.status.in_(EXPECTED))
    .values(late_minutes=bindparam("minutes"), changed_at=bindparam("now"))
)
_change_place = (
    update(BookingRow)
    .where(_THIS, _AS_SEEN, BookingRow.status.in_(EXPECTED), BookingRow.starts_at > bindparam("now"))
    .values(changed_at=bindparam("now"))
)
_replaced = aliased(BookingRow)
_guests_of = select(_replaced.user_id).where(_replaced.id.in_(bindparam("bookings", expanding=True)))
_give_up_moves = (
    update(BookingRow)
    .where(
        _IS_HELD,
        BookingRow.user_id.in_(_guests_of.scalar_subquery()),  # only of guests there is an index
        BookingRow.replaces_id.in_(bindparam("bookings", expanding=True)),
    )
    .values(status=BookingStatus.EXPIRED, changed_at=bindparam("now"))
    .returning(BookingRow.id)
)


def _whole(rows: Sequence[Row[*tuple[object, ...]]]) -> list[StoredBooking]:
    """The bookings in the order of their first rows."""
    tables: dict[object, list[Table]] = {}
    first: dict[object, Row[*tuple[object, ...]]] = {}
    user_at, table_at = len(_BOOKING), len(_BOOKING) + len(USER)
    for row in rows:
        tables.setdefault(row[0], []).append(Table(*row[table_at:]))  # type: ignore[arg-type] # TABLE's columns
        first.setdefault(row[0], row)
    return [_one(row[:user_at], stored_user(row[user_at:table_at]), tables[key]) for key, row in first.items()]


def _one(columns: Sequence[object], user: StoredUser, tables: list[Table]) -> StoredBooking:
    values = dict(zip((column.key for column in _BOOKING), columns, strict=True))
    values["status"] = BookingStatus(str(values["status"]))
    return StoredBooking(**values, user=user, tables=tuple(sorted(tables, key=lambda table: table.number)))  # type: ignore[arg-type] # _BOOKING's columns


def _hold(row: Row[int, datetime | None]) -> StoredHold:
    return StoredHold(row[0], row[1])  # type: ignore[arg-type] # a hold has it, or the database refuses the row


class BookingReader(Dao):
    async def get(self, booking_id: int) -> StoredBooking | None:
        """For the service itself, that acts for nobody."""
        return await self._only(_get, {"booking": booking_id})

    async def get_many(self, booking_ids: Collection[int]) -> list[StoredBooking]:
        """For the service itself, by id."""
        return _whole(await self._session.rows(_get_many, {"bookings": list(booking_ids)}))

    async def get_own(self, person: Person, booking_id: int) -> StoredBooking | None:
        return await self._only(_get_own, {"booking": booking_id, **known(person.channel, person.external_id)})

    async def get_for(self, actor: Actor, booking_id: int) -> StoredBooking | None:
        """The actor's own, as long as it is not hidden, or one of a venue they are staff of."""
        person = known(actor.person.channel, actor.person.external_id)
        if not actor.owner_of:
            return await self._only(_get_shown, {"booking": booking_id, **person})
        return await self._only(_get_for_staff, {"booking": booking_id, "venues": list(actor.owner_of), **person})

    async def get_of_venue(self, venue_id: int, booking_id: int) -> StoredBooking | None:
        """For its staff."""
        return await self._only(_get_of_venue, {"booking": booking_id, "venue": venue_id})

    async def standing(
        self, user_id: int, since: datetime, until: datetime, *, now: datetime, without: int | None = None
    ) -> tuple[int, int]:
        """How many of the user's bookings but that one are to come or going on, and how many touch that time."""
        parameters = {"user": user_id, "since": since, "until": until, "now": now, "without": without or 0}
        ((count, at_that_time),) = await self._session.rows(_standing, parameters)
        return count, at_that_time

    async def mine(self, person: Person, *, now: datetime, offset: int, limit: int) -> list[StoredBooking]:
        """What is to come, soonest first, then what is over, latest first."""
        to_come = _to_come(now)
        soonest = case((to_come, BookingRow.starts_at))
        order = (case((to_come, 0), else_=1), soonest, BookingRow.starts_at.desc(), BookingRow.id)
        page = select(BookingRow.id).join(UserRow, BookingRow.user_id == UserRow.id)
        page = page.where(_OWN_LIST, _AGREED_ON).order_by(*order).offset(offset).limit(limit)
        return _whole(await self._session.rows(_of(page).order_by(*order), known(person.channel, person.external_id)))

    async def mine_count(self, person: Person) -> int:
        query = select(func.count()).select_from(BookingRow).join(UserRow, BookingRow.user_id == UserRow.id)
        return await self._number(query.where(_OWN_LIST, _AGREED_ON), known(person.channel, person.external_id))

    async def on_day(
        self, venue_id: int, day: date, status: BookingStatus | None, *, offset: int, limit: int
    ) -> list[StoredBooking]:
        order = (BookingRow.starts_at, BookingRow.id)
        page = select(BookingRow.id).where(_on_day(venue_id, day, status)).order_by(*order)
        return _whole(await self._session.rows(_of(page.offset(offset).limit(limit)).order_by(*order)))

    async def on_day_count(self, venue_id: int, day: date, status: BookingStatus | None) -> int:
        query = select(func.count()).select_from(BookingRow).where(_on_day(venue_id, day, status))
        return await self._number(query)

    async def _only(
        self, statement: Select[*tuple[object, ...]], parameters: dict[str, object]
    ) -> StoredBooking | None:
        return next(iter(_whole(await self._session.rows(statement, parameters))), None)


class BookingWriter(BookingReader):
    async def lock(self, booking_id: int) -> None:
        """Until the transaction ends: what is read of the booking after this remains so."""
        await self._session.rows(_lock, {"booking": booking_id})

    async def hold_of(self, user_id: int) -> StoredHold | None:
        """What the user holds, also if the time is up and nobody has tidied it yet."""
        row = await self._first(_hold_of, {"user": user_id})
        return _hold(row) if row else None

    async def add_hold(self, hold: StoredBooking) -> int:
        values = {
            "venue_id": hold.venue_id,
            "user_id": hold.user.id,
            "slot_id": hold.slot_id,
            "service_date": hold.service_date,
            "starts_at": hold.starts_at,
            "ends_at": hold.ends_at,
            "party_size": hold.party_size,
            "status": hold.status,
            "hold_until": hold.hold_until,
            "created_at": hold.created_at,
            "changed_at": hold.changed_at,
            "buffer_minutes": hold.buffer_minutes,
            "sequence": hold.sequence,
            "replaces_id": hold.replaces_id,
            "waiting_id": hold.waiting_id,
        }
        return await self._number(_add_hold, values)

    async def seat_at(self, booking_id: int, table_id: int) -> None:
        await self._session.send(_seat_at, {"booking_id": booking_id, "table_id": table_id})

    async def confirm(self, booking_id: int, to: BookingStatus, *, now: datetime, until: datetime | None) -> bool:
        """A hold that is still good is booked, or pending `until` then; False: it is not, or somebody was faster."""
        return await self._change(_confirm[to], booking_id, now=now, until=until)

    async def confirm_expired(
        self, booking_id: int, to: BookingStatus, *, now: datetime, until: datetime | None
    ) -> bool:
        """As `confirm`, of a hold whose time is up; its cells are the caller's affair."""
        return await self._change(_confirm_expired[to], booking_id, now=now, until=until)

    async def accept(self, booking_id: int, *, now: datetime) -> bool:
        """A pending one is booked, if its time is not up."""
        return await self._change(_accept, booking_id, now=now, until=None)

    async def decline(self, booking_id: int, *, now: datetime) -> bool:
        return await self._change(_decline, booking_id, now=now)

    async def ask_to_cancel(self, booking: StoredBooking, *, now: datetime) -> bool:
        """False: it is asked already, or the booking has changed."""
        ask = _ask_to_cancel.where(_AS_SEEN, BookingRow.cancel_requested_at.is_(None))
        known = {"booking": booking.id, "sequence_seen": booking.sequence}
        return await self._session.count(ask.values(cancel_requested_at=now), known) == 1

    async def refuse_to_cancel(self, booking_id: int) -> bool:
        """False: nobody asks for it any more."""
        refuse = _ask_to_cancel.where(BookingRow.cancel_requested_at.is_not(None)).values(cancel_requested_at=None)
        return await self._session.count(refuse, {"booking": booking_id}) == 1

    async def keep_wishes(self, booking_id: int, wishes: Mapping[str, Any], *, now: datetime) -> bool:
        """As they are to be stored, of a visit that is to come or going on."""
        return await self._session.count(_keep_wishes, {"booking": booking_id, "wished": wishes, "now": now}) == 1

    async def with_untold_wishes(self, *, before: datetime, now: datetime, limit: int) -> list[StoredBooking]:
        """Visits to come whose wishes were changed before then, and the restaurant has not been told."""
        untold = BookingRow.wishes["told"].as_string().is_not(None)
        page = select(BookingRow.id).where(_STANDING, BookingRow.ends_at > now, BookingRow.changed_at <= before, untold)
        page = page.order_by(BookingRow.ends_at, BookingRow.id).limit(limit)
        return _whole(await self._session.rows(_of(page).order_by(BookingRow.id)))

    async def promise(self, booking_id: int, sequence: int, *, now: datetime) -> bool:
        """The guest confirms; False: it is no longer booked, or it was moved."""
        return await self._change(_promise, booking_id, now=now, sequence_seen=sequence)

    async def be_late(self, booking_id: int, sequence: int, minutes: int, *, now: datetime) -> bool:
        """False: nobody is expected any more, or it was moved."""
        return await self._change(_be_late, booking_id, now=now, sequence_seen=sequence, minutes=minutes)

    async def move(self, booking: StoredBooking, to: BookingStatus, *, now: datetime) -> bool:
        """Along the status machine; False: its status does not lead there any more, or it is at another place."""
        known = {"booking": booking.id, "sequence_seen": booking.sequence, "now": now}
        return await self._session.count(_moves[to].where(_AS_SEEN), known) == 1

    async def change_place(self, booking: StoredBooking, to: StoredBooking, *, now: datetime) -> bool:
        """One that is to come gets the time, party and tables of `to`; its cells are the caller's affair.

        What was asked or said of the old place is forgotten. False: it has changed.
        """
        values = {
            "slot_id": to.slot_id,
            "service_date": to.service_date,
            "starts_at": to.starts_at,
            "ends_at": to.ends_at,
            "party_size": to.party_size,
            "buffer_minutes": to.buffer_minutes,
            "status": to.status,
            "sequence": to.sequence,
            "late_minutes": to.late_minutes,
            "cancel_requested_at": to.cancel_requested_at,
        }
        known = {"booking": booking.id, "sequence_seen": booking.sequence, "now": now}
        if await self._session.count(_change_place, values | known) != 1:
            return False
        await self._session.send(_leave_tables, {"booking": booking.id})
        for table in to.tables:
            await self.seat_at(booking.id, table.id)
        return True

    async def complete(self, booking_id: int, *, now: datetime) -> bool:
        """A visit that is over."""
        return await self._change(_complete, booking_id, now=now)

    async def give_up_moves(self, booking_ids: Collection[int], *, now: datetime) -> list[int]:
        """The holds to which those bookings were to move."""
        rows = await self._session.rows(_give_up_moves, {"bookings": list(booking_ids), "now": now})
        return [row[0] for row in rows]

    async def give_up_hold(self, booking_id: int, *, now: datetime) -> bool:
        return await self._change(_give_up, booking_id, now=now)

    async def expire(self, booking_id: int, *, now: datetime, hold_until: datetime) -> bool:
        """What was held or pending until `hold_until`, if its time is up."""
        return await self._change(_expire_over, booking_id, now=now, until=hold_until)

    async def hide(self, booking_id: int, *, now: datetime) -> bool:
        query = update(BookingRow).where(BookingRow.id == booking_id, BookingRow.hidden_at.is_(None))
        return await self._session.count(query.values(hidden_at=now)) == 1

    async def due(self, *, now: datetime, limit: int) -> list[int]:
        """Visits that are over and still live, for the one who completes them: others leave them alone meanwhile."""
        query = select(BookingRow.id).where(_LIVE, BookingRow.ends_at <= now)
        query = query.order_by(BookingRow.ends_at, BookingRow.id)  # by id alone PostgreSQL reads all history
        rows = await self._session.rows(query.limit(limit).with_for_update(skip_locked=True))
        return [row[0] for row in rows]

    async def lapsed(self, *, now: datetime, limit: int) -> list[StoredHold]:
        """Held or pending until now, for the one who tidies them: others leave them alone meanwhile."""
        query = select(BookingRow.id, BookingRow.hold_until).where(_LAPSING, BookingRow.hold_until <= now)
        query = query.order_by(BookingRow.hold_until, BookingRow.id).limit(limit).with_for_update(skip_locked=True)
        return [_hold(row) for row in await self._session.rows(query)]

    async def _change(
        self, statement: Update, booking_id: int, *, now: datetime, **more: datetime | int | None
    ) -> bool:
        """False: not a row was left to change, somebody was faster."""
        return await self._session.count(statement, {"booking": booking_id, "now": now, **more}) == 1


def _of(page: Select[int]) -> Select[*tuple[object, ...]]:
    return _WHOLE.where(BookingRow.id.in_(page.scalar_subquery()))


def _to_come(now: datetime) -> ColumnElement[bool]:
    return and_(_STANDING, BookingRow.ends_at > now)


def _on_day(venue_id: int, day: date, status: BookingStatus | None) -> ColumnElement[bool]:
    wanted = _AGREED_ON if status is None else BookingRow.status == status
    return and_(BookingRow.venue_id == venue_id, BookingRow.service_date == day, wanted)
