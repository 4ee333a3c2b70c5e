"""All that happens later, as one thing that is started, woken, asked how it is, and stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from aiogram import Bot
from loguru import logger

from app.background.announcer import Announcer
from app.background.broker import RabbitLink
from app.background.consumers import admin_msg, noti_user, user_msg
from app.background.delivery import Consumer, Deliveries, Done, Patience, Verdict
from app.background.embedded import to_consumers
from app.background.leader import AdvisoryLock, Leadership, Leading, OnlyProcess
from app.background.receiver import Receiver
from app.background.relay import Forward, Relay, in_bulk
from app.background.scheduler import Rhythm, Schedule
from app.domain.clock import Clock
from app.domain.events import ADMIN_MSG, NOTI_USER, USER_MSG, Recipient
from app.metrics import Metrics
from app.notifications.telegram import TelegramSender
from app.services import ServicesFactory
from app.services.messages import QueuedMessage
from app.texts import Texts

_RESTART = 5.0
_GOODBYE = 3.0
"""Seconds for RabbitMQ and the job store to be told that we go."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How often is looked, and how long is tried."""

    sweep: timedelta = timedelta(seconds=3)
    patience: Patience = field(default_factory=Patience)
    rhythm: Rhythm | None = None
    """Of the periodic jobs; by itself as `clock_moves` asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the operator decided. `roles` holds web, worker, scheduler; without `rabbitmq_url` the queue is embedded.

    `clock_moves` says that somebody may move the clock: then nothing may wait for the time a job was planned for.
    """

    admins: Iterable[int]
    roles: Collection[str]
    rabbitmq_url: str | None
    store_url: str
    db_url: str
    clock_moves: bool = False
    announce: bool = True
    tempo: Tempo = field(default_factory=Tempo)


@dataclass(frozen=True, slots=True)
class State:
    """For readiness: `broker` is embedded, connected, away, or a sentence with a remedy; `scheduler` is off, leading,
    standby or failing."""

    broker: str
    scheduler: str


class Background:
    def __init__(
        self,
        relay: Relay,
        bulk: Relay,
        deliveries: Deliveries,
        link: RabbitLink | None,
        leading: Leading | None,
        announcer: Announcer,
        services: ServicesFactory,
    ) -> None:
        self._relay = relay
        self._bulk = bulk
        self._deliveries = deliveries
        self._link = link
        self._leading = leading
        self._announcer = announcer
        self._services = services
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """A transaction has left messages in the outbox."""
        self._relay.wake()

    def state(self) -> State:
        broker = "embedded"
        if self._link:
            broker = self._link.problem or ("connected" if self._link.connected else "away")
        return State(broker, self._leading.state if self._leading else "off")

    async def start(self) -> None:
        """Returns at once; what is away is waited for in the background. The database has to be there."""
        if self._link is None:
            await self._services().messages.release()
        parts: list[tuple[str, Callable[[], Awaitable[None]]]] = [("relay", self._relay.run), ("bulk", self._bulk.run)]
        if self._link:
            parts.append(("rabbitmq", self._link.run))
        if self._leading:
            parts.append(("leading", self._leading.run))
        self._tasks = [asyncio.create_task(_keep(name, run), name=name) for name, run in parts]

    async def announce_start(self) -> None:
        """«Бот запущен» to the admins, through the queue."""
        if self._leading:
            await self._announcer.started()

    async def announce_stop(self) -> None:
        """«Бот остановлен» to the admins, directly: it makes no sense later. Takes at most 3 s."""
        if self._leading and self._leading.state != "standby":
            await self._announcer.stopped()

    async def stop(self, within: timedelta) -> None:
        """What is in work may finish `within` that time; no more is begun, the rest waits for the next start."""
        now = asyncio.get_running_loop().time
        deadline = now() + within.total_seconds()
        self._deliveries.close()
        await asyncio.gather(*(part.drain(within) for part in (self._leading, self._link) if part))
        left = timedelta(seconds=max(deadline - now(), 0))
        await asyncio.gather(self._relay.close(left), self._bulk.close(left))
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE)


async def _keep(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """A part that fails for a reason nobody thought of is begun again, loudly."""
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 - without it, a bug would silently end all that happens later
            logger.opt(exception=error).critical("{} failed and begins again", name)
            await asyncio.sleep(_RESTART)
        else:
            return


def build_background(
    setup: Setup,
    services: ServicesFactory,
    bot: Bot,
    texts: Texts,
    clock: Clock,
    metrics: Metrics,
    *,
    present: Callable[[], bool] = lambda: True,
) -> Background:
    """Nothing is started or connected yet. Needs a running loop.

    The embedded queue brings nothing while this process is not `present`: another one's may be at work.
    """
    admins = [Recipient(external_id=admin) for admin in setup.admins]
    sender = TelegramSender(bot, on_outcome=metrics.message_sent)
    rhythm = setup.tempo.rhythm or (Rhythm.for_moved_clock() if setup.clock_moves else Rhythm())
    schedule = Schedule(services, clock, metrics, store_url=setup.store_url, rhythm=rhythm)
    consumers: dict[str, Consumer] = {
        ADMIN_MSG: partial(admin_msg, admins=admins),
        NOTI_USER: partial(noti_user, visits=schedule),
        USER_MSG: partial(user_msg, sender=sender, texts=texts, metrics=metrics),
    }
    deliveries = Deliveries(consumers, services, metrics, setup.tempo.patience)
    announcer = Announcer(services, sender, texts, admins, wanted=setup.announce)

    def relays(forward: Forward, ready: Callable[[], bool], leads: Callable[[], bool]) -> tuple[Relay, Relay]:
        """What is urgent goes out from every process, the rest from the leading one, at one pace for all."""
        sweep = setup.tempo.sweep
        urgent = Relay(services, forward, bulk=False, ready=ready, sweep=sweep)
        return urgent, Relay(services, in_bulk(forward), bulk=True, ready=lambda: ready() and leads(), sweep=sweep)

    if setup.rabbitmq_url is None:
        relay, bulk = relays(to_consumers(deliveries), present, lambda: True)
        leading = Leading(_leadership(setup), schedule, None)
        return Background(relay, bulk, deliveries, None, leading, announcer, services)

    async def publish(row: QueuedMessage) -> Verdict:
        verdict = await link.publish(row)
        metrics.message_published("done" if isinstance(verdict, Done) else "failed")
        return verdict

    relay, bulk = relays(publish, lambda: link.connected, lambda: visits is not None and visits.connected)
    receiver = Receiver(deliveries, services, wake_in=relay.wake_in)
    consumes = (ADMIN_MSG, USER_MSG) if "worker" in setup.roles else ()
    link = RabbitLink(setup.rabbitmq_url, receiver, consumes=consumes, on_connected=relay.wake)
    visits = leads = None
    if "scheduler" in setup.roles:
        visits = RabbitLink(setup.rabbitmq_url, receiver, consumes=(NOTI_USER,), on_connected=relay.wake, loud=False)
        leads = Leading(_leadership(setup), schedule, visits)
    return Background(relay, bulk, deliveries, link, leads, announcer, services)


def _leadership(setup: Setup) -> Leadership:
    return OnlyProcess() if setup.db_url.startswith("sqlite") else AdvisoryLock(setup.db_url)
