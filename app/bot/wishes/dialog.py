from collections.abc import Mapping
from types import MappingProxyType

from aiogram_dialog import Dialog

from app.bot.booking.getters import get_words
from app.bot.booking.refusals import Refusals
from app.bot.wishes.windows import (
    get_allergies_window,
    get_comment_window,
    get_contact_window,
    get_high_chairs_window,
    get_occasion_window,
    get_overview_window,
    get_phone_window,
)
from app.domain.errors import DomainError, PhoneNotYours, PhoneUnclear, WishTooLong, WishUnreadable
from app.texts import Words

_PUT_RIGHT_HERE: Mapping[type[DomainError], None] = MappingProxyType(
    dict.fromkeys((PhoneNotYours, PhoneUnclear, WishTooLong, WishUnreadable))
)
"""What was written can be written better; where nothing can be wished any more, the dialog ends."""


def wishes_dialog(preview_in: Words) -> Dialog:
    """The windows of wishes for one dispatcher; `preview_in` are the words of its preview."""
    dialog = Dialog(
        get_overview_window(),
        get_occasion_window(),
        get_high_chairs_window(),
        get_allergies_window(),
        get_comment_window(),
        get_phone_window(),
        get_contact_window(),
        getter=get_words,
        preview_data={"words": preview_in},
    )
    refusals = Refusals(_PUT_RIGHT_HERE)
    dialog.message.middleware(refusals)
    dialog.callback_query.middleware(refusals)
    return dialog
