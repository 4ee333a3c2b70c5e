"""SQLite: one thread with a connection that writes, a few with connections that read.

SQLAlchemy's asyncio layer over aiosqlite goes to the connection's thread four times for each statement and switches
greenlets in between; that takes eight times as long as the statement itself. Here a statement goes there once, and a
transaction as a whole.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from sqlite3 import SQLITE_NOTADB
from sqlite3 import Connection as DriverConnection
from sqlite3 import DatabaseError as DriverError
from threading import Thread
from time import monotonic
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, Executable, NullPool, Row, create_engine, event, select, true
from sqlalchemy.sql.selectable import TypedReturnsRows

from app.dao.base import Parameters, Session, T, Ts
from app.domain.errors import SchemaError, StoreUnavailable

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
        self._closed = False
        self.waiting = 0

    async def run(self, job: Callable[[Connection], T]) -> T:
        """Jobs run in the order in which they were given; one that was begun comes to its end, whoever waits for it.

        Raises StoreUnavailable if its turn does not come.
        """
        if self._closed:
            raise StoreUnavailable("the database: it is closed")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self.waiting += 1
        self._jobs.put(partial(self._answer, loop, done, job, monotonic() + _BUSY_TIMEOUT))
        try:
            return await done
        finally:
            self.waiting -= 1

    async def close(self) -> None:
        """What was asked for before comes to its end."""
        if not self._closed:
            self._closed = True
            self._jobs.put(self._disconnect)
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while job := self._jobs.get():
            job()

    def _answer(
        self,
        loop: asyncio.AbstractEventLoop,
        done: "asyncio.Future[T]",
        job: Callable[[Connection], T],
        until: float,
    ) -> None:
        if done.cancelled():
            return
        try:
            if monotonic() > until:
                # While the file is locked by somebody else, nobody waits for all who came before as well.
                raise StoreUnavailable("the database: its turn did not come")  # noqa: TRY301 - whoever asked gets it
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


class ReadSession:
    """In the event loop; each statement goes to the thread."""

    def __init__(self, thread: ConnectionThread) -> None:
        self._thread = thread

    async def rows(self, statement: TypedReturnsRows[*Ts], parameters: Parameters = None) -> Sequence[Row[*Ts]]:
        return await self._thread.run(lambda connection: connection.execute(statement, parameters).all())

    async def count(self, statement: Executable, parameters: Parameters = None) -> int:
        return await self._thread.run(lambda connection: connection.execute(statement, parameters).rowcount)

    async def send(self, statement: Executable, parameters: Parameters = None) -> None:
        await self.count(statement, parameters)


class WriteSession:
    """In the connection's thread already; nothing is waited for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def rows(self, statement: TypedReturnsRows[*Ts], parameters: Parameters = None) -> Sequence[Row[*Ts]]:
        return self._connection.execute(statement, parameters).all()

    async def count(self, statement: Executable, parameters: Parameters = None) -> int:
        return self._connection.execute(statement, parameters).rowcount

    async def send(self, statement: Executable, parameters: Parameters = None) -> None:
        self._connection.execute(statement, parameters)


def _transaction(work: Callable[[Session], Coroutine[Any, Any, T]], connection: Connection) -> T:
    try:
        result = _at_once(work(WriteSession(connection)))
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return result


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Its result; there is no event loop here that it could wait for."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    coroutine.close()
    raise RuntimeError("A transaction has waited for something that is not its database")


class SqliteStore:
    writable = select(true())
    connections = None

    def __init__(self, url: URL) -> None:
        self._writer = ConnectionThread(_engine(url, _WRITER, transactions=True), "sqlite-writer")
        reading = _engine(url, _READER, transactions=False)
        self._readers = [ConnectionThread(reading, f"sqlite-reader-{number}") for number in range(_READERS)]

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        yield ReadSession(min(self._readers, key=lambda reader: reader.waiting))

    async def write(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Writers queue up fairly; of several connections each would fight for the file's lock."""
        job = partial(_transaction, work)
        return await self._writer.run(partial(copy_context().run, job))

    async def inspect(self, job: Callable[[Connection], T]) -> T:
        return await self._readers[0].run(job)

    async def close(self) -> None:
        for thread in (self._writer, *self._readers):
            await thread.close()


def _engine(url: URL, pragmas: Sequence[str], *, transactions: bool) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        hide_parameters=True,  # an error is logged, and they are names and phones
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
