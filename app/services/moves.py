"""A booking gets another time, table or party, in one transaction that swaps; until then, and if it fails, it stands.

`BookingService.hold(…, replaces=…)` keeps the new place while the guest confirms.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.domain.booking import LIVE, BookingStatus, ensure_in_time, ensure_movable, status_at
from app.domain.clock import Clock
from app.domain.errors import BookingChanged, BookingMovedSince, BookingNotFound, PartyMovesByPhone
from app.domain.events import BookingMoved
from app.domain.people import Actor
from app.services.cards import booking_card, found, snapshot
from app.services.changes import OnChange, changed, nobody_counts
from app.services.holds import ensure_room, give_up
from app.services.plans import Plan, Plans, Policy
from app.services.seats import Seats, sitting_of
from app.services.views import BookingCard


def movable(booking: StoredBooking | None, plan: Plan, *, now: datetime) -> StoredBooking:
    """Raises BookingNotFound, BookingChanged, VisitAlreadyStarted, MoveTooLate."""
    booking = found(booking)
    deadline = plan.policy.cancel_deadline(booking.starts_at, booking.service_date, plan.zone)
    ensure_movable(booking.status, starts_at=booking.starts_at, deadline=deadline, now=now, phone=plan.card.phone)
    return booking


def ensure_party_moves_alone(plan: Plan, party: int) -> None:
    """Raises PartyMovesByPhone."""
    if plan.policy.asks_first(party):
        raise PartyMovesByPhone(largest=plan.policy.largest_online or 0, phone=plan.card.phone)


class MoveService:
    def __init__(
        self, db: Database, clock: Clock, policy: Policy, plans: Plans, on_change: OnChange = nobody_counts
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans
        self._on_change = on_change

    async def movable(self, actor: Actor, booking_id: int) -> BookingCard:
        """The guest's own, as it is before it moves. Raises what `movable` raises."""
        now = self._clock.now()
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            booking = movable(await dao.bookings.get_own(actor.person, booking_id), plan, now=now)
        return booking_card(booking, plan, now=now)

    async def ensure_party(self, party: int) -> None:
        """Raises PartyMovesByPhone."""
        async with self._db.read() as dao:
            ensure_party_moves_alone(await self._plan(dao), party)

    async def move(self, actor: Actor, hold_id: int) -> BookingCard:
        """The booking moves to what the guest holds for it; asked again, or where it was, it is the same and no news.

        Also to a hold whose time is up, as long as nobody took the table. Raises BookingNotFound, BookingMovedSince,
        BookingChanged, VisitAlreadyStarted, MoveTooLate, SittingOver, TooSoon, DayNotOffered, OverlappingBooking,
        SlotTaken.
        """
        now = self._clock.now()

        async def move(dao: WriteDao) -> tuple[BookingCard, bool]:
            plan = await self._plan(dao)
            user = await dao.users.find_locked(actor.person)
            hold = await dao.bookings.get_own(actor.person, hold_id)
            if user is None or hold is None or hold.replaces_id is None:
                raise BookingNotFound
            booking = found(await dao.bookings.get_own(actor.person, hold.replaces_id))
            if booking.status in LIVE and _is_there(booking, hold):
                await give_up(dao, hold.id, now)
                return booking_card(booking, plan, now=now), False
            movable(booking, plan, now=now)
            if booking.sequence != hold.sequence:
                raise BookingMovedSince
            held = status_at(hold.status, hold.hold_until, now=now) is BookingStatus.HELD
            ensure_in_time(hold.starts_at, lead=timedelta() if held else plan.policy.lead, now=now)
            plan.ensure_still_offered(sitting_of(hold), hold.tables, hold.party_size)
            stay = hold.starts_at, hold.ends_at
            await ensure_room(dao, plan, self._policy, actor, user, stay, now=now, without=booking.id)
            moved = _moved(booking, hold, now)
            if not await dao.bookings.change_place(booking, moved, now=now):
                raise BookingChanged(status=found(await dao.bookings.get(booking.id)).status)
            await Seats(dao, plan, now).exchange(moved, held=held)
            await dao.outbox.drop_planned(booking.id)
            await dao.outbox.announce(BookingMoved(occurred_at=now, booking=snapshot(moved), before=snapshot(booking)))
            return booking_card(moved, plan, now=now), True

        card, is_new = await self._db.write(move)
        return changed(card, self._on_change, "moved") if is_new else card

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)


def _moved(booking: StoredBooking, hold: StoredBooking, now: datetime) -> StoredBooking:
    """What was confirmed, asked or said of the old place is not of the new one."""
    return replace(
        booking,
        slot_id=hold.slot_id,
        service_date=hold.service_date,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        party_size=hold.party_size,
        tables=hold.tables,
        buffer_minutes=hold.buffer_minutes,
        status=BookingStatus.BOOKED,
        sequence=booking.sequence + 1,
        late_minutes=0,
        cancel_requested_at=None,
        changed_at=now,
    )


def _is_there(booking: StoredBooking, hold: StoredBooking) -> bool:
    """Already, or still."""
    return (booking.starts_at, booking.ends_at, booking.party_size, booking.tables) == (
        hold.starts_at,
        hold.ends_at,
        hold.party_size,
        hold.tables,
    )
