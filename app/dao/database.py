"""Short read and write sessions over SQLite or PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import cached_property
from typing import Any, Protocol

from filelock import FileLock
from sqlalchemy import Connection, Select, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.dao.base import Dao, Session, T
from app.dao.bookings import BookingReader, BookingWriter
from app.dao.cells import CellReader, CellWriter
from app.dao.dialogs import DialogReader, DialogWriter
from app.dao.notices import NoticeWriter
from app.dao.outbox import OutboxReader, OutboxWriter, ProcessedReader, ProcessedWriter
from app.dao.ownership import own, sqlite_file
from app.dao.personal import PersonalReader, PersonalWriter
from app.dao.postgres import POOL_SIZE, PostgresStore
from app.dao.reviews import ReviewReader, ReviewWriter
from app.dao.schema import ensure_current, look, migrate
from app.dao.seeding import SeedWriter
from app.dao.sqlite import SqliteStore
from app.dao.stats import StatsReader
from app.dao.users import UserReader, UserWriter
from app.dao.venues import VenueReader, VenueWriter
from app.dao.waiting import WaitingReader, WaitingWriter
from app.domain.errors import StoreUnavailable

_SQLITE_MISTAKE = 1
_AWAY_OR_BUSY = ("08", "25006", "28", "3D", "40", "53", "55", "57", "58")
"""PostgreSQL's classes: connection lost, read-only, not let in, no such database, serialization or deadlock, no
resources, lock not available, shutting down, the disk fails."""


class ReadDao(Dao):
    """What may be asked. Each statement sees one committed state, and never a part of a write."""

    @cached_property
    def venues(self) -> VenueReader:
        return VenueReader(self._session)

    @cached_property
    def users(self) -> UserReader:
        return UserReader(self._session)

    @cached_property
    def bookings(self) -> BookingReader:
        return BookingReader(self._session)

    @cached_property
    def personal(self) -> PersonalReader:
        return PersonalReader(self._session)

    @cached_property
    def cells(self) -> CellReader:
        return CellReader(self._session)

    @cached_property
    def reviews(self) -> ReviewReader:
        return ReviewReader(self._session)

    @cached_property
    def waiting(self) -> WaitingReader:
        return WaitingReader(self._session)

    @cached_property
    def outbox(self) -> OutboxReader:
        return OutboxReader(self._session)

    @cached_property
    def processed(self) -> ProcessedReader:
        return ProcessedReader(self._session)

    @cached_property
    def dialogs(self) -> DialogReader:
        return DialogReader(self._session)

    @cached_property
    def stats(self) -> StatsReader:
        return StatsReader(self._session)


class WriteDao(ReadDao):
    """What may be asked and done within one transaction; whoever opened it commits."""

    @cached_property
    def venues(self) -> VenueWriter:
        return VenueWriter(self._session)

    @cached_property
    def users(self) -> UserWriter:
        return UserWriter(self._session)

    @cached_property
    def bookings(self) -> BookingWriter:
        return BookingWriter(self._session)

    @cached_property
    def personal(self) -> PersonalWriter:
        return PersonalWriter(self._session)

    @cached_property
    def cells(self) -> CellWriter:
        return CellWriter(self._session)

    @cached_property
    def reviews(self) -> ReviewWriter:
        return ReviewWriter(self._session)

    @cached_property
    def waiting(self) -> WaitingWriter:
        return WaitingWriter(self._session)

    @cached_property
    def outbox(self) -> OutboxWriter:
        return OutboxWriter(self._session)

    @cached_property
    def dialogs(self) -> DialogWriter:
        return DialogWriter(self._session)

    @cached_property
    def processed(self) -> ProcessedWriter:
        return ProcessedWriter(self._session)

    @cached_property
    def notices(self) -> NoticeWriter:
        return NoticeWriter(self._session)

    @cached_property
    def seeding(self) -> SeedWriter:
        return SeedWriter(self._session)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator["Attempt"]:
        """A savepoint: what was written since is undone if the attempt is given up."""
        attempt = Attempt()
        await self._session.send(text("SAVEPOINT attempt"))
        yield attempt
        if attempt.given_up:
            await self._session.send(text("ROLLBACK TO SAVEPOINT attempt"))
        await self._session.send(text("RELEASE SAVEPOINT attempt"))


class Attempt:
    given_up = False

    def give_up(self) -> None:
        self.given_up = True


class Store(Protocol):
    writable: Select[bool]
    """Asks whether a transaction could write."""

    @property
    def connections(self) -> tuple[int, int] | None: ...

    def reading(self) -> AbstractAsyncContextManager[Session]: ...

    async def write(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T: ...

    async def inspect(self, job: Callable[[Connection], T]) -> T: ...

    async def close(self) -> None: ...


class Database:
    """`on_outbox` is called after a commit that added messages: whoever publishes them need not wait for a sweep.

    `pool_size` is how many connections PostgreSQL is asked for at most; SQLite's are always the same.
    """

    def __init__(self, url: str, *, on_outbox: Callable[[], None] | None = None, pool_size: int = POOL_SIZE) -> None:
        self._url = url
        self._file = sqlite_file(make_url(url))
        self._store: Store = (
            SqliteStore(make_url(url)) if self._file else PostgresStore(make_url(url), pool_size=pool_size)
        )
        self._ownership: FileLock | None = None
        self._on_outbox = on_outbox
        self.venue_changes = 0
        """How often this process has changed what a venue offers."""

    @property
    def is_ours(self) -> bool:
        """No other process can have changed anything."""
        return self._ownership is not None

    @property
    def connections(self) -> tuple[int, int] | None:
        """In use and free, of those that PostgreSQL may be asked for. SQLite's nobody waits for."""
        return self._store.connections

    def after_commit(self, on_outbox: Callable[[], None]) -> None:
        self._on_outbox = on_outbox

    async def start(self) -> None:
        """Makes directory and schema. Raises DatabaseInUse, SchemaError, StoreUnavailable."""
        try:
            with _translated():
                if self._file:
                    self._ownership = own(self._file)
                await migrate(self._url, await self._store.inspect(look))
        except BaseException:
            await self.close()
            raise

    async def ensure_current(self) -> None:
        """For a command beside the service, instead of `start`. Raises StoreUnavailable, SchemaError."""
        if self._file and not self._file.exists():
            raise StoreUnavailable(
                f"DB_URL names {self._file}, which is not there: no service has run with these settings."
            )
        with _translated():
            ensure_current(await self._store.inspect(look))

    async def close(self) -> None:
        await self._store.close()
        if self._ownership:
            self._ownership.release()

    async def ping(self) -> None:
        """Raises StoreUnavailable, also where one can only read."""
        with _translated():
            async with self._store.reading() as session:
                ((writable,),) = await session.rows(self._store.writable)
        if not writable:
            raise StoreUnavailable("the database: it is read-only")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadDao]:
        with _translated():
            async with self._store.reading() as session:
                yield ReadDao(session)

    async def write(self, work: Callable[[WriteDao], Awaitable[T]]) -> T:
        """What `work` does is one transaction: committed when it returns, rolled back when it raises.

        It may wait for its DAO only: with SQLite it runs in the writer's thread, in one go. And it leaves nothing
        behind but its result and its rows: with PostgreSQL it is run again when it had to give way to another one.
        """

        async def run(session: Session) -> tuple[T, WriteDao]:
            dao = WriteDao(session)
            return await work(dao), dao

        with _translated():
            result, dao = await self._store.write(run)
        self.venue_changes += dao.seeding.changed or dao.venues.changed
        if self._on_outbox and dao.outbox.added:
            self._on_outbox()
        return result


@contextmanager
def _translated() -> Iterator[None]:
    """What means «away» or «busy» becomes StoreUnavailable; anything else is a bug and stays what it is."""
    try:
        yield
    except DBAPIError as error:
        if not _is_away(error):
            raise
        raise StoreUnavailable(f"the database: {error.orig}") from error
    except PoolTimeout as error:
        raise StoreUnavailable(f"the database: {error}") from error
    except TimeoutError as error:
        raise StoreUnavailable("the database: it does not answer") from error


def _is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate:
        return str(sqlstate).startswith(_AWAY_OR_BUSY)
    return _is_busy_file(error)


def _is_busy_file(error: DBAPIError) -> bool:
    """SQLite gives one class to a lock, a full disk and a mistake in a statement; its code tells them apart."""
    code = getattr(error.orig, "sqlite_errorcode", _SQLITE_MISTAKE)
    return isinstance(error, OperationalError) and code != _SQLITE_MISTAKE
