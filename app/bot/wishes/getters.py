"""What the windows of wishes show."""

from typing import Any, cast

from aiogram_dialog import DialogManager

from app.bot.booking.draft import booking_of
from app.bot.talk import Talk
from app.services.views import BookingCard


def page_of(manager: DialogManager) -> int:
    """Of «Мои брони», to come back to."""
    return int(cast("dict[str, int]", manager.start_data)["page"])


async def get_card(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    """For every window. Raises what `WishService.read` does."""
    card = talk.written or await talk.services.wishes.read(talk.actor, booking_of(dialog_manager))
    return shown(card)


def shown(card: BookingCard) -> dict[str, Any]:
    return {"card": card, "wishes": card.wishes, "phone": card.guest.phone}
