"""What was said, kept in a file over a restart: `--history FILE`."""

import asyncio
import base64
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import orjson

from playground.chats import Bot, Callback, Chat, Message
from playground.delivery import WebhookSettings
from playground.errors import ActionError
from playground.files import StoredFile
from playground.methods import resume_webhook
from playground.people import Persona
from playground.types import Json
from playground.world import World

FORMAT = 1
PAUSE = 1.0
UNWRITTEN = 10_000  # numbers that may have been given away after the last writing, if the end came suddenly
logger = logging.getLogger(__name__)
BROKEN = (ValueError, TypeError, LookupError, AttributeError)


class History:
    """Written a moment after each change, and at the end; the file is whole at any time."""

    def __init__(self, world: World, file: Path) -> None:
        self._world = world
        self._file = file
        self._changed = asyncio.Event()

    async def restore(self) -> None:
        """Raises ActionError for a file that holds something else."""
        if not self._file.exists():
            return
        try:
            kept = orjson.loads(self._file.read_bytes())
            if kept["format"] != FORMAT:
                raise ValueError(f"its format is {kept['format']}, not {FORMAT}")
            await _restore(self._world, kept)
        except BROKEN as wrong:
            raise ActionError(
                f"the history in {self._file} cannot be read ({wrong!r}); move it away to begin a new one"
            ) from None

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        unsubscribe = self._world.subscribe(lambda _: self._changed.set())
        writing = asyncio.create_task(self._keep())
        try:
            self._write()
            yield
        finally:
            unsubscribe()
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writing
            self._write()

    async def _keep(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(PAUSE)
            self._changed.clear()
            try:
                self._write()
            except OSError as wrong:
                logger.error("The history in %s cannot be written: %s", self._file, wrong)  # noqa: TRY400 - says it all

    def _content(self) -> bytes:
        world = self._world
        return orjson.dumps(
            {
                "format": FORMAT,
                "offset": world.clock.offset,
                "personas": list(world.personas.values()),
                "files": [{**asdict(file), "content": base64.b64encode(file.content).decode()} for file in world.files],
                "bots": [_bot(bot) for bot in world.bots],
            },
            option=orjson.OPT_NON_STR_KEYS,
        )

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        fresh.write_bytes(self._content())
        fresh.replace(self._file)


def _bot(bot: Bot) -> Json:
    updates = bot.updates
    return {
        "token": bot.token,
        "username": bot.username,
        "name": bot.name,
        "last_message_id": bot.last_message_id,
        "commands": [[*key, commands] for key, commands in bot.commands.items()],
        "menu_buttons": list(bot.menu_buttons.items()),
        "texts": [[*key, text] for key, text in bot.texts.items()],
        "invoice_links": bot.invoice_links,
        "callbacks": [[key, _callback(callback)] for key, callback in bot.callbacks.items()],
        "web_app_queries": [[key, _callback(query)] for key, query in bot.web_app_queries.items()],
        "chats": [_chat(chat) for chat in bot.chats.values()],
        "allowed": sorted(updates.allowed),
        "webhook": updates.webhook,
        "next_update_id": updates.next_id,
        "waiting": [
            [each.id, each.kind, each.body, each.persona, each.expires_at] for each in updates.waiting.values()
        ],
    }


def _callback(callback: Callback) -> Json:
    return {"persona": callback.persona.id, "expires_at": callback.expires_at, "answered": callback.answered}


def _chat(chat: Chat) -> Json:
    return {
        "info": chat.info,
        "persona": chat.persona.id if chat.persona else None,
        "started": chat.started,
        "blocked": chat.blocked,
        "messages": list(chat.messages.values()),
        "pinned": chat.pinned,
        "members": list(chat.members.items()),
        "bot_status": chat.bot_status,
    }


async def _restore(world: World, kept: Json) -> None:
    world.clock.restore(kept["offset"])
    for card in kept["personas"]:
        world.add_persona(Persona(**card))
    for file in kept["files"]:
        file["content"] = base64.b64decode(file["content"])
        world.files.put(StoredFile(**file))
    for entry in kept["bots"]:
        token = entry["token"]
        bot = world.numbered(token) or world.add_bot(token, username=entry["username"], name=entry["name"])
        _restore_bot(world, bot, entry)
        if entry["webhook"] is not None:
            await resume_webhook(world, bot, WebhookSettings(**entry["webhook"]))


def _restore_bot(world: World, bot: Bot, kept: Json) -> None:
    bot.last_message_id = max(bot.last_message_id, kept["last_message_id"] + UNWRITTEN)
    bot.commands = {(tuple(scope), language): commands for scope, language, commands in kept["commands"]}
    bot.menu_buttons = dict(kept["menu_buttons"])
    bot.texts = {(name, language): text for name, language, text in kept["texts"]}
    bot.invoice_links = kept["invoice_links"]
    bot.callbacks = {key: _restored_callback(world, callback) for key, callback in kept["callbacks"]}
    bot.web_app_queries = {key: _restored_callback(world, query) for key, query in kept["web_app_queries"]}
    for entry in kept["chats"]:
        chat = _restored_chat(world, entry)
        bot.chats[chat.id] = chat
    bot.updates.allowed = frozenset(kept["allowed"])
    for number, kind, body, persona, expires_at in kept["waiting"]:
        bot.updates.restore(number, kind, body, persona=persona, expires_at=expires_at)
    bot.updates.next_id = max(bot.updates.next_id, kept["next_update_id"] + UNWRITTEN)


def _restored_callback(world: World, kept: Json) -> Callback:
    return Callback(world.personas[kept["persona"]], kept["expires_at"], kept["answered"])


def _restored_chat(world: World, kept: Json) -> Chat:
    persona = None if kept["persona"] is None else world.personas[kept["persona"]]
    messages = map(_restored_message, kept["messages"])
    return Chat(
        kept["info"],
        persona,
        kept["started"],
        kept["blocked"],
        messages={int(message.body["message_id"]): message for message in messages},
        pinned=kept["pinned"],
        members=dict(kept["members"]),
        bot_status=kept["bot_status"],
    )


def _restored_message(kept: Json) -> Message:
    message = Message(**kept)
    message.reactions = {int(persona): emoji for persona, emoji in kept["reactions"].items()}
    return message
