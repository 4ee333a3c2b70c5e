"""Brings the database to the revision that this code knows, once, and never touches one that it does not know."""

import asyncio
import re
from pathlib import Path

from loguru import logger
from sqlalchemy import Connection, inspect, text

from app.dao.models import Base
from app.domain.errors import SchemaError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migration"
_REVISION = re.compile(r"^(revision|down_revision)\b[^=]*= *(?:\"(\w+)\"|None)", re.MULTILINE)


def known_revisions() -> dict[str, str]:
    """Each revision and the one before it ("": none). Read, not imported: Alembic takes its time to load."""
    known = {}
    for file in (MIGRATIONS / "versions").glob("*.py"):
        found = dict(_REVISION.findall(file.read_text(encoding="utf-8")))
        known[found["revision"]] = found["down_revision"]
    return known


def _newest(known: dict[str, str]) -> set[str]:
    return set(known) - set(known.values())


async def migrate(url: str, current: str | None) -> None:
    """`current` is what `current_revision` says. Raises SchemaError."""
    known = known_revisions()
    if current in _newest(known):
        return
    if current is not None and current not in known:
        raise SchemaError(
            f"DB_URL names a database of revision {current}, which this version of the service does not know: "
            "install the version that made it, or name another database; nothing was changed."
        )
    if await asyncio.to_thread(_upgrade, url):
        logger.info("The database was brought from revision {} to {}", current or "nothing", *_newest(known))


def ensure_current(current: str | None) -> None:
    """For whoever only looks: nothing is brought anywhere. Raises SchemaError."""
    if current not in _newest(known_revisions()):
        raise SchemaError(
            f"DB_URL names a database of revision {current or 'none'}, which is not the one of this version: "
            "start the service once, or name another database; nothing was changed."
        )


def current_revision(connection: Connection) -> str | None:
    """None of an empty database. Raises SchemaError."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    strangers = sorted(tables & set(Base.metadata.tables))
    if strangers:
        raise SchemaError(
            f"DB_URL names a database with a table {strangers[0]} that another program has made: "
            "name an empty database; nothing was changed."
        )
    return None


def _upgrade(url: str) -> bool:
    """False: another process, that started at the same moment, has done it."""
    from alembic import command  # noqa: PLC0415 - takes 0.2 s to load, needed once in a database's life
    from alembic.config import Config  # noqa: PLC0415 - the same

    steps: list[object] = []
    config = Config(attributes={"url": url, "on_step": lambda *, step, **_: steps.append(step)})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
    return bool(steps)
