"""Databases that are migrated already: each a copy of one."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app.dao.database import Database
from app.dao.models import Base
from servers.postgres import Postgres

_SEND_AWAY = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.start()
    await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "db.sqlite3"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as name:
        asyncio.run(_migrate(postgres.url(name)))
        yield name


@pytest.fixture
def migrated_sqlite(sqlite_template: Path, tmp_path: Path) -> str:
    """DB_URL of a file of the test's own, `db.sqlite3` in its folder."""
    return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'db.sqlite3')}"


@pytest.fixture
def migrated_postgres(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """DB_URL of a database of the test's own."""
    postgres.start()
    with postgres.database(template=postgres_template) as name:
        yield postgres.url(name)


@pytest.fixture(scope="session")
def kept_postgres(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    with postgres.database(template=postgres_template) as name:
        yield postgres.url(name)


@pytest.fixture
def emptied_postgres(postgres: Postgres, kept_postgres: str) -> str:
    """DB_URL of the database that others have had before, for tests that change no schema: quicker than a new one."""
    postgres.start()
    engine = create_engine(make_url(kept_postgres).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(_SEND_AWAY))
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    return kept_postgres
