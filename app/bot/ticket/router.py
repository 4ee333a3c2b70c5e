"""«Карточка и календарь» and «Обновить в календаре»: a picture and a file below the message with the button.

Pillow and icalendar are loaded with the first ticket: a start need not wait for them.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from aiogram import Bot, F, Router
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, CallbackQuery
from loguru import logger

from app.bot.actions import BookingsPage
from app.bot.links import booking_link
from app.bot.screen import Screen, answer, button
from app.bot.talk import Talk
from app.bot.ticket.contents import Ticket
from app.domain.booking import BookingStatus
from app.domain.errors import BookingNotFound
from app.notifications.buttons import TicketAction
from app.texts import Html, Words

_HASTE = timedelta(seconds=10)
"""The same button again within it is pressed by somebody impatient: what it asks for stands below already."""
_SENT = "ticket"


def ticket_router() -> Router:
    router = Router(name="ticket")
    router.callback_query.register(on_card, TicketAction.filter(F.verb == "card"))
    router.callback_query.register(on_calendar, TicketAction.filter(F.verb == "calendar"))
    return router


async def on_card(callback: CallbackQuery, callback_data: TicketAction, bot: Bot, talk: Talk) -> None:
    ticket = await _ticket(bot, talk, callback_data)
    if _is_sent(talk, callback_data, ticket):
        await answer(bot, callback, talk.words.say("ticket-sent-already"))
        return
    chat_id = callback.from_user.id
    picture, _, _ = await asyncio.gather(
        asyncio.to_thread(_picture, talk.words, ticket),
        answer(bot, callback),
        _show_activity(bot, chat_id),
    )
    name = f"booking-{ticket.card.id}.png"
    await bot.send_photo(chat_id, BufferedInputFile(picture, name), caption=picture_caption(talk.words, ticket))
    await _send_calendar(bot, chat_id, talk, ticket)
    _note(talk, callback_data, ticket)


async def on_calendar(callback: CallbackQuery, callback_data: TicketAction, bot: Bot, talk: Talk) -> None:
    ticket = await _ticket(bot, talk, callback_data)
    if _is_sent(talk, callback_data, ticket):
        await answer(bot, callback, talk.words.say("ticket-calendar-sent-already"))
        return
    await answer(bot, callback)
    await _send_calendar(bot, callback.from_user.id, talk, ticket)
    _note(talk, callback_data, ticket)


def picture_caption(words: Words, ticket: Ticket) -> Html:
    card = ticket.card
    day, time = words.day(card.starts_at.date()), words.span(card.starts_at, card.ends_at)
    return words.html("ticket-caption", venue=ticket.venue.name, day=day, time=time)


def calendar_screen(words: Words, ticket: Ticket) -> Screen:
    """What stands below the file."""
    text = "ticket-calendar-moved" if ticket.card.sequence else "ticket-calendar"
    if ticket.is_off:
        text = "ticket-calendar-canceled"
    return Screen(words.html(text), [[button(words.say("button-bookings"), BookingsPage())]])


async def _ticket(bot: Bot, talk: Talk, wanted: TicketAction) -> Ticket:
    """Nothing to keep is there of a hold; a deleted booking still leaves the calendar. Raises BookingNotFound."""
    bookings = talk.services.bookings
    read = bookings.own if wanted.verb == "calendar" else bookings.card
    card = await read(talk.actor, wanted.booking_id)
    if card.status is BookingStatus.HELD:
        raise BookingNotFound
    username = (await bot.me()).username or ""
    return Ticket(card, await talk.services.venues.card(), username, await booking_link(bot, card))


async def _send_calendar(bot: Bot, chat_id: int, talk: Talk, ticket: Ticket) -> None:
    content = await asyncio.to_thread(_calendar, talk.words, ticket, talk.services.clock.now())
    below = calendar_screen(talk.words, ticket)
    file = BufferedInputFile(content, f"booking-{ticket.card.id}.ics")
    await bot.send_document(chat_id, file, caption=below.text, reply_markup=below.markup)


async def _show_activity(bot: Bot, chat_id: int) -> None:
    """«Отправляет фото…» until the picture is there."""
    try:
        await bot.send_chat_action(chat_id, ChatAction.UPLOAD_PHOTO)
    except TelegramAPIError as error:
        logger.debug("No activity is shown: {}", error)


def _is_sent(talk: Talk, wanted: TicketAction, ticket: Ticket) -> bool:
    before, at = talk.notes.get(_SENT, (None, 0))
    since = talk.services.clock.now() - datetime.fromtimestamp(at, UTC)
    return bool(before == _version(wanted, ticket) and timedelta() <= since < _HASTE)


def _note(talk: Talk, wanted: TicketAction, ticket: Ticket) -> None:
    talk.notes[_SENT] = [_version(wanted, ticket), int(talk.services.clock.now().timestamp())]
    logger.bind(booking=ticket.card.id).info("Sent: {}", wanted.verb)


def _version(wanted: TicketAction, ticket: Ticket) -> str:
    return f"{wanted.pack()}:{ticket.card.sequence}:{ticket.card.status}"


def _picture(words: Words, ticket: Ticket) -> bytes:
    from app.bot.ticket.picture import ticket_picture  # noqa: PLC0415 - brings Pillow, see above

    return ticket_picture(words, ticket)


def _calendar(words: Words, ticket: Ticket, now: datetime) -> bytes:
    from app.bot.ticket.calendar_file import calendar_file  # noqa: PLC0415 - brings icalendar, see above

    return calendar_file(words, ticket, now=now)
