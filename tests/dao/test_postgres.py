"""PostgreSQL as it is in bad times: busy with others, restarted, unable to write."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.dao import postgres as product
from app.dao import session_lock
from app.dao.database import Database, WriteDao
from app.dao.session_lock import SessionLock
from app.domain.errors import SlotTaken, StoreUnavailable
from app.services import Services
from app.services.views import BookingCard
from servers.postgres import Postgres
from tests.dao.raw import execute
from tests.services.house import EVENING, NOON, TOMORROW, ManualClock, furnish, guest, services_of
from tests.services.records import read_records


@pytest.fixture
async def database(migrated_postgres: str) -> AsyncIterator[Database]:
    database = Database(migrated_postgres, pool_size=4)
    await database.start()
    await furnish(database)
    yield database
    await database.close()


@pytest.fixture
def services(database: Database) -> Services:
    return services_of(database, ManualClock())


def hold(services: Services, number: int = 1) -> Awaitable[BookingCard]:
    return services.bookings.hold(guest(number), party=2, day=TOMORROW, slot_id=EVENING)


async def save(dao: WriteDao, key: str, body: bytes = b"x") -> None:
    await dao.dialogs.save(key, body, now=NOON)


async def say(dao: WriteDao, statement: str) -> None:
    await dao._session.send(text(statement))


async def test_two_who_wait_for_each_other_both_get_their_way(database: Database) -> None:
    met = asyncio.Barrier(2)
    runs = []

    def crosswise(first: str, second: str) -> Callable[[WriteDao], Awaitable[None]]:
        async def work(dao: WriteDao) -> None:
            runs.append(first)
            await say(dao, "SET LOCAL deadlock_timeout = '10ms'")
            await save(dao, first)
            if len(runs) <= met.parties:
                await met.wait()
            await save(dao, second, first.encode())

        return work

    await asyncio.gather(database.write(crosswise("a", "b")), database.write(crosswise("b", "a")))
    assert len(runs) == 3, "one has given way, once"


async def test_one_whose_view_is_outdated_looks_again(database: Database) -> None:
    await database.write(lambda dao: save(dao, "key", b"old"))
    seen = []

    async def work(dao: WriteDao) -> None:
        await say(dao, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        seen.append(await dao.dialogs.load("key"))
        if len(seen) == 1:
            await database.write(lambda other: save(other, "key", b"new"))
        await save(dao, "key", b"mine")

    await database.write(work)
    assert seen == [b"old", b"new"]


async def test_one_who_always_loses_is_told_to_come_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "_PAUSES", (0, 0, 0))
    runs = []

    async def lose(dao: WriteDao) -> None:
        runs.append(dao)
        await save(dao, "key")
        await say(dao, "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")

    with pytest.raises(StoreUnavailable):
        await database.write(lose)
    assert len(runs) == 4


async def test_a_mistake_is_made_once(database: Database) -> None:
    runs = []

    async def work(dao: WriteDao) -> None:
        runs.append(dao)
        await say(dao, "SELECT nonsense FROM nowhere")

    with pytest.raises(DBAPIError):
        await database.write(work)
    assert len(runs) == 1


async def test_a_process_opens_no_more_connections_than_it_may(services: Services, migrated_postgres: str) -> None:
    await asyncio.gather(*(services.users.meet(guest(number).person) for number in range(30)))
    ours = "datname = current_database() AND application_name = 'binary-bites'"
    ((open_ones,),) = await execute(migrated_postgres, f"SELECT count(*) FROM pg_stat_activity WHERE {ours}")  # noqa: S608 - words of ours
    assert open_ones == 4


async def test_a_restart_in_the_middle_of_a_use_case_undoes_it_and_the_next_try_works(
    services: Services, database: Database, postgres: Postgres
) -> None:
    async def interrupted(dao: WriteDao) -> None:
        await save(dao, "half")
        await asyncio.to_thread(_restart, postgres)
        await save(dao, "rest")

    with pytest.raises(StoreUnavailable):
        await database.write(interrupted)
    await hold(services)
    async with database.read() as dao:
        assert await dao.dialogs.load("half") is None


def _restart(postgres: Postgres) -> None:
    postgres.kill()
    postgres.start()


async def test_guests_who_go_on_over_a_restart_are_put_off_and_lose_nothing(
    services: Services, database: Database, postgres: Postgres
) -> None:
    restarting = asyncio.create_task(asyncio.to_thread(_restart, postgres))

    async def book(number: int) -> int | None:
        while True:
            try:
                held = await hold(services, number)
                return (await services.bookings.book(guest(number), held.id)).id
            except StoreUnavailable:
                await asyncio.sleep(0.05)
            except SlotTaken:
                return None

    booked = set(await asyncio.gather(*(book(number) for number in range(8)))) - {None}
    await restarting
    records = await read_records(database)
    records.ensure_consistent()
    assert {record.id for record in records.bookings.values() if record.status == "booked"} == booked
    assert len(booked) == 4


async def test_a_lock_whose_server_says_nothing_is_lost_and_can_be_taken_again(
    migrated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_lock, "_ANSWER_WITHIN", 0.2)
    lock = SessionLock(migrated_postgres, 1, name="silent")
    assert await lock.take()
    ((backend,),) = await execute(
        migrated_postgres, "SELECT pid FROM pg_stat_activity WHERE application_name = 'binary-bites-silent'"
    )
    os.kill(backend, signal.SIGSTOP)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await lock.keep()
    os.kill(backend, signal.SIGCONT)
    async with asyncio.timeout(10):
        while not await lock.take():  # noqa: ASYNC110 - nobody tells when the old connection is gone
            await asyncio.sleep(0.01)
    await lock.release()


async def test_while_it_can_only_be_read_guests_are_put_off_and_then_go_on(
    services: Services, database: Database, postgres: Postgres
) -> None:
    with postgres.read_only():
        await until(database, writable=False)
        with pytest.raises(StoreUnavailable, match="read-only"):
            await hold(services)
        assert await services.availability.sittings(TOMORROW, party=2)
    await until(database, writable=True)
    assert (await hold(services)).tables


async def until(database: Database, *, writable: bool) -> None:
    """A server hears of a setting by a signal."""
    async with asyncio.timeout(10):
        while await _can_write(database) != writable:  # noqa: ASYNC110 - nobody tells when it has heard
            await asyncio.sleep(0.01)


async def _can_write(database: Database) -> bool:
    try:
        await database.ping()
    except StoreUnavailable:
        return False
    return True


async def test_a_server_that_says_nothing_does_not_hold_up_the_end(migrated_postgres: str, postgres: Postgres) -> None:
    database = Database(migrated_postgres)
    await asyncio.gather(*(database.ping() for _ in range(3)))
    with postgres.silent():
        async with asyncio.timeout(5):
            await database.close()
