"""The history of the database: up, down, and in step with what the code says."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from app.dao.database import Database
from app.dao.models import Base
from app.dao.schema import MIGRATIONS, known_revisions
from app.domain.errors import SchemaError
from tests.dao.raw import execute

ROOT = Path(__file__).resolve().parents[2]


def alembic(url: str, step: str, revision: str) -> None:
    config = Config(ROOT / "alembic.ini", attributes={"url": url})
    getattr(command, step)(config, revision)


async def look(url: str, how: Any) -> Any:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(how)
    await engine.dispose()
    return found


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_migrations_lead_to_what_the_code_says_and_all_the_way_back(db_url: str) -> None:
    for _ in range(2):
        alembic(db_url, "upgrade", "head")
        assert asyncio.run(look(db_url, differences)) == []
        alembic(db_url, "downgrade", "base")
        assert asyncio.run(look(db_url, tables)) == {"alembic_version"}


def test_the_command_line_needs_db_url_alone(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_URL", sqlite_url)
    command.upgrade(Config(ROOT / "alembic.ini"), "head")
    assert "bookings" in asyncio.run(look(sqlite_url, tables))


def test_a_new_revision_is_written_in_words_of_its_own(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DB_URL", sqlite_url)
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("version_locations", os.pathsep.join([str(MIGRATIONS / "versions"), str(tmp_path)]))
    command.upgrade(config, "head")
    asyncio.run(execute(sqlite_url, "DROP TABLE tables", "DROP TABLE time_slots", "DROP TABLE venues"))
    command.revision(config, "everything", autogenerate=True, version_path=str(tmp_path))
    (written,) = tmp_path.glob("*everything.py")
    source = written.read_text()
    assert "sa.DateTime(timezone=True)" in source
    assert "from sqlalchemy.dialects import postgresql" in source
    assert "app." not in source
    command.upgrade(config, "head")
    assert asyncio.run(look(sqlite_url, differences)) == []


async def test_a_start_makes_folder_and_schema_and_the_next_one_finds_them(db_url: str) -> None:
    for _ in range(2):
        database = Database(db_url)
        await database.start()
        await database.ping()
        await database.close()
    assert await look(db_url, differences) == []


async def test_processes_that_start_at_once_migrate_once_and_one_of_them_says_so(postgres_database: str) -> None:
    script = "import asyncio, sys; from app.dao.database import Database; asyncio.run(Database(sys.argv[1]).start())"
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", script, postgres_database), cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    said = [(await process.communicate())[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert "".join(said).count("was brought from revision nothing") == 1
    assert await look(postgres_database, differences) == []


async def test_a_database_of_a_newer_service_is_left_alone(db_url: str) -> None:
    database = Database(db_url)
    await database.start()
    await database.close()
    await execute(db_url, "UPDATE alembic_version SET version_num = 'f00dfeed'")
    with pytest.raises(SchemaError, match=r"^DB_URL names a database of revision f00dfeed.*nothing was changed\.$"):
        await Database(db_url).start()


@pytest.mark.parametrize("others", [{"bookings"}, {"bookings", "alembic_version"}])
async def test_a_database_of_another_program_is_left_alone(db_url: str, others: set[str]) -> None:
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    for name in others:
        await execute(db_url, f"CREATE TABLE {name} (version_num TEXT)")
    with pytest.raises(SchemaError, match="a table bookings that another program has made"):
        await Database(db_url).start()
    assert await look(db_url, tables) == others


def test_the_revisions_are_one_line() -> None:
    known = known_revisions()
    assert len(set(known) - set(known.values())) == 1
    assert list(known.values()).count("") == 1
