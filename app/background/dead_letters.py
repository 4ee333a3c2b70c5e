"""Messages that were given up: of RabbitMQ's `<queue>.dead` and of the outbox alike."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelNotFoundEntity
from aiormq.exceptions import ChannelLockedResource

from app.background.broker import ATTEMPTS, dead_letters
from app.background.inbox import NoMessage, read_message
from app.domain.events import QUEUES
from app.services.messages import GivenUp, MessageService

_ANSWER_WITHIN = 10.0
_IN_HAND = "dead-letters.in-hand"
_ASK_AGAIN = 0.2


class LettersAway(Exception):
    """They cannot be read: one sentence."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    id: str
    """Its message id; of a message without one, what its body gives."""
    queue: str
    body: bytes
    since: datetime
    tries: int
    why: str
    replay: Callable[[], Awaitable[bool]] = field(repr=False, compare=False)
    """Puts it back under the same id, so that what it has done already is not done again. False: it is gone."""


@asynccontextmanager
async def open_letters(messages: MessageService, rabbitmq_url: str | None) -> AsyncIterator[list[DeadLetter]]:
    """All of them, the oldest of a queue first. Those of RabbitMQ are this caller's alone until the block ends.

    Raises LettersAway, StoreUnavailable.
    """
    letters = [_of_outbox(row, messages) for row in await messages.given_up()]
    if rabbitmq_url is None:
        yield letters
        return
    try:
        async with await aio_pika.connect(rabbitmq_url, timeout=_ANSWER_WITHIN) as connection:
            async with asyncio.timeout(_ANSWER_WITHIN):
                await _be_alone(connection)
            yield [
                *letters,
                *[letter for queue in QUEUES for letter in await _of_rabbitmq(connection, queue, messages)],
            ]
    except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
        raise LettersAway(f"RabbitMQ cannot be worked with ({type(error).__name__}: {error}).") from error


async def _be_alone(connection: AbstractConnection) -> None:
    """Two who look at once would each see a part. RabbitMQ frees the mark with the connection."""
    while True:
        try:
            await (await connection.channel()).declare_queue(_IN_HAND, exclusive=True)
        except ChannelLockedResource:
            await asyncio.sleep(_ASK_AGAIN)
        else:
            return


def _of_outbox(row: GivenUp, messages: MessageService) -> DeadLetter:
    since = row.dead_at or datetime.now(UTC)
    again = partial(messages.revive, row.id)
    return DeadLetter(row.message_id, row.queue, row.body, since, row.attempts, row.last_error or "", again)


async def _of_rabbitmq(connection: AbstractConnection, queue: str, messages: MessageService) -> list[DeadLetter]:
    """They are taken and not acknowledged: those that are not replayed are back in their place afterwards."""
    channel = await connection.channel(on_return_raises=True)
    try:
        dead = await channel.get_queue(dead_letters(queue).name)
    except ChannelNotFoundEntity:
        return []
    return [
        await _opened(message, queue, channel, messages)
        for _ in range(dead.declaration_result.message_count or 0)
        if (message := await dead.get(fail=False, timeout=_ANSWER_WITHIN))
    ]


async def _opened(
    message: AbstractIncomingMessage, queue: str, channel: AbstractChannel, messages: MessageService
) -> DeadLetter:
    letter_id = message.message_id or sha256(message.body).hexdigest()[:32]
    death, tries = _death(message), message.headers.get(ATTEMPTS)
    since = death.get("time")

    async def replay() -> bool:
        """Should it break off in between, the letter stays here as well, with the same id."""
        await messages.forget_tries(queue, letter_id)
        await channel.default_exchange.publish(
            aio_pika.Message(
                message.body,
                message_id=letter_id,
                content_type=message.content_type,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            ),
            queue,
            timeout=_ANSWER_WITHIN,
        )
        await message.ack()
        return True

    return DeadLetter(
        letter_id,
        queue,
        message.body,
        since if isinstance(since, datetime) else datetime.now(UTC),
        tries if isinstance(tries, int) else 1,
        await _why(message, queue, letter_id, str(death.get("reason", "")), messages),
        replay,
    )


def _death(message: AbstractIncomingMessage) -> dict[str, object]:
    """What RabbitMQ has written on it."""
    deaths = message.headers.get("x-death")
    return dict(deaths[0]) if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}


async def _why(
    message: AbstractIncomingMessage, queue: str, letter_id: str, reason: str, messages: MessageService
) -> str:
    if reason == "delivery_limit":
        return "each process that took it came to an end before it was done"
    try:
        read_message(queue, message.body, message_id=letter_id, content_type=message.content_type)
    except NoMessage as error:
        return f"fits no schema: {error}"
    return await messages.last_error(queue, letter_id) or reason
