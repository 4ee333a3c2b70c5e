"""A restaurant for tests of the booking core: a clock they set, a venue of a few tables, its guests and its owner."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from app.dao.database import Database, WriteDao
from app.dao.venues import stored_policy
from app.domain.people import Actor, Person
from app.domain.policy import VenuePolicy
from app.domain.privacy import STANDARD
from app.services import Policy, Services, ServicesFactory

VENUE_ID = 1
NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""Friday at noon in Moscow."""
TODAY = date(2026, 11, 20)
TOMORROW = date(2026, 11, 21)
POLICY = Policy(hold=timedelta(minutes=10), horizon_days=60, max_live_bookings=5, venue_id=VENUE_ID)

MORNING, AFTERNOON, EVENING, LATE = 1, 2, 3, 4
SLOTS = (
    {"id": MORNING, "start_time": time(10), "end_time": time(12)},
    {"id": AFTERNOON, "start_time": time(16), "end_time": time(18)},
    {"id": EVENING, "start_time": time(18), "end_time": time(20)},
    {"id": LATE, "start_time": time(22), "end_time": time(0)},
)


def table(number: int, seats: int, **more: object) -> dict[str, object]:
    """The id differs from the number, so that nobody takes one for the other."""
    described = {"number": number, "max_seats": seats, "min_seats": 1, "zone": "", "description": {}, "priority": 0}
    return {"id": 100 + number, **described, **more}


TABLES = (table(1, 2), table(2, 2), table(3, 4), table(4, 6))


EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "12:00-24:00")


def together(*numbers: int, seats: int) -> dict[str, object]:
    tables = [100 + number for number in numbers]
    return {"name": f"{numbers}", "tables": tables, "seats": seats, "min_seats": 1}


class ManualClock:
    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        self._now += timedelta(**by)

    def move_to(self, moment: datetime) -> None:
        self._now = moment


def guest(number: int = 1, name: str = "", username: str | None = None, language_code: str | None = None) -> Actor:
    """One who agrees to whatever the service asks by default."""
    person = Person(1000 + number, name or f"Guest {number}", username=username, language_code=language_code)
    return Actor(person, agrees_to=STANDARD)


OWNER = Actor(Person(1, "Owner"), owner_of=frozenset({VENUE_ID}), agrees_to=STANDARD)


async def furnish(
    database: Database,
    *,
    now: datetime = NOON,
    zone: str = "Europe/Moscow",
    tables: Sequence[Mapping[str, object]] = TABLES,
    slots: Sequence[Mapping[str, object]] = SLOTS,
    policy: Mapping[str, object] | None = None,
    **more: object,
) -> None:
    """`more` of the venue: `combinations`, `privacy`."""
    text = {"ru": "текст", "en": "text"}

    async def load(dao: WriteDao) -> None:
        await dao.seeding.load_venue(
            {
                "id": VENUE_ID,
                "name": "Binary Bites",
                "about": text,
                "greeting": text,
                "address": text,
                "phone": "+7 495 000-00-00",
                "time_zone": zone,
                "languages": ["ru", "en"],
                "follow_ups": [{"after": 3600, "text": text}],
                "policy": stored_policy(VenuePolicy.model_validate(policy or {})),
                "combinations": [],
                "privacy": {},
                **more,
            }
        )
        await dao.seeding.load_tables(VENUE_ID, tables, now=now)
        await dao.seeding.load_slots(VENUE_ID, slots, now=now)

    await database.write(load)


def services_of(database: Database, clock: ManualClock, policy: Policy = POLICY) -> Services:
    return ServicesFactory(database, clock, policy)()
