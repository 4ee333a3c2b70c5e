"""What a person is told when something is refused, outdated or broken."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY
from aiogram.enums import ChatType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import CallbackQuery, Message, TelegramObject, Update
from aiogram_dialog.api.exceptions import InvalidStackIdError, OutdatedIntent, UnknownIntent, UnknownState
from loguru import logger

from app.bot.menu import menu_rows
from app.bot.middlewares import is_private
from app.bot.screen import Screen, show
from app.bot.storage import DialogStorage
from app.bot.talk import Talk
from app.bot.wording import status_in
from app.domain.booking import BookingStatus
from app.domain.errors import DomainError, StoreUnavailable
from app.domain.people import Language
from app.texts import Html, Texts, Words

_OUTDATED = (UnknownIntent, OutdatedIntent, UnknownState, InvalidStackIdError)
_UNREACHABLE = (TelegramAPIError, ClientDecodeError)
_NOBODY_THERE = ("chat not found", "user not found", "PEER_ID_INVALID")
_REMEMBERED_APOLOGIES = 1000

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Answers(BaseMiddleware):
    """Answers, inside the user's lock, what the handlers refused. A bug is told as well, and travels on."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        talk: Talk = data["talk"]
        try:
            return await handler(event, data)
        except DomainError as refusal:
            pressed = event_of(event)
            asked = pressed.data if isinstance(pressed, CallbackQuery) else ""
            logger.log(refusal.log_level, "Refused: {} {}", refusal, asked)
            await _tell(event, data, refusal_in(talk.words, refusal))
        except _OUTDATED as error:
            logger.info("Outdated: {}", error)
            _forget_what_is_broken(event, data)
            await _tell(event, data, talk.words.html("outdated"))
        except TelegramForbiddenError as error:
            logger.info("The bot may not write there: {}", error.message)
            if is_private(data[EVENT_CONTEXT_KEY]):
                person = talk.actor.person
                await talk.services.users.mark_blocked(person.channel, person.external_id)
        except TelegramBadRequest as error:
            if any(reason in error.message for reason in _NOBODY_THERE):
                logger.warning("There is nobody to answer: {}", error.message)
                return None
            logger.error("Telegram refuses {}: {}", error.method.__api_method__, error.message)
            await _tell(event, data, talk.words.html("error-bug"))
        except _UNREACHABLE as error:
            _ensure_token_is_good(error)
            logger.warning("The answer did not get through: {}", error)
        except StoreUnavailable:
            raise
        except Exception:
            await _tell(event, data, talk.words.html("error-bug"))
            raise
        return None


class Apologies(BaseMiddleware):
    """A store is away: the person is told once, however often Telegram offers the update again."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._made: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED_APOLOGIES)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        try:
            return await handler(event, data)
        except StoreUnavailable:
            await self._apologise(event, data["bot"])
            raise

    async def _apologise(self, update: TelegramObject, bot: Bot) -> None:
        event = event_of(update)
        if event is None or event.from_user is None:
            return
        made = (bot.id, getattr(update, "update_id", 0))
        if made in self._made:
            return
        self._made.append(made)
        text = self._texts.html(Language.of(event.from_user.language_code), "error-store-away")
        try:
            if isinstance(event, CallbackQuery):
                await event.answer(text)
            else:
                await bot.send_message(event.chat.id, text)
        except _UNREACHABLE as error:
            logger.warning("Nobody could be told that a store is away: {}", error)


def event_of(update: TelegramObject) -> Message | CallbackQuery | None:
    """What can be answered, if somebody said or pressed something in private."""
    if not isinstance(update, Update):
        return None
    message = update.message or update.edited_message
    if message and message.chat.type == ChatType.PRIVATE:
        return message
    return update.callback_query


def refusal_in(words: Words, refusal: DomainError) -> Html:
    params = dict(refusal.params)
    if "status" in params:
        params["status"] = status_in(words, BookingStatus(str(params["status"])))
    return words.html(refusal.text_key, **params)


def _ensure_token_is_good(error: Exception) -> None:
    """If it was revoked, the update is for a process that has the new one. Raises StoreUnavailable."""
    if isinstance(error, TelegramUnauthorizedError):
        raise StoreUnavailable("the Bot API: it does not know BOT_TOKEN") from error


async def _tell(update: TelegramObject, data: dict[str, Any], text: Html) -> None:
    talk: Talk = data["talk"]
    if event := event_of(update):
        try:
            await show(data["bot"], event, Screen(text, menu_rows(talk.words, owner=talk.is_owner)))
        except _UNREACHABLE as error:
            logger.warning("The answer did not get through: {}", error)


def _forget_what_is_broken(update: TelegramObject, data: dict[str, Any]) -> None:
    """An outdated button says nothing of the dialog that goes on; an outdated dialog would meet every message."""
    storage: DialogStorage = data["fsm_storage"]
    event = event_of(update)
    if not isinstance(event, CallbackQuery):
        storage.forget_dialogs()
