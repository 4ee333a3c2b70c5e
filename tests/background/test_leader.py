"""Of several processes on PostgreSQL one leads the schedule, and another one takes over."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.background.leader import AdvisoryLock
from app.dao.session_lock import SessionLock
from servers.postgres import Postgres

QUICK = {"try_every": timedelta(seconds=0.1), "pulse": timedelta(seconds=0.1)}


@pytest.fixture
async def two(postgres_database: str) -> AsyncIterator[tuple[AdvisoryLock, AdvisoryLock]]:
    locks = AdvisoryLock(postgres_database, **QUICK), AdvisoryLock(postgres_database, **QUICK)
    yield locks
    for lock in locks:
        await lock.resign()


async def test_the_second_one_waits_until_the_first_resigns(two: tuple[AdvisoryLock, AdvisoryLock]) -> None:
    first, second = two
    await first.gain()
    waiting = asyncio.create_task(second.gain())
    await asyncio.sleep(0.3)  # three tries, and nothing tells that they fail
    assert not waiting.done()
    await first.resign()
    await asyncio.wait_for(waiting, 5)


async def test_a_lost_connection_is_a_lost_lead_and_can_be_gained_again(
    two: tuple[AdvisoryLock, AdvisoryLock], postgres: Postgres
) -> None:
    first, _ = two
    await first.gain()
    losing = asyncio.create_task(first.lose())
    await asyncio.sleep(0.2)  # two pulses, and nothing tells that all is well
    assert not losing.done()
    await asyncio.to_thread(postgres.kill)
    await asyncio.wait_for(losing, 5)
    gaining = asyncio.create_task(first.gain())
    await asyncio.to_thread(postgres.start)
    await asyncio.wait_for(gaining, 10)


async def test_one_that_stands_still_is_relieved_though_its_connection_stays(postgres_database: str) -> None:
    first, second = (AdvisoryLock(postgres_database, **QUICK, silence=timedelta(seconds=0.5)) for _ in range(2))
    await first.gain()
    await asyncio.wait_for(second.gain(), 5)
    await asyncio.wait_for(first.lose(), 5)
    keeping = asyncio.create_task(second.lose())
    await asyncio.sleep(1)  # longer than the silence, and nothing tells that all is well
    assert not keeping.done()
    keeping.cancel()
    for lock in (first, second):
        await lock.resign()


async def test_while_a_lock_is_held_nothing_is_prepared(postgres_database: str) -> None:
    """Who stands still between the two steps of that is not idle to the server: the lock would never be free."""
    lock = SessionLock(postgres_database, 7, name="test")
    assert await lock.take()
    assert lock._connection
    known = text("SELECT count(*) FROM pg_prepared_statements")
    before = await lock._connection.scalar(known)
    await lock.keep()
    assert await lock._connection.scalar(known) == before
    await lock.release()
