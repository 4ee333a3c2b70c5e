"""SQLite over aiosqlite with one visit of the connection's thread for each statement.

Stock aiosqlite under SQLAlchemy goes there four times: cursor, execute, fetchall, close. A visit costs more than a
typical statement, and a booking bot lives on small statements.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

BUSY_TIMEOUT = 5.0
"""Seconds for which somebody else's lock on the file (a backup, a shell) is waited for."""

COMMON_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
WRITER_PRAGMAS = COMMON_PRAGMAS + "PRAGMA foreign_keys=ON;"
READER_PRAGMAS = COMMON_PRAGMAS + "PRAGMA query_only=ON;"
MIGRATION_PRAGMAS = COMMON_PRAGMAS + "PRAGMA foreign_keys=OFF;"  # altering a table replaces it for a moment


class Cursor:
    """As much of an aiosqlite cursor as SQLAlchemy asks for; rows are fetched where the statement ran."""

    description: Sequence[Any] | None = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        self._keep(await self._run(sqlite3.Connection.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> None:
        self._keep(await self._run(sqlite3.Connection.executemany, sql, parameters))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []

    def _keep(self, done: tuple[sqlite3.Cursor, list[Any]]) -> None:
        cursor, self._rows = done
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid


class Connection(aiosqlite.Connection):
    """In autocommit, unless `begin` was called: then a transaction starts with the next statement."""

    _begin_first = False

    def begin(self) -> None:
        """As a writer at once: a reader that turns writer halfway may find that it must not."""
        self._begin_first = True

    def cursor(self) -> Cursor:  # type: ignore[override] # a cursor that needs no awaiting
        return Cursor(self._run)

    async def commit(self) -> None:
        await self._end(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        await self._end(sqlite3.Connection.rollback)

    async def _end(self, how: Callable[[sqlite3.Connection], None]) -> None:
        self._begin_first = False
        if self._conn.in_transaction:
            await self._execute(how, self._conn)

    async def _run(self, how: Callable[..., sqlite3.Cursor], sql: str, parameters: Any) -> Any:
        begin, self._begin_first = self._begin_first, False
        return await self._execute(_execute, self._conn, begin, how, sql, parameters)


def _execute(
    connection: sqlite3.Connection, begin: bool, how: Callable[..., sqlite3.Cursor], sql: str, parameters: Any
) -> tuple[sqlite3.Cursor, list[Any]]:
    if begin:
        connection.execute("BEGIN IMMEDIATE")
    cursor = how(connection, sql, parameters)
    return cursor, cursor.fetchall()


def connect(path: str, *, pragmas: str, **_: Any) -> Connection:
    connection = Connection(partial(_open, path, pragmas), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: a forgotten connection must not hold up the exit
    return connection


def _open(path: str, pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
    connection.executescript(pragmas)
    return connection
