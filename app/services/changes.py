"""What is told of a booking whose change is committed."""

from collections.abc import Callable

from loguru import logger

from app.domain.booking import BookingStatus
from app.services.views import BookingCard

OnChange = Callable[[BookingStatus, int], None]
"""How many bookings became so."""


def nobody_counts(_status: BookingStatus, _count: int) -> None:
    """Where no metrics are kept."""


def changed(card: BookingCard, on_change: OnChange) -> BookingCard:
    """One line, whose ids say whose it is."""
    on_change(card.status, 1)
    tables = ", ".join(str(table.number) for table in card.tables)
    logger.bind(booking=card.id).info(
        "{}: table {} for {} on {:%Y-%m-%d at %H:%M}",
        card.status.capitalize(),
        tables,
        card.party_size,
        card.starts_at,
    )
    return card
