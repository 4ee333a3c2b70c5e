"""What guests wish for their visits. It is kept at once; the restaurant hears of it once the guest is done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from loguru import logger

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.domain.booking import status_at
from app.domain.clock import Clock
from app.domain.errors import BookingChanged
from app.domain.events import WishesChanged
from app.domain.people import Actor, Person
from app.domain.wishes import Wishes, ensure_may_wish
from app.services.cards import booking_card, found, snapshot
from app.services.plans import Plan, Plans, Policy
from app.services.views import BookingCard

_TOLD = "told"
_BATCH = 100
SETTLED = timedelta(minutes=10)
"""After it nobody waits any longer for a guest to say that they are done."""


class WishService:
    def __init__(self, db: Database, clock: Clock, policy: Policy, plans: Plans) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans

    async def read(self, actor: Actor, booking_id: int) -> BookingCard:
        """One's own that wishes can be made for. Raises BookingNotFound, BookingChanged, VisitOver."""
        async with self._db.read() as dao:
            plan, booking, now = await self._own(dao, actor, booking_id)
        return booking_card(booking, plan, now=now)

    async def change(self, actor: Actor, booking_id: int, edit: Callable[[Wishes], Wishes]) -> BookingCard:
        """Of one's own booking; `edit` makes the new ones of those there are, and may be called twice.

        Raises BookingNotFound, BookingChanged, VisitOver.
        """

        async def change(dao: WriteDao) -> BookingCard:
            await dao.users.find_locked(actor.person)
            plan, booking, now = await self._own(dao, actor, booking_id)
            wishes = Wishes.of(booking.wishes)
            wished = edit(wishes)
            if wished != wishes:
                booking = replace(booking, wishes=wished.stored() | _untold(booking, wished), changed_at=now)
                if not await dao.bookings.keep_wishes(booking_id, booking.wishes, now=now):
                    raise BookingChanged(status=booking.status)
            return booking_card(booking, plan, now=now)

        card = await self._db.write(change)
        logger.bind(booking=booking_id).info("Wishes are kept")
        return card

    async def done(self, actor: Actor, booking_id: int) -> bool:
        """The restaurant is told what has changed since it was told last; False: nothing has, or not for this visit."""

        async def done(dao: WriteDao) -> bool:
            await dao.users.find_locked(actor.person)
            booking = await dao.bookings.get_own(actor.person, booking_id)
            return booking is not None and await _tell(dao, booking, self._clock.now())

        return await self._db.write(done)

    async def tell_settled(self) -> int:
        """Of wishes whose guest has gone away in the middle; how many bookings that were."""
        now = self._clock.now()

        async def tell(dao: WriteDao) -> int:
            told = 0
            for stale in await dao.bookings.with_untold_wishes(before=now - SETTLED, now=now, limit=_BATCH):
                guest = Person(stale.user.external_id, stale.user.first_name, channel=stale.user.channel)
                await dao.users.find_locked(guest)
                booking = await dao.bookings.get_own(guest, stale.id)
                told += booking is not None and await _tell(dao, booking, now)
            return told

        return await self._db.write(tell)

    async def _own(self, dao: ReadDao, actor: Actor, booking_id: int) -> tuple[Plan, StoredBooking, datetime]:
        now = self._clock.now()
        plan = await self._plans.get(dao, self._policy.venue_id)
        booking = found(await dao.bookings.get_own(actor.person, booking_id))
        status = status_at(booking.status, booking.hold_until, now=now)
        ensure_may_wish(status, ends_at=booking.ends_at, now=now)
        return plan, booking, now


def _untold(booking: StoredBooking, wished: Wishes) -> dict[str, object]:
    """What the restaurant knows, if that is something else than what is wished now."""
    known = Wishes.of(booking.wishes.get(_TOLD, booking.wishes))
    return {_TOLD: known.stored()} if known != wished else {}


async def _tell(dao: WriteDao, booking: StoredBooking, now: datetime) -> bool:
    if _TOLD not in booking.wishes:
        return False
    wished = Wishes.of(booking.wishes)
    if not await dao.bookings.keep_wishes(booking.id, wished.stored(), now=now):
        return False
    changed = wished.unlike(Wishes.of(booking.wishes[_TOLD]))
    await dao.outbox.announce(WishesChanged(occurred_at=now, booking=snapshot(booking), changed=changed))
    return True
