"""The way to one's wishes: from the booking's card, and from the window that says what was booked."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from app.bot.actions import BookingAction
from app.bot.booking.leaving import is_in_wizard, leave_wizard
from app.bot.booking.state import BookingState
from app.bot.screen import answer
from app.bot.talk import Talk
from app.bot.wishes.state import WishesState


def wishes_router() -> Router:
    router = Router(name="wishes")
    router.callback_query.register(on_wishes, BookingAction.filter(F.verb == "wishes"))
    return router


async def on_wishes(
    callback: CallbackQuery, callback_data: BookingAction, bot: Bot, dialog_manager: DialogManager, talk: Talk
) -> None:
    """In place of what was pressed. A booking that is being made meanwhile goes on."""
    talk.written = await talk.services.wishes.read(talk.actor, callback_data.booking_id)
    if is_in_wizard(dialog_manager) and dialog_manager.current_context().state.group is BookingState:
        await answer(bot, callback, talk.words.say("finish-first"), alert=True)
        return
    await leave_wizard(dialog_manager, here=callback.message)
    data = {"booking": callback_data.booking_id, "page": callback_data.page}
    await dialog_manager.start(WishesState.overview, data=data)
    await dialog_manager.answer_callback()
