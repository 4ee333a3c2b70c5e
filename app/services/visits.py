"""What a guest says before a visit: that they come, or that they will be late."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from loguru import logger

from app.dao.bookings import StoredBooking
from app.dao.database import Database, WriteDao
from app.domain.booking import EXPECTED, BookingStatus, Lateness, status_at
from app.domain.clock import Clock
from app.domain.errors import BookingChanged, BookingMovedSince, BookingNotFound, GraceOver, TooEarlyToBeLate
from app.domain.events import GuestLate
from app.domain.people import Actor
from app.services.cards import booking_card, found, grace_until, late_since, snapshot
from app.services.changes import OnChange, changed, nobody_counts
from app.services.plans import Plan, Plans, Policy
from app.services.views import BookingCard

Change = Callable[[WriteDao, Plan, StoredBooking], Awaitable[StoredBooking | None]]
"""None: it was so before."""


class VisitService:
    def __init__(
        self, db: Database, clock: Clock, policy: Policy, plans: Plans, on_change: OnChange = nobody_counts
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans
        self._on_change = on_change

    async def confirm(self, actor: Actor, booking_id: int, *, sequence: int | None = None) -> BookingCard:
        """The guest will come; said again, it is the same. `sequence` is of the booking that they saw.

        Raises BookingNotFound, BookingMovedSince, BookingChanged, GraceOver.
        """
        now = self._clock.now()

        async def confirm(dao: WriteDao, plan: Plan, booking: StoredBooking) -> StoredBooking | None:
            _ensure_grace(booking, plan, now)
            if booking.status is BookingStatus.CONFIRMED:
                return None
            if not await dao.bookings.promise(booking.id, booking.sequence, now=now):
                raise BookingChanged(status=booking.status)
            return replace(booking, status=BookingStatus.CONFIRMED, changed_at=now)

        card, is_new = await self._answer(actor, booking_id, sequence, now, confirm)
        return changed(card, self._on_change) if is_new else card

    async def late(
        self, actor: Actor, booking_id: int, minutes: Lateness, *, sequence: int | None = None
    ) -> BookingCard:
        """The table waits so much longer, and the host is told, unless it was said before.

        Raises BookingNotFound, BookingMovedSince, BookingChanged, GraceOver, TooEarlyToBeLate.
        """
        now = self._clock.now()

        async def be_late(dao: WriteDao, plan: Plan, booking: StoredBooking) -> StoredBooking | None:
            _ensure_grace(booking, plan, now)
            if now < late_since(booking, plan):
                raise TooEarlyToBeLate
            if booking.late_minutes == minutes:
                return None
            late = replace(booking, late_minutes=minutes, changed_at=now)
            if not await dao.bookings.be_late(booking.id, booking.sequence, minutes, now=now):
                raise BookingChanged(status=booking.status)
            until = grace_until(late, plan)
            await dao.outbox.announce(GuestLate(occurred_at=now, booking=snapshot(late), minutes=minutes, until=until))
            return late

        card, is_new = await self._answer(actor, booking_id, sequence, now, be_late)
        if is_new:
            logger.bind(booking=booking_id).info("The guest will be {} minutes late", minutes)
        return card

    async def _answer(
        self, actor: Actor, booking_id: int, sequence: int | None, now: datetime, change: Change
    ) -> tuple[BookingCard, bool]:
        """The guest's own booking with the change, and whether it is one. Their row is locked: presses come twice."""

        async def answer(dao: WriteDao) -> tuple[BookingCard, bool]:
            plan = await self._plans.get(dao, self._policy.venue_id)
            if await dao.users.find_locked(actor.person) is None:
                raise BookingNotFound
            booking = found(await dao.bookings.get_own(actor.person, booking_id))
            if sequence is not None and booking.sequence != sequence:
                raise BookingMovedSince
            if booking.status not in EXPECTED:
                raise BookingChanged(status=status_at(booking.status, booking.hold_until, now=now))
            after = await change(dao, plan, booking)
            return booking_card(after or booking, plan, now=now), after is not None

        return await self._db.write(answer)


def _ensure_grace(booking: StoredBooking, plan: Plan, now: datetime) -> None:
    if grace_until(booking, plan) <= now:
        raise GraceOver(phone=plan.card.phone)
