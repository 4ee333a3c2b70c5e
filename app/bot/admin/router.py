"""What the panel's buttons do."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

from aiogram import BaseMiddleware, Bot, F, Router
from aiogram.types import CallbackQuery, TelegramObject
from loguru import logger

from app.bot.actions import DayBooking, DayPage, GuestsPage, PanelAction
from app.bot.admin.screens import (
    booking_stats_screen,
    day_booking_screen,
    day_screen,
    decided_screen,
    guests_screen,
    panel_screen,
    user_stats_screen,
)
from app.bot.booking.leaving import Replaces
from app.bot.paging import page_at
from app.bot.screen import show
from app.bot.talk import Talk
from app.domain.errors import BookingChanged, NotAllowed, VisitAlreadyStarted
from app.domain.people import Actor
from app.notifications.buttons import Decision
from app.services.views import BookingCard

BOOKINGS_PER_PAGE = 8
GUESTS_PER_PAGE = 15


class OwnersOnly(BaseMiddleware):
    """A guest who sends an owner's button is refused; so is an owner of yesterday."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        talk: Talk = data["talk"]
        if not talk.is_owner:
            raise NotAllowed
        return await handler(event, data)


def admin_router() -> Router:
    router = Router(name="admin")
    router.callback_query.middleware(OwnersOnly())
    router.callback_query.middleware(Replaces())
    router.callback_query.register(on_panel, PanelAction.filter(F.to == "panel"))
    router.callback_query.register(on_user_stats, PanelAction.filter(F.to == "users"))
    router.callback_query.register(on_booking_stats, PanelAction.filter(F.to == "bookings"))
    router.callback_query.register(on_day, DayPage.filter())
    router.callback_query.register(on_booking, DayBooking.filter())
    router.callback_query.register(on_guests, GuestsPage.filter())
    router.callback_query.register(on_decision, Decision.filter())
    return router


async def on_panel(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await show(bot, callback, panel_screen(talk.words))


async def on_user_stats(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await show(bot, callback, user_stats_screen(talk.words, await talk.services.stats.users(talk.actor)))


async def on_booking_stats(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await show(bot, callback, booking_stats_screen(talk.words, await talk.services.stats.bookings(talk.actor)))


async def on_day(callback: CallbackQuery, callback_data: DayPage, bot: Bot, talk: Talk) -> None:
    wanted = callback_data
    day = date.fromordinal(wanted.day) if wanted.day else await talk.services.availability.today()
    on_day = partial(talk.services.bookings.on_day, talk.actor, day, status=wanted.status, size=BOOKINGS_PER_PAGE)
    page = await page_at(wanted.page, lambda number: on_day(page=number))
    waiting = await talk.services.waiting.count_on_day(talk.actor, day)
    await show(bot, callback, day_screen(talk.words, day, wanted.status, page, waiting=waiting))


async def on_booking(callback: CallbackQuery, callback_data: DayBooking, bot: Bot, talk: Talk) -> None:
    card = await talk.services.bookings.card(talk.actor, callback_data.booking_id)
    back = DayPage(day=callback_data.day, status=callback_data.status, page=callback_data.page)
    review = await talk.services.reviews.seen_by(talk.actor, card.id)
    await show(bot, callback, day_booking_screen(talk.words, card, back, review))


async def on_guests(callback: CallbackQuery, callback_data: GuestsPage, bot: Bot, talk: Talk) -> None:
    guests = partial(talk.services.stats.guests, talk.actor, size=GUESTS_PER_PAGE)
    page = await page_at(callback_data.page, lambda number: guests(page=number))
    await show(bot, callback, guests_screen(talk.words, page))


async def on_decision(callback: CallbackQuery, callback_data: Decision, bot: Bot, talk: Talk) -> None:
    """Under a notice, which then says what was decided, and has no buttons for it any more."""
    bookings, decisions = talk.services.bookings, talk.services.decisions
    by_verb: dict[str, Callable[[Actor, int], Awaitable[BookingCard]]] = {
        "accept": decisions.accept,
        "decline": decisions.decline,
        "let_go": partial(bookings.cancel, if_asked=True),
        "keep": decisions.refuse_to_cancel,
    }
    try:
        card = await by_verb[callback_data.verb](talk.actor, callback_data.booking_id)
    except (BookingChanged, VisitAlreadyStarted) as late:
        logger.info("Refused: {}", late)
        card = await bookings.card(talk.actor, callback_data.booking_id)
    await show(bot, callback, decided_screen(talk.words, card))
