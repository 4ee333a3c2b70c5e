from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram_dialog import Dialog, DialogManager, ShowMode
from loguru import logger

from app.bot.booking.draft import Draft
from app.bot.booking.getters import get_words
from app.bot.booking.leaving import leave_wizard
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

_PUT_RIGHT_HERE = (PhoneNotYours, PhoneUnclear, WishTooLong, WishUnreadable)


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
    dialog.message.middleware(_Refusals())
    dialog.callback_query.middleware(_Refusals())
    return dialog


class _Refusals(BaseMiddleware):
    """What was written can be written better; where nothing can be wished any more, the dialog ends."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        manager: DialogManager = data["dialog_manager"]
        if isinstance(event, Message):
            manager.show_mode = ShowMode.DELETE_AND_SEND
        try:
            return await handler(event, data)
        except _PUT_RIGHT_HERE as refusal:
            logger.log(refusal.log_level, "Refused: {}", refusal)
            Draft.of(manager).notice(refusal.text_key, **refusal.params)
            await manager.show()
        except DomainError:
            await leave_wizard(manager, here=event.message if isinstance(event, CallbackQuery) else None)
            raise
