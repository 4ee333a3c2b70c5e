"""Processes that share nothing but PostgreSQL: one at a time is at work."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from app.dao import ownership
from app.dao.ownership import SoleProcess
from app.domain.errors import DatabaseInUse, StoreUnavailable
from servers.postgres import Postgres

AT_ONCE, SOON = timedelta(seconds=0.3), timedelta(seconds=20)

Starting = Callable[[timedelta], Coroutine[Any, Any, SoleProcess]]


@pytest.fixture
def returns() -> list[str]:
    """A word for each time that a process has come back."""
    return []


@pytest.fixture
async def start(postgres_database: str, returns: list[str]) -> AsyncIterator[Starting]:
    async with AsyncExitStack() as stack:

        async def start(patience: timedelta) -> SoleProcess:
            process = SoleProcess(
                postgres_database,
                remedy="several need REDIS_URL",
                on_return=lambda: returns.append("back"),
                pulse=timedelta(seconds=0.05),
            )
            await process.start(patience)
            stack.push_async_callback(process.stop)
            return process

        yield start


@asynccontextmanager
async def somebody_else(db_url: str) -> AsyncIterator[None]:
    """Ends the connection of whoever has the lock, and has it at once."""
    url = make_url(db_url).set(drivername="postgresql").render_as_string()
    async with (
        await psycopg.AsyncConnection.connect(url, autocommit=True) as shell,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as rival,
    ):
        taking = asyncio.create_task(rival.execute("SELECT pg_advisory_lock(%s)", [ownership._KEY]))
        queue = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'"
        await until(lambda: shell.execute(queue))
        await shell.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'binary-bites-sole-process' AND datname = current_database()"
        )
        await taking
        yield


async def until(ask: Callable[[], Coroutine[Any, Any, psycopg.AsyncCursor[Any]]]) -> None:
    async with asyncio.timeout(10):
        while not await (await ask()).fetchall():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def becomes(process: SoleProcess, *, present: bool) -> None:
    async with asyncio.timeout(20):
        while process.present is not present:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)


async def test_a_second_process_is_refused_in_one_sentence(start: Starting) -> None:
    await start(AT_ONCE)
    with pytest.raises(DatabaseInUse, match=r"^DB_URL names .* another process is using: several need REDIS_URL\.$"):
        await start(AT_ONCE)


async def test_one_that_replaces_another_waits_for_its_end(start: Starting) -> None:
    first = await start(AT_ONCE)
    second = asyncio.create_task(start(SOON))
    await asyncio.sleep(0.2)  # nothing tells that it is still waiting
    assert not second.done()
    await first.stop()
    assert (await second).present


async def test_while_somebody_else_has_the_database_nothing_is_done_and_what_was_remembered_is_forgotten(
    start: Starting, postgres_database: str, returns: list[str]
) -> None:
    process = await start(AT_ONCE)
    async with somebody_else(postgres_database):
        await becomes(process, present=False)
        with pytest.raises(StoreUnavailable):
            process.ensure_present()
        assert not returns
    await becomes(process, present=True)
    process.ensure_present()
    assert returns == ["back"]


async def test_it_goes_on_by_itself_when_the_server_is_back(start: Starting, postgres: Postgres) -> None:
    process = await start(AT_ONCE)
    await asyncio.to_thread(postgres.kill)
    await becomes(process, present=False)
    await asyncio.to_thread(postgres.start)
    await becomes(process, present=True)
