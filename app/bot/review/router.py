"""What the buttons under the thanks after a visit do."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from app.bot.actions import WordsAction
from app.bot.booking.leaving import is_in_wizard, leave_wizard
from app.bot.review.screens import review_screen
from app.bot.review.state import ReviewState
from app.bot.screen import answer, show
from app.bot.talk import Talk
from app.notifications.buttons import Rating
from app.services.views import Review


def review_router() -> Router:
    router = Router(name="review")
    router.callback_query.register(on_rate, Rating.filter())
    router.callback_query.register(on_say, WordsAction.filter(F.verb == "say"))
    router.callback_query.register(on_enough, WordsAction.filter(F.verb == "enough"))
    return router


async def on_rate(
    callback: CallbackQuery, callback_data: Rating, bot: Bot, talk: Talk, dialog_manager: DialogManager
) -> None:
    """Whoever is booking meanwhile goes on, and is asked for a line by a button only."""
    review = await talk.services.reviews.rate(talk.actor, callback_data.booking_id, callback_data.stars)
    if review.comment or is_in_wizard(dialog_manager):
        await _show(callback, bot, talk, review)
    else:
        await _ask(callback, dialog_manager, review)


async def on_say(
    callback: CallbackQuery, callback_data: WordsAction, bot: Bot, talk: Talk, dialog_manager: DialogManager
) -> None:
    review = await talk.services.reviews.own(talk.actor, callback_data.booking_id)
    if is_in_wizard(dialog_manager):
        await answer(bot, callback, talk.words.say("finish-first"), alert=True)
    elif review.comment:
        await _show(callback, bot, talk, review)
    else:
        await _ask(callback, dialog_manager, review)


async def on_enough(
    callback: CallbackQuery, callback_data: WordsAction, bot: Bot, talk: Talk, dialog_manager: DialogManager
) -> None:
    review = await talk.services.reviews.own(talk.actor, callback_data.booking_id)
    if not is_in_wizard(dialog_manager):
        await leave_wizard(dialog_manager)
    await _show(callback, bot, talk, review)


async def _show(callback: CallbackQuery, bot: Bot, talk: Talk, review: Review) -> None:
    phone = (await talk.services.venues.card()).phone
    await show(bot, callback, review_screen(talk.words, review, phone))


async def _ask(callback: CallbackQuery, manager: DialogManager, review: Review) -> None:
    await leave_wizard(manager, here=callback.message)
    await manager.start(ReviewState.words, {"booking": review.booking_id})
    await manager.answer_callback()
