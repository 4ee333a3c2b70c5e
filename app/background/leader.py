"""Which process leads the schedule: of all that could, one at a time."""

import asyncio
from datetime import timedelta
from typing import Protocol

from loguru import logger

from app.background.broker import RabbitLink
from app.background.scheduler import Schedule
from app.dao.session_lock import SessionLock
from app.domain.errors import StoreUnavailable

_KEY = 0x62697465
"""Of the advisory lock: the same in all processes of a deployment, and of nobody else in its database."""
_TRY_EVERY = timedelta(seconds=3)
_PULSE = timedelta(seconds=2)
_SILENCE = timedelta(seconds=8)
"""Of one that leads and stands still: then another one may lead."""


class Leadership(Protocol):
    async def gain(self) -> None:
        """Returns when this process leads."""

    async def lose(self) -> None:
        """Returns when it no longer does."""

    async def resign(self) -> None:
        """Let somebody else lead at once."""


class OnlyProcess:
    """On SQLite there is nobody else."""

    async def gain(self) -> None:
        return

    async def lose(self) -> None:
        await asyncio.Event().wait()

    async def resign(self) -> None:
        return


class AdvisoryLock:
    """Whoever has the lock of the deployment's database leads."""

    def __init__(
        self,
        db_url: str,
        *,
        try_every: timedelta = _TRY_EVERY,
        pulse: timedelta = _PULSE,
        silence: timedelta = _SILENCE,
    ) -> None:
        self._try_every = try_every.total_seconds()
        self._pulse = pulse.total_seconds()
        self._lock = SessionLock(db_url, _KEY, name="scheduler", silence=silence)

    async def gain(self) -> None:
        while not await self._taken():  # noqa: ASYNC110 - nobody tells when the lock is free
            await asyncio.sleep(self._try_every)

    async def lose(self) -> None:
        while True:
            await asyncio.sleep(self._pulse)
            try:
                await self._lock.keep()
            except StoreUnavailable as error:
                logger.error("The lock on the schedule is lost: {}", error)
                return

    async def resign(self) -> None:
        await self._lock.release()

    async def _taken(self) -> bool:
        try:
            return await self._lock.take()
        except StoreUnavailable as error:
            logger.debug("Nobody can be asked who leads the schedule: {}", error)
            return False


class Leading:
    """The schedule and the consumer of `noti_user`, at work only while this process leads."""

    def __init__(self, leadership: Leadership, schedule: Schedule, visits: RabbitLink | None) -> None:
        self._leadership = leadership
        self._schedule = schedule
        self._visits = visits

    @property
    def state(self) -> str:
        if not self._schedule.running:
            return "standby"
        return "leading" if self._schedule.healthy else "failing"

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._leadership.gain()
            try:
                await self._lead()
            except StoreUnavailable as error:
                logger.error("The schedule cannot start: {}", error)
            finally:
                await self._schedule.stop()
                await self._leadership.resign()
            await asyncio.sleep(_TRY_EVERY.total_seconds())

    async def drain(self, within: timedelta) -> None:
        if self._visits:
            await self._visits.drain(within)

    async def _lead(self) -> None:
        await self._schedule.start()
        logger.info("This process leads the schedule")
        visits = asyncio.create_task(self._visits.run(), name="noti_user") if self._visits else None
        try:
            await self._leadership.lose()
        finally:
            if visits:
                visits.cancel()
            await self._schedule.stop()  # both at once: a RabbitMQ that says nothing takes its time
            if visits:
                await asyncio.wait([visits])
