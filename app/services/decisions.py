"""What the restaurant is asked, and its answers. Each is one short transaction; refusals are domain errors."""

from dataclasses import replace

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.domain.booking import CANCELABLE, LIVE, BookingStatus, ensure_cancelable, status_at
from app.domain.clock import Clock
from app.domain.errors import BookingChanged, NotAllowed
from app.domain.events import BookingAccepted, BookingDeclined, CancelRefused, CancelRequested
from app.domain.people import Actor
from app.services.cards import booking_card, found, snapshot
from app.services.changes import OnChange, changed, nobody_counts
from app.services.plans import Plan, Plans, Policy
from app.services.views import BookingCard


class DecisionService:
    def __init__(
        self, db: Database, clock: Clock, policy: Policy, plans: Plans, on_change: OnChange = nobody_counts
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans
        self._on_change = on_change

    async def accept(self, actor: Actor, booking_id: int) -> BookingCard:
        """A pending booking stands from now on; again, it is the same. Raises NotAllowed, BookingChanged."""
        now = self._clock.now()

        async def accept(dao: WriteDao) -> tuple[BookingCard, bool]:
            plan, booking = await self._of_staff(dao, actor, booking_id)
            if booking.status in LIVE:
                return booking_card(booking, plan, now=now), False
            if not await dao.bookings.accept(booking_id, now=now):
                raise BookingChanged(status=status_at(booking.status, booking.hold_until, now=now))
            accepted = replace(booking, status=BookingStatus.BOOKED, hold_until=None, changed_at=now)
            await dao.outbox.announce(BookingAccepted(occurred_at=now, booking=snapshot(accepted)))
            return booking_card(accepted, plan, now=now), True

        card, is_new = await self._db.write(accept)
        return changed(card, self._on_change) if is_new else card

    async def decline(self, actor: Actor, booking_id: int) -> BookingCard:
        """A pending booking comes to nothing; again, it is the same. Raises NotAllowed, BookingChanged."""
        now = self._clock.now()

        async def decline(dao: WriteDao) -> tuple[BookingCard, bool]:
            plan, booking = await self._of_staff(dao, actor, booking_id)
            if booking.status is BookingStatus.DECLINED:
                return booking_card(booking, plan, now=now), False
            if not await dao.bookings.decline(booking_id, now=now):
                raise BookingChanged(status=status_at(booking.status, booking.hold_until, now=now))
            await dao.cells.free([booking_id])
            declined = replace(booking, status=BookingStatus.DECLINED, changed_at=now)
            await dao.outbox.announce(BookingDeclined(occurred_at=now, booking=snapshot(declined)))
            return booking_card(declined, plan, now=now), True

        card, is_new = await self._db.write(decline)
        return changed(card, self._on_change) if is_new else card

    async def ask_to_cancel(self, actor: Actor, booking_id: int) -> BookingCard:
        """One's own, when it is too late to cancel it: the restaurant decides. Asked again, nothing more happens.

        Raises BookingNotFound, BookingChanged, VisitAlreadyStarted.
        """
        now = self._clock.now()

        async def ask(dao: WriteDao) -> BookingCard:
            plan = await self._plan(dao)
            booking = found(await dao.bookings.get_own(actor.person, booking_id))
            status = status_at(booking.status, booking.hold_until, now=now)
            ensure_cancelable(status, starts_at=booking.starts_at, now=now)
            if await dao.bookings.ask_to_cancel(booking, now=now):
                await dao.outbox.announce(CancelRequested(occurred_at=now, booking=snapshot(booking)))
            return booking_card(replace(booking, cancel_requested_at=now), plan, now=now)

        return await self._db.write(ask)

    async def refuse_to_cancel(self, actor: Actor, booking_id: int) -> BookingCard:
        """The booking stands, and the guest who asked is told. Raises NotAllowed, BookingChanged."""
        now = self._clock.now()

        async def refuse(dao: WriteDao) -> BookingCard:
            plan, booking = await self._of_staff(dao, actor, booking_id)
            if booking.status not in CANCELABLE:
                raise BookingChanged(status=booking.status)
            if await dao.bookings.refuse_to_cancel(booking_id):
                await dao.outbox.announce(CancelRefused(occurred_at=now, booking=snapshot(booking)))
            return booking_card(replace(booking, cancel_requested_at=None), plan, now=now)

        return await self._db.write(refuse)

    async def _of_staff(self, dao: WriteDao, actor: Actor, booking_id: int) -> tuple[Plan, StoredBooking]:
        """A booking of the venue, for those who decide on it. Raises NotAllowed, BookingNotFound."""
        if not actor.is_staff_of(self._policy.venue_id):
            raise NotAllowed
        return await self._plan(dao), found(await dao.bookings.get_of_venue(self._policy.venue_id, booking_id))

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)
