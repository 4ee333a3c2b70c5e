"""While versions are exchanged, processes of both are at work on one database."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from loguru import logger
from sqlalchemy import Connection, text

from app.dao.database import Database
from app.dao.schema import known_revisions, newest_revision
from app.dao.schema import look as look_at
from app.domain.errors import SchemaError
from tests.dao.next_version import ROOT, Shape, in_the_way, shape_of, upgrade_beyond
from tests.dao.raw import execute
from tests.dao.test_migrations import look

NO_LONGER_SERVED = "DELETE FROM served_revisions"


def history() -> list[str]:
    """All revisions, the oldest first."""
    following = {before: revision for revision, before in known_revisions().items()}
    revisions = [following[""]]
    while revisions[-1] in following:
        revisions.append(following[revisions[-1]])
    return revisions


def obstacles(connection: Connection, shapes: dict[str, Shape]) -> list[str]:
    """For any version that the database says it serves; `shapes` are those for which versions were made."""
    now = shape_of(connection)
    served = connection.execute(text("SELECT revision FROM served_revisions")).scalars()
    return [obstacle for revision in served for obstacle in in_the_way(shapes.get(revision, now), now)]


def test_no_revision_takes_away_what_a_version_that_it_serves_needs(db_url: str) -> None:
    shapes: dict[str, Shape] = {}
    for revision in history():
        command.upgrade(Config(ROOT / "alembic.ini", attributes={"url": db_url}), revision)
        shapes[revision] = asyncio.run(look(db_url, shape_of))
        if "served_revisions" in shapes[revision]:
            assert revision in asyncio.run(look(db_url, look_at)).serves
            assert asyncio.run(look(db_url, lambda connection: obstacles(connection, shapes))) == []


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["ALTER TABLE users ADD COLUMN email TEXT", "CREATE TABLE gifts (id INTEGER PRIMARY KEY)"], []),
        (["ALTER TABLE users ADD COLUMN points INTEGER NOT NULL DEFAULT 0"], []),
        (["ALTER TABLE users DROP COLUMN phone"], ["users.phone is gone or another"]),
        (["ALTER TABLE users DROP COLUMN phone", NO_LONGER_SERVED], []),
        (["ALTER TABLE users RENAME TO people"], ["users is gone"]),
        (["CREATE UNIQUE INDEX ix ON users (username)"], ["users: new unique ix"]),
    ],
)
def test_what_would_hinder_the_version_before_is_found(
    migrated_sqlite: str, statements: Sequence[str], found: list[str]
) -> None:
    shapes = {newest_revision(): asyncio.run(look(migrated_sqlite, shape_of))}
    asyncio.run(execute(migrated_sqlite, *statements))
    assert asyncio.run(look(migrated_sqlite, lambda connection: obstacles(connection, shapes))) == found


async def test_a_version_starts_on_a_newer_database_that_serves_it_and_leaves_it_alone(
    db_url: str, tmp_path: Path
) -> None:
    lines: list[str] = []
    handler = logger.add(lines.append, format="{level} {message}")
    newer = await asyncio.to_thread(upgrade_beyond, db_url, tmp_path, "ALTER TABLE users ADD COLUMN email TEXT")
    database = Database(db_url)
    await database.start()
    await database.ping()
    await database.ensure_current()
    await database.close()
    assert (await look(db_url, look_at)).revision == newer
    logger.remove(handler)
    assert [f"of revision {newer}, made by a later version" in line for line in lines if "WARNING" in line] == [True]


async def test_a_version_does_not_start_on_a_newer_database_that_no_longer_serves_it(
    db_url: str, tmp_path: Path
) -> None:
    newer = await asyncio.to_thread(upgrade_beyond, db_url, tmp_path, NO_LONGER_SERVED)
    with pytest.raises(SchemaError, match=f"of revision {newer}, which this version of the service does not know"):
        await Database(db_url).start()
