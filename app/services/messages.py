"""Messages on their way to the queues, and each one's effects once."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from app.dao.database import Database, WriteDao
from app.dao.outbox import QueuedMessage
from app.domain.clock import Clock
from app.domain.events import Message

__all__ = ["Effects", "MessageService", "QueuedMessage"]

_BATCH = 500


class Effects:
    """What processing a message writes, in the same transaction as the mark that it was processed."""

    def __init__(self, dao: WriteDao, now: datetime) -> None:
        self._dao = dao
        self._now = now

    async def put(
        self,
        queue: str,
        message: Message,
        *,
        available_at: datetime | None = None,
        dedup_key: str | None = None,
        booking_id: int | None = None,
    ) -> None:
        """Later if `available_at` says so; not at all if there ever was a message with that `dedup_key`."""
        await self._dao.outbox.put(
            queue, message, now=self._now, available_at=available_at, dedup_key=dedup_key, booking_id=booking_id
        )

    async def drop_follow_ups(self, booking_id: int) -> None:
        await self._dao.outbox.drop_follow_ups(booking_id)


class MessageService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def claim(self, limit: int, *, lease: timedelta) -> list[QueuedMessage]:
        """Messages that are due, oldest first; nobody else gets them until the lease is over."""
        async with self._db.write() as dao:
            return await dao.outbox.claim(limit, now=self._clock.now(), lease=lease)

    async def published(self, claimed: Collection[QueuedMessage]) -> None:
        async with self._db.write() as dao:
            await dao.outbox.published(claimed, now=self._clock.now())

    async def retry_at(self, outbox_id: int, when: datetime, error: str) -> None:
        async with self._db.write() as dao:
            await dao.outbox.retry_at(outbox_id, when, error)

    async def postpone(self, queue: str, message: Message, when: datetime, error: str) -> None:
        """A message that a queue has brought waits in the outbox again."""
        async with self._db.write() as dao:
            if not await dao.outbox.postpone(queue, message.message_id, when, error):
                await dao.outbox.put(queue, message, now=self._clock.now(), available_at=when)

    async def release(self) -> None:
        """All claims are given up: for the one process of an embedded queue, at its start."""
        async with self._db.write() as dao:
            await dao.outbox.release()

    async def dead(self, outbox_id: int, error: str) -> None:
        """Given up; it stays in the table with its error."""
        async with self._db.write() as dao:
            await dao.outbox.dead(outbox_id, error, now=self._clock.now())

    async def put(
        self,
        queue: str,
        message: Message,
        *,
        available_at: datetime | None = None,
        dedup_key: str | None = None,
        booking_id: int | None = None,
    ) -> None:
        """As `Effects.put`, in a transaction of its own."""
        async with self._db.write() as dao:
            await Effects(dao, self._clock.now()).put(
                queue, message, available_at=available_at, dedup_key=dedup_key, booking_id=booking_id
            )

    async def lag(self) -> timedelta:
        """For how long the oldest message that is due has been waiting."""
        now = self._clock.now()
        async with self._db.read() as dao:
            oldest = await dao.outbox.oldest_due(now=now)
        return now - oldest if oldest else timedelta()

    async def tidy(self, older_than: timedelta = timedelta(days=14)) -> int:
        """Deletes messages published and marks made longer ago; in small bites, so that nobody waits for it."""
        before = self._clock.now() - older_than
        deleted = 0
        while True:
            async with self._db.write() as dao:
                messages = await dao.outbox.delete_published(before, limit=_BATCH)
                marks = await dao.processed.delete_older(before, limit=_BATCH)
            deleted += messages + marks
            if max(messages, marks) < _BATCH:
                return deleted

    @asynccontextmanager
    async def once(self, consumer: str, message_id: str) -> AsyncIterator[Effects | None]:
        """None if that consumer has processed the message before. Effects and mark are committed together."""
        now = self._clock.now()
        async with self._db.write() as dao:
            first_time = await dao.processed.mark(consumer, message_id, now=now)
            yield Effects(dao, now) if first_time else None

    async def seen(self, consumer: str, message_id: str) -> bool:
        """Whether that consumer has processed the message."""
        async with self._db.read() as dao:
            return await dao.processed.seen(consumer, message_id)

    async def notice_allowed(self, kind: str, *, every: timedelta) -> bool:
        """True for one caller of the whole deployment in `every`."""
        async with self._db.write() as dao:
            return await dao.notices.stamp(kind, now=self._clock.now(), every=every)
