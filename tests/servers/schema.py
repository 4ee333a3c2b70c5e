"""Databases that are migrated already: each a copy of one."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.dao.database import Database
from servers.postgres import Postgres


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
