"""The intake behind a real server, with a handler that does what the test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update
from fastapi import FastAPI
from loguru import logger
from starlette.routing import BaseRoute

from app.api.intake import UpdateIntake
from app.api.protocol import BoundedProtocol
from app.api.webhook import Webhook
from app.metrics import Metrics
from playground.client import Playground

TOKEN = "4200000001:AAapiapiapiapiapiapiapiapiapiapiapi"
SECRET = "a-Secret_1"


async def _nothing(_: Update) -> object:
    return None


@dataclass
class Handler:
    """What handles the updates: `does` is called with each, `seen` are those that came."""

    does: Callable[[Update], Awaitable[object]] = _nothing
    seen: list[Update] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, update: Update) -> object:
        async with self.news:
            self.seen.append(update)
            self.news.notify_all()
        return await self.does(update)

    async def has(self, count: int) -> list[Update]:
        async with asyncio.timeout(10), self.news:
            await self.news.wait_for(lambda: len(self.seen) >= count)
        return self.seen

    @property
    def ids(self) -> list[int]:
        return [update.update_id for update in self.seen]


class Log(list[str]):
    """Lines as `LEVEL {ids} message`, with tracebacks."""

    def about(self, words: str) -> list[str]:
        return [line for line in self if words in line]


@asynccontextmanager
async def served(*routes: BaseRoute) -> AsyncIterator[str]:
    """The address of a real server with these routes."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.router.routes.extend(routes)
    config = uvicorn.Config(
        app, port=0, http=BoundedProtocol, log_config=None, access_log=False, proxy_headers=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await server.shutdown()


def message_update(update_id: int, *, user: int = 7, text: str = "hello") -> dict[str, Any]:
    person = {"id": user, "is_bot": False, "first_name": "Anna"}
    chat = {"id": user, "type": "private", "first_name": "Anna"}
    message = {"message_id": update_id, "date": 1_790_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": update_id, "message": message}


@pytest.fixture
def log() -> Iterator[Log]:
    lines = Log()
    number = logger.add(lambda line: lines.append(str(line)), level="DEBUG", format="{level} {extra} {message}")
    yield lines
    logger.remove(number)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def intake(handler: Handler, metrics: Metrics) -> UpdateIntake:
    return UpdateIntake(handler, metrics, limit=2)


@pytest.fixture
async def telegram() -> AsyncIterator[Playground]:
    async with Playground.start(token=TOKEN) as playground:
        yield playground


@pytest.fixture
def bot() -> Bot:
    """One that calls nobody."""
    return Bot(TOKEN)


@pytest.fixture
async def live_bot(telegram: Playground) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.base_url))
    async with Bot(TOKEN, session=session).context() as bot:
        yield bot


@dataclass
class Post:
    """Posts to the webhook as Telegram does."""

    http: httpx.AsyncClient
    url: str

    async def __call__(self, body: Any, **headers: str) -> httpx.Response:
        given = {"X-Telegram-Bot-Api-Secret-Token": SECRET} | {k.replace("_", "-"): v for k, v in headers.items()}
        if isinstance(body, dict | list):
            return await self.http.post(self.url, json=body, headers=given)
        return await self.http.post(self.url, content=body, headers=given)


@pytest.fixture
async def post(bot: Bot, intake: UpdateIntake) -> AsyncIterator[Post]:
    async with served(Webhook(bot, intake, secret=SECRET).route()) as url, httpx.AsyncClient() as http:
        yield Post(http, f"{url}/webhook")
