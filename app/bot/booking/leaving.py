"""The wizard's end, however it comes: the table is free at once, and no window is left that looks alive."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, TelegramObject
from aiogram_dialog import DialogManager

from app.bot.booking.draft import booking_of
from app.bot.booking.state import BookingState
from app.bot.keyboard import is_keyboard_up, lower_keyboard
from app.bot.review.state import ReviewState
from app.bot.talk import Talk, talk_of
from app.bot.wishes.state import WishesState

_STAYS = (BookingState.success, ReviewState.words)


def is_in_wizard(manager: DialogManager) -> bool:
    """Something is being booked or wished, and would be lost."""
    return manager.has_context() and manager.current_context().state not in _STAYS


async def leave_wizard(manager: DialogManager, *, here: Message | InaccessibleMessage | None = None) -> str | None:
    """Ends whatever dialog is under way, and names the text that says so; None: there was none.

    Its window is deleted, unless it is `here`, where something else comes. What was booked, or
    thanked for, stays in the chat.
    """
    talk, stack = talk_of(manager), manager.current_stack()
    bot, chat_id = manager.middleware_data["bot"], manager.middleware_data["event_chat"].id
    ended = await _end(manager, talk)
    window = stack.last_message_id if ended else None
    await manager.reset_stack(remove_keyboard=False)
    stack.last_message_id = None
    if window and (here is None or window != here.message_id):
        await delete(bot, chat_id, window)
    if is_keyboard_up(talk):
        await lower_keyboard(bot, chat_id, talk, "contact-not-now")
    return ended


async def _end(manager: DialogManager, talk: Talk) -> str | None:
    """What is held is free, what is wished is told."""
    if not is_in_wizard(manager):
        return None
    if manager.current_context().state.group is WishesState:
        await talk.services.wishes.done(talk.actor, booking_of(manager))
        return "cancel-wishes"
    if "booking" in manager.dialog_data:
        await talk.services.bookings.release(talk.actor)
    return "move-given-up" if "moves" in manager.dialog_data else "cancel-done"


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


async def delete(bot: Bot, chat_id: int, message_id: int) -> None:
    with suppress(TelegramAPIError):  # it may be too old, or the guest has deleted it: then there is nothing to do
        await bot.delete_message(chat_id, message_id)
