"""What the buttons of an offer and of a place in the queue do: at any time, also while something else is going on."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode
from loguru import logger

from app.bot.booking.draft import Draft
from app.bot.booking.leaving import Replaces
from app.bot.booking.state import BookingState
from app.bot.errors import refusal_in
from app.bot.screen import answer, show
from app.bot.talk import Talk
from app.bot.user.router import bookings_list
from app.bot.user.screens import card_screen
from app.bot.waiting.screens import (
    begun_screen,
    declined_screen,
    joined_screen,
    lost_screen,
    offer_screen,
    taken_screen,
)
from app.domain.booking import STANDING, BookingStatus
from app.domain.errors import (
    BookingNotFound,
    ConsentNeeded,
    DayNotOffered,
    OverlappingBooking,
    PlaceIsFree,
    SittingOver,
    SlotTaken,
    TooManyBookings,
    TooSoon,
)
from app.notifications.buttons import OfferAction, WaitingAction
from app.notifications.render import minutes_left
from app.services.views import BookingCard

_SEEN_PRIVACY = "offer_privacy"
"""In the conversation's notes: the version of the text on personal data that stood above the buttons of an offer."""


def waiting_router() -> Router:
    router = Router(name="waiting")
    router.callback_query.middleware(Replaces())
    router.callback_query.register(on_take, OfferAction.filter(F.verb == "book"))
    router.callback_query.register(on_decline, OfferAction.filter(F.verb == "decline"))
    router.callback_query.register(on_time_left, OfferAction.filter(F.verb == "left"))
    router.callback_query.register(on_leave, WaitingAction.filter(F.verb == "leave"))
    router.callback_query.register(on_again, WaitingAction.filter(F.verb == "again"))
    return router


async def on_take(callback: CallbackQuery, callback_data: OfferAction, bot: Bot, talk: Talk) -> None:
    """Under the offer, which then says what became of it. What the guest can put right leaves it as it is."""
    card = await _offer(talk, callback_data.booking_id)
    actor = talk.actor.agreeing_to(talk.notes.get(_SEEN_PRIVACY))
    try:
        booked = await talk.services.bookings.book(actor, card.id)
    except ConsentNeeded:
        talk.notes[_SEEN_PRIVACY] = await talk.services.personal_data.to_agree(talk.actor.person)
        screen = offer_screen(talk.words, card, now=talk.services.clock.now())
    except (SlotTaken, DayNotOffered) as refusal:
        logger.info("Refused: {}", refusal)
        screen = lost_screen(talk.words, card)
    except (SittingOver, TooSoon) as refusal:
        logger.info("Refused: {}", refusal)
        screen = begun_screen(talk.words, card)
    except (OverlappingBooking, TooManyBookings) as refusal:
        logger.info("Refused: {}", refusal)
        await answer(bot, callback, refusal_in(talk.words, refusal), alert=True)
        return
    else:
        screen = taken_screen(talk.words, booked)
    await show(bot, callback, screen)


async def on_decline(callback: CallbackQuery, callback_data: OfferAction, bot: Bot, talk: Talk) -> None:
    card = await talk.services.waiting.decline(talk.actor, callback_data.booking_id)
    passed = card.status is BookingStatus.EXPIRED
    await show(bot, callback, declined_screen(talk.words, card) if passed else card_screen(talk.words, card, 0))


async def on_time_left(callback: CallbackQuery, callback_data: OfferAction, bot: Bot, talk: Talk) -> None:
    card = await _offer(talk, callback_data.booking_id)
    if card.status in STANDING:
        await show(bot, callback, card_screen(talk.words, card, 0))
        return
    until = card.hold_until
    minutes = minutes_left(until, now=talk.services.clock.now()) if until and card.status is BookingStatus.HELD else 0
    text = talk.words.say("offer-time-over")
    if until and minutes:
        text = talk.words.say("offer-time-left", minutes=minutes, until=talk.words.time(until))
    await answer(bot, callback, text, alert=True)


async def on_leave(callback: CallbackQuery, callback_data: WaitingAction, bot: Bot, talk: Talk) -> None:
    await talk.services.waiting.leave(talk.actor, callback_data.waiting_id)
    await show(bot, callback, (await bookings_list(talk, 0)).after(talk.words.html("waiting-left")))


async def on_again(
    callback: CallbackQuery, callback_data: WaitingAction, bot: Bot, talk: Talk, dialog_manager: DialogManager
) -> None:
    """What is free by now is shown, unless a booking is being made already: that one goes on."""
    try:
        card = await talk.services.waiting.again(talk.actor, callback_data.waiting_id)
    except PlaceIsFree as refusal:
        logger.info("Refused: {}", refusal)
        if dialog_manager.has_context():
            await answer(bot, callback, refusal_in(talk.words, refusal), alert=True)
            return
        draft = Draft({})
        draft.party, draft.day = await talk.services.waiting.wish(talk.actor, callback_data.waiting_id)
        draft.notice(refusal.text_key)
        await dialog_manager.start(BookingState.booking_time, draft.data, show_mode=ShowMode.SEND)
        await dialog_manager.answer_callback()
    else:
        await show(bot, callback, joined_screen(talk.words, card))


async def _offer(talk: Talk, booking_id: int) -> BookingCard:
    """What was offered to whoever pressed, whatever became of it. Raises BookingNotFound."""
    card = await talk.services.bookings.card(talk.actor, booking_id)
    if card.waiting_id is None or card.guest.external_id != talk.actor.person.external_id:
        raise BookingNotFound
    return card
