"""What the buttons of «Мои брони» do."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode

from app.bot.actions import BookingAction, BookingsPage
from app.bot.booking.draft import Draft
from app.bot.booking.leaving import Replaces, leave_wizard
from app.bot.booking.moving import begin_move
from app.bot.booking.state import BookingState
from app.bot.paging import page_at
from app.bot.screen import Screen, answer, show
from app.bot.talk import Talk
from app.bot.user.screens import bookings_screen, card_screen, hide_question, undo_question
from app.bot.waiting.screens import with_waiting
from app.bot.wording import tables_in
from app.notifications.buttons import FollowUpAction, RepeatAction, calendar_button

PER_PAGE = 5


def user_router() -> Router:
    router = Router(name="user")
    router.callback_query.middleware(Replaces())
    router.callback_query.register(on_page, BookingsPage.filter())
    router.callback_query.register(on_show, BookingAction.filter(F.verb == "show"))
    router.callback_query.register(on_cancel, BookingAction.filter(F.verb == "cancel"))
    router.callback_query.register(on_cancel_now, BookingAction.filter(F.verb == "cancel_now"))
    router.callback_query.register(on_cancel, BookingAction.filter(F.verb == "ask"))
    router.callback_query.register(on_ask_now, BookingAction.filter(F.verb == "ask_now"))
    router.callback_query.register(on_move, BookingAction.filter(F.verb == "move"))
    router.callback_query.register(on_hide, BookingAction.filter(F.verb == "hide"))
    router.callback_query.register(on_hide_now, BookingAction.filter(F.verb == "hide_now"))
    router.callback_query.register(on_repeat, RepeatAction.filter())
    router.callback_query.register(on_again, FollowUpAction.filter(F.verb == "again"))
    router.callback_query.register(on_stop, FollowUpAction.filter(F.verb == "stop"))
    return router


async def on_page(callback: CallbackQuery, callback_data: BookingsPage, bot: Bot, talk: Talk) -> None:
    await show(bot, callback, await bookings_list(talk, callback_data.page))


async def on_show(callback: CallbackQuery, callback_data: BookingAction, bot: Bot, talk: Talk) -> None:
    card = await talk.services.bookings.card(talk.actor, callback_data.booking_id)
    await show(bot, callback, card_screen(talk.words, card, callback_data.page))


async def on_cancel(callback: CallbackQuery, callback_data: BookingAction, bot: Bot, talk: Talk) -> None:
    card = await talk.services.bookings.card(talk.actor, callback_data.booking_id)
    await show(bot, callback, undo_question(talk.words, card, callback_data.page))


async def on_cancel_now(callback: CallbackQuery, callback_data: BookingAction, bot: Bot, talk: Talk) -> None:
    card = await talk.services.bookings.cancel(talk.actor, callback_data.booking_id)
    screen = card_screen(talk.words, card, callback_data.page)
    await show(bot, callback, screen.after(talk.words.html("booking-canceled")))


async def on_ask_now(callback: CallbackQuery, callback_data: BookingAction, bot: Bot, talk: Talk) -> None:
    card = await talk.services.decisions.ask_to_cancel(talk.actor, callback_data.booking_id)
    screen = card_screen(talk.words, card, callback_data.page)
    await show(bot, callback, screen.after(talk.words.html("booking-asked")))


async def on_move(
    callback: CallbackQuery, callback_data: BookingAction, dialog_manager: DialogManager, talk: Talk
) -> None:
    await begin_move(callback, dialog_manager, talk, callback_data.booking_id)


async def on_hide(callback: CallbackQuery, callback_data: BookingAction, bot: Bot, talk: Talk) -> None:
    card = await talk.services.bookings.card(talk.actor, callback_data.booking_id)
    if card.can_cancel:
        await show(bot, callback, hide_question(talk.words, card, callback_data.page))
    else:
        await on_hide_now(callback, callback_data, bot, talk)


async def on_hide_now(callback: CallbackQuery, callback_data: BookingAction, bot: Bot, talk: Talk) -> None:
    booking_id = callback_data.booking_id
    canceled = await talk.services.bookings.hide(talk.actor, booking_id)
    screen = (await bookings_list(talk, callback_data.page)).after(talk.words.html("booking-hidden"))
    if canceled:
        screen = Screen(screen.text, [[calendar_button(talk.words, booking_id)], *screen.rows])
    await show(bot, callback, screen)


async def on_again(_: CallbackQuery, dialog_manager: DialogManager) -> None:
    """Below the message with the thanks, which stays."""
    await leave_wizard(dialog_manager)
    await dialog_manager.start(BookingState.count, show_mode=ShowMode.SEND)
    await dialog_manager.answer_callback()


async def on_repeat(
    callback: CallbackQuery, callback_data: RepeatAction, talk: Talk, dialog_manager: DialogManager
) -> None:
    """Of a table that is there no more, what is left of the wish is the party."""
    visit = await talk.services.repeats.visit(talk.actor, callback_data.booking_id)
    here = callback.message if callback_data.verb == "here" else None
    await leave_wizard(dialog_manager, here=here)
    draft = Draft({})
    draft.party, draft.repeats = visit.party, visit.booking_id
    if not visit.offered:
        draft.notice("repeat-tables-gone", tables=tables_in(talk.words, visit.tables))
    start = BookingState.repeat_day if visit.offered else BookingState.booking_date
    await dialog_manager.start(start, draft.data, show_mode=ShowMode.AUTO if here else ShowMode.SEND)
    await dialog_manager.answer_callback()


async def on_stop(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await talk.services.users.stop_follow_ups(talk.actor.person)
    await answer(bot, callback, talk.words.say("follow-ups-stopped"), alert=True)


async def bookings_list(talk: Talk, number: int) -> Screen:
    """A page of «Мои брони»; on the first one, above them, where one waits."""
    mine = talk.services.bookings.mine
    page = await page_at(number, lambda page: mine(talk.actor, page=page, size=PER_PAGE))
    waiting = [] if page.number else await talk.services.waiting.mine(talk.actor)
    return with_waiting(bookings_screen(talk.words, page), talk.words, waiting)
