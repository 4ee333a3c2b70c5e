"""What edges may see: plain values, complete, in the venue's local time. No row leaves a service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.booking import EXPECTED, BookingStatus
from app.domain.events import Recipient
from app.domain.people import Channel, Language
from app.domain.seating import Table
from app.domain.waiting import DayPart
from app.domain.wishes import Wishes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VenueCard:
    """The venue as guests read about it; texts are by language, Russian always among them."""

    id: int
    name: str
    about: Mapping[str, str]
    greeting: Mapping[str, str]
    address: Mapping[str, str]
    phone: str
    zone: tzinfo
    languages: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """False: its file was never loaded, and all texts are empty."""
        return bool(self.name)


@dataclass(frozen=True, slots=True)
class FollowUpPlan:
    """A message to the guest, `after` the visit's end; its text is by language."""

    after: timedelta
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GuestName:
    """How a guest is shown to staff and reached by them."""

    user_id: int
    channel: Channel
    external_id: int
    full_name: str
    username: str | None
    phone: str | None = None
    """As E.164, if the guest has given it."""
    erased: bool = False
    """Nobody knows any more who it was, and nobody can be reached."""

    @property
    def recipient(self) -> Recipient:
        """As messages name them."""
        return Recipient(channel=self.channel, external_id=self.external_id)


@dataclass(frozen=True, slots=True)
class BookingCard:
    """A booking, complete for display; times are aware, in the venue's zone."""

    id: int
    venue_id: int
    status: BookingStatus
    party_size: int
    tables: tuple[Table, ...]
    service_date: date
    starts_at: datetime
    ends_at: datetime
    hold_until: datetime | None
    created_at: datetime
    changed_at: datetime
    can_cancel: bool
    """The guest may: the status and the policy allow it, the visit has not begun; decided at the time of reading."""
    guest: GuestName
    can_ask_to_cancel: bool = False
    """It is too late for that, and the restaurant decides."""
    cancel_requested: bool = False
    """It has been asked."""
    cancel_until: datetime | None = None
    """The policy's deadline."""
    wishes: Wishes = field(default_factory=Wishes)
    can_wish: bool = False
    """The guest may still change them."""
    can_move: bool = False
    """The guest may, without the restaurant; decided as `can_cancel`."""
    sequence: int = 0
    """How often it was moved."""
    late_minutes: int = 0
    """How late the guest has said to be."""
    grace_until: datetime | None = None
    """Until when the table waits."""
    can_be_late: bool = False
    """The guest may say so: from the day before until the table waits no longer."""

    waiting_id: int | None = None
    """The place in the queue of somebody it was offered to."""

    @property
    def is_expected(self) -> bool:
        """Agreed on, and nobody has come yet."""
        return self.status in EXPECTED


@dataclass(frozen=True, slots=True)
class Review:
    """What a guest thought of a visit."""

    booking_id: int
    stars: int
    comment: str | None
    low: bool
    """So low that the owners hear of it at once."""


@dataclass(frozen=True, slots=True)
class SittingView:
    """A sitting, or a start on the grid (then without a slot), that can be chosen; times in the venue's zone."""

    slot_id: int | None
    service_date: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingChoice:
    """Times that somebody may wait for: those of visits that begin then, in the venue's zone."""

    earliest: datetime
    latest: datetime
    part: DayPart | None = None
    """None: one sitting."""
    sitting: SittingView | None = None


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A place in the queue; times are aware, in the venue's zone."""

    id: int
    party_size: int
    service_date: date
    earliest: datetime
    latest: datetime
    ahead: int
    """Parties that came before and wait for some of these times."""
    offer_id: int | None = None
    """The booking that is held until then for an answer."""
    offer_starts_at: datetime | None = None
    offer_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A sitting and the tables that are free then."""

    sitting: SittingView
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """What of a visit can be had again."""

    booking_id: int
    party: int
    tables: tuple[Table, ...]
    begins: time
    """In the venue's wall time."""
    service_date: date
    offered: bool
    """The house still has these tables for such a party."""
    asks_first: bool
    """The restaurant has to say yes."""


class DayState(StrEnum):
    FREE = "free"
    FULL = "full"
    """Sittings are still to come that day, but every fitting table is taken."""
    CLOSED = "closed"
    """The house is closed that day."""
    OVER = "over"
    """Past, beyond the horizon, or nothing left to begin today."""


@dataclass(frozen=True, slots=True)
class DayNote:
    """What is unlike other days; `text` by language, perhaps empty."""

    closed: bool
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """What guests agree to before they book; `text` by language, empty: the one that comes with the service."""

    version: str
    dated: date
    text: Mapping[str, str]
    venue: VenueCard
    forget_after_days: int | None
    forget_wishes_after_days: int | None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is known of a guest, at a glance."""

    full_name: str
    username: str | None
    phone: str | None
    language: Language
    reminders: bool
    follow_ups: bool
    consent_version: str | None
    consent_at: datetime | None
    bookings: int
    upcoming: int
    waiting: int
    reviews: int


@dataclass(frozen=True, slots=True)
class UserCard:
    """A person the service knows."""

    id: int
    channel: Channel
    external_id: int
    full_name: str
    username: str | None
    language: Language
    language_chosen: bool
    blocked: bool
    no_follow_ups: bool
    no_reminders: bool = False


@dataclass(frozen=True, slots=True)
class GuestRow:
    """One line of «Гости»."""

    guest: GuestName
    bookings: int
    """All that were ever booked, whatever became of them; holds do not count."""
    upcoming: int


@dataclass(frozen=True, slots=True)
class UserStats:
    total: int
    new_today: int
    """Since the service day began."""
    new_this_week: int
    with_bookings: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Marks:
    """The guests' marks: how many, and their average if there is any."""

    count: int
    average: float | None


@dataclass(frozen=True, slots=True)
class BookingStats:
    total: int
    """All statuses but holds that came to nothing."""
    by_status: Mapping[BookingStatus, int]
    today: int
    """Live bookings of the running service day."""
    guests_today: int
    upcoming: int
    marks: Marks
    recent_marks: Marks
    """Of the last 30 days."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A slice of a list: `number` counts from 0; `total` is the count of all items."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))
