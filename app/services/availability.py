"""Which sittings and tables are free: the same answer for the calendar, the list of times and the booking itself."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from app.dao.database import Database, ReadDao
from app.domain.clock import Clock
from app.domain.schedule import Sitting
from app.domain.seating import Combination, Occupancy, Offer, Table, free_offers
from app.services.plans import Fitting, Plan, Plans, Policy
from app.services.seats import occupancy_of
from app.services.views import DayNote, DayState, SittingView


class AvailabilityService:
    def __init__(self, db: Database, clock: Clock, policy: Policy, plans: Plans) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans

    async def largest_party(self) -> int:
        """Raises BookingClosed."""
        return (await self._plan()).largest_party()

    async def tables(self, party: int) -> list[Table]:
        """All with enough seats, best fit first; none if it takes several. Raises BookingClosed, PartyTooLarge."""
        return [*(await self._plan()).fitting(party).tables]

    async def combinations(self, party: int) -> list[Combination]:
        """Tables that together have enough seats, best fit first. Raises BookingClosed, PartyTooLarge."""
        return [*(await self._plan()).fitting(party).combinations]

    async def notes(self, first: date, last: date) -> dict[date, DayNote]:
        """Of the days that are not like others, in order."""
        policy = (await self._plan()).policy
        special = sorted(policy.exceptions, key=lambda exception: exception.date)
        return {
            one.date: DayNote(closed=one.closed, text=policy.note_on(one.date))
            for one in special
            if first <= one.date <= last and (one.closed or one.note)
        }

    async def today(self) -> date:
        """The service day that is running."""
        return (await self.days())[0]

    async def days(self) -> tuple[date, date]:
        """The first and the last day that can be booked."""
        return (await self._plan()).days(self._policy, now=self._clock.now())

    async def month(
        self, first: date, last: date, *, party: int, table_id: int | None = None, without: int | None = None
    ) -> dict[date, DayState]:
        """Each day from `first` to `last`. Raises BookingClosed, PartyTooLarge."""
        async with self._db.read() as dao:
            search = await self._search(dao, first, last, party=party, table_id=table_id, without=without)
        return {day: search.state(day) for day in _days(first, last)}

    async def sittings(
        self, day: date, *, party: int, table_id: int | None = None, without: int | None = None
    ) -> list[SittingView]:
        """The free ones. Raises DayNotOffered, BookingClosed, PartyTooLarge."""
        async with self._db.read() as dao:
            search = await self._search(dao, day, day, party=party, table_id=table_id, without=without)
        search.plan.ensure_offered(day, self._policy, now=search.now)
        return search.views(search.offers(day))

    async def other_days(
        self,
        day: date,
        *,
        party: int,
        table_id: int | None = None,
        without: int | None = None,
        near: SittingView | None = None,
        limit: int = 6,
    ) -> list[SittingView]:
        """The nearest sitting of each neighbouring day that has one, the nearest day first.

        Of the same table, or of any if none was wished for. Raises BookingClosed, PartyTooLarge.
        """
        async with self._db.read() as dao:
            search = await self._search(dao, date.min, date.max, party=party, table_id=table_id, without=without)
        return search.views(islice(search.of_other_days(day, near), limit))

    async def alternatives(
        self,
        near: SittingView,
        *,
        party: int,
        table_id: int | None = None,
        without: int | None = None,
        same_day: int = 4,
        other_days: int = 2,
    ) -> list[SittingView]:
        """Instead of what is taken: the nearest in time first, then the better fit, then those of neighbouring days.

        Raises BookingClosed, PartyTooLarge.
        """
        async with self._db.read() as dao:
            search = await self._search(dao, date.min, date.max, party=party, table_id=table_id, without=without)
        day, taken = near.service_date, near.starts_at.astimezone(UTC)
        ranked = [offer for offer in search.ranked(day, near) if offer.sitting.starts_at != taken]
        return search.views([*ranked[:same_day], *islice(search.of_other_days(day, near), other_days)])

    async def search(self, first: date, last: date, *, party: int) -> "Search":
        """To look around in, at all tables. Raises BookingClosed, PartyTooLarge."""
        async with self._db.read() as dao:
            return await self._search(dao, first, last, party=party, table_id=None, without=None)

    async def _plan(self) -> Plan:
        return await self._plans.read(self._policy.venue_id)

    async def _search(
        self, dao: ReadDao, first: date, last: date, *, party: int, table_id: int | None, without: int | None
    ) -> "Search":
        """`without` is a booking that is to move: it takes nothing."""
        now = self._clock.now()
        plan = await self._plans.get(dao, self._policy.venue_id)
        fitting = plan.fitting(party).only(table_id)
        today, horizon = plan.days(self._policy, now=now)
        first, last = max(first, today), min(last, horizon)
        sittings = [sitting for day in _days(first, last) for sitting in plan.sittings(day, party)]
        if not sittings:
            return Search(plan, party, fitting, Occupancy(now), (first, last), now)
        since = min(sitting.starts_at for sitting in sittings)
        until = max(sitting.ends_at for sitting in sittings) + plan.policy.buffer
        tables = fitting.to_look_at(plan.limits(party))
        stays = await dao.cells.stays(plan.card.id, (first, last), since, until, tables=tables)
        return Search(plan, party, fitting, occupancy_of(stays, since, now=now, without=without), (first, last), now)


class Search:
    """What is free for a party within the days from the first to the last, all of them within the horizon."""

    def __init__(
        self,
        plan: Plan,
        party: int,
        fitting: Fitting,
        occupancy: Occupancy,
        days: tuple[date, date],
        now: datetime,
    ) -> None:
        self.plan = plan
        self.now = now
        self._party = party
        self._fitting = fitting
        self._occupancy = occupancy
        self._first, self._last = days

    def offers(self, day: date, *, at: datetime | None = None) -> Iterator[Offer]:
        """Of all that day, or of what begins at that moment."""
        return free_offers(
            [one for one in self._sittings(day) if one.starts_at == at] if at else self._sittings(day),
            self._fitting.tables,
            self._occupancy,
            now=self.now,
            combinations=self._fitting.combinations,
            limits=self.plan.limits(self._party),
        )

    def ranked(self, day: date, near: SittingView | None) -> list[Offer]:
        """Of that day: as they begin, or nearest to the wish first, and of two as near the better fit."""
        if near is None:
            return [*self.offers(day)]
        return sorted(self.offers(day), key=lambda offer: (abs(offer.sitting.starts_at - near.starts_at), offer.seats))

    def days_near(self, day: date) -> list[date]:
        """All other days that can be booked, the nearest first."""
        others = (other for other in _days(self._first, self._last) if other != day)
        return sorted(others, key=lambda other: (abs(other - day), other))

    def of_other_days(self, day: date, near: SittingView | None) -> Iterator[Offer]:
        """The nearest of each, the nearest day first."""
        for other in self.days_near(day):
            yield from self.ranked(other, _moved(near, other))[:1]

    def state(self, day: date) -> DayState:
        if any(True for _ in self.offers(day)):
            return DayState.FREE
        sittings = self._sittings(day)
        if self._first <= day <= self._last and not sittings:
            return DayState.CLOSED
        to_come = sittings and sittings[-1].starts_at > self.now + self.plan.policy.lead
        return DayState.FULL if to_come else DayState.OVER

    def views(self, offers: Iterable[Offer]) -> list[SittingView]:
        return [self.plan.view(offer.sitting) for offer in offers]

    def _sittings(self, day: date) -> Sequence[Sitting]:
        return self.plan.sittings(day, self._party) if self._first <= day <= self._last else ()


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _moved(near: SittingView | None, day: date) -> SittingView | None:
    """The same wish on another day."""
    if near is None:
        return None
    days = day - near.service_date
    return SittingView(near.slot_id, day, near.starts_at + days, near.ends_at + days)
