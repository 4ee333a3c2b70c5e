"""One message to its consumer, whichever queue brought it: in order where order matters, and a verdict at the end."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakValueDictionary

from loguru import logger

from app.domain.errors import StoreUnavailable
from app.domain.events import (
    USER_MSG,
    AdminNotice,
    BookingEvent,
    ForPeople,
    GuestNotice,
    Message,
    Planned,
    WaitingOffer,
)
from app.metrics import Metrics
from app.notifications.telegram import SendLater
from app.services import Services, ServicesFactory

Consumer = Callable[[Message, Services], Awaitable[None]]


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Done:
    """Its effects are committed."""


@dataclass(frozen=True, slots=True)
class Later:
    """To be tried again."""

    after: timedelta
    reason: str
    trouble: bool = True
    """False: it is not its turn yet."""


@dataclass(frozen=True, slots=True)
class Untried(Later):
    """The same, of a message that nobody has had: it is no try of it."""


@dataclass(frozen=True, slots=True)
class Dead:
    """Given up; it stays among the dead letters."""

    reason: str


@dataclass(frozen=True, slots=True)
class Left:
    """Not touched: the process stops, or the message was taken from it, and the next one finds it."""


Verdict = Done | Later | Dead | Left


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a message is tried, and with which pauses."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=10)
    sends: int = 150
    """Tries while the messenger does not take it: about a day."""
    failures: int = 10
    """Tries while its consumer fails: about a quarter of an hour."""

    def pause(self, attempts: int) -> timedelta:
        """It doubles with each try."""
        doublings = min(max(attempts, 1) - 1, 30)
        return min(self.first * (1 << doublings), self.longest)


class Deliveries:
    """Runs consumers: one message of a lane at a time, lanes in parallel."""

    def __init__(
        self, consumers: Mapping[str, Consumer], services: ServicesFactory, metrics: Metrics, patience: Patience
    ) -> None:
        self._consumers = consumers
        self._services = services
        self._metrics = metrics
        self._patience = patience
        self._lanes: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        self._closing = False

    def close(self) -> None:
        """What is in work may finish; nothing more is begun."""
        self._closing = True

    async def __call__(
        self, queue: str, message: Message, attempts: int, *, ours: Callable[[], bool] = _always
    ) -> Verdict:
        """Never raises but when cancelled. `attempts` counts from 1; `ours` is asked when it is the message's turn."""
        lane = self._lanes.setdefault(_lane(queue, message), asyncio.Lock())
        async with lane:
            if self._closing or not ours():
                return Left()
            with logger.contextualize(**_ids(message)):
                verdict = await self._run(queue, message, attempts)
                _tell(queue, message, verdict)
        self._metrics.message_delivered(queue, type(verdict).__name__.lower())
        if queue == USER_MSG and isinstance(verdict, Dead):
            self._metrics.message_sent("dead")
        return verdict

    async def _run(self, queue: str, message: Message, attempts: int) -> Verdict:
        try:
            await self._consumers[queue](message, self._services())
        except SendLater as later:
            if attempts >= self._patience.sends:
                return Dead(f"after {attempts} tries: {later}")
            return Later(later.after or self._patience.pause(attempts), str(later), later.trouble)
        except StoreUnavailable as error:
            return Later(self._patience.pause(attempts), f"a store is away: {error}")
        except Exception as error:  # noqa: BLE001 - a bug in one message must not stop the queue; it is logged whole
            logger.opt(exception=error).error("{} failed on {}", queue, message.message_id)
            if attempts >= self._patience.failures:
                return Dead(f"after {attempts} tries: {error!r}")
            return Later(self._patience.pause(attempts), repr(error))
        return Done()


def _lane(queue: str, message: Message) -> Hashable:
    """Messages to one chat keep their order; the other queues are short work, done one by one."""
    return message.recipient if isinstance(message, ForPeople) else queue


def _ids(message: Message) -> dict[str, int]:
    about = message.event if isinstance(message, AdminNotice | GuestNotice) else message
    if isinstance(about, BookingEvent):
        return {"booking": about.booking.booking_id}
    return {"booking": about.booking_id} if isinstance(about, Planned | WaitingOffer) else {}


def _tell(queue: str, message: Message, verdict: Verdict) -> None:
    match verdict:
        case Done():
            logger.debug("{} {} is done", queue, message.message_id)
        case Later(after, reason, trouble):
            level, seconds = "WARNING" if trouble else "DEBUG", after.total_seconds()
            logger.log(level, "{} {} waits {:.0f} s: {}", queue, message.message_id, seconds, reason)
        case Dead(reason):
            logger.error("{} {} is given up {}", queue, message.message_id, reason)
