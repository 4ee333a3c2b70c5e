"""All services over one database."""

from dataclasses import dataclass

from app.dao.database import Database
from app.domain.clock import Clock
from app.services.availability import AvailabilityService
from app.services.bookings import BookingService
from app.services.changes import OnChange, nobody_counts
from app.services.decisions import DecisionService
from app.services.dialogs import DialogStore
from app.services.messages import MessageService
from app.services.moves import MoveService
from app.services.offers import OfferService
from app.services.personal_data import PersonalDataService
from app.services.plans import Plans, Policy
from app.services.repeats import RepeatService
from app.services.reviews import ReviewService
from app.services.stats import StatsService
from app.services.users import UserService
from app.services.venues import VenueService
from app.services.visits import VisitService
from app.services.waiting import WaitingService
from app.services.wishes import WishService


@dataclass(frozen=True, slots=True)
class Services:
    clock: Clock
    venues: VenueService
    availability: AvailabilityService
    bookings: BookingService
    decisions: DecisionService
    wishes: WishService
    visits: VisitService
    moves: MoveService
    reviews: ReviewService
    waiting: WaitingService
    offers: OfferService
    repeats: RepeatService
    users: UserService
    stats: StatsService
    dialogs: DialogStore
    messages: MessageService
    personal_data: PersonalDataService


class ServicesFactory:
    """Services hold no state of a conversation or a transaction, so everybody gets the same ones."""

    def __init__(self, db: Database, clock: Clock, policy: Policy, *, on_change: OnChange = nobody_counts) -> None:
        """`on_change` hears of the bookings whose change was committed."""
        plans = Plans(db)
        availability = AvailabilityService(db, clock, policy, plans)
        bookings = BookingService(db, clock, policy, plans, on_change)
        personal_data = PersonalDataService(db, clock, policy, plans, on_change)
        self._services = Services(
            clock=clock,
            venues=VenueService(db, plans, policy.venue_id),
            availability=availability,
            bookings=bookings,
            decisions=DecisionService(db, clock, policy, plans, on_change),
            wishes=WishService(db, clock, policy, plans),
            visits=VisitService(db, clock, policy, plans, on_change),
            moves=MoveService(db, clock, policy, plans, on_change),
            reviews=ReviewService(db, clock, policy, plans),
            waiting=WaitingService(db, clock, policy, plans),
            offers=OfferService(db, clock, policy, plans, on_change),
            repeats=RepeatService(
                db,
                clock,
                policy,
                plans,
                availability=availability,
                bookings=bookings,
                personal_data=personal_data,
            ),
            users=UserService(db, clock),
            stats=StatsService(db, clock, policy, plans),
            dialogs=DialogStore(db, clock),
            messages=MessageService(db, clock),
            personal_data=personal_data,
        )

    def __call__(self) -> Services:
        return self._services
