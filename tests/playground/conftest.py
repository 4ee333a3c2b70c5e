"""A playground on a free port, its bot's webhook, and a bare client of the Bot API."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from playground.client import Person, Playground
from tests.playground.bot_side import TOKEN, Api, Receiver


@pytest.fixture
async def chat() -> AsyncIterator[Playground]:
    async with Playground.start(token=TOKEN) as playground:
        yield playground


@pytest.fixture
async def guest(chat: Playground) -> Person:
    return await chat.join("guest")


@pytest.fixture
async def api(chat: Playground) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as http:
        yield Api(http, chat.base_url)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
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


@pytest.fixture
async def hook(api: Api, receiver: Receiver) -> Receiver:
    """The receiver, set as the bot's webhook."""
    await api.result("setWebhook", url=receiver.url, secret_token="s-3_cret")
    return receiver
