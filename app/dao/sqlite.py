"""SQLite: one thread with a connection that writes, a few with connections that read.

SQLAlchemy's asyncio layer over aiosqlite goes to the connection's thread four times for each statement and switches
greenlets in between; that takes eight times as long as the statement itself. Here a job goes there once, with
everything that has gathered by then.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from queue import SimpleQueue
from sqlite3 import SQLITE_NOTADB
from sqlite3 import Connection as DriverConnection
from sqlite3 import DatabaseError as DriverError
from threading import Thread
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, NullPool, Row, create_engine, event
from sqlalchemy.sql.selectable import TypedReturnsRows

from app.dao.base import Parameters, T, Ts
from app.domain.errors import SchemaError, StoreUnavailable

Statement = tuple[Executable, Parameters]

_READERS = 3
_BUSY_TIMEOUT = 5.0
"""Seconds for which somebody else's lock on the file (a backup, a shell) is waited for."""

_ALL = ("journal_mode=WAL", "synchronous=NORMAL")
_WRITER = (*_ALL, "foreign_keys=ON")
_READER = (*_ALL, "query_only=ON")


def begin_immediate(connection: Connection) -> None:
    """Transactions start as a writer's: a reader that turns writer halfway may find that it must not."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class ConnectionThread:
    """A connection that lives in a thread of its own: the event loop goes on while the disk is busy."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()
        self.waiting = 0

    async def run(self, job: Callable[[Connection], T]) -> T:
        """Jobs run in the order in which they were given, to their end also if nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self.waiting += 1
        self._jobs.put(partial(self._answer, loop, done, job))
        try:
            return await done
        finally:
            self.waiting -= 1

    async def close(self) -> None:
        if self._thread.is_alive():
            self._jobs.put(self._disconnect)
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while job := self._jobs.get():
            job()

    def _answer(
        self, loop: asyncio.AbstractEventLoop, done: "asyncio.Future[T]", job: Callable[[Connection], T]
    ) -> None:
        try:
            result = job(self._connected())
        except BaseException as error:  # noqa: BLE001 - whoever asked for the job gets it
            answer: Callable[[], None] = partial(_fail, done, error)
        else:
            answer = partial(_succeed, done, result)
        with suppress(RuntimeError):  # the loop is closed: nobody is interested any more
            loop.call_soon_threadsafe(answer)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _succeed(done: "asyncio.Future[T]", result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: "asyncio.Future[Any]", error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)


class SqliteSession:
    def __init__(self, thread: ConnectionThread) -> None:
        self._thread = thread
        self._unsent: list[Statement] = []

    async def rows(self, statement: TypedReturnsRows[*Ts], parameters: Parameters = None) -> Sequence[Row[*Ts]]:
        unsent = self._take_unsent()

        def job(connection: Connection) -> Sequence[Row[*Ts]]:
            _execute(connection, unsent)
            return connection.execute(statement, parameters).all()

        return await self._thread.run(job)

    async def count(self, statement: Executable, parameters: Parameters = None) -> int:
        unsent = self._take_unsent()

        def job(connection: Connection) -> int:
            _execute(connection, unsent)
            return connection.execute(statement, parameters).rowcount

        return await self._thread.run(job)

    async def send(self, statement: Executable, parameters: Parameters = None) -> None:
        self._unsent.append((statement, parameters))

    async def commit(self) -> None:
        await self._thread.run(partial(_commit, self._take_unsent()))

    async def rollback(self) -> None:
        await self._thread.run(Connection.rollback)

    def _take_unsent(self) -> list[Statement]:
        unsent, self._unsent = self._unsent, []
        return unsent


def _execute(connection: Connection, statements: list[Statement]) -> None:
    for statement, parameters in statements:
        connection.execute(statement, parameters)


def _commit(unsent: list[Statement], connection: Connection) -> None:
    try:
        _execute(connection, unsent)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


class SqliteStore:
    def __init__(self, url: URL) -> None:
        self._turn = asyncio.Lock()
        self._writer = ConnectionThread(_engine(url, _WRITER, transactions=True), "sqlite-writer")
        reading = _engine(url, _READER, transactions=False)
        self._readers = [ConnectionThread(reading, f"sqlite-reader-{number}") for number in range(_READERS)]

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqliteSession]:
        yield SqliteSession(min(self._readers, key=lambda reader: reader.waiting))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[SqliteSession]:
        """Writers queue up fairly; of several connections each would fight for the file's lock."""
        async with self._in_turn():
            session = SqliteSession(self._writer)
            try:
                yield session
            except BaseException:
                await session.rollback()
                raise
            await session.commit()

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """While the file is locked by somebody else, nobody waits for all who came before as well."""
        try:
            async with asyncio.timeout(_BUSY_TIMEOUT):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreUnavailable("the database: no turn to write came") from None
        try:
            yield
        finally:
            self._turn.release()

    async def inspect(self, job: Callable[[Connection], T]) -> T:
        return await self._readers[0].run(job)

    async def close(self) -> None:
        for thread in (self._writer, *self._readers):
            await thread.close()


def _engine(url: URL, pragmas: Sequence[str], *, transactions: bool) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=NullPool,
        connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT, "check_same_thread": False},
    )
    event.listen(engine, "connect", partial(_set_up, pragmas))
    if transactions:
        event.listen(engine, "begin", begin_immediate)
    return engine


def _set_up(pragmas: Sequence[str], connection: DriverConnection, _: object) -> None:
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except DriverError as error:
        if error.sqlite_errorcode != SQLITE_NOTADB:
            raise
        raise SchemaError(
            "DB_URL names a file that is no SQLite database: name another one; nothing was changed."
        ) from None
