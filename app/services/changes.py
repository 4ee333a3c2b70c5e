"""What is told of a booking whose change is committed."""

from collections.abc import Callable
from typing import Literal

from loguru import logger

from app.domain.booking import BookingStatus
from app.services.views import BookingCard

Change = BookingStatus | Literal["moved"]
OnChange = Callable[[Change, int], None]
"""How many bookings became so."""


def nobody_counts(_change: Change, _count: int) -> None:
    """Where no metrics are kept."""


def changed(card: BookingCard, on_change: OnChange, change: Change | None = None) -> BookingCard:
    """One line, whose ids say whose it is. The change is the card's status, unless another one is named."""
    change = change or card.status
    on_change(change, 1)
    tables = ", ".join(str(table.number) for table in card.tables)
    logger.bind(booking=card.id).info(
        "{}: table {} for {} on {:%Y-%m-%d at %H:%M}",
        change.capitalize(),
        tables,
        card.party_size,
        card.starts_at,
    )
    return card
