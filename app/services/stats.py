"""Numbers for the owners and for whoever watches the service."""

from datetime import timedelta

from app.dao.database import Database
from app.dao.stats import GuestNumbers
from app.domain.booking import CAME_TO_NOTHING, BookingStatus
from app.domain.clock import Clock
from app.domain.errors import NotAllowed
from app.domain.people import Actor
from app.domain.schedule import DAY_BEGINS, service_day, to_utc
from app.services.cards import guest_name
from app.services.plans import Plans, Policy
from app.services.views import BookingStats, GuestRow, Marks, Page, UserStats

_RECENT = timedelta(days=30)


class StatsService:
    def __init__(self, db: Database, clock: Clock, policy: Policy, plans: Plans) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans

    async def users(self, actor: Actor) -> UserStats:
        """Raises NotAllowed."""
        self._ensure_staff(actor)
        async with self._db.read() as dao:
            plan = await self._plans.get(dao, self._policy.venue_id)
            day = service_day(self._clock.now(), plan.zone)
            began, week = (to_utc(day - timedelta(days=days), DAY_BEGINS, plan.zone) for days in (0, 6))
            numbers = await dao.stats.users(today=began, week=week)
        return UserStats(
            total=numbers.total,
            new_today=numbers.new_today,
            new_this_week=numbers.new_this_week,
            with_bookings=numbers.with_bookings,
            blocked=numbers.blocked,
        )

    async def bookings(self, actor: Actor) -> BookingStats:
        """Raises NotAllowed."""
        self._ensure_staff(actor)
        venue_id, now = self._policy.venue_id, self._clock.now()
        async with self._db.read() as dao:
            plan = await self._plans.get(dao, venue_id)
            by_status = await dao.stats.by_status(venue_id)
            live = await dao.stats.live(venue_id, day=service_day(now, plan.zone), now=now)
            marks, recent = await dao.stats.marks(venue_id, since=now - _RECENT)
        kept = {status: by_status.get(status, 0) for status in BookingStatus if status not in CAME_TO_NOTHING}
        return BookingStats(
            total=sum(kept.values()),
            by_status=kept,
            today=live.on_day,
            guests_today=live.guests_on_day,
            upcoming=live.upcoming,
            marks=Marks(marks.count, marks.average),
            recent_marks=Marks(recent.count, recent.average),
        )

    async def guests(self, actor: Actor, *, page: int = 0, size: int = 8) -> Page[GuestRow]:
        """Newest first. Whoever is forgotten is not listed, and counts in all figures as before. Raises NotAllowed."""
        self._ensure_staff(actor)
        async with self._db.read() as dao:
            found = await dao.stats.guests(now=self._clock.now(), offset=page * size, limit=size)
            total = await dao.stats.known_count()
        return Page([_row(numbers) for numbers in found], page, size, total)

    async def by_status(self) -> dict[BookingStatus, int]:
        """For the metrics: every status, also those that no booking has."""
        async with self._db.read() as dao:
            by_status = await dao.stats.by_status(self._policy.venue_id)
        return {status: by_status.get(status, 0) for status in BookingStatus}

    def _ensure_staff(self, actor: Actor) -> None:
        if not actor.is_staff_of(self._policy.venue_id):
            raise NotAllowed


def _row(numbers: GuestNumbers) -> GuestRow:
    return GuestRow(guest_name(numbers.user), numbers.bookings, numbers.upcoming)
