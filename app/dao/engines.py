"""Connections to the database that DB_URL names."""

from pathlib import Path

from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.dao import sqlite

_POSTGRES_SETTINGS = {
    "application_name": "binary-bites",
    "timezone": "UTC",
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",  # compiling takes longer than any of our statements
}


def sqlite_path(url: str) -> Path | None:
    """The file that is the database; None if it is a server."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def sqlite_engine(url: str, *, pragmas: str, pool_size: int, transactions: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,
        pool_reset_on_return=None,  # Connection.close() has rolled back already
        connect_args={"async_creator_fn": sqlite.connect, "pragmas": pragmas},
    )
    if transactions:
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    driver_connection = connection.connection.driver_connection
    assert isinstance(driver_connection, sqlite.Connection)  # noqa: S101 - `sqlite_engine` made it
    driver_connection.begin()


def postgres_engine(url: str, *, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,
        connect_args={"server_settings": _POSTGRES_SETTINGS, "timeout": 10, "command_timeout": 20},
    )


def migration_engine(url: str) -> AsyncEngine:
    """For changing the schema: one connection, patient, in whole transactions also on SQLite."""
    if sqlite_path(url):
        return sqlite_engine(url, pragmas=sqlite.MIGRATION_PRAGMAS, pool_size=1, transactions=True)
    return create_async_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": 10})
