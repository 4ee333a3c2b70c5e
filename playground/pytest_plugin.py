"""Fixtures for the tests of a bot: `pytest_plugins = ["playground.pytest_plugin"]` in the top `conftest.py`.

`playground` is new for each test and lives in its event loop. `playground_server` is there for all tests, in a thread
of its own, for a bot that is started once; `shared_playground` talks to it. The asynchronous ones need pytest-asyncio,
in whichever mode it runs.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from playground.client import Person, Playground


@dataclass(frozen=True, slots=True)
class PlaygroundServer:
    """`base_url` is the Bot API for a bot, `page_url` is for `Playground.connect` and a browser."""

    base_url: str
    page_url: str


@pytest.fixture(scope="session")
def playground_token() -> str:
    """The bot's token: have a fixture of this name where another is needed."""
    return "42:any-letters-you-like"


@pytest_asyncio.fixture
async def playground(playground_token: str) -> AsyncIterator[Playground]:
    async with Playground.start(token=playground_token) as chat:
        yield chat


@pytest_asyncio.fixture
async def guest(playground: Playground) -> Person:
    return await playground.join("guest")


@pytest_asyncio.fixture
async def second_guest(playground: Playground) -> Person:
    return await playground.join("second guest")


@pytest_asyncio.fixture
async def owner(playground: Playground) -> Person:
    """Whom the bot may write to first."""
    return await playground.join("owner")


@pytest.fixture(scope="session")
def playground_server(playground_token: str) -> Iterator[PlaygroundServer]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    serving = Playground.start(token=playground_token)
    try:
        chat = asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result()
        yield PlaygroundServer(chat.base_url, chat.page_url)
        asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest_asyncio.fixture
async def shared_playground(playground_server: PlaygroundServer) -> AsyncIterator[Playground]:
    """Its people have met the bot in earlier tests: join somebody new with `join(first_name=…)`."""
    async with Playground.connect(playground_server.page_url) as chat:
        yield chat
