"""All that exists in one playground: bots, personas, files, the clock, and who listens to what happens."""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from playground.arguments import WHOLE
from playground.chats import Bot, Chat, Kind, Message
from playground.clock import Clock
from playground.delivery import Blocked, Delivered, Updates
from playground.errors import ActionError, ApiError, bad_request, forbidden
from playground.files import Files
from playground.limits import Limits, Mode
from playground.people import Persona
from playground.trace import Entry, Trace
from playground.trouble import Trouble
from playground.types import Json
from playground.webhook import Webhook

TOKEN = re.compile(r"\d{1,16}:[A-Za-z0-9_-]{2,}")
FIRST_ADDED_PERSONA = 2001
FIRST_GROUP = -1_001_000_000_000
FIRST_SMALL_GROUP = -5_000_000

MOST_REFUSALS_TOLD = 20
logger = logging.getLogger(__name__)

Listener = Callable[[Json], None]


class World:
    """Holds the state and tells listeners of every change; what may be done in it stands in `methods` and `actions`."""

    def __init__(
        self,
        clock: Clock,
        *,
        any_token: bool = False,
        limit_webhook_changes: bool = False,
        rate_limits: Mode = "off",
    ) -> None:
        self.clock = clock
        self.any_token = any_token
        self.limit_webhook_changes = limit_webhook_changes
        self.personas: dict[int, Persona] = {}
        self.files = Files()
        self.trace = Trace()
        self.trouble = Trouble()
        self.limits = Limits(rate_limits)
        self.closed = asyncio.Event()
        self.http: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._bots: dict[str, Bot] = {}
        self._refused: set[str] = set()
        self._webhooks: dict[int, Webhook] = {}
        self.published = 0
        self._listeners: list[Listener] = []

    # -- who is there

    @property
    def bots(self) -> list[Bot]:
        return list(self._bots.values())

    def add_bot(self, token: str, *, username: str | None = None, name: str | None = None) -> Bot:
        if not TOKEN.fullmatch(token):
            raise ActionError(f"«{token}» is no bot token: digits, a colon and some letters are expected")
        bot_id = token.partition(":")[0]
        if self.numbered(token) is not None:
            raise ActionError(f"bot {bot_id} is here already, and a bot has one token")
        updates = Updates(
            self.clock,
            self.trouble,
            on_delivery=lambda delivered: self._note_update(bot, delivered),
            on_lane=lambda blocked: self._note_lane(bot, blocked),
        )
        bot = Bot(token, username or f"bot{bot_id}_bot", name or f"Bot {bot_id}", updates)
        self._bots[token] = bot
        self.publish({"type": "bot", "bot": bot.card()})
        return bot

    def bot_of(self, token: str) -> Bot:
        """Raises ApiError for a token that nobody registered; where any may come, a new one replaces the old one."""
        bot = self._bots.get(token)
        if bot is not None:
            return bot
        if not TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        if not self.any_token:
            self._say_how_to_connect(token)
            raise ApiError(401, "Unauthorized")
        known = self.numbered(token)
        if known is None:
            return self.add_bot(token)
        self._bots[token] = self._bots.pop(known.token)
        known.token = token
        return known

    def numbered(self, token: str) -> Bot | None:
        """The bot with the number of this token, whatever its token is now."""
        number = int(token.partition(":")[0])
        return next((bot for bot in self._bots.values() if bot.id == number), None)

    def _say_how_to_connect(self, token: str) -> None:
        number = token.partition(":")[0]
        if number not in self._refused and len(self._refused) < MOST_REFUSALS_TOLD:
            self._refused.add(number)
            logger.warning("Bot %s is not known here: start the playground with --token TOKEN or --any-token", number)

    def bot(self, bot_id: object) -> Bot:
        """The bot of an action; the only one there is needs no id."""
        if bot_id is None and len(self._bots) == 1:
            return next(iter(self._bots.values()))
        for bot in self._bots.values():
            if bot.id == bot_id:
                return bot
        if bot_id is None:
            raise ActionError("which bot? say its id as «bot»" if self._bots else "no bot is registered yet")
        raise ActionError(f"there is no bot {bot_id}")

    def add_persona(self, persona: Persona) -> Persona:
        self.personas[persona.id] = persona
        self.publish({"type": "persona", "persona": persona.card()})
        return persona

    def persona(self, persona_id: object) -> Persona:
        if isinstance(persona_id, int) and persona_id in self.personas:
            return self.personas[persona_id]
        raise ActionError(f"there is no persona {persona_id}")

    def free_persona_id(self) -> int:
        return max([FIRST_ADDED_PERSONA - 1, *(id_ for id_ in self.personas if id_ < FIRST_ADDED_PERSONA + 10**6)]) + 1

    # -- where they talk

    def chat(self, bot: Bot, persona: Persona) -> Chat:
        chat = bot.chats.get(persona.id)
        if chat is None:
            chat = bot.chats[persona.id] = Chat(persona.private_chat(), persona)
        return chat

    def find_room(self, bot: Bot, kind: Kind, title: str) -> Chat | None:
        """A group or channel by its title."""
        for chat in bot.chats.values():
            if chat.info["type"] == kind and chat.info["title"] == title:
                return chat
        return None

    def room(self, bot: Bot, kind: Kind, title: str) -> Chat:
        """The same, made when it is new."""
        found = self.find_room(bot, kind, title)
        if found is not None:
            return found
        rooms = sum(chat.persona is None for chat in bot.chats.values())
        number = (FIRST_SMALL_GROUP if kind == "group" else FIRST_GROUP) - rooms
        status = "administrator" if kind == "channel" else "member"
        info = {"id": number, "type": kind, "title": title}
        chat = bot.chats[number] = Chat(info, started=True, bot_status=status)
        self.show_room(bot, chat)
        return chat

    def known_chat(self, bot: Bot, chat_id: str) -> Chat:
        """The chat a Bot API request names. Raises ApiError when there is none."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        number = int(chat_id) if WHOLE.fullmatch(chat_id) else 0
        if number in bot.chats:
            chat = bot.chats[number]
            _check_membership(chat)
            return chat
        if number in self.personas:
            return self.chat(bot, self.personas[number])
        raise bad_request("chat not found")

    def writable_chat(self, bot: Bot, chat_id: str) -> Chat:
        """The same, for writing to: its person has started the bot and not blocked it."""
        chat = self.known_chat(bot, chat_id)
        if chat.persona is not None:
            if chat.persona.deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not (chat.started or chat.persona.started):
                raise forbidden("bot can't initiate conversation with a user")
        return chat

    # -- what happens

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, event: Json) -> None:
        """Events are numbered, so that whoever gets an answer by another way knows which of them came before it."""
        self.published += 1
        event["seq"] = self.published
        for listener in tuple(self._listeners):
            listener(event)

    def publish_in(self, bot: Bot, chat: Chat, event: Json) -> None:
        if self._listeners:
            where = {"persona": chat.persona.id if chat.persona else None, "chat": chat.id, "bot": bot.id}
            self.publish({**event, **where})

    def show(self, bot: Bot, chat: Chat, message: Message, *, edited: bool = False) -> None:
        if self._listeners:
            kind = "edited" if edited else "message"
            self.publish_in(bot, chat, {"type": kind, "message": message.for_page()})

    def show_room(self, bot: Bot, room: Chat) -> None:
        self.publish_in(bot, room, {"type": "room", "info": room.info, "bot_status": room.bot_status})

    def show_reactions(self, bot: Bot, chat: Chat, message: Message) -> None:
        event = {"type": "reaction", "message_id": message.body["message_id"], **message.shown_reactions()}
        self.publish_in(bot, chat, event)

    def note(self, entry: Entry) -> None:
        self.trace.note(entry)
        if self._listeners:
            self.publish({"type": "trace", "entry": entry.for_page()})

    def _note_update(self, bot: Bot, delivered: Delivered) -> None:
        pending = delivered.pending
        self.note(
            Entry(
                self.clock.iso(),
                "update",
                pending.kind,
                bot.id,
                pending.persona,
                delivered.status,
                delivered.seconds,
                attempt=pending.attempts,
                request=pending.payload(),
                retry_in=delivered.retry_in,
            )
        )

    def _note_lane(self, bot: Bot, blocked: Blocked) -> None:
        if self._listeners:
            self.publish({"type": "lane", **self.lane(bot, blocked)})

    def lane(self, bot: Bot, blocked: Blocked) -> Json:
        return {
            "bot": bot.id,
            "key": blocked.key,
            "waiting": blocked.waiting,
            "attempts": blocked.attempts,
            "next_try_in": max(round(blocked.due - self.clock.now(), 3), 0),
            "last_error": blocked.error,
            "update_id": blocked.update_id,
            "update": blocked.kind,
        }

    def move_clock(self) -> None:
        self.publish({"type": "clock", "now": self.clock.iso(), "offset": self.clock.offset})

    # -- webhooks

    async def set_webhook(self, bot: Bot, webhook: Webhook | None) -> None:
        old = self._webhooks.pop(bot.id, None)
        if old is not None:
            await old.stop()
        if webhook is not None:
            self._webhooks[bot.id] = webhook
            webhook.start()

    def client(self) -> aiohttp.ClientSession:
        """The one client of all webhooks, made in the running loop on first use."""
        if self.http is None:
            self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=4))
        return self.http

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """In the background, until it ends or the playground closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.closed.set()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for webhook in list(self._webhooks.values()):
            await webhook.stop()
        self._webhooks.clear()
        for bot in self.bots:
            bot.updates.close()
        if self.http is not None:
            await self.http.close()
            self.http = None


def _check_membership(chat: Chat) -> None:
    kind = chat.info["type"]
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {kind} chat")
