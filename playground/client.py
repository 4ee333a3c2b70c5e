# ruff: noqa: ASYNC109 - a test says how long a person is willing to wait
"""People in a playground as objects of a test: they write, press, and wait for what they should see.

async with Playground.start(token="42:secret") as chat:
    guest = await chat.join("guest")
    await guest.send("/start")
    await guest.press("Забронировать столик")
    assert "Сколько" in guest.last.text
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import orjson

from playground.actions import Actions
from playground.clock import Clock
from playground.errors import ActionError
from playground.people import default_personas
from playground.seen import (
    AmbiguousButton,
    Button,
    NoSuchButton,
    NotAcknowledged,
    NotSeen,
    SeenMessage,
    Toast,
    best_places,
)
from playground.server import LocalServer
from playground.types import Json
from playground.world import World

__all__ = [
    "ActionError",
    "AmbiguousButton",
    "Button",
    "Delivery",
    "NoSuchButton",
    "NotAcknowledged",
    "NotSeen",
    "Person",
    "Playground",
    "SeenMessage",
    "Toast",
]

PATIENCE = 10.0
ROLES = {"guest": 1001, "second guest": 1002, "owner": 9001, "admin": 9001}


@dataclass(slots=True)
class Delivery:
    """What became of an update; the outcome is None until it is settled."""

    update_id: int | None
    outcome: str | None = None
    attempts: int = 0

    @property
    def retries(self) -> int:
        return max(self.attempts - 1, 0)


class Link(Protocol):
    """How a Playground reaches the server: in the same process or over HTTP."""

    async def do(self, action: Json) -> Json: ...


@dataclass(slots=True)
class LocalLink:
    actions: Actions

    async def do(self, action: Json) -> Json:
        return await self.actions.perform(action)


@dataclass(slots=True)
class RemoteLink:
    """Its events come by another way than its answers, so `do` returns only when the events before it are seen."""

    http: aiohttp.ClientSession
    page_url: str
    seen: int = 0
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def see(self, event: Json) -> None:
        self.seen = max(self.seen, event.get("seq", 0))
        self._more.set()

    async def do(self, action: Json) -> Json:
        async with self.http.post(f"{self.page_url}do", data=orjson.dumps(action)) as response:
            answer = orjson.loads(await response.read())
        if not answer["ok"]:
            raise ActionError(answer["error"])
        while self.seen < answer["seq"]:
            self._more.clear()
            await self._more.wait()
        return dict(answer["result"])


class Playground:
    """One playground and the people in it; made by `start` or `connect`."""

    def __init__(self, link: Link, base_url: str, page_url: str, *, world: World | None = None) -> None:
        self.base_url = base_url
        self.page_url = page_url
        self._world = world
        self._link = link
        self._people: dict[tuple[int | None, int], Person] = {}
        self._past: dict[tuple[int, int], Json] = {}

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        token: str | None = None,
        port: int = 0,
        clock_offset_file: Path | None = None,
        key: str | None = None,
    ) -> AsyncIterator["Playground"]:
        """A playground of its own in this loop, with the default personas; without `token` every bot may connect."""
        world = World(Clock(clock_offset_file), any_token=token is None)
        for persona in default_personas():
            world.add_persona(persona)
        if token is not None:
            world.add_bot(token)
        server = LocalServer(world, port=port, key=key)
        await server.start()
        chat = cls(LocalLink(Actions(world)), server.base_url, server.page_url, world=world)
        unsubscribe = world.subscribe(chat.on_event)
        try:
            yield chat
        finally:
            unsubscribe()
            await server.stop()

    @classmethod
    @asynccontextmanager
    async def connect(cls, page_url: str) -> AsyncIterator["Playground"]:
        """To a running playground, by the address of its chat page."""
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{page_url}ws", max_msg_size=0) as socket:
            link = RemoteLink(http, page_url)
            chat = cls(link, page_url.partition("/chat/")[0], page_url)
            snapshot = orjson.loads((await socket.receive()).data)
            chat.on_event(snapshot)
            link.see(snapshot)
            listening = asyncio.create_task(chat._listen(socket, link))
            try:
                yield chat
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, link: RemoteLink) -> None:
        async for message in socket:
            event = orjson.loads(message.data)
            self.on_event(event)
            link.see(event)
        link.see({"seq": sys.maxsize})

    # -- people

    async def join(  # noqa: PLR0913 - all of it is said by name
        self,
        role: str | None = None,
        *,
        id: int | None = None,  # noqa: A002 - the word a reader expects
        first_name: str = "Guest",
        last_name: str | None = None,
        username: str | None = None,
        language: str | None = "ru",
        started: bool = False,
        bot: int | None = None,
    ) -> "Person":
        """One of the default personas by role, or somebody new; `bot` is needed only where there are several."""
        person: Json = {"first_name": first_name, "last_name": last_name, "username": username}
        person |= {"language": language, "started": started, "id": ROLES[role] if role else id}
        card = await self.do({"do": "add_persona", **person})
        key = (bot, card["id"])
        if key not in self._people:
            self._people[key] = Person(self, bot, card, self._past)
        return self._people[key]

    async def do(self, action: Json) -> Json:
        """Any action of the page's protocol. Raises ActionError when it is refused."""
        return await self._link.do(action)

    async def fail(self, kind: str, count: int = 1, *, retry_after: int = 1, chat_id: int | None = None) -> None:
        """The next `count` Bot API calls answer 429 or 500, or hang until the end."""
        await self.do({"do": "fail", "kind": kind, "count": count, "retry_after": retry_after, "chat_id": chat_id})

    async def move_clock(self, *, add: float | None = None, to: datetime | None = None) -> None:
        await self.do({"do": "clock", **({"add": add} if to is None else {"to": to.isoformat()})})

    @property
    def world(self) -> World:
        """Everything behind it; only where the playground runs in this process."""
        if self._world is None:
            raise ActionError("a playground in another process does not show its inside")
        return self._world

    @property
    def clock(self) -> Clock:
        return self.world.clock

    # -- events

    def on_event(self, event: Json) -> None:
        if event["type"] == "snapshot":
            self._past = {(chat["bot"], chat["persona"]): chat for chat in event["chats"]}
            return
        persona, bot = event.get("persona"), event.get("bot")
        if isinstance(persona, int) and isinstance(bot, int):
            for key in ((bot, persona), (None, persona)):
                if person := self._people.get(key):
                    person.on_event(event)


@dataclass(slots=True, eq=False)
class Person:
    """One persona in the chat with one bot, and all that they see there."""

    playground: Playground
    bot: int | None
    card: Json
    past: dict[tuple[int, int], Json]
    toasts: list[Toast] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    commands: list[Json] = field(default_factory=list)
    blocked: bool = False
    _messages: dict[int, Json] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        for (bot, persona), chat in self.past.items():
            if persona == self.id and self.bot in (None, bot):
                self._messages = {body["message_id"]: body for body in chat["messages"]}
                self.commands, self.blocked = chat["commands"], chat["blocked"]

    @property
    def id(self) -> int:
        return int(self.card["id"])

    @property
    def messages(self) -> list[SeenMessage]:
        return [SeenMessage(self._messages[number]) for number in sorted(self._messages)]

    @property
    def last(self) -> SeenMessage:
        """The newest message of the bot, as it stands after its edits."""
        for message in reversed(self.messages):
            if not message.outgoing:
                return message
        raise NotSeen("the bot has not written yet")

    @property
    def buttons(self) -> list[str]:
        """The inline buttons of the newest message that has any."""
        for message in reversed(self.messages):
            if message.buttons:
                return [button.text for button in message.buttons]
        return []

    @property
    def keyboard(self) -> list[str]:
        """The reply keyboard that stands below the chat."""
        for message in reversed(self.messages):
            if message.keyboard is not None:
                return message.keyboard
        return []

    # -- what the person does

    async def send(self, text: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        """Returns when the bot has acknowledged it, or at once without `wait`."""
        return await self.act("send", wait=wait, timeout=timeout, text=text)

    async def press(self, words: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        """The newest visible button with these words, an inline one first; an emoji may stand before them."""
        button = self.find(words)
        if button is None:
            return await self.send(self.keyboard[best_places(words, self.keyboard)[0]], wait=wait, timeout=timeout)
        if button.data is None:
            raise NoSuchButton(f"«{button.text}» opens something else than the bot: {button.spec}")
        return await self.press_data(button.message_id, button.data, wait=wait, timeout=timeout)

    async def press_data(self, message_id: int, data: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        """A press with any data, whether a button holds it or not."""
        return await self.act("press", wait=wait, timeout=timeout, message_id=message_id, data=data)

    async def edit(self, message_id: int, text: str, *, wait: bool = True) -> Delivery:
        return await self.act("edit", wait=wait, message_id=message_id, text=text)

    async def block(self, *, blocked: bool = True, wait: bool = True) -> Delivery:
        return await self.act("block", wait=wait, blocked=blocked)

    async def redeliver(self, *, wait: bool = True) -> Delivery:
        """The last update of this chat once more, under its old id."""
        return await self.act("redeliver", wait=wait)

    async def deliver_twice(self) -> None:
        """The next update of this chat arrives twice at once."""
        await self._do("deliver_twice")

    async def act(self, name: str, /, *, wait: bool = True, timeout: float = PATIENCE, **fields: Any) -> Delivery:
        """Any action of this person: photo, sticker, contact, location, document, forward and the others."""
        result = await self._do(name, **fields)
        delivery = Delivery(result.get("update_id"))
        return await self.settled(delivery, timeout=timeout) if wait else delivery

    async def settled(self, delivery: Delivery, *, timeout: float = PATIENCE) -> Delivery:
        """Wait for an update that was sent without waiting."""
        wait = {"do": "wait", "update_id": delivery.update_id, "timeout": timeout}
        result = await self.playground.do(wait if self.bot is None else {**wait, "bot": self.bot})
        delivery.outcome, delivery.attempts = result["outcome"], result["attempts"]
        if delivery.outcome is None:
            raise NotAcknowledged(
                f"the bot did not acknowledge update {delivery.update_id} within {timeout} s "
                f"({delivery.attempts} attempts)\n{self.screen()}"
            )
        return delivery

    async def _do(self, name: str, /, **fields: Any) -> Json:
        where: Json = {"persona": self.id} if self.bot is None else {"persona": self.id, "bot": self.bot}
        return await self.playground.do({"do": name, **where, **fields})

    # -- what the person sees

    def find(self, words: str) -> Button | None:
        """The inline button that `press` would take; None when a reply keyboard has the words instead."""
        for message in reversed(self.messages):
            texts = [button.text for button in message.buttons]
            if places := best_places(words, texts):
                if len(places) > 1:
                    raise AmbiguousButton(f"«{words}» fits {[texts[place] for place in places]}")
                return message.buttons[places[0]]
        if best_places(words, self.keyboard):
            return None
        raise NoSuchButton(f"no button «{words}»\n{self.screen()}")

    async def wait_for(self, what: "str | Callable[[Person], bool]", *, timeout: float = PATIENCE) -> SeenMessage:
        """Until the bot's newest message has this text, or the condition on this person is true."""
        try:
            async with asyncio.timeout(timeout):
                while not (what(self) if callable(what) else self._reads(what)):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            wanted = "the condition" if callable(what) else f"«{what}»"
            raise NotSeen(f"{wanted} did not come within {timeout} s\n{self.screen()}") from None
        return self.last

    def _reads(self, words: str) -> bool:
        return any(words in message.text for message in self.messages if not message.outgoing)

    def screen(self) -> str:
        """The end of the chat in words, for a failed test."""
        lines = [f"{self.card['first_name']} ({self.id}) sees:"]
        for message in self.messages[-4:]:
            lines.append(f"  {'→' if message.outgoing else '←'} {message.text!r}")
            lines.extend(f"      [{button.text}]" for button in message.buttons)
        if self.toasts:
            lines.append(f"  toast: {self.toasts[-1].text!r}")
        return "\n".join(lines)

    def on_event(self, event: Json) -> None:
        kind = event["type"]
        if kind in ("message", "edited"):
            self._messages[event["message"]["message_id"]] = event["message"]
        elif kind == "deleted":
            for message_id in event["message_ids"]:
                self._messages.pop(message_id, None)
        elif kind == "callback_answer":
            if event["text"] or event["url"]:
                self.toasts.append(Toast(event["text"], event["alert"], event["url"]))
        elif kind == "typing":
            self.typing.append(event["action"])
        elif kind == "commands":
            self.commands = event["commands"]
        elif kind == "blocked":
            self.blocked = event["blocked"]
        self._changed.set()
