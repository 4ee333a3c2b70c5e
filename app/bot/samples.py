"""An evening as it could be: what previews of the windows show."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from app.bot.ticket.contents import Ticket
from app.domain.booking import BookingStatus
from app.domain.events import BookingSnapshot
from app.domain.people import Channel, Language
from app.domain.seating import Combination, Table
from app.domain.waiting import DayPart
from app.domain.wishes import Occasion, Wishes
from app.services.views import (
    BookingCard,
    BookingStats,
    DayNote,
    DayState,
    EarlierVisit,
    GuestName,
    GuestRow,
    Marks,
    Page,
    PersonalData,
    Place,
    PrivacyNotice,
    Review,
    SittingView,
    UserStats,
    VenueCard,
    WaitingCard,
    WaitingChoice,
)

ZONE = timezone(timedelta(hours=3))
"""Not by name: what is missing on a machine without time zones is told at the start, not by an import."""
TODAY = date(2026, 11, 12)
LAST_DAY = TODAY + timedelta(days=60)
EVENING = TODAY + timedelta(days=9)

VENUE_CARD = VenueCard(
    id=1,
    name="Binary Bites",
    about={"ru": "Домашняя кухня и живая музыка по пятницам.", "en": "Home cooking, and live music on Fridays."},
    greeting={"ru": "Добро пожаловать в Binary Bites!", "en": "Welcome to Binary Bites!"},
    address={"ru": "Москва, Бинарная улица, 10", "en": "10 Binary Street, Moscow"},
    phone="+7 495 000-10-10",
    zone=ZONE,
    languages=("ru", "en"),
)

TABLES = (
    Table(id=1, number=1, max_seats=2, description={"ru": "у окна", "en": "by the window"}),
    Table(id=3, number=3, max_seats=4, description={"ru": "в тихом углу", "en": "in a quiet corner"}),
    Table(id=7, number=7, max_seats=6, description={"ru": "у сцены", "en": "by the stage"}),
)


CLOSED_ON = TODAY + timedelta(days=14)
CLOSED = DayNote(closed=True, text={"ru": "корпоратив", "en": "a company’s party"})


def sitting(day: date, hour: int) -> SittingView:
    starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
    return SittingView(hour, day, starts_at, starts_at + timedelta(hours=2))


def start(day: date, number: int) -> SittingView:
    """On a grid of quarters of an hour from noon."""
    starts_at = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE) + number * timedelta(minutes=15)
    return SittingView(None, day, starts_at, starts_at + timedelta(hours=2))


def card(status: BookingStatus = BookingStatus.BOOKED, *, booking_id: int = 1) -> BookingCard:
    evening = sitting(EVENING, 18)
    return BookingCard(
        id=booking_id,
        venue_id=VENUE_CARD.id,
        status=status,
        party_size=2,
        tables=TABLES[:1],
        service_date=EVENING,
        starts_at=evening.starts_at,
        ends_at=evening.ends_at,
        hold_until=datetime(TODAY.year, TODAY.month, TODAY.day, 15, 10, tzinfo=ZONE),
        created_at=datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=ZONE),
        changed_at=datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=ZONE),
        can_cancel=status in {BookingStatus.BOOKED, BookingStatus.PENDING},
        can_wish=status in {BookingStatus.BOOKED, BookingStatus.PENDING},
        can_move=status in {BookingStatus.BOOKED, BookingStatus.CONFIRMED},
        guest=GuestName(1, Channel.TELEGRAM, 1001, "Анна <Ли> & Co", "anna"),
    )


def queue(part: DayPart | None, first: int, last: int | None = None) -> WaitingChoice:
    begins, ends = sitting(EVENING, first), sitting(EVENING, last or first)
    return WaitingChoice(begins.starts_at, ends.starts_at, part, None if part else begins)


def _state(number: int) -> DayState:
    return DayState.FULL if number % 7 == 2 else DayState.FREE  # noqa: PLR2004 - every Saturday or so


WISHES: dict[str, Any] = {"party": 2, "table_number": None}
WISHED = Wishes(Occasion.BIRTHDAY, 2, "орехи & морепродукты", "Столик потише,\nпридём с тортом")
PHONE = "+79991234567"
CALLABLE = replace(card(), wishes=WISHED, guest=replace(card().guest, phone=PHONE))
NO_WISHES: dict[str, Any] = {"card": card(), "wishes": Wishes(), "phone": None}
WISHES_NOTED: dict[str, Any] = {"card": CALLABLE, "wishes": WISHED, "phone": PHONE}

COUNT: dict[str, Any] = {"parties": range(1, 9)}
TABLE: dict[str, Any] = {"party": 2, "tables": TABLES, "pages": 2, "combinations": []}
TOGETHER: dict[str, Any] = {
    "party": 10,
    "tables": [],
    "pages": 1,
    "current_page": 0,
    "combinations": [Combination("у сцены", TABLES[1:], 10)],
}
DATE: dict[str, Any] = {
    **WISHES,
    "states": {TODAY + timedelta(days=number): _state(number) for number in range(61)} | {CLOSED_ON: DayState.CLOSED},
    "today": TODAY,
    "last_day": LAST_DAY,
    "some_full": True,
    "notes": {
        CLOSED_ON: CLOSED,
        TODAY + timedelta(days=15): DayNote(closed=False, text={"ru": "живая музыка", "en": "live music"}),
    },
}
TIME: dict[str, Any] = {
    **WISHES,
    "day": EVENING,
    "note": None,
    "sittings": [sitting(EVENING, 12), sitting(EVENING, 16), sitting(EVENING, 18)],
    "starts": [],
    "pages": 1,
    "other_days": [],
    "any_would_help": False,
    "can_wait": True,
}
FULL_DAY: dict[str, Any] = {
    "party": 2,
    "table_number": 1,
    "day": EVENING,
    "note": None,
    "sittings": [],
    "starts": [],
    "pages": 1,
    "other_days": [sitting(EVENING - timedelta(days=1), 18), sitting(EVENING + timedelta(days=1), 20)],
    "any_would_help": True,
    "can_wait": True,
}
CLOSED_DAY: dict[str, Any] = {
    **FULL_DAY,
    "table_number": None,
    "note": CLOSED,
    "any_would_help": False,
    "can_wait": False,
}
GRID_DAY: dict[str, Any] = {
    **TIME,
    "sittings": [],
    "starts": [start(EVENING, number) for number in range(24)],
    "pages": 2,
    "current_page": 0,
}
QUEUES: dict[str, Any] = {
    "party": 2,
    "day": EVENING,
    "parts": [queue(DayPart.DAY, 12, 20), queue(DayPart.LUNCH, 12, 14), queue(DayPart.EVENING, 18, 20)],
    "sittings": [queue(None, hour) for hour in (12, 14, 16, 18, 20)],
    "starts": [],
    "pages": 1,
    "to_agree": False,
}
QUEUES_OF_A_GRID: dict[str, Any] = {
    **QUEUES,
    "sittings": [],
    "starts": [
        WaitingChoice(one.starts_at, one.starts_at, None, one)
        for one in (start(EVENING, number) for number in range(24))
    ],
    "pages": 2,
    "current_page": 0,
    "to_agree": True,
}
CONFIRMATION: dict[str, Any] = {
    "card": card(BookingStatus.HELD),
    "held": True,
    "asks_first": False,
    "to_agree": False,
}
FIRST_CONFIRMATION: dict[str, Any] = {**CONFIRMATION, "to_agree": True}
PRIVACY_NOTICE = PrivacyNotice("standard-1", TODAY, {}, VENUE_CARD, forget_after_days=1095, forget_wishes_after_days=30)
PRIVACY: dict[str, Any] = {"privacy": PRIVACY_NOTICE, "waits": False}
MY_DATA = PersonalData(
    full_name="Анна <Ли> & Co",
    username="anna",
    phone="+79160000000",
    language=Language.RU,
    reminders=True,
    follow_ups=False,
    consent_version=PRIVACY_NOTICE.version,
    consent_at=datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=ZONE),
    bookings=3,
    upcoming=1,
    waiting=1,
    reviews=2,
)
NEW_HERE = replace(
    MY_DATA,
    username=None,
    phone=None,
    follow_ups=True,
    consent_version=None,
    consent_at=None,
    bookings=0,
    upcoming=0,
    waiting=0,
    reviews=0,
)
WAITING = replace(card(BookingStatus.PENDING), party_size=10, tables=TABLES[1:])
PENDING: dict[str, Any] = {"card": WAITING, "venue": VENUE_CARD, "undo": False}
SUCCESS: dict[str, Any] = {"card": card(), "venue": VENUE_CARD, "undo": False}
_TWO_HOURS = timedelta(hours=2)
LATER = replace(
    card(), starts_at=card().starts_at + _TWO_HOURS, ends_at=card().ends_at + _TWO_HOURS, tables=TABLES[1:2]
)
MOVE: dict[str, Any] = {"moving": card()}
MOVE_TIME: dict[str, Any] = {**TIME, **MOVE, "table_number": 1, "any_would_help": True}
MOVE_CONFIRMATION: dict[str, Any] = {
    **CONFIRMATION,
    **MOVE,
    "card": replace(LATER, status=BookingStatus.HELD),
}
MOVED: dict[str, Any] = {**SUCCESS, **MOVE, "card": LATER, "moved": True}
NOT_MOVED: dict[str, Any] = {**SUCCESS, **MOVE, "moved": False}

QUEUED = WaitingCard(
    id=1,
    party_size=2,
    service_date=EVENING,
    earliest=sitting(EVENING, 18).starts_at,
    latest=sitting(EVENING, 20).starts_at,
    ahead=2,
)
ASKED_TO_COME = replace(
    QUEUED,
    id=2,
    ahead=0,
    latest=QUEUED.earliest,
    offer_id=1,
    offer_starts_at=QUEUED.earliest,
    offer_until=datetime(TODAY.year, TODAY.month, TODAY.day, 15, 10, tzinfo=ZONE),
)
OFFERED = replace(card(BookingStatus.HELD), waiting_id=1)
SNAPSHOT = BookingSnapshot(
    booking_id=1,
    venue_id=VENUE_CARD.id,
    user_id=1,
    tables=(1,),
    party_size=2,
    service_date=EVENING,
    starts_at=OFFERED.starts_at,
    ends_at=OFFERED.ends_at,
)
SECONDS_LATER = datetime(TODAY.year, TODAY.month, TODAY.day, 15, 0, 5, tzinfo=ZONE)

LATE = replace(
    card(),
    can_cancel=False,
    can_move=False,
    can_ask_to_cancel=True,
    cancel_until=sitting(EVENING, 12).starts_at,
)
ASKED = replace(LATE, cancel_requested=True)

THAT_DAY = sitting(EVENING, 16).starts_at
REMINDED = replace(card(), can_be_late=True, grace_until=sitting(EVENING, 18).starts_at + timedelta(minutes=15))
COMING = replace(REMINDED, status=BookingStatus.CONFIRMED, can_cancel=True)
RUNNING_LATE = replace(COMING, late_minutes=20, grace_until=sitting(EVENING, 18).starts_at + timedelta(minutes=35))

BOOKINGS = Page([RUNNING_LATE, card(BookingStatus.COMPLETED, booking_id=2)], number=0, size=5, total=7)
EARLIER = EarlierVisit(1, 2, TABLES[:1], time(18), TODAY - timedelta(days=4), offered=True, asks_first=False)
REPEAT_DAY: dict[str, Any] = {
    "visit": EARLIER,
    "states": DATE["states"],
    "today": TODAY,
    "last_day": LAST_DAY,
    "nearest": [TODAY + timedelta(days=days) for days in (3, 10, 17)],
    "some_full": True,
}
REPEAT_TAKEN: dict[str, Any] = {
    "visit": EARLIER,
    "day": EVENING,
    "places": [
        Place(sitting(EVENING, 18), TABLES[1:2]),
        Place(sitting(EVENING, 20), TABLES[:1]),
        Place(sitting(EVENING + timedelta(days=1), 18), TABLES[:1]),
    ],
}
DONE_AT_ONCE: dict[str, Any] = {**SUCCESS, "undo": True}
REVIEW: dict[str, Any] = {"review": Review(1, 5, None, low=False), "phone": VENUE_CARD.phone}
SORRY: dict[str, Any] = {"review": Review(1, 2, None, low=True), "phone": VENUE_CARD.phone}
REVIEWED = Review(1, 4, "Вкусно, но <шумно> — сели у бара", low=False)
LINK = "https://t.me/binary_bites_bot?start=bAAAAAAAAAIBnEwDAAbCdEfGhIjKlMnOpQ"
TICKET = Ticket(card(booking_id=128), VENUE_CARD, "binary_bites_bot", LINK)
TICKETS = {
    "confirmed": TICKET,
    "pending": replace(TICKET, card=WAITING),
    "canceled": replace(TICKET, card=card(BookingStatus.CANCELED, booking_id=128)),
}
NO_BOOKINGS: Page[BookingCard] = Page([], number=0, size=5, total=0)
GUESTS = Page([GuestRow(card().guest, bookings=3, upcoming=1)], number=0, size=15, total=1)
USER_STATS = UserStats(total=128, new_today=3, new_this_week=17, with_bookings=64, blocked=2)
BOOKING_STATS = BookingStats(
    total=211,
    by_status={BookingStatus.BOOKED: 12, BookingStatus.CANCELED: 9, BookingStatus.COMPLETED: 190},
    today=7,
    guests_today=19,
    upcoming=12,
    marks=Marks(96, 4.71),
    recent_marks=Marks(14, 4.5),
)
