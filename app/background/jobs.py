"""What the schedule does. The job store refers to these functions by their names: they are never renamed.

Each takes plain arguments and returns the work, which is then done on the service's loop.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from loguru import logger

from app.services import Services

Work = Callable[[Services], Awaitable[None]]

_DIALOGS_LIVE = 30
"""Days after which an abandoned dialog is forgotten."""
_MESSAGES_LIVE = timedelta(days=14)


def complete_booking(booking_id: int) -> Work:
    """The visit ends now."""

    async def work(services: Services) -> None:
        if await services.bookings.complete(booking_id):
            logger.bind(booking=booking_id).info("The visit is completed")

    return work


def complete_missed() -> Work:
    """Whatever visit has ended and was not completed: the schedule may have been down or lost."""

    async def work(services: Services) -> None:
        for booking_id in await services.bookings.complete_due():
            logger.bind(booking=booking_id).info("The visit is completed, found by the sweep")

    return work


def expire_holds() -> Work:
    async def work(services: Services) -> None:
        if expired := await services.bookings.expire_holds():
            logger.debug("{} holds have expired", expired)

    return work


def tell_wishes() -> Work:
    """What guests have wished for without saying that they are done."""

    async def work(services: Services) -> None:
        if told := await services.wishes.tell_settled():
            logger.info("The wishes for {} bookings are told", told)

    return work


def offer_freed() -> Work:
    """Whatever was freed without a word, or while nobody listened."""

    async def work(services: Services) -> None:
        await services.offers.offer_freed()

    return work


def tidy() -> Work:
    """Dialogs nobody goes on with, messages long delivered, and what is known of people for longer than it may be."""

    async def work(services: Services) -> None:
        await services.messages.tidy(_MESSAGES_LIVE)
        if dialogs := await services.dialogs.delete_older_than(_DIALOGS_LIVE):
            logger.info("Tidied up: {} abandoned dialogs are deleted", dialogs)
        if wishes := await services.personal_data.forget_wishes():
            logger.info("Tidied up: the wishes for {} visits are forgotten", wishes)
        if people := await services.personal_data.forget_old():
            logger.info("Tidied up: {} people who have not come for long are forgotten", people)

    return work
