"""What stands on the bot's side of a playground: a bare client of the Bot API and a webhook of real aiohttp."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from playground.client import Playground
from playground.types import Json

TOKEN = "42:secret"


@dataclass
class Answer:
    status: int
    body: Any


@dataclass
class Api:
    """Calls methods by hand: what comes back is the status and the body as they are."""

    http: aiohttp.ClientSession
    base_url: str
    token: str = TOKEN

    async def __call__(self, method: str, **arguments: Any) -> Answer:
        async with self.http.post(f"{self.base_url}/bot{self.token}/{method}", json=arguments) as response:
            return Answer(response.status, orjson.loads(await response.read()))

    async def result(self, method: str, **arguments: Any) -> Any:
        answer = await self(method, **arguments)
        assert answer.body["ok"], answer.body
        return answer.body["result"]

    async def refusal(self, method: str, **arguments: Any) -> str:
        answer = await self(method, **arguments)
        assert not answer.body["ok"], answer.body
        assert answer.status == answer.body["error_code"]
        return str(answer.body["description"])


Reply = Callable[[dict[str, Any]], Awaitable[web.Response]]


async def _ok(_: dict[str, Any]) -> web.Response:
    return web.Response()


@dataclass
class Receiver:
    """A bot's webhook; `reply` decides what it answers, `updates` are those that came, in their order."""

    url: str
    reply: Reply = _ok
    updates: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle(self, request: web.Request) -> web.Response:
        update = orjson.loads(await request.read())
        async with self.came:
            self.updates.append(update)
            self.headers.append(dict(request.headers))
            self.came.notify_all()
        return await self.reply(update)

    async def has(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(10), self.came:
            await self.came.wait_for(lambda: len(self.updates) >= count)
        return self.updates


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A webhook on a free port."""
    receiver = Receiver("")
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@asynccontextmanager
async def attempts(chat: Playground) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Await that so many deliveries were tried, and the webhook has decided when the next one comes."""
    tried: list[Json] = []
    more = asyncio.Event()

    def count(event: Json) -> None:
        if event["type"] == "trace" and event["entry"]["direction"] == "update":
            tried.append(event["entry"])
            more.set()

    async def until(number: int) -> None:
        async with asyncio.timeout(10):
            while len(tried) < number:
                more.clear()
                await more.wait()
        assert len(tried) == number

    unsubscribe = chat.world.subscribe(count)
    yield until
    unsubscribe()
