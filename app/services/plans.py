"""What a venue offers, remembered by each process for as long as the venue's revision stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from app.dao.database import Database, ReadDao
from app.dao.venues import StoredFollowUp
from app.domain.errors import BookingClosed, DayNotOffered, NotOpenYet, PartyTooLarge
from app.domain.people import Language
from app.domain.schedule import Sitting, TimeSlot, service_day, sittings_on
from app.domain.seating import Table, best_fit
from app.services.views import SittingView, VenueCard


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided about bookings."""

    hold: timedelta
    horizon_days: int
    max_live_bookings: int
    venue_id: int = 1


@dataclass(frozen=True)
class Plan:
    """A venue with its tables and time slots."""

    card: VenueCard
    tables: Sequence[Table]
    slots: Sequence[TimeSlot]
    follow_ups: Sequence[StoredFollowUp]
    revision: int
    _sittings: dict[date, list[Sitting]] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        return self.card.zone

    def ensure_open(self) -> None:
        if not self.tables or not self.slots:
            raise BookingClosed(phone=self.card.phone) if self.card.is_known else NotOpenYet

    def largest_party(self) -> int:
        self.ensure_open()
        return max(table.max_seats for table in self.tables)

    def fitting(self, party: int) -> list[Table]:
        """Best fit first, at least one. Raises BookingClosed, PartyTooLarge."""
        largest = self.largest_party()
        tables = best_fit(self.tables, party)
        if not tables:
            raise PartyTooLarge(largest=largest, phone=self.card.phone)
        return tables

    def sittings(self, day: date) -> list[Sitting]:
        found = self._sittings.get(day)
        if found is None:
            found = self._sittings[day] = sittings_on(self.slots, day, self.zone)
        return found

    def days(self, policy: Policy, *, now: datetime) -> tuple[date, date]:
        """The first and the last service day that may be booked."""
        today = service_day(now, self.zone)
        return today, today + timedelta(days=policy.horizon_days)

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
        changes = self._db.venue_changes
        plan, seen = self._plans.get(venue_id, (None, changes))
        if plan and seen == changes and self._db.is_ours:
            return plan
        revision = await dao.venues.revision(venue_id)
        if revision is None:
            return _nothing(venue_id)
        if plan is None or plan.revision != revision:
            plan = await _load(dao, venue_id)
        self._plans[venue_id] = plan, changes
        return plan


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
    return Plan(card, tables, await dao.venues.slots(venue_id), venue.follow_ups, venue.revision)


def _nothing(venue_id: int) -> Plan:
    card = VenueCard(venue_id, "", {}, {}, {}, "", UTC, tuple(Language))
    return Plan(card, (), (), (), 0)
