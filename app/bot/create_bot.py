"""Puts the bot and its conversation together."""

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.fsm.storage.base import BaseEventIsolation
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.types import CallbackQuery, LinkPreviewOptions
from aiogram_dialog import setup_dialogs
from aiogram_dialog.utils import CB_SEP

from app.bot.admin.router import admin_router
from app.bot.arrival import arrival_router
from app.bot.booking.dialog import booking_dialog
from app.bot.errors import Answers, Apologies
from app.bot.groups import groups_router
from app.bot.leftovers import as_if_new, forget_reply, leftovers_router, on_press
from app.bot.menu import menu_router
from app.bot.message_manager import WindowManager
from app.bot.middlewares import OneAtATime, Remembers, Speaks
from app.bot.personal.router import personal_router
from app.bot.review.dialog import review_dialog
from app.bot.review.router import review_router
from app.bot.session import FastSession
from app.bot.storage import Records
from app.bot.ticket.router import ticket_router
from app.bot.user.router import user_router
from app.bot.visits.router import visits_router
from app.bot.waiting.router import waiting_router
from app.bot.wishes.dialog import wishes_dialog
from app.bot.wishes.router import wishes_router
from app.domain.people import Language
from app.services.factory import ServicesFactory
from app.texts import Texts


def build_bot(token: str, api_url: str, session: BaseSession | None = None) -> Bot:
    """`api_url` is the address of a Bot API server. Whoever calls this closes the bot's session."""
    session = session or FastSession()
    session.api = TelegramAPIServer.from_base(api_url)
    default = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True))
    return Bot(token, session=session, default=default)


def build_dispatcher(
    services: ServicesFactory,
    texts: Texts,
    *,
    owners: frozenset[int],
    isolation: BaseEventIsolation,
    records: Records,
    venue_id: int = 1,
) -> Dispatcher:
    """The whole conversation."""
    # Locking and memory are our own middlewares: they cover every kind of update, and write once for each.
    dispatcher = Dispatcher(disable_fsm=True, name="bot")
    for middleware in (
        Apologies(texts),
        OneAtATime(isolation),
        Remembers(records, services),
        Speaks(texts, owners, venue_id),
        Answers(),
    ):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_routers(groups_router(), private_router(texts))
    return dispatcher


def private_router(texts: Texts, *, preview_in: Language = Language.RU) -> Router:
    """Private chats; the menu comes before the wizard, which would swallow its buttons."""
    router = Router(name="private")
    router.edited_message.register(as_if_new, ~F.location)
    router.message.outer_middleware(forget_reply)
    router.callback_query.register(on_press, ~F.data)
    lasting = Router(name="lasting")
    lasting.callback_query.filter(is_lasting)
    lasting.include_routers(
        arrival_router(),
        menu_router(),
        user_router(),
        visits_router(),
        wishes_router(),
        review_router(),
        ticket_router(),
        waiting_router(),
        personal_router(),
        admin_router(),
    )
    words = texts.in_language(preview_in)
    dialogs = booking_dialog(words), wishes_dialog(words), review_dialog(words)
    router.include_routers(lasting, *dialogs, leftovers_router())
    # Everything of one person comes one after another already.
    setup_dialogs(router, message_manager=WindowManager(), events_isolation=DisabledEventIsolation())
    return router


def is_lasting(callback: CallbackQuery) -> bool:
    """The wizard's own buttons need not be held against each of the twenty others."""
    return CB_SEP not in (callback.data or "")
