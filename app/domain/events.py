"""What has happened and what is to be said: the messages on the queues.

They are data at rest: stored in the outbox, published as JSON, read again after an upgrade. Fields may be added with a
default, never renamed. They carry a snapshot of the booking and never a name or a phone.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from app.domain.people import Channel
from app.domain.reminders import Which

ADMIN_MSG = "admin_msg"
NOTI_USER = "noti_user"
USER_MSG = "user_msg"
QUEUES = (ADMIN_MSG, NOTI_USER, USER_MSG)


class Message(BaseModel):
    """Anything on a queue. `message_id` is unique for ever: a consumer that has seen it does nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    message_id: str = Field(default_factory=lambda: uuid4().hex, min_length=1, max_length=64)


class BookingSnapshot(BaseModel):
    """The booking as it was when the event happened."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    booking_id: int
    venue_id: int
    user_id: int
    tables: tuple[int, ...]
    """Table numbers, as shown."""
    party_size: int
    service_date: date
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    sequence: int = 0


class BookingEvent(Message):
    """Something happened to a booking; `queues` names who hears of it."""

    queues: ClassVar[tuple[str, ...]]

    kind: str
    occurred_at: AwareDatetime
    booking: BookingSnapshot


class BookingCreated(BookingEvent):
    queues = (ADMIN_MSG, NOTI_USER)
    kind: Literal["booking_created"] = "booking_created"


class BookingCanceled(BookingEvent):
    """By the guest, or `by_staff`: then the guest is told."""

    queues = (ADMIN_MSG, NOTI_USER)
    kind: Literal["booking_canceled"] = "booking_canceled"
    by_staff: bool = False


class BookingRequested(BookingEvent):
    """A party that the restaurant decides on; `answer_until` is how long it waits."""

    queues = (ADMIN_MSG,)
    kind: Literal["booking_requested"] = "booking_requested"
    answer_until: AwareDatetime


class BookingAccepted(BookingEvent):
    queues = (NOTI_USER,)
    kind: Literal["booking_accepted"] = "booking_accepted"


class BookingDeclined(BookingEvent):
    queues = (NOTI_USER,)
    kind: Literal["booking_declined"] = "booking_declined"


class BookingLapsed(BookingEvent):
    """Nobody has answered a request in time."""

    queues = (ADMIN_MSG, NOTI_USER)
    kind: Literal["booking_lapsed"] = "booking_lapsed"


class CancelRequested(BookingEvent):
    """After the policy's deadline a guest asks to be let go."""

    queues = (ADMIN_MSG,)
    kind: Literal["cancel_requested"] = "cancel_requested"


class CancelRefused(BookingEvent):
    """The booking stands."""

    queues = (NOTI_USER,)
    kind: Literal["cancel_refused"] = "cancel_refused"


class WishesChanged(BookingEvent):
    """The restaurant knows other wishes than the guest has; `changed` names them, what they are says the booking."""

    queues = (ADMIN_MSG,)
    kind: Literal["wishes_changed"] = "wishes_changed"
    changed: tuple[str, ...] = ()


class GuestLate(BookingEvent):
    """The guest will be `minutes` late, or on time after all (0): the table waits `until` then."""

    queues = (ADMIN_MSG,)
    kind: Literal["guest_late"] = "guest_late"
    minutes: int
    until: AwareDatetime


class ReviewLeft(BookingEvent):
    """A guest has given a low mark, or `commented` on it. Which and how is read when it is told."""

    queues = (ADMIN_MSG,)
    kind: Literal["review_left"] = "review_left"
    commented: bool = False


class BookingMoved(BookingEvent):
    """To another time, table or party; `before` is where it was."""

    queues = (ADMIN_MSG, NOTI_USER)
    kind: Literal["booking_moved"] = "booking_moved"
    before: BookingSnapshot


class OfferPassed(BookingEvent):
    """Who waited did not want the place, or was `silent` until its time was up: then the guest is told."""

    queues = (NOTI_USER,)
    kind: Literal["offer_passed"] = "offer_passed"
    waiting_id: int
    silent: bool = False


class BookingHidden(BookingEvent):
    queues = (ADMIN_MSG,)
    kind: Literal["booking_hidden"] = "booking_hidden"


class BookingCompleted(BookingEvent):
    queues = (NOTI_USER,)
    kind: Literal["booking_completed"] = "booking_completed"


class AdminText(Message):
    """A line for all admins: what a bare string on `admin_msg` becomes."""

    kind: Literal["admin_text"] = "admin_text"
    text: str = Field(min_length=1, max_length=4096)


class ServiceNotice(Message):
    """The deployment has started or stops."""

    kind: Literal["service_started", "service_stopped"]
    occurred_at: AwareDatetime


class Recipient(BaseModel):
    """One chat in one messenger."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    channel: Channel = Channel.TELEGRAM
    external_id: int


ForAdmins = (
    BookingCreated
    | BookingRequested
    | BookingCanceled
    | BookingLapsed
    | CancelRequested
    | WishesChanged
    | GuestLate
    | BookingMoved
    | BookingHidden
    | ReviewLeft
    | AdminText
    | ServiceNotice
)
ForGuest = BookingAccepted | BookingDeclined | BookingLapsed | BookingCanceled | CancelRefused | OfferPassed


class AdminNotice(Message):
    """On `user_msg`: tell one admin of `event`."""

    kind: Literal["admin_notice"] = "admin_notice"
    recipient: Recipient
    event: Annotated[ForAdmins, Field(discriminator="kind")]


class GuestNotice(Message):
    """On `user_msg`: tell the guest what the restaurant has decided."""

    kind: Literal["guest_notice"] = "guest_notice"
    recipient: Recipient
    event: Annotated[ForGuest, Field(discriminator="kind")]


NOTICE_KEY = "notice:"
"""How the outbox's `dedup_key` of an admin's notice begins: everything else on `user_msg` is for a guest."""
FOLLOW_UP_KEY, REMINDER_KEY = "follow_up:", "reminder:"
"""How the outbox's `dedup_key` of what is planned for a booking begins: it is taken back when that is cancelled."""


class FollowUp(Message):
    """On `user_msg`: a message to the guest after the visit; `number` counts the entries of followups.json from 0."""

    kind: Literal["follow_up"] = "follow_up"
    recipient: Recipient
    booking_id: int
    sequence: int = 0
    """The booking's, when it was planned."""
    number: int
    text: str = Field(min_length=1, max_length=4096)
    planned_at: AwareDatetime
    """When it was to be said; much later it makes no sense any more."""

    @property
    def dedup_key(self) -> str:
        return f"{FOLLOW_UP_KEY}{self.booking_id}:{self.sequence}:{self.number}"


class Reminder(Message):
    """On `user_msg`: a message to the guest before the visit, as it stood when it was planned."""

    kind: Literal["reminder"] = "reminder"
    recipient: Recipient
    booking_id: int
    sequence: int
    which: Which
    starts_at: AwareDatetime
    planned_at: AwareDatetime

    @property
    def dedup_key(self) -> str:
        return f"{REMINDER_KEY}{self.booking_id}:{self.sequence}:{self.which}"


Planned = FollowUp | Reminder
"""What is said at its time, if it still holds then."""


OFFER_KEY = "offer:"
"""How the outbox's `dedup_key` of an offer begins; then comes the booking."""


class WaitingOffer(Message):
    """On `user_msg`: a place was freed for who waited, and is held."""

    kind: Literal["waiting_offer"] = "waiting_offer"
    recipient: Recipient
    booking_id: int
    waiting_id: int

    @property
    def dedup_key(self) -> str:
        return f"{OFFER_KEY}{self.booking_id}"


ForPeople = AdminNotice | GuestNotice | Planned | WaitingOffer


type_of_queue: dict[str, TypeAdapter[Message]] = {
    ADMIN_MSG: TypeAdapter(Annotated[ForAdmins, Field(discriminator="kind")]),
    NOTI_USER: TypeAdapter(
        Annotated[
            BookingCreated
            | BookingAccepted
            | BookingDeclined
            | BookingLapsed
            | BookingCanceled
            | CancelRefused
            | BookingMoved
            | OfferPassed
            | BookingCompleted,
            Field(discriminator="kind"),
        ]
    ),
    USER_MSG: TypeAdapter(Annotated[ForPeople, Field(discriminator="kind")]),
}
"""What each queue carries; anything else goes to the dead letters."""
