"""Hold, book, cancel, hide, complete. Each is one short transaction; refusals are domain errors."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

from loguru import logger

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.domain.booking import (
    CAME_TO_NOTHING,
    LIVE,
    BookingStatus,
    ensure_cancelable,
    ensure_not_begun,
    ensure_room_for_one_more,
)
from app.domain.clock import Clock
from app.domain.errors import (
    BookingChanged,
    BookingNotFound,
    DayNotOffered,
    NotAllowed,
    SlotTaken,
)
from app.domain.events import BookingCanceled, BookingCompleted, BookingCreated, BookingEvent, BookingHidden
from app.domain.people import Actor
from app.domain.schedule import Sitting
from app.domain.seating import Table
from app.services.cards import booking_card, snapshot
from app.services.plans import Plan, Plans, Policy
from app.services.seats import Seats
from app.services.views import BookingCard, Page

_BATCH = 100

OnChange = Callable[[BookingStatus, int], None]
"""How many bookings became so."""


def nobody_counts(_status: BookingStatus, _count: int) -> None:
    """Where no metrics are kept."""


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
        self, actor: Actor, *, party: int, day: date, slot_id: int, table_id: int | None = None
    ) -> BookingCard:
        """Keeps a table while the guest confirms: the wished one, or the best fit that is free.

        An earlier hold of the guest is given up, also if this one fails for want of a free table. Raises SlotTaken,
        SittingOver, DayNotOffered, PartyTooLarge, TooManyBookings, BookingClosed.
        """
        now = self._clock.now()

        async def hold(dao: WriteDao) -> BookingCard | None:
            plan = await self._plan(dao)
            sitting, tables = self._wish(plan, party=party, day=day, slot_id=slot_id, table_id=table_id, now=now)
            user = await dao.users.lock(actor.person, now=now)
            await self._give_up_hold(dao, user.id, now)
            live = await dao.bookings.live_count(user.id, now=now)
            ensure_room_for_one_more(live, limit=self._policy.max_live_bookings)
            held = await Seats(dao, now).hold(
                user, sitting, tables, venue_id=plan.card.id, party=party, until=now + self._policy.hold
            )
            return booking_card(held, plan.zone, now=now) if held else None

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
            return user is not None and await self._give_up_hold(dao, user.id, now)

        return await self._db.write(release)

    async def book(self, actor: Actor, booking_id: int) -> BookingCard:
        """The guest's own hold becomes a booking; asked again, it is the same booking.

        Also a hold whose time is up, as long as nobody took the table. Raises BookingNotFound, BookingChanged,
        SittingOver, TooManyBookings, SlotTaken.
        """
        now = self._clock.now()

        async def book(dao: WriteDao) -> tuple[BookingCard, bool]:
            plan = await self._plan(dao)
            user = await dao.users.find_locked(actor.person)
            booking = await dao.bookings.get_own(actor.person, booking_id)
            if user is None or booking is None:
                raise BookingNotFound
            if booking.status in LIVE:
                return booking_card(booking, plan.zone, now=now), False
            if booking.status not in CAME_TO_NOTHING:
                raise BookingChanged(status=booking.status)
            ensure_not_begun(booking.starts_at, now=now)
            live = await dao.bookings.live_count(user.id, now=now)
            ensure_room_for_one_more(live, limit=self._policy.max_live_bookings)
            if not await dao.bookings.confirm(booking_id, now=now):
                await Seats(dao, now).take_again(booking, plan.tables)
            booked = replace(booking, status=BookingStatus.BOOKED, hold_until=None)
            await dao.outbox.announce(BookingCreated(occurred_at=now, booking=snapshot(booked)))
            return booking_card(booked, plan.zone, now=now), True

        card, is_new = await self._db.write(book)
        if is_new:
            self._on_change(BookingStatus.BOOKED, 1)
            _log("Booked", card)
        return card

    async def cancel(self, actor: Actor, booking_id: int) -> BookingCard:
        """One's own, or any of a venue one is staff of. Raises BookingNotFound, BookingChanged, VisitAlreadyStarted."""
        now = self._clock.now()

        async def cancel(dao: WriteDao) -> BookingCard:
            plan = await self._plan(dao)
            booking = _found(await dao.bookings.get_for(actor, booking_id))
            canceled = await self._cancel(dao, booking, now)
            await dao.outbox.announce(BookingCanceled(occurred_at=now, booking=snapshot(canceled)))
            return booking_card(canceled, plan.zone, now=now)

        card = await self._db.write(cancel)
        self._on_change(BookingStatus.CANCELED, 1)
        _log("Canceled", card)
        return card

    async def hide(self, actor: Actor, booking_id: int) -> None:
        """Takes one's own booking out of one's history; one that is to come is cancelled first.

        Raises BookingNotFound, BookingChanged, VisitAlreadyStarted.
        """
        now = self._clock.now()

        async def hide(dao: WriteDao) -> tuple[StoredBooking, list[BookingEvent]] | None:
            booking = _found(await dao.bookings.get_own(actor.person, booking_id))
            if booking.status in CAME_TO_NOTHING:
                raise BookingNotFound
            if booking.hidden_at is not None:
                return None
            events: list[BookingEvent] = []
            if booking.status in LIVE and booking.ends_at > now:
                booking = await self._cancel(dao, booking, now)
                events.append(BookingCanceled(occurred_at=now, booking=snapshot(booking)))
            if await dao.bookings.hide(booking_id, now=now):
                events.append(BookingHidden(occurred_at=now, booking=snapshot(booking)))
            await dao.outbox.announce(*events)
            return booking, events

        if done := await self._db.write(hide):
            booking, events = done
            self._on_change(BookingStatus.CANCELED, sum(isinstance(event, BookingCanceled) for event in events))
            logger.bind(booking=booking_id).info("Hidden by the guest, {}", booking.status)

    async def card(self, actor: Actor, booking_id: int) -> BookingCard:
        """One's own unless hidden, or any of a venue one is staff of. Raises BookingNotFound."""
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            booking = _found(await dao.bookings.get_for(actor, booking_id))
        return booking_card(booking, plan.zone, now=self._clock.now())

    async def mine(self, actor: Actor, *, page: int = 0, size: int = 5) -> Page[BookingCard]:
        """What is to come, soonest first, then what is over, latest first; no holds, nothing hidden."""
        now = self._clock.now()
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            found = await dao.bookings.mine(actor.person, now=now, offset=page * size, limit=size)
            total = await dao.bookings.mine_count(actor.person)
        return Page([booking_card(booking, plan.zone, now=now) for booking in found], page, size, total)

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
        return Page([booking_card(booking, plan.zone, now=now) for booking in found], page, size, total)

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
        """Tidies holds whose time is up; search and booking do not wait for it."""

        async def tidy(dao: WriteDao) -> tuple[list[int], bool]:
            now = self._clock.now()
            due = await dao.bookings.expired_holds(now=now, limit=_BATCH)
            expired = [
                hold.id for hold in due if await dao.bookings.expire_hold(hold.id, now=now, hold_until=hold.hold_until)
            ]
            await dao.cells.free(expired)
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
        return booking_card(booking, plan.zone, now=self._clock.now()) if booking else None

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)

    def _wish(
        self, plan: Plan, *, party: int, day: date, slot_id: int, table_id: int | None, now: datetime
    ) -> tuple[Sitting, list[Table]]:
        fitting = plan.fitting(party)
        plan.ensure_offered(day, self._policy, now=now)
        sitting = next((sitting for sitting in plan.sittings(day) if sitting.slot_id == slot_id), None)
        if sitting is None:
            raise DayNotOffered
        ensure_not_begun(sitting.starts_at, now=now)
        return sitting, [table for table in fitting if table_id in {None, table.id}]

    async def _give_up_hold(self, dao: WriteDao, user_id: int, now: datetime) -> bool:
        held = await dao.bookings.hold_of(user_id)
        if held is None or not await dao.bookings.expire_hold(held.id, now=now):
            return False
        await dao.cells.free([held.id])
        return held.hold_until > now

    async def _cancel(self, dao: WriteDao, booking: StoredBooking, now: datetime) -> StoredBooking:
        ensure_cancelable(booking.status, starts_at=booking.starts_at, now=now)
        if not await dao.bookings.move(booking.id, BookingStatus.CANCELED, now=now):
            raise BookingChanged(status=booking.status)
        await dao.cells.free([booking.id])
        return replace(booking, status=BookingStatus.CANCELED)

    async def _complete(self, dao: WriteDao, booking_ids: list[int], now: datetime) -> list[int]:
        completed = [booking_id for booking_id in booking_ids if await dao.bookings.complete(booking_id, now=now)]
        if completed:
            await dao.cells.free(completed)
            bookings = await dao.bookings.get_many(completed)
            await dao.outbox.announce(
                *(BookingCompleted(occurred_at=now, booking=snapshot(booking)) for booking in bookings)
            )
        return completed


def _found(booking: StoredBooking | None) -> StoredBooking:
    if booking is None:
        raise BookingNotFound
    return booking


def _log(change: str, card: BookingCard) -> None:
    """One line for each committed change; the line's ids say whose it is."""
    tables = ", ".join(str(table.number) for table in card.tables)
    logger.bind(booking=card.id).info(
        "{}: table {} for {} on {:%Y-%m-%d at %H:%M}", change, tables, card.party_size, card.starts_at
    )
