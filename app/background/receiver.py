"""A delivery of RabbitMQ to its consumer, and the answer that RabbitMQ gets."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from aio_pika.exceptions import ChannelInvalidStateError
from faststream.rabbit.annotations import RabbitMessage
from loguru import logger

from app.background.broker import ATTEMPTS
from app.background.delivery import Dead, Deliveries, Done, Later, Left
from app.background.inbox import NoMessage, read_message
from app.domain.errors import StoreUnavailable
from app.domain.events import Message
from app.services import ServicesFactory

_STORE_PAUSE = 2.0


class Receiver:
    """Acknowledges when the effects are committed. What has to wait, waits in the outbox."""

    def __init__(
        self, deliveries: Deliveries, services: ServicesFactory, *, wake_in: Callable[[timedelta], None]
    ) -> None:
        self._deliveries = deliveries
        self._services = services
        self._wake_in = wake_in

    async def __call__(self, queue: str, delivery: RabbitMessage) -> None:
        raw = delivery.raw_message
        try:
            message = read_message(queue, raw.body, message_id=raw.message_id, content_type=raw.content_type)
        except NoMessage as error:
            logger.error("{} {} is a dead letter: {}", queue, raw.message_id, error)
            await delivery.reject()
            return
        ours = partial(_is_ours, delivery)
        verdict = await self._deliveries(queue, message, _attempts(delivery), ours=ours)
        match verdict:
            case Done():
                await delivery.ack()
            case Later(after, reason):
                await self._postpone(queue, message, after, reason)
                await delivery.ack()
                self._wake_in(after)
            case Dead():
                await delivery.reject()
            case Left():
                logger.debug("{} {} is left to the next process", queue, message.message_id)

    async def _postpone(self, queue: str, message: Message, after: timedelta, reason: str) -> None:
        """As long as the store is away, RabbitMQ keeps the message for us."""
        while True:
            services = self._services()
            try:
                await services.messages.postpone(queue, message, services.clock.now() + after, reason)
            except StoreUnavailable:
                await asyncio.sleep(_STORE_PAUSE)
            else:
                return


def _is_ours(delivery: RabbitMessage) -> bool:
    """No more, when the connection that brought it is lost: another process may be at it by now."""
    try:
        return not delivery.raw_message.channel.is_closed
    except ChannelInvalidStateError:
        return False


def _attempts(delivery: RabbitMessage) -> int:
    attempts = delivery.headers.get(ATTEMPTS)
    return attempts if isinstance(attempts, int) else 1
