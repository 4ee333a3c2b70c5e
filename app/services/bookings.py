"""Hold, book, cancel, hide, complete. Each is one short transaction; refusals are domain errors."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime

from loguru import logger

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.domain.booking import (
    CAME_TO_NOTHING,
    STANDING,
    BookingStatus,
    ensure_cancelable,
    ensure_in_time,
    ensure_not_begun,
    may_cancel_alone,
    status_at,
)
from app.domain.clock import Clock
from app.domain.errors import (
    BookingChanged,
    BookingNotFound,
    CancelTooLate,
    NotAllowed,
    SlotTaken,
)
from app.domain.events import (
    BookingCanceled,
    BookingCompleted,
    BookingCreated,
    BookingEvent,
    BookingHidden,
    BookingRequested,
)
from app.domain.people import Actor
from app.services.cards import booking_card, found, snapshot
from app.services.changes import OnChange, changed, nobody_counts
from app.services.consent import ensure_agreed
from app.services.holds import ensure_room, give_up_hold
from app.services.moves import ensure_party_moves_alone, movable
from app.services.offers import answered
from app.services.plans import Plan, Plans, Policy
from app.services.seats import Seats, lapse, sitting_of, vacate
from app.services.views import BookingCard, Page

_BATCH = 100


class BookingService:
    def __init__(
        self, db: Database, clock: Clock, policy: Policy, plans: Plans, on_change: OnChange = nobody_counts
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans
        self._on_change = on_change

    async def hold(
        self,
        actor: Actor,
        *,
        party: int,
        day: date,
        slot_id: int | None = None,
        starts_at: datetime | None = None,
        table_id: int | Collection[int] | None = None,
        replaces: int | None = None,
    ) -> BookingCard:
        """Keeps a table while the guest confirms: the wished one, or the best fit that is free, or tables together.

        Several tables may be wished as well, all of them together. A sitting is named by its slot, a start on a grid by
        its moment. An earlier hold of the guest is given up, also if this one fails for want of a free table. What
        `replaces` one of the guest's bookings is for `MoveService` to confirm; that booking stands until then, and is
        not in its own way. Raises SlotTaken, SittingOver, TooSoon, DayNotOffered, PartyTooLarge, OverlappingBooking,
        TooManyBookings, BookingClosed, and what `movable` raises.
        """
        now = self._clock.now()

        async def hold(dao: WriteDao) -> BookingCard | None:
            plan = await self._plan(dao)
            fitting = plan.fitting(party).only(table_id)
            plan.ensure_offered(day, self._policy, now=now)
            sitting = plan.sitting(day, party, slot_id=slot_id, starts_at=starts_at and starts_at.astimezone(UTC))
            ensure_in_time(sitting.starts_at, lead=plan.policy.lead, now=now)
            user = await dao.users.lock(actor.person, now=now)
            moving = None
            if replaces is not None:
                ensure_party_moves_alone(plan, party)
                await dao.bookings.lock(replaces)
                moving = movable(await dao.bookings.get_own(actor.person, replaces), plan, now=now)
            await give_up_hold(dao, user.id, now)
            stay = sitting.starts_at, sitting.ends_at
            await ensure_room(dao, plan, self._policy, actor, user, stay, now=now, without=replaces)
            until = now + self._policy.hold
            seats = Seats(dao, plan, now)
            held = await seats.hold(user, sitting, fitting, party=party, until=until, replaces=moving)
            return booking_card(held, plan, now=now) if held else None

        held = await self._db.write(hold)
        if held is None:
            raise SlotTaken
        self._on_change(BookingStatus.HELD, 1)
        return held

    async def release(self, actor: Actor) -> bool:
        """Gives up the guest's hold; True if there was one that was still good."""
        now = self._clock.now()

        async def release(dao: WriteDao) -> bool:
            user = await dao.users.find_locked(actor.person)
            return user is not None and await give_up_hold(dao, user.id, now)

        return await self._db.write(release)

    async def book(self, actor: Actor, booking_id: int) -> BookingCard:
        """The guest's own hold becomes a booking, or pending if the party is so large; again, it is the same booking.

        Also a hold whose time is up, as long as nobody took the table. The actor agrees with it to how the venue
        keeps personal data, see `ensure_agreed`. Raises BookingNotFound, BookingChanged, ConsentNeeded, SittingOver,
        TooSoon, DayNotOffered, OverlappingBooking, TooManyBookings, SlotTaken.
        """
        now = self._clock.now()

        async def book(dao: WriteDao) -> tuple[BookingCard, bool]:
            plan = await self._plan(dao)
            user = await dao.users.find_locked(actor.person)
            booking = await dao.bookings.get_own(actor.person, booking_id)
            if user is None or booking is None or booking.replaces_id is not None:
                raise BookingNotFound
            if status_at(booking.status, booking.hold_until, now=now) in STANDING:
                return booking_card(booking, plan, now=now), False
            if booking.status not in CAME_TO_NOTHING:
                raise BookingChanged(status=status_at(booking.status, booking.hold_until, now=now))
            await ensure_agreed(dao, plan, user, actor, now=now)
            ensure_not_begun(booking.starts_at, now=now)
            plan.ensure_still_offered(sitting_of(booking), booking.tables, booking.party_size)
            await ensure_room(dao, plan, self._policy, actor, user, (booking.starts_at, booking.ends_at), now=now)
            booked, event = _agreed(booking, plan, now)
            to, until = booked.status, booked.hold_until
            in_time = await dao.bookings.confirm(booking_id, to, now=now, until=until)
            if not in_time and not await dao.bookings.confirm_expired(booking_id, to, now=now, until=until):
                raise SlotTaken
            if booking.waiting_id is not None:
                await answered(dao, booking.waiting_id, now)
            if not in_time:
                ensure_in_time(booking.starts_at, lead=plan.policy.lead, now=now)
                await Seats(dao, plan, now).take_again(booking)
            await dao.outbox.announce(event)
            return booking_card(booked, plan, now=now), True

        card, is_new = await self._db.write(book)
        return changed(card, self._on_change) if is_new else card

    async def cancel(self, actor: Actor, booking_id: int, *, if_asked: bool = False) -> BookingCard:
        """One's own until the policy's deadline, or any of a venue one is staff of.

        `if_asked`: only while its guest asks for it. Raises BookingNotFound, BookingChanged, VisitAlreadyStarted,
        CancelTooLate.
        """
        now = self._clock.now()

        async def cancel(dao: WriteDao) -> BookingCard:
            plan = await self._plan(dao)
            booking = found(await dao.bookings.get_for(actor, booking_id))
            if if_asked and booking.cancel_requested_at is None:
                raise BookingChanged(status=booking.status)
            staff = actor.is_staff_of(booking.venue_id)
            canceled = await self._cancel(dao, plan, booking, now, staff=staff)
            by_staff = staff and not booking.user.is_person(actor.person)
            await dao.outbox.announce(BookingCanceled(occurred_at=now, booking=snapshot(canceled), by_staff=by_staff))
            return booking_card(canceled, plan, now=now)

        return changed(await self._db.write(cancel), self._on_change)

    async def hide(self, actor: Actor, booking_id: int) -> bool:
        """Takes one's own booking out of one's history; True: one that was to come, so it was cancelled first.

        Raises BookingNotFound, BookingChanged, VisitAlreadyStarted, CancelTooLate.
        """
        now = self._clock.now()

        async def hide(dao: WriteDao) -> tuple[StoredBooking, list[BookingEvent]] | None:
            plan = await self._plan(dao)
            booking = found(await dao.bookings.get_own(actor.person, booking_id))
            if status_at(booking.status, booking.hold_until, now=now) in CAME_TO_NOTHING:
                raise BookingNotFound
            if booking.hidden_at is not None:
                return None
            events: list[BookingEvent] = []
            if booking.status in STANDING and booking.ends_at > now:
                staff = actor.is_staff_of(booking.venue_id)
                booking = await self._cancel(dao, plan, booking, now, staff=staff)
                events.append(BookingCanceled(occurred_at=now, booking=snapshot(booking)))
            if await dao.bookings.hide(booking_id, now=now):
                events.append(BookingHidden(occurred_at=now, booking=snapshot(booking)))
            await dao.outbox.announce(*events)
            return booking, events

        done = await self._db.write(hide)
        if done is None:
            return False
        booking, events = done
        canceled = sum(isinstance(event, BookingCanceled) for event in events)
        self._on_change(BookingStatus.CANCELED, canceled)
        logger.bind(booking=booking_id).info("Hidden by the guest, {}", booking.status)
        return bool(canceled)

    async def card(self, actor: Actor, booking_id: int) -> BookingCard:
        """One's own unless hidden, or any of a venue one is staff of. Raises BookingNotFound."""
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            booking = found(await dao.bookings.get_for(actor, booking_id))
        return booking_card(booking, plan, now=self._clock.now())

    async def own(self, actor: Actor, booking_id: int) -> BookingCard:
        """One's own, be it hidden: for what was taken of it elsewhere. Raises BookingNotFound."""
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            booking = found(await dao.bookings.get_own(actor.person, booking_id))
        return booking_card(booking, plan, now=self._clock.now())

    async def mine(self, actor: Actor, *, page: int = 0, size: int = 5) -> Page[BookingCard]:
        """What is to come, soonest first, then what is over, latest first; no holds, nothing hidden."""
        now = self._clock.now()
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            found = await dao.bookings.mine(actor.person, now=now, offset=page * size, limit=size)
            total = await dao.bookings.mine_count(actor.person)
        return Page([booking_card(booking, plan, now=now) for booking in found], page, size, total)

    async def on_day(
        self, actor: Actor, day: date, *, status: BookingStatus | None = None, page: int = 0, size: int = 8
    ) -> Page[BookingCard]:
        """The bookings of a service day as they begin; holds only if asked for by status. Raises NotAllowed."""
        venue_id, now = self._policy.venue_id, self._clock.now()
        if not actor.is_staff_of(venue_id):
            raise NotAllowed
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            found = await dao.bookings.on_day(venue_id, day, status, offset=page * size, limit=size)
            total = await dao.bookings.on_day_count(venue_id, day, status)
        return Page([booking_card(booking, plan, now=now) for booking in found], page, size, total)

    async def complete(self, booking_id: int) -> bool:
        """A visit that is over; False if it is not, or no longer live."""
        now = self._clock.now()
        completed = await self._db.write(lambda dao: self._complete(dao, [booking_id], now))
        self._on_change(BookingStatus.COMPLETED, len(completed))
        return bool(completed)

    async def complete_due(self) -> list[int]:
        """All visits that are over."""

        async def complete(dao: WriteDao) -> tuple[list[int], bool]:
            now = self._clock.now()
            due = await dao.bookings.due(now=now, limit=_BATCH)
            return await self._complete(dao, due, now), len(due) == _BATCH

        return await self._in_batches(complete, to=BookingStatus.COMPLETED)

    async def expire_holds(self) -> int:
        """Tidies what was held or pending and whose time is up; search and booking do not wait for it."""

        async def tidy(dao: WriteDao) -> tuple[list[int], bool]:
            now = self._clock.now()
            due = await dao.bookings.lapsed(now=now, limit=_BATCH)
            expired = [hold.id for hold in due if await lapse(dao, hold.id, hold.hold_until, now)]
            return expired, len(due) == _BATCH

        return len(await self._in_batches(tidy, to=BookingStatus.EXPIRED))

    async def _in_batches(
        self, work: Callable[[WriteDao], Awaitable[tuple[list[int], bool]]], *, to: BookingStatus
    ) -> list[int]:
        """All bookings that `work` has changed, a transaction for each batch for as long as it says that more wait."""
        changed: list[int] = []
        more = True
        while more:
            batch, more = await self._db.write(work)
            self._on_change(to, len(batch))
            changed += batch
        return changed

    async def snapshot_status(self, booking_id: int) -> BookingCard | None:
        """For the service itself: what a notice reads again before it is sent."""
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            booking = await dao.bookings.get(booking_id)
        return booking_card(booking, plan, now=self._clock.now()) if booking else None

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)

    async def _cancel(
        self, dao: WriteDao, plan: Plan, booking: StoredBooking, now: datetime, *, staff: bool
    ) -> StoredBooking:
        status = status_at(booking.status, booking.hold_until, now=now)
        ensure_cancelable(status, starts_at=booking.starts_at, now=now)
        deadline = plan.policy.cancel_deadline(booking.starts_at, booking.service_date, plan.zone)
        if not staff and not may_cancel_alone(status, deadline=deadline, now=now):
            raise CancelTooLate(phone=plan.card.phone)
        if not await dao.bookings.move(booking, BookingStatus.CANCELED, now=now):
            raise BookingChanged(status=found(await dao.bookings.get(booking.id)).status)
        await vacate(dao, [booking.id], now)
        return replace(booking, status=BookingStatus.CANCELED, changed_at=now)

    async def _complete(self, dao: WriteDao, booking_ids: list[int], now: datetime) -> list[int]:
        completed = [booking_id for booking_id in booking_ids if await dao.bookings.complete(booking_id, now=now)]
        if completed:
            await vacate(dao, completed, now)
            bookings = await dao.bookings.get_many(completed)
            await dao.outbox.announce(
                *(BookingCompleted(occurred_at=now, booking=snapshot(booking)) for booking in bookings)
            )
        return completed


def _agreed(booking: StoredBooking, plan: Plan, now: datetime) -> tuple[StoredBooking, BookingEvent]:
    """What a hold becomes, and who hears of it."""
    if plan.policy.asks_first(booking.party_size):
        until = plan.policy.pending_until(booking.starts_at, now=now)
        pending = replace(booking, status=BookingStatus.PENDING, hold_until=until, changed_at=now)
        return pending, BookingRequested(occurred_at=now, booking=snapshot(pending), answer_until=until)
    booked = replace(booking, status=BookingStatus.BOOKED, hold_until=None, changed_at=now)
    return booked, BookingCreated(occurred_at=now, booking=snapshot(booked))
