"""`/start <payload>`: where a link leads. Whatever it is, everything that was going on begins anew, with a greeting."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from aiogram import Bot, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message
from aiogram_dialog import DialogManager
from loguru import logger

from app.bot.actions import DayPage
from app.bot.admin.screens import day_booking_screen
from app.bot.booking.leaving import leave_wizard
from app.bot.links import BOOKING, BookingLink, read_booking_payload
from app.bot.menu import greeting_screen, meet
from app.bot.screen import Screen, show
from app.bot.talk import Talk
from app.bot.user.screens import card_screen
from app.domain.errors import BookingNotFound
from app.texts import Texts

Opens = Callable[[str, Bot, Talk], Awaitable[Screen | None]]
"""What a payload leads to; None: nothing that this person may see."""


def arrival_router() -> Router:
    router = Router(name="arrival")
    router.message.register(on_link, CommandStart(deep_link=True))
    return router


async def on_link(
    message: Message, command: CommandObject, bot: Bot, dialog_manager: DialogManager, talk: Talk, texts: Texts
) -> None:
    """A payload of no kind we know changes nothing."""
    await leave_wizard(dialog_manager)
    await meet(talk, texts)
    payload = command.args or ""
    opens = _KINDS.get(payload[:1])
    screen = await opens(payload, bot, talk) if opens else None
    if screen is None:
        screen = greeting_screen(talk.words, await talk.services.venues.card(), owner=talk.is_owner)
        screen = screen.after(talk.words.html("link-not-yours")) if opens else screen
    await show(bot, message, screen)


async def _booking(payload: str, bot: Bot, talk: Talk) -> Screen | None:
    """Staff see what the panel shows, the guest sees the own card. All refusals are the same to whoever reads them."""
    link = read_booking_payload(bot.token, payload)
    if link is None:
        logger.warning("A link that was not signed here leads nowhere")
        return None
    with logger.contextualize(booking=link.booking_id):
        try:
            card = await talk.services.bookings.card(talk.actor, link.booking_id)
        except BookingNotFound:
            card = None
        if card is None or BookingLink.to(card) != link:
            logger.info("A booking's link leads nowhere: it is not theirs, or gone")
            return None
        logger.info("A booking is opened by its link")
    if talk.actor.is_staff_of(card.venue_id):
        review = await talk.services.reviews.seen_by(talk.actor, card.id)
        return day_booking_screen(talk.words, card, DayPage(day=card.service_date.toordinal()), review)
    return card_screen(talk.words, card, 0)


_KINDS: Mapping[str, Opens] = MappingProxyType({BOOKING: _booking})
