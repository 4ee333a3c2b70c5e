"""The queues without RabbitMQ: the outbox's rows go straight to the consumers, in this one process.

Tries, pauses and dead letters live in the outbox table.
"""

from loguru import logger

from app.background.delivery import Dead, Deliveries, Verdict
from app.background.inbox import NoMessage, read_message
from app.background.relay import Forward
from app.services.messages import QueuedMessage


def to_consumers(deliveries: Deliveries) -> Forward:
    async def forward(row: QueuedMessage) -> Verdict:
        try:
            message = read_message(row.queue, row.body, message_id=row.message_id)
        except NoMessage as error:
            logger.error("{} {} is a dead letter: {}", row.queue, row.message_id, error)
            return Dead(str(error))
        return await deliveries(row.queue, message, row.attempts)

    return forward
