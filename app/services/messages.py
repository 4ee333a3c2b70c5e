"""Messages on their way to the queues, and each one's effects once."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.dao.database import Database, WriteDao
from app.dao.outbox import GivenUp, Outgoing, QueuedMessage
from app.domain.clock import Clock
from app.domain.events import QUEUES, Message

__all__ = ["Effects", "GivenUp", "MessageService", "Outgoing", "QueuedMessage"]

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Backlog:
    """Messages that are due and have not been taken."""

    count: int = 0
    lag: timedelta = timedelta()
    """For how long the oldest has been waiting."""


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

    async def put_all(self, queue: str, outgoing: Iterable[Outgoing]) -> None:
        """As `put`, of several."""
        await self._dao.outbox.put_all(queue, outgoing, now=self._now)

    async def drop_planned(self, booking_id: int) -> None:
        """What is to be said before and after the visit."""
        await self._dao.outbox.drop_planned(booking_id)


class MessageService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def claim(self, limit: int, *, lease: timedelta, bulk: bool = False) -> list[QueuedMessage]:
        """Messages that are due, oldest first; nobody else gets them until the lease is over.

        Of those that may wait for others, the messages before and after visits, if `bulk`; of the others, if not.
        """
        now = self._clock.now()
        return await self._db.write(lambda dao: dao.outbox.claim(limit, now=now, lease=lease, bulk=bulk))

    async def published(self, claimed: Collection[QueuedMessage]) -> None:
        now = self._clock.now()
        await self._db.write(lambda dao: dao.outbox.published(claimed, now=now))

    async def give_back(self, claimed: Collection[QueuedMessage]) -> None:
        """Untried: they are due again at once, unless somebody else has claimed them since."""
        await self._db.write(lambda dao: dao.outbox.give_back(claimed))

    async def retry_at(self, outbox_id: int, when: datetime, error: str, *, tried: bool = True) -> None:
        """It waits again; if it was not even `tried`, its claim does not count."""
        await self._db.write(lambda dao: dao.outbox.retry_at(outbox_id, when, error, tried=tried))

    async def postpone(self, queue: str, message: Message, when: datetime, error: str) -> None:
        """A message that a queue has brought waits in the outbox again."""
        now = self._clock.now()

        async def postpone(dao: WriteDao) -> None:
            if not await dao.outbox.postpone(queue, message.message_id, when, error):
                await dao.outbox.put(queue, message, now=now, available_at=when)

        await self._db.write(postpone)

    async def release(self) -> None:
        """All claims are given up: for the one process of an embedded queue, at its start."""
        await self._db.write(lambda dao: dao.outbox.release())

    async def dead(self, outbox_id: int, error: str) -> None:
        """Given up; it stays in the table with its error."""
        now = self._clock.now()
        await self._db.write(lambda dao: dao.outbox.dead(outbox_id, error, now=now))

    async def given_up(self) -> list[GivenUp]:
        """Dead letters of the embedded queue, the oldest first."""
        async with self._db.read() as dao:
            return await dao.outbox.given_up()

    async def revive(self, outbox_id: int) -> bool:
        """A dead letter is tried anew. False: it is none any more."""
        now = self._clock.now()
        return await self._db.write(lambda dao: dao.outbox.revive(outbox_id, now=now))

    async def last_error(self, queue: str, message_id: str) -> str | None:
        """Why a message had to wait when it last had to, if it came from the outbox."""
        async with self._db.read() as dao:
            return await dao.outbox.last_error(queue, message_id)

    async def forget_tries(self, queue: str, message_id: str) -> None:
        """The next one counts as the first again."""
        await self._db.write(lambda dao: dao.outbox.forget_tries(queue, message_id))

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
        now = self._clock.now()
        await self._db.write(
            lambda dao: Effects(dao, now).put(
                queue, message, available_at=available_at, dedup_key=dedup_key, booking_id=booking_id
            )
        )

    async def lag(self) -> timedelta:
        """For how long the oldest message that is due has been waiting."""
        now = self._clock.now()
        async with self._db.read() as dao:
            oldest = await dao.outbox.oldest_due(now=now)
        return now - oldest if oldest else timedelta()

    async def backlogs(self) -> tuple[Backlog, Backlog]:
        """Of what is urgent, and of what may wait."""
        now = self._clock.now()
        async with self._db.read() as dao:
            found = await dao.outbox.backlog(now=now)
        urgent, bulk = (
            Backlog(waiting.count, now - waiting.since) if waiting else Backlog()
            for waiting in (found.get(is_bulk) for is_bulk in (False, True))
        )
        return urgent, bulk

    async def dead_letters(self) -> dict[str, int]:
        """Of the embedded queue, by queue."""
        async with self._db.read() as dao:
            dead = await dao.outbox.dead_by_queue()
        return {queue: dead.get(queue, 0) for queue in QUEUES}

    async def tidy(self, older_than: timedelta = timedelta(days=14)) -> int:
        """Deletes messages published and marks made longer ago; in small bites, so that nobody waits for it."""
        before = self._clock.now() - older_than
        deleted = 0
        while True:
            messages = await self._db.write(lambda dao: dao.outbox.delete_published(before, limit=_BATCH))
            marks = await self._db.write(lambda dao: dao.processed.delete_older(before, limit=_BATCH))
            deleted += messages + marks
            if max(messages, marks) < _BATCH:
                return deleted

    async def once(
        self, consumer: str, message_id: str, work: Callable[[Effects], Awaitable[None]] | None = None
    ) -> bool:
        """Notes that the consumer has processed the message, in the transaction of what `work` writes.

        False, and nothing is done, if it was noted before.
        """
        now = self._clock.now()

        async def process(dao: WriteDao) -> bool:
            first_time = await dao.processed.mark(consumer, message_id, now=now)
            if first_time and work:
                await work(Effects(dao, now))
            return first_time

        return await self._db.write(process)

    async def seen(self, consumer: str, message_id: str) -> bool:
        """Whether that consumer has processed the message."""
        async with self._db.read() as dao:
            return await dao.processed.seen(consumer, message_id)

    async def notice_allowed(self, kind: str, *, every: timedelta) -> bool:
        """True for one caller of the whole deployment in `every`."""
        now = self._clock.now()
        return await self._db.write(lambda dao: dao.notices.stamp(kind, now=now, every=every))
