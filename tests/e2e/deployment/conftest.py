"""A restaurant whose service is a process: started by the test, killed by the test, sound at the end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from pathlib import Path

import pytest

from playground.client import Person, Playground
from tests.discretion import keep_secret
from tests.e2e.deployment.process import Deployment, new_file, open_deployment
from tests.e2e.house import NOON, TOKEN

Deploying = Callable[..., AbstractAsyncContextManager[Deployment]]


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Playground]:
    """On a Friday at noon."""
    async with Playground.start(token=TOKEN, clock_offset_file=tmp_path / "offset") as chat:
        keep_secret(chat.page_url.rstrip("/").rpartition("/")[2])
        await chat.move_clock(to=NOON.astimezone(UTC))
        yield chat


@pytest.fixture
def deploying(tmp_path: Path, chat: Playground) -> Deploying:
    """Over a database and with settings of the test's choice."""

    @asynccontextmanager
    async def opened(db_url: str | None = None, **settings: str) -> AsyncIterator[Deployment]:
        async with open_deployment(tmp_path, db_url or new_file(tmp_path), chat, **settings) as deployment:
            yield deployment
            deployment.ensure_sound()

    return opened


@pytest.fixture
async def deployment(deploying: Deploying) -> AsyncIterator[Deployment]:
    async with deploying() as deployment:
        yield deployment


@pytest.fixture
async def anna(chat: Playground) -> Person:
    return await chat.join("guest")


@pytest.fixture
async def boris(chat: Playground) -> Person:
    return await chat.join("second guest")


@pytest.fixture
async def owner(chat: Playground) -> Person:
    return await chat.join("owner")
