"""Brings the database to the revision that this code knows, once, and never touches one that it does not know."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from loguru import logger
from sqlalchemy import Connection, inspect, select, text

from app.dao.models import Base, ServedRevisionRow
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


def newest_revision() -> str:
    known = known_revisions()
    [newest] = set(known) - set(known.values())
    return newest


@dataclass(frozen=True, slots=True)
class Found:
    """What a database says of itself; an empty one has no revision."""

    revision: str | None = None
    serves: frozenset[str] = frozenset()
    """Revisions whose code can work on it."""

    @property
    def is_newer(self) -> bool:
        """Made by a later version of this service, which left in place all that ours needs."""
        return self.revision not in known_revisions() and {self.revision, newest_revision()} <= self.serves


async def migrate(url: str, found: Found) -> None:
    """Not back from a newer revision that serves this code: others may be at work on it. Raises SchemaError."""
    newest = newest_revision()
    if found.revision == newest:
        return
    if found.is_newer:
        logger.warning(
            "The database is of revision {}, made by a later version; this one, of revision {}, can work on it",
            found.revision,
            newest,
        )
        return
    if found.revision is not None and found.revision not in known_revisions():
        raise SchemaError(
            f"DB_URL names a database of revision {found.revision}, which this version of the service does not know: "
            "install the version that made it, or name another database; nothing was changed."
        )
    if await asyncio.to_thread(_upgrade, url):
        logger.info("The database was brought from revision {} to {}", found.revision or "nothing", newest)


def ensure_current(found: Found) -> None:
    """For whoever only looks: nothing is brought anywhere. Raises SchemaError."""
    if found.revision != newest_revision() and not found.is_newer:
        raise SchemaError(
            f"DB_URL names a database of revision {found.revision or 'none'}, which is not the one of this version: "
            "start the service once, or name another database; nothing was changed."
        )


def look(connection: Connection) -> Found:
    """Raises SchemaError."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        serves = select(ServedRevisionRow.revision)
        known = connection.execute(serves).scalars() if ServedRevisionRow.__tablename__ in tables else ()
        if revision is not None:
            return Found(revision, frozenset(known))
    strangers = sorted(tables & set(Base.metadata.tables))
    if strangers:
        raise SchemaError(
            f"DB_URL names a database with a table {strangers[0]} that another program has made: "
            "name an empty database; nothing was changed."
        )
    return Found()


def _upgrade(url: str) -> bool:
    """False: another process, that started at the same moment, has done it."""
    from alembic import command  # noqa: PLC0415 - takes 0.2 s to load, needed once in a database's life
    from alembic.config import Config  # noqa: PLC0415 - the same

    steps: list[object] = []
    config = Config(attributes={"url": url, "on_step": lambda *, step, **_: steps.append(step)})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
    return bool(steps)
