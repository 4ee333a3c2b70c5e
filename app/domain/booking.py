"""A booking's status machine and the rules around it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from app.domain.errors import BookingChanged, SittingOver, TooManyBookings, VisitAlreadyStarted


class BookingStatus(StrEnum):
    HELD = "held"
    EXPIRED = "expired"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    SEATED = "seated"
    CANCELED = "canceled"
    NO_SHOW = "no_show"
    COMPLETED = "completed"


_S = BookingStatus

TRANSITIONS: Mapping[BookingStatus, frozenset[BookingStatus]] = MappingProxyType(
    {
        _S.HELD: frozenset({_S.BOOKED, _S.EXPIRED}),
        _S.EXPIRED: frozenset({_S.BOOKED}),  # as long as its cells are still free
        _S.BOOKED: frozenset({_S.CONFIRMED, _S.SEATED, _S.CANCELED, _S.NO_SHOW, _S.COMPLETED}),
        _S.CONFIRMED: frozenset({_S.SEATED, _S.CANCELED, _S.NO_SHOW, _S.COMPLETED}),
        _S.SEATED: frozenset({_S.COMPLETED}),
        _S.NO_SHOW: frozenset({_S.SEATED}),  # as long as its cells are still free
        _S.CANCELED: frozenset(),
        _S.COMPLETED: frozenset(),
    }
)

LIVE = frozenset({_S.BOOKED, _S.CONFIRMED, _S.SEATED})
"""A visit that is agreed on and not over; counted against MAX_LIVE_BOOKINGS."""

CAME_TO_NOTHING = frozenset({_S.HELD, _S.EXPIRED})
"""Not agreed on, or not yet: shown in no list and counted in no figure."""

CANCELABLE = frozenset({_S.BOOKED, _S.CONFIRMED})


def sources_of(target: BookingStatus) -> frozenset[BookingStatus]:
    """The statuses from which `target` may be reached."""
    return frozenset(source for source, targets in TRANSITIONS.items() if target in targets)


def ensure_cancelable(status: BookingStatus, *, starts_at: datetime, now: datetime) -> None:
    if status not in CANCELABLE:
        raise BookingChanged(status=status.value)
    if starts_at <= now:
        raise VisitAlreadyStarted


def ensure_not_begun(starts_at: datetime, *, now: datetime) -> None:
    if starts_at <= now:
        raise SittingOver


def ensure_room_for_one_more(live: int, *, limit: int) -> None:
    """`live` is the guest's count of live bookings, `limit` is MAX_LIVE_BOOKINGS."""
    if live >= limit:
        raise TooManyBookings(limit=limit)
