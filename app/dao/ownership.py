"""A database that one process has to itself: a SQLite file, and PostgreSQL where several would share nothing else."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from loguru import logger
from sqlalchemy import URL

from app.dao.session_lock import SessionLock
from app.domain.errors import DatabaseInUse, StoreUnavailable

_KEY = 0x62697466
_LOOK_EVERY = timedelta(seconds=0.5)
_PULSE = timedelta(seconds=2)


def sqlite_file(url: URL) -> Path | None:
    """None: the database is a server."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def own(file: Path) -> FileLock:
    """Makes the file's directory and locks the file for this process, until released or until the process is gone.

    The system frees the lock, also after a kill. Raises DatabaseInUse, StoreUnavailable.
    """
    lock = FileLock(f"{file}.lock")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise DatabaseInUse(
            f"DB_URL names the SQLite database {file}, which another process is using: "
            "stop that one, name another file, or use PostgreSQL."
        ) from None
    except OSError as error:
        raise StoreUnavailable(f"the database: {error}") from error
    return lock


class SoleProcess:
    """Of all processes that keep to themselves what others would have to see, one at a time works on the database.

    When its lock is lost it does no more until it has the lock again; `on_return` is called then, because another one
    may have been at work in between. `remedy` says what is missing for several.
    """

    def __init__(self, db_url: str, *, remedy: str, on_return: Callable[[], None], pulse: timedelta = _PULSE) -> None:
        self._lock = SessionLock(db_url, _KEY, name="sole-process")
        self._remedy = remedy
        self._on_return = on_return
        self._pulse = pulse.total_seconds()
        self._keeping: asyncio.Task[None] | None = None
        self._rival = False
        self.present = False
        """Whether this process may work now."""

    async def start(self, patience: timedelta) -> None:
        """One that is being replaced has that long to end. Raises DatabaseInUse, StoreUnavailable."""
        try:
            await self._take(patience)
        except BaseException:
            await self._lock.release()
            raise
        self.present = True
        self._keeping = asyncio.create_task(self._keep(), name="sole process")

    async def stop(self) -> None:
        self.present = False
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        await self._lock.release()

    def ensure_present(self) -> None:
        """Raises StoreUnavailable."""
        if not self.present:
            raise StoreUnavailable("the database: another process may be using it")

    async def _take(self, patience: timedelta) -> None:
        try:
            async with asyncio.timeout(patience.total_seconds()):
                if not await self._lock.take():
                    logger.warning("Another process uses the database; it may end within {}", patience)
                    while not await self._lock.take():  # noqa: ASYNC110 - nobody tells when the lock is free
                        await asyncio.sleep(_LOOK_EVERY.total_seconds())
        except TimeoutError:
            raise DatabaseInUse(f"DB_URL names a database that another process is using: {self._remedy}.") from None

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._pulse)
            if self.present:
                await self._look()
            if not self.present:
                await self._come_back()

    async def _look(self) -> None:
        try:
            await self._lock.keep()
        except StoreUnavailable as error:
            self.present, self._rival = False, False
            logger.warning("The lock on the database is lost, no update is handled until it is back: {}", error)

    async def _come_back(self) -> None:
        try:
            self.present = await self._lock.take()
        except StoreUnavailable as error:
            logger.debug("The lock on the database cannot be taken: {}", error)
            return
        if self.present:
            self._on_return()
            logger.info("The lock on the database is back")
        elif not self._rival:
            self._rival = True
            logger.error("Another process has taken the database, this one handles no more updates: {}", self._remedy)
