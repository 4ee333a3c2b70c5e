"""A place that is free again is offered to those who wait, in the order in which they came."""

from datetime import date, datetime
from functools import partial

from loguru import logger

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.dao.waiting import WaitingParty
from app.domain.booking import BookingStatus
from app.domain.clock import Clock
from app.domain.events import USER_MSG, OfferPassed, Recipient, WaitingOffer
from app.domain.waiting import UNANSWERED, WaitingStatus, may_be_offered, offer_until
from app.services.cards import found, snapshot
from app.services.changes import OnChange, nobody_counts
from app.services.places import Places
from app.services.plans import Plan, Plans, Policy
from app.services.seats import Seats

_AT_ONCE = 20
"""Offers in one transaction, so that nobody waits for it."""


class OfferService:
    def __init__(
        self, db: Database, clock: Clock, policy: Policy, plans: Plans, on_change: OnChange = nobody_counts
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans
        self._on_change = on_change

    async def offer_freed(self, day: date | None = None) -> list[int]:
        """Holds for all whom something suits, on that day or on any; the ids of the bookings that are held.

        Run by several at once, each place is offered once. What suits nobody costs a few reads and no write.
        """
        offered: list[int] = []
        for free_day in await self._days_with_places(day):
            more = True
            while more:
                held = await self._db.write(partial(self._offer_on, day=free_day))
                self._on_change(BookingStatus.HELD, len(held))
                for booking_id in held:
                    logger.bind(booking=booking_id).info("Offered to a party that waits")
                offered += held
                more = len(held) == _AT_ONCE
        return offered

    async def take_back(self, booking_id: int) -> None:
        """An offer that cannot be heard of: whoever waited is gone."""
        now = self._clock.now()

        async def take_back(dao: WriteDao) -> None:
            booking = await dao.bookings.get(booking_id)
            if booking and booking.waiting_id is not None:
                await give_back(dao, booking, booking.waiting_id, WaitingStatus.LEFT, now)

        await self._db.write(take_back)

    async def note_message(self, waiting_id: int, message_id: int) -> None:
        """Which message of the chat makes the offer."""
        await self._db.write(lambda dao: dao.waiting.note_message(waiting_id, message_id))

    async def message_of(self, waiting_id: int) -> int | None:
        """In the guest's chat: what made the latest offer, if that is known."""
        async with self._db.read() as dao:
            return await dao.waiting.message_of(waiting_id)

    async def _days_with_places(self, day: date | None) -> list[date]:
        now = self._clock.now()
        async with self._db.read() as dao:
            parties = await dao.waiting.queue(self._policy.venue_id, day)
            if not parties:
                return []
            plan = await self._plan(dao)
            to_come = [party for party in parties if party.entry.latest > now]
            awake = _awake(to_come, plan, now)
            places = await self._places(dao, plan, awake) if awake else None
        if over := [party.entry.id for party in parties if party.entry.latest <= now]:
            await self._db.write(
                lambda dao: dao.waiting.change(over, WaitingStatus.OVER, of=[WaitingStatus.WAITING], now=now)
            )
        if places is None:
            return []
        return sorted({party.entry.service_date for party in awake if any(True for _ in places.suit(party))})

    async def _offer_on(self, dao: WriteDao, *, day: date) -> list[int]:
        now = self._clock.now()
        plan = await self._plan(dao)
        waiting = await dao.waiting.lock_day(self._policy.venue_id, day)
        parties = _awake([party for party in waiting if party.entry.latest > now], plan, now)
        if not parties:
            return []
        places = await self._places(dao, plan, parties)
        seats = Seats(dao, plan, now)
        offered: list[int] = []
        for party in parties:
            held = await self._hold(dao, seats, places, party)
            if held:
                places.taken(held)
                offered.append(held.id)
            if len(offered) == _AT_ONCE:
                break
        return offered

    async def _hold(self, dao: WriteDao, seats: Seats, places: Places, party: WaitingParty) -> StoredBooking | None:
        """The first that suits the party, unless somebody in the wizard is faster; then the next one."""
        entry, now = party.entry, self._clock.now()
        for place in places.suit(party):
            until = offer_until(place.sitting.starts_at, now=now)
            held = await seats.hold(
                party.user,
                place.sitting,
                place.fitting,
                party=entry.party_size,
                until=until,
                waiting_id=entry.id,
            )
            if held:
                await dao.waiting.change([entry.id], WaitingStatus.OFFERED, of=[WaitingStatus.WAITING], now=now)
                guest = Recipient(channel=party.user.channel, external_id=party.user.external_id)
                offer = WaitingOffer(recipient=guest, booking_id=held.id, waiting_id=entry.id)
                await dao.outbox.put(USER_MSG, offer, now=now, dedup_key=offer.dedup_key, booking_id=held.id)
                return held
        return None

    async def _places(self, dao: ReadDao, plan: Plan, parties: list[WaitingParty]) -> Places:
        most = self._policy.max_live_bookings
        return await Places.of(dao, plan, parties, most=most, now=self._clock.now())

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)


def _awake(parties: list[WaitingParty], plan: Plan, now: datetime) -> list[WaitingParty]:
    return [party for party in parties if may_be_offered(party.entry.service_date, now=now, zone=plan.zone)]


async def give_back(dao: WriteDao, offer: StoredBooking, waiting_id: int, to: WaitingStatus, now: datetime) -> bool:
    """The place is free again, and its entry in the queue is closed. False: it was answered or over before."""
    if offer.status is not BookingStatus.HELD or not await dao.bookings.give_up_hold(offer.id, now=now):
        return False
    await dao.cells.free([offer.id])
    await dao.waiting.change([waiting_id], to, of=[WaitingStatus.OFFERED], now=now)
    await dao.outbox.announce(OfferPassed(occurred_at=now, booking=snapshot(offer), waiting_id=waiting_id))
    return True


async def answered(dao: WriteDao, waiting_id: int, now: datetime) -> None:
    """«Yes», however late: the entry is closed, and what else is held for it by now, maybe that very place, is free."""
    await dao.waiting.change([waiting_id], WaitingStatus.BOOKED, of=UNANSWERED, now=now)
    other = await dao.waiting.offered(waiting_id)
    if other is not None:
        await give_back(dao, found(await dao.bookings.get(other)), waiting_id, WaitingStatus.BOOKED, now)
