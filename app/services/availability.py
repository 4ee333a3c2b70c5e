"""Which sittings and tables are free: the same answer for the calendar, the list of times and the booking itself."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.dao.database import Database, ReadDao
from app.domain.clock import Clock
from app.domain.schedule import Sitting
from app.domain.seating import Occupancy, Offer, Table, free_offers
from app.services.plans import Plan, Plans, Policy
from app.services.seats import occupancy_of
from app.services.views import DayState, SittingView


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
        """All with enough seats, best fit first. Raises BookingClosed, PartyTooLarge."""
        return (await self._plan()).fitting(party)

    async def today(self) -> date:
        """The service day that is running."""
        return (await self.days())[0]

    async def days(self) -> tuple[date, date]:
        """The first and the last day that can be booked."""
        return (await self._plan()).days(self._policy, now=self._clock.now())

    async def month(self, first: date, last: date, *, party: int, table_id: int | None = None) -> dict[date, DayState]:
        """Each day from `first` to `last`. Raises BookingClosed, PartyTooLarge."""
        async with self._db.read() as dao:
            search = await self._search(dao, first, last, party=party, table_id=table_id)
        return {day: search.state(day) for day in _days(first, last)}

    async def sittings(self, day: date, *, party: int, table_id: int | None = None) -> list[SittingView]:
        """The free ones. Raises DayNotOffered, BookingClosed, PartyTooLarge."""
        async with self._db.read() as dao:
            search = await self._search(dao, day, day, party=party, table_id=table_id)
        search.plan.ensure_offered(day, self._policy, now=search.now)
        return [search.plan.view(offer.sitting) for offer in search.offers(day)]

    async def other_days(
        self,
        day: date,
        *,
        party: int,
        table_id: int | None = None,
        near: SittingView | None = None,
        limit: int = 6,
    ) -> list[SittingView]:
        """The nearest sitting of each neighbouring day that has one, the nearest day first.

        Of the same table, or of any if none was wished for. Raises BookingClosed, PartyTooLarge.
        """
        async with self._db.read() as dao:
            search = await self._search(dao, date.min, date.max, party=party, table_id=table_id)
        others = sorted((other for other in search.days() if other != day), key=lambda other: (abs(other - day), other))
        nearest: list[Sitting] = []
        for other in others:
            found = _nearest([offer.sitting for offer in search.offers(other)], _moved(near, other))
            nearest += found[:1]
            if len(nearest) == limit:
                break
        return [search.plan.view(sitting) for sitting in nearest]

    async def _plan(self) -> Plan:
        async with self._db.read() as dao:
            return await self._plans.get(dao, self._policy.venue_id)

    async def _search(self, dao: ReadDao, first: date, last: date, *, party: int, table_id: int | None) -> "_Search":
        now = self._clock.now()
        plan = await self._plans.get(dao, self._policy.venue_id)
        tables = [table for table in plan.fitting(party) if table_id in {None, table.id}]
        today, horizon = plan.days(self._policy, now=now)
        first, last = max(first, today), min(last, horizon)
        ends = [*plan.sittings(first), *plan.sittings(last)] if first <= last else []
        since = min((sitting.starts_at for sitting in ends), default=now)
        until = max((sitting.ends_at for sitting in ends), default=now)
        stays = await dao.cells.stays([table.id for table in tables], since, until, now=now)
        return _Search(plan, tables, occupancy_of(stays, since), first, last, now)


class _Search:
    """What is free for a party within the days from `first` to `last`, all of them offered."""

    def __init__(
        self, plan: Plan, tables: list[Table], occupancy: Occupancy, first: date, last: date, now: datetime
    ) -> None:
        self.plan = plan
        self.now = now
        self._tables = tables
        self._occupancy = occupancy
        self._first = first
        self._last = last

    def days(self) -> Iterable[date]:
        return _days(self._first, self._last)

    def offers(self, day: date) -> Iterable[Offer]:
        sittings = self.plan.sittings(day) if self._first <= day <= self._last else ()
        return free_offers(sittings, self._tables, self._occupancy, now=self.now)

    def state(self, day: date) -> DayState:
        if any(True for _ in self.offers(day)):
            return DayState.FREE
        to_come = self._first <= day <= self._last and self.plan.sittings(day)[-1].starts_at > self.now
        return DayState.FULL if to_come else DayState.OVER


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _nearest(sittings: list[Sitting], near: SittingView | None) -> list[Sitting]:
    """As they begin, or nearest to the wish first."""
    return sorted(sittings, key=lambda sitting: abs(sitting.starts_at - near.starts_at)) if near else sittings


def _moved(near: SittingView | None, day: date) -> SittingView | None:
    """The same wish on another day."""
    if near is None:
        return None
    days = day - near.service_date
    return SittingView(near.slot_id, day, near.starts_at + days, near.ends_at + days)
