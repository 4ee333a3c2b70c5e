"""Whether an event still holds: what it says is read again before anybody is told."""

from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType

from app.domain.booking import CANCELABLE, EXPECTED, LIVE, STANDING, BookingStatus
from app.domain.events import BookingEvent, BookingMoved, CancelRequested, GuestLate
from app.services.views import BookingCard

_PLANNED = LIVE | {BookingStatus.COMPLETED}
TRUE_IN: Mapping[str, frozenset[BookingStatus]] = MappingProxyType(
    {
        "booking_created": _PLANNED,
        "booking_accepted": _PLANNED,
        "booking_moved": _PLANNED,
        "booking_requested": frozenset({BookingStatus.PENDING}),
        "booking_declined": frozenset({BookingStatus.DECLINED}),
        "booking_lapsed": frozenset({BookingStatus.EXPIRED}),
        "booking_canceled": frozenset({BookingStatus.CANCELED}),
        "cancel_requested": CANCELABLE,
        "wishes_changed": STANDING,
        "cancel_refused": LIVE,
        "guest_late": EXPECTED,
        "review_left": _PLANNED,
        "offer_passed": frozenset({BookingStatus.EXPIRED}),
    }
)
"""By event, the statuses in which it is still worth a word or a plan; the others always are."""


def still_true(event: BookingEvent, card: BookingCard) -> bool:
    """Not of what has moved since; nor of a booking that a restored database does not know: it may have another one
    of that number.
    """
    told = event.booking
    starts_at = card.starts_at.astimezone(UTC)  # an hour that comes twice is equal to itself in its own zone only
    if (told.user_id, told.sequence, told.starts_at) != (card.guest.user_id, card.sequence, starts_at):
        return False
    if isinstance(event, CancelRequested) and not card.cancel_requested:
        return False
    if isinstance(event, GuestLate) and event.minutes != card.late_minutes:
        return False
    return card.status in TRUE_IN.get(event.kind, BookingStatus)


def still_true_for_admins(event: BookingEvent, card: BookingCard) -> bool:
    """That a booking has left its place remains news when it has moved again."""
    if isinstance(event, BookingMoved) and event.booking.sequence < card.sequence:
        return event.booking.user_id == card.guest.user_id and card.status in TRUE_IN[event.kind]
    return still_true(event, card)
