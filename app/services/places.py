"""What is free for parties that wait, and for whom it is worth an offer."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.dao.bookings import StoredBooking
from app.dao.database import ReadDao
from app.dao.waiting import Engagement, StoredWaiting, WaitingParty
from app.domain.errors import BookingClosed, PartyTooLarge
from app.domain.schedule import Sitting
from app.domain.seating import Occupancy, free_offers
from app.services.plans import Fitting, Plan
from app.services.seats import occupancy_of

_LONGEST_STAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A sitting that has something free for a party, and all that is large enough."""

    sitting: Sitting
    fitting: Fitting


class Places:
    """As they are at `now`; what is given away is noted by `taken`."""

    def __init__(
        self, plan: Plan, occupancy: Occupancy, engagements: Sequence[Engagement], *, most: int, now: datetime
    ) -> None:
        self._plan = plan
        self._occupancy = occupancy
        self._most = most
        self._now = now
        self._engagements: dict[int, list[Engagement]] = {}
        for one in engagements:
            self._engagements.setdefault(one.user_id, []).append(one)
        self._nothing: set[tuple[object, ...]] = set()
        """What was looked for in vain; there is only ever less."""

    @classmethod
    async def of(
        cls, dao: ReadDao, plan: Plan, parties: Collection[WaitingParty], *, most: int, now: datetime
    ) -> "Places":
        """For at least one party; `most` is MAX_LIVE_BOOKINGS."""
        days = sorted({party.entry.service_date for party in parties})
        since = min(party.entry.earliest for party in parties)
        until = max(party.entry.latest for party in parties) + _LONGEST_STAY
        stays = await dao.cells.stays(plan.card.id, (days[0], days[-1]), since, until)
        engagements = await dao.waiting.engagements({party.user.id for party in parties}, now=now)
        return cls(plan, occupancy_of(stays, since, now=now), engagements, most=most, now=now)

    def suit(self, party: WaitingParty) -> Iterator[Place]:
        """As they begin; none for somebody who could not accept, or would not hear of it."""
        entry, engaged = party.entry, self._engagements.get(party.user.id, [])
        wish = (entry.service_date, entry.earliest, entry.latest, entry.party_size)
        if party.user.blocked_at is not None or wish in self._nothing or len(engaged) >= self._most:
            return
        fitting = self._fitting(entry.party_size)
        sittings = [sitting for sitting in _between(self._plan, entry) if self._has_time(engaged, sitting)]
        nothing = True
        for place in self._free(sittings, fitting, entry.party_size):
            nothing = False
            yield Place(place, fitting)
        if nothing and not engaged:
            self._nothing.add(wish)

    def taken(self, held: StoredBooking) -> None:
        until = held.ends_at + timedelta(minutes=held.buffer_minutes)
        for table in held.tables:
            self._occupancy.take(table.id, held.starts_at, until)
        self._occupancy.arrive(held.party_size, held.starts_at)
        engagement = Engagement(held.user.id, held.starts_at, held.ends_at, is_offer=True)
        self._engagements.setdefault(held.user.id, []).append(engagement)

    def _free(self, sittings: Iterable[Sitting], fitting: Fitting, party: int) -> Iterator[Sitting]:
        offers = free_offers(
            sittings,
            fitting.tables,
            self._occupancy,
            now=self._now,
            combinations=fitting.combinations,
            limits=self._plan.limits(party),
        )
        return (offer.sitting for offer in offers)

    def _fitting(self, party: int) -> Fitting:
        """Nothing, if the restaurant has changed since they came."""
        try:
            return self._plan.fitting(party)
        except (PartyTooLarge, BookingClosed):
            return Fitting(())

    def _has_time(self, engaged: Iterable[Engagement], sitting: Sitting) -> bool:
        allowed = self._plan.policy.overlapping_bookings
        return not any(one.overlaps(sitting) for one in engaged if one.is_offer or not allowed)


def _between(plan: Plan, entry: StoredWaiting) -> list[Sitting]:
    """The sittings that suit the entry."""
    sittings = plan.sittings(entry.service_date, entry.party_size)
    return [sitting for sitting in sittings if entry.earliest <= sitting.starts_at <= entry.latest]
