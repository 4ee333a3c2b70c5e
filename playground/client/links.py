"""How a client reaches a playground: in the same process, or over HTTP."""

import asyncio
import sys
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

import aiohttp
import orjson

from playground.actions import Actions
from playground.errors import ActionError
from playground.page import Page
from playground.types import Json
from playground.world import World


class PlaygroundGone(ConnectionError):
    """The playground in the other process cannot be reached, or no longer."""


class Link(Protocol):
    async def do(self, action: Json) -> Json: ...

    async def download(self, file_id: str) -> bytes: ...

    async def ended(self) -> None:
        """Return when the playground has stopped."""


class LocalLink:
    def __init__(self, world: World) -> None:
        self._world = world
        self._actions = Actions(world)

    async def do(self, action: Json) -> Json:
        return await self._actions.perform(action)

    async def download(self, file_id: str) -> bytes:
        stored = self._world.files.get(file_id)
        if stored is None:
            raise ActionError(f"there is no file {file_id}")
        return stored.content

    async def ended(self) -> None:
        await self._world.closed.wait()

    def snapshot(self) -> Json:
        return Page(self._world, key="").snapshot()


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

    def end(self) -> None:
        """No more events will come."""
        self.see({"seq": sys.maxsize})

    async def ended(self) -> None:
        await self._until(sys.maxsize)

    async def do(self, action: Json) -> Json:
        try:
            async with self.http.post(f"{self.page_url}do", data=orjson.dumps(action)) as response:
                body = await response.read()
        except aiohttp.ClientError:
            raise gone(self.page_url) from None
        answer = orjson.loads(body)
        if not answer["ok"]:
            raise ActionError(answer["error"])
        await self._until(answer["seq"])
        return dict(answer["result"])

    async def download(self, file_id: str) -> bytes:
        async with self.http.get(f"{self.page_url}file/{quote(file_id)}") as response:
            if not response.ok:
                raise ActionError(f"there is no file {file_id}")
            return await response.read()

    async def _until(self, seq: int) -> None:
        while self.seen < seq:
            self._more.clear()
            await self._more.wait()


def gone(page_url: str) -> PlaygroundGone:
    return PlaygroundGone(f"no playground answers at {page_url}")
