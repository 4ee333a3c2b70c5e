"""The wizard's end, however it comes: the table is free at once, and no window is left that looks alive."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, TelegramObject
from aiogram_dialog import DialogManager

from app.bot.booking.state import BookingState
from app.bot.talk import talk_of


async def leave_wizard(manager: DialogManager, *, here: Message | InaccessibleMessage | None = None) -> bool:
    """True if a booking was being made. Its window is deleted, unless it is `here`, where something else comes.

    The window that says what was booked stays in the chat.
    """
    stack = manager.current_stack()
    under_way = manager.has_context() and manager.current_context().state != BookingState.success
    window = stack.last_message_id if under_way else None
    if under_way and "booking" in manager.dialog_data:
        talk = talk_of(manager)
        await talk.services.bookings.release(talk.actor)
    await manager.reset_stack(remove_keyboard=False)
    stack.last_message_id = None
    if window and (here is None or window != here.message_id):
        await _delete(manager.middleware_data["bot"], manager.middleware_data["event_chat"].id, window)
    return under_way


class Replaces(BaseMiddleware):
    """Goes around what lasting buttons open: pressed in the wizard's own window, they end the wizard."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        manager: DialogManager | None = data.get("dialog_manager")
        pressed = event.message if isinstance(event, CallbackQuery) else None
        if manager and pressed and pressed.message_id == manager.current_stack().last_message_id:
            await leave_wizard(manager, here=pressed)
        return await handler(event, data)


async def _delete(bot: Bot, chat_id: int, message_id: int) -> None:
    with suppress(TelegramAPIError):  # it may be too old, or the guest has deleted it: then there is nothing to do
        await bot.delete_message(chat_id, message_id)
