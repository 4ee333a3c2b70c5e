"""Short read and write sessions over SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from functools import cached_property

from filelock import FileLock
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.dao import sqlite
from app.dao.base import Dao
from app.dao.bookings import BookingReader, BookingWriter
from app.dao.cells import CellReader, CellWriter
from app.dao.dialogs import DialogReader, DialogWriter
from app.dao.engines import postgres_engine, sqlite_engine, sqlite_path
from app.dao.notices import NoticeWriter
from app.dao.outbox import OutboxReader, OutboxWriter, ProcessedReader, ProcessedWriter
from app.dao.ownership import own
from app.dao.schema import migrate
from app.dao.seeding import SeedWriter
from app.dao.stats import StatsReader
from app.dao.users import UserReader, UserWriter
from app.dao.venues import VenueReader
from app.domain.errors import StoreUnavailable

_READERS = 3
_POSTGRES_CONNECTIONS = 10
_SQLITE_ERROR = 1
_AWAY_OR_BUSY = ("08", "40", "53", "55", "57")
"""PostgreSQL's classes: connection lost, serialization or deadlock, no resources, lock not available, shutting down."""


class ReadDao(Dao):
    """What may be asked. Each statement sees one committed state, and never a part of a write."""

    @cached_property
    def venues(self) -> VenueReader:
        return VenueReader(self._connection)

    @cached_property
    def users(self) -> UserReader:
        return UserReader(self._connection)

    @cached_property
    def bookings(self) -> BookingReader:
        return BookingReader(self._connection)

    @cached_property
    def cells(self) -> CellReader:
        return CellReader(self._connection)

    @cached_property
    def outbox(self) -> OutboxReader:
        return OutboxReader(self._connection)

    @cached_property
    def processed(self) -> ProcessedReader:
        return ProcessedReader(self._connection)

    @cached_property
    def dialogs(self) -> DialogReader:
        return DialogReader(self._connection)

    @cached_property
    def stats(self) -> StatsReader:
        return StatsReader(self._connection)


class WriteDao(ReadDao):
    """What may be asked and done within one transaction; whoever opened it commits."""

    @cached_property
    def users(self) -> UserWriter:
        return UserWriter(self._connection)

    @cached_property
    def bookings(self) -> BookingWriter:
        return BookingWriter(self._connection)

    @cached_property
    def cells(self) -> CellWriter:
        return CellWriter(self._connection)

    @cached_property
    def outbox(self) -> OutboxWriter:
        return OutboxWriter(self._connection)

    @cached_property
    def dialogs(self) -> DialogWriter:
        return DialogWriter(self._connection)

    @cached_property
    def processed(self) -> ProcessedWriter:
        return ProcessedWriter(self._connection)

    @cached_property
    def notices(self) -> NoticeWriter:
        return NoticeWriter(self._connection)

    @cached_property
    def seeding(self) -> SeedWriter:
        return SeedWriter(self._connection)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator["Attempt"]:
        """A savepoint: what was written since is undone if the attempt is given up, or by an exception."""
        async with self._connection.begin_nested() as savepoint:
            attempt = Attempt()
            yield attempt
            if attempt.given_up:
                await savepoint.rollback()


class Attempt:
    given_up = False

    def give_up(self) -> None:
        self.given_up = True


class Database:
    """`on_outbox` is called after a commit that added messages: whoever publishes them need not wait for a sweep."""

    def __init__(self, url: str, *, on_outbox: Callable[[], None] | None = None) -> None:
        self._url = url
        self._file = sqlite_path(url)
        self._ownership: FileLock | None = None
        self._on_outbox = on_outbox
        self._reading: AsyncEngine
        self._writing: AsyncEngine
        self._turn: AbstractAsyncContextManager[object]
        if self._file:
            self._reading = sqlite_engine(url, pragmas=sqlite.READER_PRAGMAS, pool_size=_READERS, transactions=False)
            # one connection that writes and a fair queue in front of it: many would fight for the file's lock
            self._writing = sqlite_engine(url, pragmas=sqlite.WRITER_PRAGMAS, pool_size=1, transactions=True)
            self._turn = asyncio.Lock()
        else:
            self._writing = postgres_engine(url, pool_size=_POSTGRES_CONNECTIONS)
            self._reading = self._writing.execution_options(isolation_level="AUTOCOMMIT")
            self._turn = nullcontext()

    def after_commit(self, on_outbox: Callable[[], None]) -> None:
        self._on_outbox = on_outbox

    async def start(self) -> None:
        """Makes directory and schema. Raises DatabaseInUse, SchemaError, StoreUnavailable."""
        if self._file:
            self._ownership = own(self._file)
        try:
            with _translated(OSError):
                await migrate(self._writing, self._url)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        await self._reading.dispose()
        await self._writing.dispose()
        if self._ownership:
            self._ownership.release()

    async def ping(self) -> None:
        """Raises StoreUnavailable."""
        async with _connected(self._reading) as connection:
            await connection.execute(text("SELECT 1"))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadDao]:
        async with _connected(self._reading) as connection:
            yield ReadDao(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteDao]:
        """One transaction: committed on leaving the block, rolled back by an exception."""
        async with self._turn, _connected(self._writing) as connection, connection.begin():
            dao = WriteDao(connection)
            yield dao
        if self._on_outbox and dao.outbox.added:
            self._on_outbox()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    connection = engine.connect()
    with _translated(OSError):
        await connection.start()
    with _translated():
        try:
            yield connection
        finally:
            await connection.close()


@contextmanager
def _translated(*also: type[Exception]) -> Iterator[None]:
    """What means «away» or «busy» becomes StoreUnavailable; anything else is a bug and stays what it is."""
    try:
        yield
    except DBAPIError as error:
        if not _is_away(error):
            raise
        raise StoreUnavailable(f"the database: {error.orig}") from error
    except (PoolTimeout, *also) as error:  # type: ignore[misc] # a starred tuple of exception types
        raise StoreUnavailable(f"the database: {error}") from error


def _is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate:
        return str(sqlstate).startswith(_AWAY_OR_BUSY)
    return _is_busy_file(error)


def _is_busy_file(error: DBAPIError) -> bool:
    """SQLite gives the same class to a lock and to a mistake in a statement; its code tells."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return type(error).__name__ == "OperationalError" and code != _SQLITE_ERROR
