"""What a venue offers, remembered by each process for as long as the venue's revision stands."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from app.dao.database import Database, ReadDao
from app.dao.venues import StoredFollowUp
from app.domain.errors import BookingClosed, DayNotOffered, NoTableForParty, NotOpenYet, PartyTooLarge, SlotTaken
from app.domain.people import Language
from app.domain.policy import VenuePolicy
from app.domain.privacy import PrivacyText, standard_privacy
from app.domain.schedule import Sitting, TimeSlot, service_day, sittings_on
from app.domain.seating import Combination, Limits, Table, best_combinations, best_fit
from app.services.views import SittingView, VenueCard


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided about bookings."""

    hold: timedelta
    horizon_days: int
    max_live_bookings: int
    venue_id: int = 1
    owners: frozenset[int] = frozenset()
    """Whom the settings name, by their ids in the messenger: they are not forgotten."""


_REMEMBERED_DAYS = 1000


@dataclass(frozen=True, slots=True)
class Fitting:
    """What has enough seats for a party, best fit first."""

    tables: Sequence[Table]
    combinations: Sequence[Combination] = ()

    def only(self, wish: int | Collection[int] | None) -> "Fitting":
        """The wished table, or those together; None: any, and tables together."""
        if wish is None:
            return self
        ids = {wish} if isinstance(wish, int) else {*wish}
        combinations = [one for one in self.combinations if {table.id for table in one.tables} == ids]
        return Fitting([table for table in self.tables if {table.id} == ids], combinations)

    def to_look_at(self, limits: Limits) -> set[int] | None:
        """The ids of the tables whose stays matter; None: of all, as those who arrive are counted."""
        if limits.pacing is not None:
            return None
        together = (table for combination in self.combinations for table in combination.tables)
        return {table.id for table in (*self.tables, *together)}


@dataclass(frozen=True)
class Plan:
    """A venue with its tables, time slots and policy."""

    card: VenueCard
    tables: Sequence[Table]
    slots: Sequence[TimeSlot]
    follow_ups: Sequence[StoredFollowUp]
    revision: int
    policy: VenuePolicy = field(default_factory=VenuePolicy)
    combinations: Sequence[Combination] = ()
    own_privacy: PrivacyText | None = None
    """What the venue itself has written on personal data."""
    _sittings: dict[tuple[date, timedelta | None], list[Sitting]] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        return self.card.zone

    @property
    def privacy(self) -> PrivacyText:
        """What guests agree to."""
        return self.own_privacy or standard_privacy(self.policy)

    def ensure_open(self) -> None:
        if not self.tables or not (self.slots or self.policy.grid):
            raise BookingClosed(phone=self.card.phone) if self.card.is_known else NotOpenYet

    def largest_party(self) -> int:
        self.ensure_open()
        largest = max([table.max_seats for table in self.tables] + [one.max_seats for one in self.combinations])
        return min(largest, self.policy.pacing or largest)

    def fitting(self, party: int) -> Fitting:
        """At least one. Raises BookingClosed, PartyTooLarge, NoTableForParty."""
        largest = self.largest_party()
        if party > largest:
            raise PartyTooLarge(largest=largest, phone=self.card.phone)
        fitting = Fitting(best_fit(self.tables, party), best_combinations(self.combinations, party))
        if not (fitting.tables or fitting.combinations):
            raise NoTableForParty(phone=self.card.phone)
        return fitting

    def limits(self, party: int) -> Limits:
        policy = self.policy
        return Limits(party, lead=policy.lead, buffer=policy.buffer, pacing=policy.pacing)

    def sittings(self, day: date, party: int) -> list[Sitting]:
        """As they begin; none on a day that is closed."""
        grid = self.policy.grid
        key = day, grid.turn_time(party) if grid else None
        found = self._sittings.get(key)
        if found is None:
            if len(self._sittings) >= _REMEMBERED_DAYS:
                self._sittings.clear()
            found = sittings_on(self.policy.slots_on(day, party, self.slots), day, self.zone)
            self._sittings[key] = found
        return found

    def sitting(self, day: date, party: int, *, slot_id: int | None, starts_at: datetime | None) -> Sitting:
        """By its slot, and on a grid by its start in UTC. Raises DayNotOffered."""
        for sitting in self.sittings(day, party):
            if sitting.slot_id == slot_id and (slot_id is not None or sitting.starts_at == starts_at):
                return sitting
        raise DayNotOffered

    def ensure_still_offered(self, sitting: Sitting, tables: Iterable[Table], party: int) -> None:
        """What is held: the house may have closed the day or put a table away since. Raises DayNotOffered, SlotTaken.

        Times are compared, not slots: a sitting may have got another id.
        """
        times = sitting.starts_at, sitting.ends_at
        if not any(times == (one.starts_at, one.ends_at) for one in self.sittings(sitting.service_date, party)):
            raise DayNotOffered
        if not {table.id for table in self.tables}.issuperset(table.id for table in tables):
            raise SlotTaken

    def days(self, policy: Policy, *, now: datetime) -> tuple[date, date]:
        """The first and the last service day that may be booked."""
        today = service_day(now, self.zone)
        horizon = self.policy.horizon_days
        return today, today + timedelta(days=policy.horizon_days if horizon is None else horizon)

    def ensure_offered(self, day: date, policy: Policy, *, now: datetime) -> None:
        first, last = self.days(policy, now=now)
        if not first <= day <= last:
            raise DayNotOffered

    def view(self, sitting: Sitting) -> SittingView:
        return SittingView(
            sitting.slot_id,
            sitting.service_date,
            sitting.starts_at.astimezone(self.zone),
            sitting.ends_at.astimezone(self.zone),
        )


class Plans:
    """One for all services of a process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._plans: dict[int, tuple[Plan, int]] = {}
        """Each with the changes that it has seen."""

    async def get(self, dao: ReadDao, venue_id: int) -> Plan:
        """One short query if nothing has changed, none if nobody else could have changed it.

        A venue that was never loaded has no tables: it is closed.
        """
        if plan := self._unchanged(venue_id):
            return plan
        changes = self._db.venue_changes
        plan, _ = self._plans.get(venue_id, (None, changes))
        revision = await dao.venues.revision(venue_id)
        if revision is None:
            return _nothing(venue_id)
        if plan is None or plan.revision != revision:
            plan = await _load(dao, venue_id)
        self._plans[venue_id] = plan, changes
        return plan

    async def read(self, venue_id: int) -> Plan:
        """As `get`, for who reads nothing else."""
        if plan := self._unchanged(venue_id):
            return plan
        async with self._db.read() as dao:
            return await self.get(dao, venue_id)

    def _unchanged(self, venue_id: int) -> Plan | None:
        """None: it has to be asked for, or nobody has yet."""
        plan, seen = self._plans.get(venue_id, (None, 0))
        return plan if seen == self._db.venue_changes and self._db.is_ours else None


async def _load(dao: ReadDao, venue_id: int) -> Plan:
    venue = await dao.venues.get(venue_id)
    card = VenueCard(
        id=venue.id,
        name=venue.name,
        about=venue.about,
        greeting=venue.greeting,
        address=venue.address,
        phone=venue.phone,
        zone=ZoneInfo(venue.time_zone),
        languages=venue.languages,
    )
    tables = await dao.venues.tables(venue_id)
    slots, combinations = await dao.venues.slots(venue_id), venue.combinations_of(tables)
    return Plan(card, tables, slots, venue.follow_ups, venue.revision, venue.policy, combinations, venue.privacy)


def _nothing(venue_id: int) -> Plan:
    card = VenueCard(venue_id, "", {}, {}, {}, "", UTC, tuple(Language))
    return Plan(card, (), (), (), 0)
