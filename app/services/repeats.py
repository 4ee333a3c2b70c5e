"""«Как в прошлый раз»: the party, tables and time of day of an earlier visit, for another date."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

from app.dao.bookings import StoredBooking
from app.dao.database import Database
from app.domain.booking import STANDING
from app.domain.clock import Clock
from app.domain.errors import NothingToRepeat, SlotTaken
from app.domain.people import Actor
from app.domain.review import took_place
from app.domain.schedule import TimeSlot, sitting_on
from app.domain.seating import Offer, Seating
from app.services.availability import AvailabilityService, Search
from app.services.bookings import BookingService
from app.services.cards import booking_card, found
from app.services.personal_data import PersonalDataService
from app.services.plans import Plan, Plans, Policy
from app.services.views import BookingCard, DayState, EarlierVisit, Place, SittingView

_SAME_DAY = 4
_OTHER_DAYS = 2


class RepeatService:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        policy: Policy,
        plans: Plans,
        *,
        availability: AvailabilityService,
        bookings: BookingService,
        personal_data: PersonalDataService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans
        self._availability = availability
        self._bookings = bookings
        self._personal_data = personal_data

    async def visit(self, actor: Actor, booking_id: int) -> EarlierVisit:
        """One's own that took place. Raises BookingNotFound, NothingToRepeat, PartyTooLarge, BookingClosed."""
        async with self._db.read() as dao:
            plan = await self._plans.get(dao, self._policy.venue_id)
            booking = found(await dao.bookings.get_own(actor.person, booking_id))
        if not took_place(booking.status, booking.ends_at, now=self._clock.now()):
            raise NothingToRepeat
        fitting = plan.fitting(booking.party_size)
        seatings = [(table,) for table in fitting.tables] + [one.tables for one in fitting.combinations]
        return EarlierVisit(
            booking_id=booking.id,
            party=booking.party_size,
            tables=booking.tables,
            begins=booking.starts_at.astimezone(plan.zone).time(),
            service_date=booking.service_date,
            offered=any(_same(seating, booking.tables) for seating in seatings),
            asks_first=plan.policy.asks_first(booking.party_size),
        )

    async def days(self, visit: EarlierVisit, first: date, last: date) -> dict[date, DayState]:
        """Of the days on which one can come at all, only those are free on which it is as it was."""
        search = await self._availability.search(first, last, party=visit.party)
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return {day: _state(search, visit, day) for day in days}

    async def places(self, visit: EarlierVisit, day: date) -> list[Place]:
        """Instead of a day on which it is not: the nearest in time first, then the better fit, then other days.

        At any time the same tables if they are free; of the other days the nearest on which it is as it was, or else
        with the nearest time.
        """
        search = await self._availability.search(date.min, date.max, party=visit.party)
        near = _wish(search.plan, visit, day)
        ranked = search.ranked(day, near)
        as_it_was = (offer for other in search.days_near(day) if (offer := _as_it_was(search, visit, other)))
        others = [*islice(as_it_was, _OTHER_DAYS)] or [*islice(search.of_other_days(day, near), _OTHER_DAYS)]
        return [_place(search, visit, offer) for offer in [*ranked[:_SAME_DAY], *others]]

    async def booked(self, actor: Actor, visit: EarlierVisit, day: date) -> BookingCard | None:
        """What was booked as it was: a press that is heard again, after a restart, too, is the same booking."""
        now = self._clock.now()
        async with self._db.read() as dao:
            plan = await self._plans.get(dao, self._policy.venue_id)
            mine = await dao.bookings.mine(actor.person, now=now, offset=0, limit=self._policy.max_live_bookings)
        begins = _wish(plan, visit, day).starts_at.astimezone(UTC)
        cards = (booking_card(one, plan, now=now) for one in mine if _is_so(one, visit, begins))
        return next((card for card in cards if card.status in STANDING), None)

    async def book(self, actor: Actor, visit: EarlierVisit, day: date) -> BookingCard:
        """As it was, at once. Whoever has to agree to something first gets a hold, to be confirmed.

        Raises DayNotOffered, SlotTaken and what `BookingService.hold` and `book` raise.
        """
        search = await self._availability.search(day, day, party=visit.party)
        offer = _as_it_was(search, visit, day)
        if offer is None:
            search.plan.ensure_offered(day, self._policy, now=search.now)
            raise SlotTaken
        sitting = offer.sitting
        held = await self._bookings.hold(
            actor,
            party=visit.party,
            day=day,
            slot_id=sitting.slot_id,
            starts_at=sitting.starts_at,
            table_id=[table.id for table in visit.tables],
        )
        if await self._personal_data.to_agree(actor.person) not in {None, actor.agrees_to}:
            return held
        return await self._bookings.book(actor, held.id)


def _as_it_was(search: Search, visit: EarlierVisit, day: date) -> Offer | None:
    begins = _wish(search.plan, visit, day).starts_at
    found = next(search.offers(day, at=begins.astimezone(UTC)), None)
    return found if found and any(_same(seating, visit.tables) for seating in found.seatings) else None


def _state(search: Search, visit: EarlierVisit, day: date) -> DayState:
    if _as_it_was(search, visit, day):
        return DayState.FREE
    state = search.state(day)
    return DayState.FULL if state is DayState.FREE else state


def _place(search: Search, visit: EarlierVisit, offer: Offer) -> Place:
    same = next((seating for seating in offer.seatings if _same(seating, visit.tables)), offer.seatings[0])
    return Place(search.plan.view(offer.sitting), same)


def _is_so(booking: StoredBooking, visit: EarlierVisit, begins: datetime) -> bool:
    return (booking.starts_at, booking.party_size) == (begins, visit.party) and _same(booking.tables, visit.tables)


def _wish(plan: Plan, visit: EarlierVisit, day: date) -> SittingView:
    """That time of day, whether the house is open then or not."""
    return plan.view(sitting_on(TimeSlot(None, visit.begins, visit.begins), day, plan.zone))


def _same(seating: Seating, tables: Seating) -> bool:
    return {table.id for table in seating} == {table.id for table in tables}
