"""A playground on a free port, its bot's webhook, and a bare client of the Bot API."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from playground.client import Playground
from tests.playground.bot_side import TOKEN, Api, Receiver, receiving
from tests.playground.terminal_side import TableBot


@pytest.fixture(scope="session")
def playground_token() -> str:
    return TOKEN


@pytest.fixture
def chat(playground: Playground) -> Playground:
    """The plugin's own, by the name that these tests give it; `guest` is the plugin's too."""
    return playground


@pytest.fixture
async def api(chat: Playground) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as http:
        yield Api(http, chat.base_url)


@pytest.fixture
async def table_bot(hook: Receiver, api: Api) -> TableBot:
    """A bot that does what its table says."""
    bot = TableBot(api)
    hook.reply = bot.handle
    return bot


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def hook(api: Api, receiver: Receiver) -> Receiver:
    """The receiver, set as the bot's webhook."""
    await api.result("setWebhook", url=receiver.url, secret_token="s-3_cret")
    return receiver
