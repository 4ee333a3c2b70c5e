"""Messages that are to reach a queue, and which of them have had their effect."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate

from app.dao.base import Dao
from app.dao.models import BULK, OutboxRow, ProcessedMessageRow
from app.domain.events import USER_MSG, BookingEvent, Message

_add = insert(OutboxRow).on_conflict_do_nothing()
_waiting = and_(OutboxRow.published_at.is_(None), OutboxRow.dead_at.is_(None))
_bulk, _urgent = text(BULK), text(f"NOT ({BULK})")
_due = and_(
    _waiting,
    OutboxRow.available_at <= bindparam("now"),
    or_(
        func.coalesce(OutboxRow.leased_until, bindparam("now")) <= bindparam("now"),
        OutboxRow.leased_until > bindparam("too_late"),
    ),
)


def _claiming(which: TextClause) -> ReturningUpdate[int, str, str, bytes, int]:
    ids = (
        select(OutboxRow.id)
        .where(_due, which)
        .order_by(OutboxRow.available_at, OutboxRow.id)  # as the index has them: by id alone all history is read
        .limit(bindparam("how_many"))
        .with_for_update(skip_locked=True)
    )
    claimed = update(OutboxRow).where(OutboxRow.id.in_(ids.scalar_subquery()))
    return claimed.values(leased_until=bindparam("lease"), attempts=OutboxRow.attempts + 1).returning(
        OutboxRow.id, OutboxRow.queue, OutboxRow.message_id, OutboxRow.body, OutboxRow.attempts
    )


_claim_bulk, _claim_urgent = _claiming(_bulk), _claiming(_urgent)
_as_claimed = update(OutboxRow).where(
    OutboxRow.leased_until.is_not(None),
    OutboxRow.id.in_(bindparam("ids", expanding=True)),  # SQLite finds no pair by an index
    tuple_(OutboxRow.id, OutboxRow.attempts).in_(bindparam("claims", expanding=True)),
)
_published = _as_claimed.values(published_at=bindparam("now"), leased_until=None)
_given_back = _as_claimed.values(leased_until=None, attempts=OutboxRow.attempts - 1)


def _of_due(which: TextClause, *what: ColumnElement[Any]) -> Select[Any]:
    return select(*what).where(_waiting, which, OutboxRow.available_at <= bindparam("now"))


_since = func.min(OutboxRow.available_at)
_oldest_due = select(*(_of_due(which, _since).scalar_subquery() for which in (_urgent, _bulk)))
_backlog = union_all(*(_of_due(which, literal(which is _bulk), func.count(), _since) for which in (_urgent, _bulk)))
_given_up = (
    select(
        OutboxRow.id,
        OutboxRow.queue,
        OutboxRow.message_id,
        OutboxRow.body,
        OutboxRow.attempts,
        OutboxRow.last_error,
        OutboxRow.dead_at,
    )
    .where(OutboxRow.dead_at.is_not(None))
    .order_by(OutboxRow.dead_at, OutboxRow.id)
)
_mark = insert(ProcessedMessageRow).on_conflict_do_nothing()
_seen = select(ProcessedMessageRow.consumer).where(
    ProcessedMessageRow.consumer == bindparam("consumer"), ProcessedMessageRow.message_id == bindparam("message_id")
)


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    id: int
    queue: str
    message_id: str
    body: bytes
    """JSON, as it is published."""
    attempts: int
    """How often it was claimed, this time included."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is to be put into a queue."""

    message: Message
    available_at: datetime | None = None
    """None: at once."""
    dedup_key: str | None = None
    booking_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages that could have been published."""

    count: int
    since: datetime
    """When the first of them became due."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A dead letter of the embedded queue."""

    id: int
    queue: str
    message_id: str
    body: bytes
    attempts: int
    last_error: str | None
    dead_at: datetime | None


class OutboxReader(Dao):
    async def oldest_due(self, *, now: datetime) -> datetime | None:
        """Since when the longest waiting message could have been published."""
        [oldest] = await self._session.rows(_oldest_due, {"now": now})
        return min(filter(None, oldest), default=None)

    async def backlog(self, *, now: datetime) -> dict[bool, Waiting]:
        """What waits, by whether it is in bulk."""
        rows = await self._session.rows(_backlog, {"now": now})
        return {bulk: Waiting(count, since) for bulk, count, since in rows if count}

    async def dead_by_queue(self) -> dict[str, int]:
        dead = select(OutboxRow.queue, func.count()).where(OutboxRow.dead_at.is_not(None))
        rows = await self._session.rows(dead.group_by(OutboxRow.queue))
        return {row[0]: row[1] for row in rows}

    async def given_up(self) -> list[GivenUp]:
        return [GivenUp(*row) for row in await self._session.rows(_given_up)]

    async def last_error(self, queue: str, message_id: str) -> str | None:
        """Why the message had to wait when it last had to; None, too, if it never came from here."""
        mine = and_(OutboxRow.queue == queue, OutboxRow.message_id == message_id)
        return await self._value(select(OutboxRow.last_error).where(mine))

    async def has_left(self, dedup_key: str) -> bool:
        """Whether that message reached its queue."""
        left = select(OutboxRow.id).where(OutboxRow.dedup_key == dedup_key, OutboxRow.published_at.is_not(None))
        return await self._first(left) is not None


class OutboxWriter(OutboxReader):
    added = False
    """Whether anything was added that is due at once."""

    async def announce(self, *events: BookingEvent) -> None:
        """One row for each queue that hears of an event."""
        rows = [
            _row(queue, event, created_at=event.occurred_at, available_at=event.occurred_at)
            for event in events
            for queue in event.queues
        ]
        if rows:
            await self._session.send(_add, rows)
            self.added = True

    async def put(
        self,
        queue: str,
        message: Message,
        *,
        now: datetime,
        available_at: datetime | None = None,
        dedup_key: str | None = None,
        booking_id: int | None = None,
    ) -> None:
        """Adds the message, unless there is one with that `dedup_key`, or with the same id on the same queue."""
        await self.put_all(queue, [Outgoing(message, available_at, dedup_key, booking_id)], now=now)

    async def put_all(self, queue: str, outgoing: Iterable[Outgoing], *, now: datetime) -> None:
        """As `put`, of several in one statement."""
        rows = [
            _row(queue, one.message, created_at=now, available_at=one.available_at or now)
            | {"dedup_key": one.dedup_key, "booking_id": one.booking_id}
            for one in outgoing
        ]
        if rows:
            await self._session.send(_add, rows)
            self.added |= any(row["available_at"] <= now for row in rows)

    async def drop_planned(self, booking_id: int) -> None:
        """What is to be said before and after the visit and has not been sent yet."""
        mine = and_(OutboxRow.queue == USER_MSG, OutboxRow.booking_id == booking_id)
        await self._session.send(delete(OutboxRow).where(mine, _waiting, text(BULK)))

    async def claim(self, limit: int, *, now: datetime, lease: timedelta, bulk: bool = False) -> list[QueuedMessage]:
        """Messages that are due, for this claimant alone until the lease is over: in bulk, or the others.

        One that is twice as long as leases are was given before the clock was moved back: it is over too.
        """
        times = {"now": now, "lease": now + lease, "too_late": now + 2 * lease}
        rows = await self._session.rows(_claim_bulk if bulk else _claim_urgent, {**times, "how_many": limit})
        return sorted((QueuedMessage(*row) for row in rows), key=lambda message: message.id)

    async def published(self, claimed: Collection[QueuedMessage], *, now: datetime) -> None:
        """Only as they were claimed: a message that had to wait again meanwhile stays."""
        await self._session.send(_published, {**_which(claimed), "now": now})

    async def give_back(self, claimed: Collection[QueuedMessage]) -> None:
        """Only as they were claimed: whoever has claimed one since keeps it. These claims do not count as tries."""
        await self._session.send(_given_back, _which(claimed))

    async def retry_at(self, outbox_id: int, when: datetime, error: str, *, tried: bool) -> None:
        query = update(OutboxRow).where(OutboxRow.id == outbox_id)
        attempts = OutboxRow.attempts - (0 if tried else 1)
        await self._session.send(
            query.values(available_at=when, leased_until=None, last_error=error, attempts=attempts)
        )

    async def postpone(self, queue: str, message_id: str, when: datetime, error: str) -> bool:
        """A message that was published waits again; False if it never came from here."""
        query = update(OutboxRow).where(OutboxRow.queue == queue, OutboxRow.message_id == message_id)
        waits = query.values(available_at=when, published_at=None, leased_until=None, last_error=error)
        return await self._session.count(waits) == 1

    async def release(self) -> None:
        """Whoever had claimed messages is gone."""
        query = update(OutboxRow).where(_waiting, OutboxRow.leased_until.is_not(None))
        await self._session.send(query.values(leased_until=None))

    async def dead(self, outbox_id: int, error: str, *, now: datetime) -> None:
        query = update(OutboxRow).where(OutboxRow.id == outbox_id)
        await self._session.send(query.values(dead_at=now, leased_until=None, last_error=error))

    async def revive(self, outbox_id: int, *, now: datetime) -> bool:
        """A dead letter is due again, as if it had never been tried. False: it is none any more."""
        dead = update(OutboxRow).where(OutboxRow.id == outbox_id, OutboxRow.dead_at.is_not(None))
        return (
            await self._session.count(dead.values(dead_at=None, attempts=0, available_at=now, leased_until=None)) == 1
        )

    async def forget_tries(self, queue: str, message_id: str) -> None:
        query = update(OutboxRow).where(OutboxRow.queue == queue, OutboxRow.message_id == message_id)
        await self._session.send(query.values(attempts=0))

    async def delete_published(self, before: datetime, *, limit: int) -> int:
        old = select(OutboxRow.id).where(OutboxRow.published_at < before).limit(limit)
        return await self._session.count(delete(OutboxRow).where(OutboxRow.id.in_(old)))


class ProcessedReader(Dao):
    async def seen(self, consumer: str, message_id: str) -> bool:
        return await self._first(_seen, {"consumer": consumer, "message_id": message_id}) is not None


class ProcessedWriter(ProcessedReader):
    async def mark(self, consumer: str, message_id: str, *, now: datetime) -> bool:
        """False: it was processed before."""
        row = {"consumer": consumer, "message_id": message_id, "processed_at": now}
        return await self._session.count(_mark, row) == 1

    async def delete_older(self, before: datetime, *, limit: int) -> int:
        key = ProcessedMessageRow.message_id
        old = select(key).where(ProcessedMessageRow.processed_at < before).limit(limit)
        query = delete(ProcessedMessageRow).where(key.in_(old), ProcessedMessageRow.processed_at < before)
        return await self._session.count(query)


def _which(claimed: Collection[QueuedMessage]) -> dict[str, object]:
    return {
        "ids": [message.id for message in claimed],
        "claims": [(message.id, message.attempts) for message in claimed],
    }


def _row(queue: str, message: Message, *, created_at: datetime, available_at: datetime) -> dict[str, Any]:
    return {
        "queue": queue,
        "message_id": message.message_id,
        "body": message.model_dump_json().encode(),
        "created_at": created_at,
        "available_at": available_at,
    }
