"""Sessions: nothing half done is seen, nothing is lost by a cancelled task, and away is told from broken."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.dao import postgres, sqlite
from app.dao.database import Database, WriteDao
from app.dao.models import BookingRow
from app.domain.errors import DatabaseInUse, SchemaError, StoreUnavailable
from app.services import Services
from tests.dao.raw import execute
from tests.services.house import EVENING, NOON, TOMORROW, ManualClock, furnish, guest, services_of
from tests.services.records import read_records


@pytest.fixture
async def database(db_url: str) -> AsyncIterator[Database]:
    database = Database(db_url)
    await database.start()
    await furnish(database)
    yield database
    await database.close()


@pytest.fixture
def services(database: Database) -> Services:
    return services_of(database, ManualClock())


async def save(database: Database, body: bytes) -> None:
    await database.write(lambda dao: dao.dialogs.save("key", body, now=NOON))


async def load(database: Database) -> bytes | None:
    async with database.read() as dao:
        return await dao.dialogs.load("key")


async def test_nobody_sees_what_is_not_committed(database: Database, db_url: str) -> None:
    async def write(dao: WriteDao) -> bytes | None:
        await dao.dialogs.save("key", b"half", now=NOON)
        assert await dao.dialogs.load("key") == b"half"
        return _seen_by_somebody(db_url) if "sqlite" in db_url else await load(database)

    assert await database.write(write) is None
    assert await load(database) == b"half"


def _seen_by_somebody(sqlite_url: str) -> bytes | None:
    with contextlib.closing(sqlite3.connect(make_url(sqlite_url).database or "")) as connection:
        row = connection.execute("SELECT body FROM dialogs").fetchone()
        return bytes(row[0]) if row else None


async def test_an_exception_undoes_everything(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.write(_save_and_fail)
    assert await load(database) is None
    await save(database, b"next")
    assert await load(database) == b"next"


async def _save_and_fail(dao: WriteDao) -> None:
    await dao.dialogs.save("key", b"half", now=NOON)
    await dao.dialogs.load("key")
    raise ZeroDivisionError


async def test_a_transaction_that_is_cancelled_on_postgresql_is_undone(postgres_database: str) -> None:
    database = Database(postgres_database)
    await database.start()
    written, never = asyncio.Event(), asyncio.Event()

    async def hang(dao: WriteDao) -> None:
        await dao.dialogs.save("key", b"half", now=NOON)
        written.set()
        await never.wait()

    task = asyncio.create_task(database.write(hang))
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await load(database) is None
    await save(database, b"next")
    assert await load(database) == b"next"
    await database.close()


async def test_a_transaction_on_sqlite_that_waits_for_something_else_is_a_bug_and_is_undone(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.start()

    async def dawdle(dao: WriteDao) -> None:
        await dao.dialogs.save("key", b"half", now=NOON)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="not its database"):
        await database.write(dawdle)
    assert await load(database) is None
    await database.close()


async def test_tasks_cancelled_at_any_moment_never_leave_half_a_booking(services: Services, database: Database) -> None:
    """Each is cancelled a few turns of the loop later than the one before."""
    for turns in range(60):
        task = asyncio.create_task(
            services.bookings.hold(guest(turns % 3), party=2, day=TOMORROW, slot_id=EVENING, table_id=101 + turns % 3)
        )
        for _ in range(turns % 30):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await save(database, b"what was begun before has come to its end")
    (await read_records(database)).ensure_consistent()
    held = await services.bookings.hold(guest(9), party=5, day=TOMORROW, slot_id=EVENING)
    assert held.tables[0].number == 4


async def test_a_mistake_in_a_statement_is_a_bug_and_not_an_absence(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await _select_nonsense(database)


async def test_a_mistake_names_nobody_whom_the_statement_is_about(database: Database) -> None:
    """It is logged as it is."""
    with pytest.raises(DBAPIError) as mistake:
        await _select_nonsense(database, {"name": "Аннушка"})
    assert "Аннушка" not in str(mistake.value)


async def _select_nonsense(database: Database, parameters: dict[str, Any] | None = None) -> None:
    async with database.read() as dao:
        await dao._session.count(text("SELECT nonsense FROM nowhere WHERE name = :name"), parameters or {"name": ""})


async def test_the_database_itself_gives_nobody_a_cell_that_is_taken(services: Services, database: Database) -> None:
    held = await services.bookings.hold(guest(), party=2, day=TOMORROW, slot_id=EVENING, table_id=101)
    again = (
        f"INSERT INTO table_cells SELECT table_id, cell_start, booking_id FROM table_cells WHERE booking_id = {held.id}"  # noqa: S608 - a number
    )
    with pytest.raises(IntegrityError):
        await _write(database, again)


async def test_the_database_itself_allows_one_hold_for_each_guest(services: Services, database: Database) -> None:
    await services.bookings.hold(guest(), party=2, day=TOMORROW, slot_id=EVENING)
    columns = ", ".join(column.name for column in BookingRow.__table__.c if column.name != "id")
    with pytest.raises(IntegrityError):
        await _write(database, f"INSERT INTO bookings ({columns}) SELECT {columns} FROM bookings")  # noqa: S608 - our names


async def _write(database: Database, statement: str) -> None:
    await database.write(lambda dao: dao._session.count(text(statement)))


async def test_a_second_process_on_the_same_file_is_told_to_use_another(sqlite_url: str) -> None:
    first = Database(sqlite_url)
    await first.start()
    with pytest.raises(DatabaseInUse, match=r"^DB_URL names the SQLite database .*db\.sqlite3, which another process"):
        await Database(sqlite_url).start()
    await first.close()
    second = Database(sqlite_url)
    await second.start()
    await second.close()


async def test_a_killed_process_frees_the_file(sqlite_url: str) -> None:
    script = (
        "import asyncio, sys; from app.dao.database import Database\n"
        "async def main():\n"
        "    database = Database(sys.argv[1]); await database.start()\n"
        "    print('started', flush=True); await asyncio.sleep(100)\n"
        "asyncio.run(main())"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, sqlite_url, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"started\n"
    with pytest.raises(DatabaseInUse):
        await Database(sqlite_url).start()
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    database = Database(sqlite_url)
    await database.start()
    await database.close()


async def test_a_file_that_somebody_else_has_locked_is_busy_and_then_works(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT", 0.01)
    database = Database(sqlite_url)
    await database.start()
    shell = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        await save(database, b"x")
    assert await load(database) is None
    shell.execute("ROLLBACK")
    shell.close()
    await save(database, b"x")
    assert await load(database) == b"x"
    await database.close()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="file"):
        await Database(f"sqlite+aiosqlite:///{tmp_path}/file/db.sqlite3").start()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "db.sqlite3"
    file.write_text("This is not a database, it is a letter to my aunt. " * 40)
    with pytest.raises(SchemaError, match=r"^DB_URL names a file that is no SQLite database"):
        await Database(f"sqlite+aiosqlite:///{file}").start()


async def test_a_server_that_is_away_is_unavailable() -> None:
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailable):
        await database.start()


@pytest.mark.slow
async def test_a_database_that_does_not_exist_is_named(postgres_database: str) -> None:
    with pytest.raises(StoreUnavailable, match="missing"):
        await Database(f"{postgres_database.rpartition('/')[0]}/missing").start()


@pytest.mark.slow
async def test_lost_connections_are_unavailable_once_and_then_work_again(postgres_database: str) -> None:
    database = Database(postgres_database)
    await database.start()
    await save(database, b"before")
    ours = "datname = current_database() AND pid <> pg_backend_pid()"
    await execute(postgres_database, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")  # noqa: S608 - words of ours
    with pytest.raises(StoreUnavailable):
        await save(database, b"lost")
    await save(database, b"after")
    assert await load(database) == b"after"
    await database.close()


@pytest.mark.slow
async def test_a_server_that_says_nothing_is_unavailable(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_ANSWER_WITHIN", 0.1)
    database = Database(postgres_database)
    await database.start()
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await _write(database, "SELECT pg_sleep(30)")
    await save(database, b"after")
    await database.close()


@pytest.mark.slow
async def test_while_a_file_is_locked_nobody_waits_for_all_who_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT", 0.3)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'db.sqlite3'}")
    await database.start()
    with contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None)) as somebody:
        somebody.execute("BEGIN EXCLUSIVE")
        async with asyncio.timeout(2):
            saved = await asyncio.gather(*(save(database, b"x") for _ in range(20)), return_exceptions=True)
    assert all(isinstance(outcome, StoreUnavailable) for outcome in saved)
    await save(database, b"free again")
    assert await load(database) == b"free again"
    await database.close()


@pytest.mark.slow
async def test_a_row_that_is_locked_for_long_is_unavailable(postgres_database: str) -> None:
    database = Database(postgres_database)
    await database.start()
    await save(database, b"x")

    async def save_slowly(dao: WriteDao) -> None:
        await dao.dialogs.save("key", b"first", now=NOON)
        with pytest.raises(StoreUnavailable):
            await database.write(_save_impatiently)

    await database.write(save_slowly)
    assert await load(database) == b"first"
    await database.close()


async def _save_impatiently(dao: WriteDao) -> None:
    await dao._session.send(text("SET LOCAL lock_timeout = '10ms'"))
    await dao.dialogs.save("key", b"second", now=NOON)


async def test_what_was_asked_for_before_the_end_is_done_and_what_comes_later_is_refused(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.start()
    asked = [asyncio.create_task(save(database, b"%d" % number)) for number in range(50)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await database.close()
        await asyncio.gather(*asked)
        with pytest.raises(StoreUnavailable, match="closed"):
            await save(database, b"late")
        with pytest.raises(StoreUnavailable, match="closed"):
            await load(database)


async def test_closing_before_a_start_and_twice_is_harmless(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.close()
    await database.close()
