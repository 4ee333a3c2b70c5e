"""What every update goes through, in this order: lock, redelivery filter and memory, who speaks, refusals."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.enums import ChatType
from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey
from aiogram.types import TelegramObject, Update
from loguru import logger

from app.bot.storage import DialogStorage, Record, Records
from app.bot.talk import Talk
from app.domain.errors import StoreUnavailable
from app.domain.people import Actor, Language, Person
from app.services.factory import Services, ServicesFactory
from app.texts import Texts

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


_BEYOND_IDS = 2**63
_LONGEST_NAME = 64


class OneAtATime(BaseMiddleware):
    """One conversation, one update at a time: a person's private chat, or a group or channel as a whole.

    An update that is of no chat and no person is nothing for this bot, nor is one with a number as no messenger has.
    """

    def __init__(self, isolation: BaseEventIsolation) -> None:
        self._isolation = isolation

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        where: EventContext = data[EVENT_CONTEXT_KEY]
        conversation = where.user_id if is_private(where) else where.chat_id
        numbers = (conversation or 0, where.chat_id or 0, update_id_of(event), _message_id_of(event))
        if conversation is None or not all(map(_can_be_kept, numbers)):
            return UNHANDLED
        bot: Bot = data["bot"]
        key = data["conversation"] = StorageKey(bot_id=bot.id, chat_id=conversation, user_id=conversation)
        async with self._isolation.lock(key):
            return await handler(event, data)


class Remembers(BaseMiddleware):
    """The unit of work: reads the record, lets an update be handled once, writes the record.

    Nothing is written when a store was away, so that the update can come again. After a bug the update counts as
    handled, and what it would have changed in the conversation is dropped. Once something could not be written, it is
    tried before anything is shown: a store that can only be read must not show the same again and again.
    """

    def __init__(self, records: Records, services: ServicesFactory) -> None:
        self._records = records
        self._services = services
        self._in_doubt = False

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        update_id = update_id_of(event)
        key: StorageKey = data["conversation"]
        name = f"{key.bot_id}:{key.chat_id}:{key.user_id}"
        services = data["services"] = self._services()
        record = await self._records.load(services.dialogs, name)
        if update_id in record.handled:
            logger.info("Delivered again, it was handled already")
            return None
        if self._in_doubt and is_private(data[EVENT_CONTEXT_KEY]):
            await self._save(services, name, record)
        known = dict(record.notes)
        data |= {"record": record, "fsm_storage": DialogStorage(record)}
        try:
            result = await handler(event, data)
        except StoreUnavailable:
            raise
        except Exception:
            await self._keep(services, name, await self._records.load(services.dialogs, name), update_id)
            raise
        if is_private(data[EVENT_CONTEXT_KEY]) or record.notes != known:
            await self._keep(services, name, record, update_id)
        return result

    async def _keep(self, services: Services, name: str, record: Record, update_id: int) -> None:
        record.mark(update_id)
        await self._save(services, name, record)

    async def _save(self, services: Services, name: str, record: Record) -> None:
        try:
            await self._records.save(services.dialogs, name, record)
        except StoreUnavailable:
            self._in_doubt = True
            raise
        self._in_doubt = False


class Speaks(BaseMiddleware):
    """Who it is, in which language, and what they may do: owners are looked up anew every time."""

    def __init__(self, texts: Texts, owners: frozenset[int], venue_id: int) -> None:
        self._texts = texts
        self._owners = owners
        self._venue_id = venue_id

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        where: EventContext = data[EVENT_CONTEXT_KEY]
        person = _person(where)
        owns = frozenset({self._venue_id}) if person.external_id in self._owners else frozenset()
        record: Record = data["record"]
        services: Services = data["services"]
        spoken = await _language(services, person, record.notes) if is_private(where) else None
        words = self._texts.in_language(spoken or Language.of(person.language_code))
        data["talk"] = Talk(services, Actor(person, owns), words, self._venue_id, record.notes)
        data["texts"] = self._texts
        return await handler(event, data)


def update_id_of(event: TelegramObject) -> int:
    return event.update_id if isinstance(event, Update) else 0


def _message_id_of(event: TelegramObject) -> int:
    """Of what was said, or of what the pressed button stands under."""
    said = event.event if isinstance(event, Update) else event
    return getattr(getattr(said, "message", said), "message_id", 0)


def _can_be_kept(number: int) -> bool:
    return abs(number) < _BEYOND_IDS


def is_private(where: EventContext) -> bool:
    return where.chat is None or where.chat.type == ChatType.PRIVATE


async def _language(services: Services, person: Person, notes: dict[str, Any]) -> Language:
    """As noted, else as stored, else as the messenger says."""
    if "language" not in notes:
        known = await services.users.find(person)
        if known is None:
            return Language.of(person.language_code)
        notes["language"] = known.language.value
    return Language(notes["language"])


def _person(where: EventContext) -> Person:
    user = where.user
    if user is None:
        return Person(external_id=where.chat_id or 0, first_name="")
    return Person(
        external_id=user.id,
        first_name=_storable(user.first_name),
        last_name=_storable(user.last_name) if user.last_name else None,
        username=_storable(user.username) if user.username else None,
        language_code=user.language_code,
    )


def _storable(name: str) -> str:
    """PostgreSQL takes no zero characters, and no messenger has names that fill a screen."""
    return name.replace("\0", "")[:_LONGEST_NAME]
