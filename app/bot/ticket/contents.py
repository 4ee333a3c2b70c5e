"""What picture and calendar file are made of."""

from dataclasses import dataclass

from app.domain.booking import BookingStatus
from app.services.views import BookingCard, VenueCard

OFF = frozenset({BookingStatus.CANCELED, BookingStatus.DECLINED, BookingStatus.EXPIRED})
"""Nobody is expected: what stands in a calendar is to go."""


@dataclass(frozen=True, slots=True)
class Ticket:
    card: BookingCard
    venue: VenueCard
    bot: str
    """Its username, which names the entry in the calendar for ever."""
    link: str
    """Opens the booking in the chat."""

    @property
    def is_off(self) -> bool:
        return self.card.status in OFF
