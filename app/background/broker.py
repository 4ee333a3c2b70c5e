"""RabbitMQ: its queues, and a connection that comes back by itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelPreconditionFailed, DeliveryError
from faststream import AckPolicy
from faststream.exceptions import FastStreamException
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue, RabbitRouter
from faststream.rabbit.annotations import RabbitMessage
from loguru import logger
from yarl import URL

from app.background.delivery import Done, Untried, Verdict
from app.domain.events import QUEUES, USER_MSG
from app.services.messages import QueuedMessage

Handler = Callable[[str, RabbitMessage], Awaitable[None]]

ATTEMPTS = "attempts"
"""Header: how often the message was taken out of the outbox."""

_PREFETCH = 50
_MOST_DELIVERIES = 30
"""A message that takes its process down each time becomes a dead letter after so many."""
_MOST_LOOKS = 1_000_000
_ANSWER_WITHIN = 10.0
_HEARTBEAT = 10
_PAUSES = (0.5, 1, 2, 4)
_ASK_AGAIN = timedelta(seconds=2)
_REFUSED_LONG = 20.0
"""Seconds after which a connection is made anew whose messages are refused: RabbitMQ may go on refusing them there
though their queue is no longer full, when its limit was lifted."""


class QueueMismatch(Exception):
    """A queue exists with other arguments: one sentence with the remedy."""


def dead_letters(queue: str) -> RabbitQueue:
    """Whoever looks at a letter gives it back, and RabbitMQ 4 would throw it away after twenty looks."""
    return RabbitQueue(f"{queue}.dead", queue_type=QueueType.QUORUM, arguments={"x-delivery-limit": _MOST_LOOKS})


def declared(queue: str) -> RabbitQueue:
    """`user_msg` has one consumer at a time: that keeps the order of a chat and the limits of the Bot API."""
    return RabbitQueue(
        queue,
        queue_type=QueueType.QUORUM,
        arguments={
            "x-delivery-limit": _MOST_DELIVERIES,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead_letters(queue).name,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            "x-single-active-consumer": queue == USER_MSG,
        },
    )


class RabbitLink:
    """One connection that declares all queues, publishes, and consumes the named ones.

    It is made anew whenever it breaks. The log says once that RabbitMQ is away and once that it is back.
    """

    def __init__(
        self,
        url: str,
        handle: Handler,
        *,
        consumes: Iterable[str] = (),
        on_connected: Callable[[], None],
        loud: bool = True,
    ) -> None:
        """Where there are two links, it is enough if the log hears of one of them."""
        self._url = str(URL(url).update_query(heartbeat=_HEARTBEAT))
        self._handle = handle
        self._consumes = tuple(consumes)
        self._on_connected = on_connected
        self._broker: RabbitBroker | None = None
        self._in_work: set[asyncio.Task[None]] = set()
        self._closing = False
        self._said_away = False
        self._loud = loud
        self._lost = asyncio.Event()
        self._refused: dict[str, float] = {}
        self._renewing = False
        self.problem: str | None = None
        """A sentence for the operator, while there is something only they can mend."""

    @property
    def connected(self) -> bool:
        return self._broker is not None

    async def run(self) -> None:
        """Until cancelled."""
        failures = 0
        while True:
            try:
                await self._session()
                failures = 0
                if not self._renewing:
                    self._tell_away("the connection is lost")
            except QueueMismatch as error:
                self._tell_mismatch(str(error))
            except (*CONNECTION_EXCEPTIONS, FastStreamException, TimeoutError) as error:
                self._tell_away(f"{type(error).__name__}: {error}")
            except asyncio.CancelledError:
                if _is_being_cancelled():
                    raise
                self._tell_away("the connection is lost")
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
            failures += 1

    async def _open(self, broker: RabbitBroker) -> None:
        """Subscribers declare their own queues, each on a channel of its own."""
        try:
            for name in QUEUES:
                await broker.declare_queue(dead_letters(name))
                if name not in self._consumes:
                    await broker.declare_queue(declared(name))
            for subscriber in broker.subscribers:
                subscriber.running = True  # set after its first messages may have come, and those would stay unheard
            await broker.start()
        except ChannelPreconditionFailed as error:
            raise QueueMismatch(
                f"RabbitMQ has a queue with other arguments than ours, and it was not altered ({error}): "
                "when it is empty, delete it with rabbitmqctl delete_queue, or set another VHOST."
            ) from None

    async def publish(self, row: QueuedMessage) -> Verdict:
        """Done when RabbitMQ has confirmed that it has stored the message."""
        if self._broker is None:
            return Untried(_ASK_AGAIN, "RabbitMQ is away")
        try:
            await self._broker.publish(
                row.body,
                queue=row.queue,
                persist=True,
                message_id=row.message_id,
                content_type="application/json",
                headers={ATTEMPTS: row.attempts},
                timeout=_ANSWER_WITHIN,
            )
        except DeliveryError as error:
            self._note_refusal(row.queue)
            return Untried(_ASK_AGAIN, f"RabbitMQ refused it: {error}")
        except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
            return Untried(_ASK_AGAIN, f"RabbitMQ did not take it: {type(error).__name__}: {error}")
        except asyncio.CancelledError:
            if _is_being_cancelled():
                raise
            return Untried(_ASK_AGAIN, "RabbitMQ went away meanwhile")
        except Exception as error:
            if type(error) is not Exception:  # so the library calls a connection that we close ourselves
                raise
            return Untried(_ASK_AGAIN, "the connection to RabbitMQ was closed meanwhile")
        if self._refused.pop(row.queue, None):
            self._say("INFO", f"RabbitMQ takes messages for {row.queue} again")
        return Done()

    async def drain(self, within: timedelta) -> None:
        """No message is begun any more; what is in work may finish. The connection stays, so that it can publish."""
        self._closing = True
        if self._in_work:
            _, late = await asyncio.wait(self._in_work, timeout=within.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _build(self, lost: asyncio.Event) -> RabbitBroker:
        router = RabbitRouter()
        for queue in self._consumes:
            router.subscriber(
                declared(queue),
                channel=Channel(prefetch_count=_PREFETCH),
                ack_policy=AckPolicy.MANUAL,
                decoder=_whole,
                no_reply=True,
            )(self._take(queue))
        broker = RabbitBroker(
            self._url,
            timeout=_ANSWER_WITHIN,
            on_close=[lambda *_: lost.set()],
            default_channel=Channel(on_return_raises=True),
            graceful_timeout=None,
            apply_types=False,
            logger=logging.getLogger("faststream"),
            log_level=logging.DEBUG,
        )
        broker.include_router(router)
        return broker

    async def _session(self) -> None:
        """One connection, from its beginning to its end."""
        lost = self._lost = asyncio.Event()
        if not self._renewing:
            self._refused.clear()
        self._renewing = False
        broker = self._build(lost)
        connection = await broker.connect()
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                await self._open(broker)
            self._broker = broker
            self._tell_connected()
            self._on_connected()
            await lost.wait()
            if self._renewing and self._in_work:
                await asyncio.wait(self._in_work, timeout=_ANSWER_WITHIN)
        finally:
            self._broker = None
            # Not the other way round: to cancel a consumer would put what a quorum queue has handed out of order.
            async with asyncio.timeout(_ANSWER_WITHIN):
                await connection.close()
                await broker.stop()

    def _take(self, queue: str) -> Callable[[RabbitMessage], Awaitable[None]]:
        async def take(message: RabbitMessage) -> None:
            """In a task of our own: those of the library are cancelled in their middle when the connection is lost."""
            if not (self._closing or self._renewing):
                task = asyncio.create_task(self._work(queue, message), name=f"{queue} {message.message_id}")
                self._in_work.add(task)
                task.add_done_callback(self._in_work.discard)

        return take

    async def _work(self, queue: str, message: RabbitMessage) -> None:
        try:
            await self._handle(queue, message)
        except CONNECTION_EXCEPTIONS as error:
            logger.debug("{} comes again, it could not be acknowledged: {}", message.message_id, error)

    def _note_refusal(self, queue: str) -> None:
        now = asyncio.get_running_loop().time()
        if queue not in self._refused:
            self._say("WARNING", f"RabbitMQ refuses messages for {queue}, which is full; they wait in the outbox")
        if now > self._refused.setdefault(queue, now) + _REFUSED_LONG:
            self._refused[queue] = now
            self._renewing = True
            self._lost.set()

    def _tell_connected(self) -> None:
        if self._said_away or self.problem:
            self._say("INFO", "RabbitMQ is back: what has waited in the outbox goes out now")
        self._said_away, self.problem = False, None

    def _tell_away(self, reason: str) -> None:
        if not self._said_away:
            self._say("WARNING", f"RabbitMQ is away ({reason}); bookings go on, their messages wait in the outbox")
        self._said_away = True

    def _tell_mismatch(self, sentence: str) -> None:
        if sentence != self.problem:
            self._say("ERROR", sentence)
        self.problem = sentence

    def _say(self, level: str, sentence: str) -> None:
        logger.log(level if self._loud else "DEBUG", "{}", sentence)


def _is_being_cancelled() -> bool:
    """The library, too, says with CancelledError that a connection is lost."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _whole(message: RabbitMessage) -> RabbitMessage:
    """Consumers read the body themselves: it may be no JSON."""
    return message
