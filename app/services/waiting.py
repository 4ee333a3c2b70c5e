"""Waiting for a place to be freed. Each use case is one short transaction; refusals are domain errors."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from app.dao.database import Database, ReadDao, WriteDao
from app.dao.waiting import StoredPlace, StoredWaiting
from app.domain.booking import ensure_in_time
from app.domain.clock import Clock
from app.domain.errors import (
    BookingNotFound,
    DayNotOffered,
    NotAllowed,
    OverlappingBooking,
    PlaceIsFree,
    TooManyWaiting,
    WaitingNotFound,
)
from app.domain.people import Actor
from app.domain.schedule import Sitting
from app.domain.seating import free_offers
from app.domain.waiting import MOST_OPEN, OPEN, DayPart, WaitingStatus
from app.services.cards import booking_card, found
from app.services.consent import ensure_agreed
from app.services.offers import give_back
from app.services.plans import Plan, Plans, Policy
from app.services.seats import occupancy_of
from app.services.views import BookingCard, WaitingCard, WaitingChoice


class WaitingService:
    def __init__(self, db: Database, clock: Clock, policy: Policy, plans: Plans) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans

    async def choices(self, day: date, *, party: int) -> list[WaitingChoice]:
        """The parts of the day with nothing free, the whole day first, and then each sitting with nothing free.

        Raises DayNotOffered, BookingClosed, PartyTooLarge.
        """
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            plan.ensure_offered(day, self._policy, now=self._clock.now())
            to_come = self._to_come(plan, plan.sittings(day, party))
            free = await self._free(dao, plan, to_come, party)
        return _choices(plan, to_come, free)

    async def some_full(self, day: date, *, party: int, free: int) -> bool:
        """Whether that day has more sittings to come than these that are free."""
        plan = await self._plans.read(self._policy.venue_id)
        return len(self._to_come(plan, plan.sittings(day, party))) > free

    async def join(self, actor: Actor, *, party: int, day: date, earliest: datetime, latest: datetime) -> WaitingCard:
        """For the first place whose visit begins between the two, which are starts of sittings themselves.

        Joined twice it is the same place in the queue; with another party, a new one at its end. Raises PlaceIsFree,
        DayNotOffered, SittingOver, TooSoon, PartyTooLarge, BookingClosed, ConsentNeeded, OverlappingBooking,
        TooManyWaiting.
        """
        now, times = self._clock.now(), (earliest.astimezone(UTC), latest.astimezone(UTC))

        async def join(dao: WriteDao) -> WaitingCard:
            plan = await self._plan(dao)
            plan.fitting(party)
            plan.ensure_offered(day, self._policy, now=now)
            sittings = _named(plan.sittings(day, party), *times)
            ensure_in_time(sittings[-1].starts_at, lead=plan.policy.lead, now=now)
            user = await dao.users.lock(actor.person, now=now)
            await ensure_agreed(dao, plan, user, actor, now=now)
            same = await dao.waiting.same(user.id, day, *times)
            if same and same.party_size == party:
                entry_id = same.id
            else:
                suiting = await self._without_engagements(dao, plan, self._to_come(plan, sittings), user.id)
                if await self._free(dao, plan, suiting, party):
                    raise PlaceIsFree
                if same:
                    await self._leave(dao, same)
                elif await dao.waiting.count_of_user(plan.card.id, user.id, now=now) >= MOST_OPEN:
                    raise TooManyWaiting(limit=MOST_OPEN)
                entry_id = await dao.waiting.add(plan.card.id, user.id, day, times, party=party, now=now)
            return next(card for card in await self._mine(dao, plan, actor) if card.id == entry_id)

        return await self._db.write(join)

    async def again(self, actor: Actor, waiting_id: int) -> WaitingCard:
        """The same wish, at the end of the queue; as long as the entry is open, its place. As `join`, and
        WaitingNotFound."""
        async with self._db.read() as dao:
            entry = await self._own(dao, actor, waiting_id)
        return await self.join(
            actor, party=entry.party_size, day=entry.service_date, earliest=entry.earliest, latest=entry.latest
        )

    async def wish(self, actor: Actor, waiting_id: int) -> tuple[int, date]:
        """The party of an entry and the day it waits or waited for. Raises WaitingNotFound."""
        async with self._db.read() as dao:
            entry = await self._own(dao, actor, waiting_id)
        return entry.party_size, entry.service_date

    async def leave(self, actor: Actor, waiting_id: int) -> None:
        """Also what is being offered is given up; to leave twice is to leave once. Raises WaitingNotFound."""

        async def leave(dao: WriteDao) -> None:
            await self._leave(dao, await self._own(dao, actor, waiting_id))

        await self._db.write(leave)

    async def mine(self, actor: Actor) -> list[WaitingCard]:
        """Where one waits, soonest first."""
        async with self._db.read() as dao:
            return await self._mine(dao, await self._plan(dao), actor)

    async def decline(self, actor: Actor, booking_id: int) -> BookingCard:
        """«No» to an offer: it goes to the next, and one's place in the queue with it.

        An offer that has been answered, or whose time is up, stays what it is. Raises BookingNotFound.
        """
        now = self._clock.now()

        async def decline(dao: WriteDao) -> BookingCard:
            booking = found(await dao.bookings.get_own(actor.person, booking_id))
            if booking.waiting_id is None:
                raise BookingNotFound
            await give_back(dao, booking, booking.waiting_id, WaitingStatus.PASSED, now)
            return booking_card(found(await dao.bookings.get(booking_id)), await self._plan(dao), now=now)

        return await self._db.write(decline)

    async def count_on_day(self, actor: Actor, day: date) -> int:
        """Parties that wait for a place on that day. Raises NotAllowed."""
        if not actor.is_staff_of(self._policy.venue_id):
            raise NotAllowed
        async with self._db.read() as dao:
            return await dao.waiting.count_on_day(self._policy.venue_id, day, now=self._clock.now())

    async def by_status(self) -> dict[WaitingStatus, int]:
        """Of the open entries."""
        async with self._db.read() as dao:
            counted = await dao.waiting.by_status()
        return {status: counted.get(status, 0) for status in OPEN}

    async def _own(self, dao: ReadDao, actor: Actor, waiting_id: int) -> StoredWaiting:
        party = await dao.waiting.get_own(actor.person, waiting_id)
        if party is None:
            raise WaitingNotFound
        return party.entry

    async def _leave(self, dao: WriteDao, entry: StoredWaiting) -> None:
        now = self._clock.now()
        if await dao.waiting.change([entry.id], WaitingStatus.LEFT, of=[WaitingStatus.WAITING], now=now):
            return
        offer_id = await dao.waiting.offered(entry.id)
        offer = await dao.bookings.get(offer_id) if offer_id is not None else None
        if offer:
            await give_back(dao, offer, entry.id, WaitingStatus.LEFT, now)

    async def _mine(self, dao: ReadDao, plan: Plan, actor: Actor) -> list[WaitingCard]:
        places = await dao.waiting.places(actor.person, self._policy.venue_id, now=self._clock.now())
        return [self._card(place, plan) for place in places]

    def _card(self, place: StoredPlace, plan: Plan) -> WaitingCard:
        """An offer whose time is up is none, also if nobody has tidied it yet."""
        entry, zone = place.entry, plan.zone
        card = WaitingCard(
            id=entry.id,
            party_size=entry.party_size,
            service_date=entry.service_date,
            earliest=entry.earliest.astimezone(zone),
            latest=entry.latest.astimezone(zone),
            ahead=place.ahead,
        )
        if place.offer_until is None or place.offer_starts_at is None or place.offer_until <= self._clock.now():
            return card
        return replace(
            card,
            offer_id=place.offer_id,
            offer_starts_at=place.offer_starts_at.astimezone(zone),
            offer_until=place.offer_until.astimezone(zone),
        )

    def _to_come(self, plan: Plan, sittings: Iterable[Sitting]) -> list[Sitting]:
        earliest = self._clock.now() + plan.policy.lead
        return [sitting for sitting in sittings if sitting.starts_at > earliest]

    async def _free(self, dao: ReadDao, plan: Plan, sittings: Collection[Sitting], party: int) -> Collection[datetime]:
        """When those begin that have something free."""
        fitting, now = plan.fitting(party), self._clock.now()
        if not sittings:
            return ()
        since = min(sitting.starts_at for sitting in sittings)
        until = max(sitting.ends_at for sitting in sittings) + plan.policy.buffer
        day = next(iter(sittings)).service_date
        tables = fitting.to_look_at(plan.limits(party))
        stays = await dao.cells.stays(plan.card.id, (day, day), since, until, tables=tables)
        offers = free_offers(
            sittings,
            fitting.tables,
            occupancy_of(stays, since, now=now),
            now=now,
            combinations=fitting.combinations,
            limits=plan.limits(party),
        )
        return {offer.sitting.starts_at for offer in offers}

    async def _without_engagements(
        self, dao: ReadDao, plan: Plan, sittings: list[Sitting], user_id: int
    ) -> list[Sitting]:
        """Those for which the guest has no other booking. Raises OverlappingBooking if none is left."""
        if plan.policy.overlapping_bookings:
            return sittings
        engaged = await dao.waiting.engagements([user_id], now=self._clock.now())
        suiting = [sitting for sitting in sittings if not any(one.overlaps(sitting) for one in engaged)]
        if not suiting:
            raise OverlappingBooking
        return suiting

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)


def _named(sittings: list[Sitting], earliest: datetime, latest: datetime) -> list[Sitting]:
    """From the one to the other. Raises DayNotOffered if these are not the starts of two of them."""
    suiting = [sitting for sitting in sittings if earliest <= sitting.starts_at <= latest]
    if not suiting or (suiting[0].starts_at, suiting[-1].starts_at) != (earliest, latest):
        raise DayNotOffered
    return suiting


def _choices(plan: Plan, to_come: list[Sitting], free: Collection[datetime]) -> list[WaitingChoice]:
    parts: dict[DayPart, list[Sitting]] = {DayPart.DAY: to_come}
    for sitting in to_come:
        parts.setdefault(DayPart.of(sitting.starts_at.astimezone(plan.zone)), []).append(sitting)
    choices = [
        _choice(plan, part, sittings)
        for part, sittings in parts.items()
        if len(sittings) > 1
        and (part is DayPart.DAY or len(sittings) < len(to_come))
        and not any(sitting.starts_at in free for sitting in sittings)
    ]
    full = [sitting for sitting in to_come if sitting.starts_at not in free]
    return choices + [_choice(plan, None, [sitting]) for sitting in full]


def _choice(plan: Plan, part: DayPart | None, sittings: list[Sitting]) -> WaitingChoice:
    first, last = plan.view(sittings[0]), plan.view(sittings[-1])
    return WaitingChoice(first.starts_at, last.starts_at, part, None if part else first)
