"""The client's beginning: a playground of one's own, or a running one, and the people in it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import aiohttp
import orjson

from playground.client.links import Link, LocalLink, RemoteLink, gone
from playground.client.person import Person
from playground.client.room import Room, RoomKind
from playground.client.view import ChatView
from playground.clock import Clock
from playground.errors import ActionError
from playground.people import default_personas
from playground.server import LocalServer
from playground.types import Json
from playground.world import World

ROLES = {"guest": 1001, "second guest": 1002, "owner": 9001, "admin": 9001, "host": 9002}
REMEMBERED_REFUSALS = 20

Place = tuple[int, int]
"""A bot and a chat: that with a persona has the persona's id."""


class Playground:
    """One playground and the people in it; made by `start` or `connect`."""

    def __init__(self, link: Link, base_url: str, page_url: str, *, world: World | None = None) -> None:
        self.base_url = base_url
        self.page_url = page_url
        self.bots: dict[int, Json] = {}
        self.personas: dict[int, Json] = {}
        self._world = world
        self._link = link
        self.past: dict[Place, Json] = {}
        """Chats as they stood when this client came."""
        self._missed: dict[Place, list[Json]] = {}
        """What happened since in chats that nobody here looks at."""
        self._people: dict[tuple[int | None, int], Person] = {}
        self._rooms: dict[tuple[int | None, int], Room] = {}
        self._refusals: deque[str] = deque(maxlen=REMEMBERED_REFUSALS)
        self._listeners: list[Callable[[Json], None]] = []

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
        link = LocalLink(world)
        chat = cls(link, server.base_url, server.page_url, world=world)
        chat.on_event(link.snapshot())
        unsubscribe = world.subscribe(chat.on_event)
        try:
            yield chat
        finally:
            unsubscribe()
            await server.stop()

    @classmethod
    @asynccontextmanager
    async def connect(cls, page_url: str) -> AsyncIterator["Playground"]:
        """To a running playground, by the address of its chat page. Raises PlaygroundGone where there is none."""
        async with aiohttp.ClientSession() as http:
            try:
                socket = await http.ws_connect(f"{page_url}ws", max_msg_size=0)
            except (aiohttp.ClientError, ValueError):
                raise gone(page_url) from None
            async with socket:
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
        link.end()

    async def ended(self) -> None:
        """Return when the playground in the other process has stopped."""
        await self._link.ended()

    # -- people and rooms

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
    ) -> Person:
        """One of the default personas by role, or somebody new; `bot` is needed only where there are several."""
        person: Json = {"first_name": first_name, "last_name": last_name, "username": username}
        person |= {"language": language, "started": started, "id": ROLES[role] if role else id}
        card = await self.do({"do": "add_persona", **person})
        key = (bot, card["id"])
        if key not in self._people:
            self._people[key] = Person(self._link, bot, card, self._refusals)
            self._catch_up(self._people[key], card["id"])
        return self._people[key]

    async def room(self, title: str, *, by: Person, kind: RoomKind = "supergroup") -> Room:
        """A group or channel to which this person adds the bot."""
        result = await by.join_room(title, kind)
        key = (by.bot, int(result["chat_id"]))
        if key not in self._rooms:
            self._rooms[key] = Room(by, key[1], title, kind)
            self._catch_up(self._rooms[key], key[1])
        return self._rooms[key]

    async def do(self, action: Json) -> Json:
        """Any action of the page's protocol. Raises ActionError when it is refused."""
        return await self._link.do(action)

    # -- what may go wrong

    async def fail(
        self, kind: str, count: int = 1, *, retry_after: int = 1, chat_id: int | None = None, method: str | None = None
    ) -> None:
        """The next `count` Bot API calls answer 429, 500 or garbage, are dropped, or hang until the end.

        No poll for updates among them, unless `method` names it.
        """
        which = {"chat_id": chat_id, "method": method}
        await self.do({"do": "fail", "kind": kind, "count": count, "retry_after": retry_after, **which})

    async def network(self, *, down: bool) -> None:
        """While it is down no call of a bot is answered and no update reaches one."""
        await self.do({"do": "network", "down": down})

    async def rate_limits(self, mode: Literal["off", "warn", "enforce"]) -> None:
        await self.do({"do": "rate_limits", "mode": mode})

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

    def subscribe(self, listener: Callable[[Json], None]) -> Callable[[], None]:
        """Be told of each event of the protocol, after people have seen it; returns how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_event(self, event: Json) -> None:
        match event["type"]:
            case "snapshot":
                self._take(event)
            case "bot":
                self.bots[event["bot"]["id"]] = event["bot"]
            case "persona":
                self.personas[event["persona"]["id"]] = event["persona"]
            case "trace":
                self._note(event["entry"])
            case _:
                self._tell(event)
        for listener in tuple(self._listeners):
            listener(event)

    def _take(self, snapshot: Json) -> None:
        """All as it stands: at the beginning, and after a client was too slow to hear everything."""
        self.bots = {bot["id"]: bot for bot in snapshot["bots"]}
        self.personas = {persona["id"]: persona for persona in snapshot["personas"]}
        self.past = {_place(chat): chat for chat in snapshot["chats"]}
        self._missed.clear()
        for place, chat in self.past.items():
            for view in self._views(place):
                view.remember(chat)

    def _catch_up(self, view: ChatView, number: int) -> None:
        """With what was there, and what came since."""
        for place in {**self.past, **self._missed}:
            if place[1] == number and view.bot in (None, place[0]):
                if place in self.past:
                    view.remember(self.past[place])
                for event in self._missed.pop(place, ()):
                    view.on_event(event)

    def _note(self, entry: Json) -> None:
        if entry["direction"] == "call" and (entry["status"] or 0) >= 400:  # noqa: PLR2004 - what HTTP calls an error
            reason = (entry.get("response") or {}).get("description", entry["status"])
            self._refusals.append(f"{entry['name']}: {reason}")

    def _tell(self, event: Json) -> None:
        """Events without a chat are for nobody in particular."""
        if event.get("chat") is None or event.get("bot") is None:
            return
        place = (event["bot"], event["chat"])
        views = self._views(place)
        for view in views:
            view.on_event(event)
        if not views:
            self._missed.setdefault(place, []).append(event)

    def _views(self, place: Place) -> list[Person | Room]:
        bot, number = place
        keys = ((bot, number), (None, number))
        return [view for known in (self._people, self._rooms) for key in keys if (view := known.get(key))]


def _place(chat: Json) -> Place:
    return chat["bot"], chat["persona"] if chat["persona"] is not None else chat["info"]["id"]
