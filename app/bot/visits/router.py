"""What the buttons under a reminder do, and those of a booking's card on its day."""

from collections.abc import Awaitable

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from loguru import logger

from app.bot.booking.leaving import Replaces
from app.bot.errors import refusal_in
from app.bot.screen import answer, exchange, show
from app.bot.talk import Talk
from app.bot.user.screens import card_screen, undo_question
from app.bot.visits.screens import late_question, late_told, reminder_screen
from app.domain.errors import BookingChanged, BookingMovedSince, GraceOver, TooEarlyToBeLate
from app.notifications.buttons import LateAction, RemindersAction, VisitAction, reminders_button
from app.services.views import BookingCard

_EXPLAINED = (BookingChanged, BookingMovedSince, GraceOver, TooEarlyToBeLate)
"""What an old button meets: the booking is shown as it stands."""


def visits_router() -> Router:
    router = Router(name="visits")
    router.callback_query.middleware(Replaces())
    router.callback_query.register(on_come, VisitAction.filter(F.verb == "come"))
    router.callback_query.register(on_question, VisitAction.filter(F.verb == "late"))
    router.callback_query.register(on_question, VisitAction.filter(F.verb == "cancel"))
    router.callback_query.register(on_late, LateAction.filter())
    router.callback_query.register(on_reminders, RemindersAction.filter())
    return router


async def on_come(callback: CallbackQuery, callback_data: VisitAction, bot: Bot, talk: Talk) -> None:
    pressed, services = callback_data, talk.services
    come = services.visits.confirm(talk.actor, pressed.booking_id, sequence=pressed.sequence)
    if card := await _or_explain(come, callback, pressed, bot, talk):
        user = await services.users.find(talk.actor.person)
        reminded = not (user and user.no_reminders)
        venue, now = await services.venues.card(), services.clock.now()
        await show(bot, callback, reminder_screen(talk.words, card, venue, now=now, reminded=reminded))


async def on_question(callback: CallbackQuery, callback_data: VisitAction, bot: Bot, talk: Talk) -> None:
    card = await talk.services.bookings.card(talk.actor, callback_data.booking_id)
    if card.sequence != callback_data.sequence:
        refusal = refusal_in(talk.words, BookingMovedSince())
        await show(bot, callback, card_screen(talk.words, card, 0).after(refusal))
    elif callback_data.verb == "cancel":
        await show(bot, callback, undo_question(talk.words, card, 0))
    else:
        screen = late_question(talk.words, card) if card.is_expected else card_screen(talk.words, card, 0)
        await show(bot, callback, screen)


async def on_late(callback: CallbackQuery, callback_data: LateAction, bot: Bot, talk: Talk) -> None:
    pressed = callback_data
    late = talk.services.visits.late(talk.actor, pressed.booking_id, pressed.minutes, sequence=pressed.sequence)
    if card := await _or_explain(late, callback, pressed, bot, talk):
        await show(bot, callback, card_screen(talk.words, card, 0).after(late_told(talk.words, card)))


async def on_reminders(callback: CallbackQuery, callback_data: RemindersAction, bot: Bot, talk: Talk) -> None:
    wanted = callback_data.wanted == "yes"
    await talk.services.users.set_reminders(talk.actor.person, wanted)
    await exchange(bot, callback, reminders_button(talk.words, reminded=wanted))
    await answer(bot, callback, talk.words.say("reminders-on" if wanted else "reminders-off"), alert=True)


async def _or_explain(
    change: Awaitable[BookingCard], callback: CallbackQuery, pressed: VisitAction | LateAction, bot: Bot, talk: Talk
) -> BookingCard | None:
    """None: it was refused, and the guest reads why and how the booking stands."""
    try:
        return await change
    except _EXPLAINED as refusal:
        logger.info("Refused: {}", refusal)
        card = await talk.services.bookings.card(talk.actor, pressed.booking_id)
        await show(bot, callback, card_screen(talk.words, card, 0).after(refusal_in(talk.words, refusal)))
        return None
