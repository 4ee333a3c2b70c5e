"""The main menu and the commands; its buttons work at any time, also those of old messages."""

from collections.abc import Sequence

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message
from aiogram_dialog import DialogManager

from app.bot.actions import BookingsPage, LanguageAction, MenuAction, MyDataAction, PanelAction, Place
from app.bot.booking.leaving import Replaces, leave_wizard
from app.bot.booking.state import BookingState
from app.bot.screen import Screen, button, show
from app.bot.talk import Talk
from app.domain.people import Language
from app.services.views import VenueCard
from app.texts import Html, Texts, Words

_NAMES = {Language.RU: "Русский", Language.EN: "English"}

Rows = Sequence[Sequence[InlineKeyboardButton]]


def menu_rows(words: Words, *, owner: bool = False) -> Rows:
    """The ways on from anywhere."""
    return [
        [button(words.say("button-book"), MenuAction(to=Place.BOOK))],
        [
            button(words.say("button-bookings"), BookingsPage()),
            button(words.say("button-about"), MenuAction(to=Place.ABOUT)),
        ],
        [button(words.say("button-my-data"), MyDataAction(verb="show"))],
        [button(words.say("button-admin"), PanelAction(to="panel"))] if owner else [],
    ]


def home_row(words: Words) -> Sequence[InlineKeyboardButton]:
    return [button(words.say("button-home"), MenuAction(to=Place.HOME))]


def menu_screen_of(words: Words, venue: VenueCard, *, owner: bool = False) -> Screen:
    return Screen(words.html("menu", venue=venue.name), menu_rows(words, owner=owner))


def greeting_screen(words: Words, venue: VenueCard, *, owner: bool = False) -> Screen:
    greeting = words.language.of_texts(venue.greeting)
    return Screen(words.html("menu-greeting", greeting=greeting), menu_rows(words, owner=owner))


def about_screen(words: Words, venue: VenueCard) -> Screen:
    text = _about(words, venue) if venue.is_known else words.html("error-not-open-yet")
    return Screen(text, [[button(words.say("button-book"), MenuAction(to=Place.BOOK))], home_row(words)])


def _about(words: Words, venue: VenueCard) -> Html:
    return words.html(
        "about",
        venue=venue.name,
        about=words.language.of_texts(venue.about),
        address=words.language.of_texts(venue.address),
        phone=venue.phone,
    )


def help_screen(words: Words, *, owner: bool = False) -> Screen:
    return Screen(words.html("help"), menu_rows(words, owner=owner))


def language_screen(words: Words, languages: Sequence[str]) -> Screen:
    offered = [language for language in Language if language in languages]
    names = [button(_NAMES[language], LanguageAction(language=language)) for language in offered]
    return Screen(words.html("language-question"), [names, home_row(words)])


async def menu_screen(talk: Talk) -> Screen:
    return menu_screen_of(talk.words, await talk.services.venues.card(), owner=talk.is_owner)


def menu_router() -> Router:
    router = Router(name="menu")
    router.message.register(on_start, CommandStart())
    router.message.register(on_help, Command("help"))
    router.message.register(on_cancel, Command("cancel"))
    router.message.register(on_language, Command("language"))
    router.callback_query.middleware(Replaces())
    router.callback_query.register(on_language_chosen, LanguageAction.filter())
    router.callback_query.register(on_home, MenuAction.filter(F.to == Place.HOME))
    router.callback_query.register(on_about, MenuAction.filter(F.to == Place.ABOUT))
    router.callback_query.register(on_book, MenuAction.filter(F.to == Place.BOOK))
    return router


async def on_start(message: Message, bot: Bot, dialog_manager: DialogManager, talk: Talk, texts: Texts) -> None:
    """Whatever was going on, it begins anew."""
    await leave_wizard(dialog_manager)
    await meet(talk, texts)
    venue = await talk.services.venues.card()
    await show(bot, message, greeting_screen(talk.words, venue, owner=talk.is_owner))


async def meet(talk: Talk, texts: Texts) -> None:
    """Known from now on, and spoken with in their language."""
    user = await talk.services.users.meet(talk.actor.person)
    talk.speak(user.language, texts)


async def on_help(message: Message, bot: Bot, talk: Talk) -> None:
    await show(bot, message, help_screen(talk.words, owner=talk.is_owner))


async def on_cancel(message: Message, bot: Bot, dialog_manager: DialogManager, talk: Talk) -> None:
    notice = talk.words.html(await leave_wizard(dialog_manager) or "cancel-nothing")
    await show(bot, message, (await menu_screen(talk)).after(notice))


async def on_language(message: Message, bot: Bot, talk: Talk) -> None:
    venue = await talk.services.venues.card()
    await show(bot, message, language_screen(talk.words, venue.languages))


async def on_language_chosen(
    callback: CallbackQuery, callback_data: LanguageAction, bot: Bot, talk: Talk, texts: Texts
) -> None:
    await talk.services.users.choose_language(talk.actor.person, callback_data.language)
    talk.speak(callback_data.language, texts)
    await show(bot, callback, (await menu_screen(talk)).after(talk.words.html("language-chosen")))


async def on_home(callback: CallbackQuery, bot: Bot, dialog_manager: DialogManager, talk: Talk) -> None:
    await leave_wizard(dialog_manager, here=callback.message)
    await show(bot, callback, await menu_screen(talk))


async def on_about(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await show(bot, callback, about_screen(talk.words, await talk.services.venues.card()))


async def on_book(callback: CallbackQuery, dialog_manager: DialogManager) -> None:
    await leave_wizard(dialog_manager, here=callback.message)
    await dialog_manager.start(BookingState.count)
    await dialog_manager.answer_callback()
