"""A booking's status machine and the rules around it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType

from app.domain.errors import (
    BookingChanged,
    MoveTooLate,
    SittingOver,
    TooManyBookings,
    TooSoon,
    VisitAlreadyStarted,
)


class BookingStatus(StrEnum):
    HELD = "held"
    PENDING = "pending"
    EXPIRED = "expired"
    DECLINED = "declined"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    SEATED = "seated"
    CANCELED = "canceled"
    NO_SHOW = "no_show"
    COMPLETED = "completed"


_S = BookingStatus

TRANSITIONS: Mapping[BookingStatus, frozenset[BookingStatus]] = MappingProxyType(
    {
        _S.HELD: frozenset({_S.BOOKED, _S.PENDING, _S.EXPIRED}),
        _S.PENDING: frozenset({_S.BOOKED, _S.DECLINED, _S.EXPIRED, _S.CANCELED}),
        _S.EXPIRED: frozenset({_S.BOOKED, _S.PENDING}),  # as long as its cells are still free
        _S.BOOKED: frozenset({_S.CONFIRMED, _S.SEATED, _S.CANCELED, _S.NO_SHOW, _S.COMPLETED}),
        _S.CONFIRMED: frozenset({_S.SEATED, _S.CANCELED, _S.NO_SHOW, _S.COMPLETED}),
        _S.SEATED: frozenset({_S.COMPLETED}),
        _S.NO_SHOW: frozenset({_S.SEATED}),  # as long as its cells are still free
        _S.DECLINED: frozenset(),
        _S.CANCELED: frozenset(),
        _S.COMPLETED: frozenset(),
    }
)

LIVE = frozenset({_S.BOOKED, _S.CONFIRMED, _S.SEATED})
"""A visit that is agreed on and not over."""

EXPECTED = frozenset({_S.BOOKED, _S.CONFIRMED})
"""A visit that is agreed on; nobody has come yet."""

STANDING = LIVE | {_S.PENDING}
"""A visit that somebody counts on; counted against MAX_LIVE_BOOKINGS."""

OCCUPYING = STANDING | {_S.HELD}
"""Has cells; `held` and `pending` as long as their time is not up."""

LAPSING = frozenset({_S.HELD, _S.PENDING})
"""Good until `hold_until`: from then on it blocks nobody."""

CAME_TO_NOTHING = frozenset({_S.HELD, _S.EXPIRED})
"""Not agreed on, or not yet: shown in no list and counted in no figure."""

CANCELABLE = frozenset({_S.PENDING, _S.BOOKED, _S.CONFIRMED})


class Lateness(IntEnum):
    """How late a guest may say to be, in minutes."""

    IN_TIME = 0
    TEN = 10
    TWENTY = 20
    THIRTY = 30


def sources_of(target: BookingStatus) -> frozenset[BookingStatus]:
    """The statuses from which `target` may be reached."""
    return frozenset(source for source, targets in TRANSITIONS.items() if target in targets)


def status_at(status: BookingStatus, hold_until: datetime | None, *, now: datetime) -> BookingStatus:
    """What was held or pending has expired when its time is up, also if nobody has tidied it yet."""
    over = status in LAPSING and hold_until is not None and hold_until <= now
    return BookingStatus.EXPIRED if over else status


def ensure_cancelable(status: BookingStatus, *, starts_at: datetime, now: datetime) -> None:
    if status not in CANCELABLE:
        raise BookingChanged(status=status.value)
    if starts_at <= now:
        raise VisitAlreadyStarted


def may_cancel_alone(status: BookingStatus, *, deadline: datetime, now: datetime) -> bool:
    """Without the restaurant: until the policy's deadline; what is not agreed on yet, at any time."""
    return status is BookingStatus.PENDING or now < deadline


def may_move_alone(status: BookingStatus, *, starts_at: datetime, deadline: datetime, now: datetime) -> bool:
    """Until the deadline of cancelling: to move away is to give a place back."""
    return status in EXPECTED and now < min(starts_at, deadline)


def ensure_movable(
    status: BookingStatus, *, starts_at: datetime, deadline: datetime, now: datetime, phone: str
) -> None:
    if status not in EXPECTED:
        raise BookingChanged(status=status.value)
    if starts_at <= now:
        raise VisitAlreadyStarted
    if not may_move_alone(status, starts_at=starts_at, deadline=deadline, now=now):
        raise MoveTooLate(phone=phone)


def ensure_not_begun(starts_at: datetime, *, now: datetime) -> None:
    if starts_at <= now:
        raise SittingOver


def ensure_in_time(starts_at: datetime, *, lead: timedelta, now: datetime) -> None:
    """Not begun, and not sooner than the venue's lead time."""
    ensure_not_begun(starts_at, now=now)
    if starts_at <= now + lead:
        raise TooSoon(minutes=lead // timedelta(minutes=1))


def ensure_room_for_one_more(live: int, *, limit: int) -> None:
    """`live` is how many of the guest's bookings stand, `limit` is MAX_LIVE_BOOKINGS."""
    if live >= limit:
        raise TooManyBookings(limit=limit)
