"""How Alembic reaches the database, at the service's start and from the command line. It needs DB_URL only."""

import asyncio
from contextlib import nullcontext
from typing import Any, Literal

from alembic import context
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.config import load_database_url
from app.dao.models import Base, Json, UtcDateTime
from app.dao.ownership import own, sqlite_file
from app.dao.sqlite import begin_immediate

_LOCK = 20260201
"""PostgreSQL's advisory lock: of several processes that start at once, one migrates and the others wait."""
_PATIENCE = "5s"
"""Whoever is at work waits behind a change of a table, which itself may wait for a dump: then it is given up."""


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """A revision says what a column is in SQLAlchemy's own words: it must not change when our code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Json:
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        on_version_apply=context.config.attributes.get("on_step"),
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_online(url: URL) -> None:
    """Everything in one transaction, also on SQLite, where the driver would commit in between."""
    sqlite = url.get_backend_name() == "sqlite"
    engine = create_async_engine(url, connect_args={"isolation_level": None} if sqlite else {})
    if sqlite:
        event.listen(engine.sync_engine, "begin", begin_immediate)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


def main() -> None:
    """The service hands its URL over and owns the file already; the command line must not step in between."""
    handed_over = context.config.attributes.get("url")
    url = make_url(handed_over or load_database_url())
    file = None if handed_over else sqlite_file(url)
    with own(file) if file else nullcontext():
        asyncio.run(run_online(url))


main()
