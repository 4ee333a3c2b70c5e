"""Brings what is due in the outbox on its way: to RabbitMQ, or straight to the consumers."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from aiolimiter import AsyncLimiter
from loguru import logger

from app.background.delivery import Dead, Done, Later, Left, Untried, Verdict
from app.domain.errors import StoreUnavailable
from app.services import ServicesFactory
from app.services.messages import QueuedMessage

_AT_ONCE = 100
"""How many messages are on their way at a time."""
_BULK_A_SECOND = 15
"""Of what a messenger takes in a second (25), the rest is always free for what is urgent."""
_LAST_WORD = 1.0
"""Seconds for writing down, at the end, what has arrived; what is not written down is claimed and recognised again."""

Forward = Callable[[QueuedMessage], Awaitable[Verdict]]


def in_bulk(forward: Forward) -> Forward:
    """Evenly, one after the other: however many are due at once, no queue behind this one grows long."""
    pace = AsyncLimiter(1, 1 / _BULK_A_SECOND)

    async def forward_in_turn(row: QueuedMessage) -> Verdict:
        await pace.acquire()
        return await forward(row)

    return forward_in_turn


class Relay:
    """Claims rows of the outbox, forwards them, and writes down what became of them.

    It looks when woken, and every `sweep` for what a crash left behind or what has become due. A row that is claimed
    and not written down is claimed again after `lease`. `bulk` says which it claims, as `MessageService.claim` does.
    """

    def __init__(
        self,
        services: ServicesFactory,
        forward: Forward,
        *,
        bulk: bool,
        ready: Callable[[], bool],
        sweep: timedelta,
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        self._services = services
        self._forward = forward
        self._bulk = bulk
        self._at_once = _BULK_A_SECOND if bulk else _AT_ONCE
        self._ready = ready
        self._sweep = sweep.total_seconds()
        self._lease = lease
        self._stir = asyncio.Event()
        self._look = True
        self._closing = False
        self._turn = asyncio.Lock()
        self._on_the_way: dict[int, asyncio.Task[None]] = {}
        self._published: list[QueuedMessage] = []
        self._left: list[QueuedMessage] = []
        self._store_away = False

    def wake(self) -> None:
        """Something may be due. Costs nothing, to be called from the loop's thread."""
        self._look = True
        self._stir.set()

    def wake_in(self, after: timedelta) -> None:
        """Something will be due. Nothing to do if the sweep finds it in time."""
        if after.total_seconds() < self._sweep:
            asyncio.get_running_loop().call_later(after.total_seconds(), self.wake)

    async def run(self) -> None:
        """Until cancelled or closed."""
        while not self._closing:
            await self._round()
            await self._rest()

    async def close(self, within: timedelta) -> None:
        """Nothing new is claimed; what is on its way may arrive `within` that time, and is noted if it can be.

        What has not arrived by then is given back: whoever is there, or starts next, has it at once.
        """
        self._closing = True
        self._stir.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORD), self._turn:
                pass  # what is being claimed at this moment is on its way, too
        if tasks := set(self._on_the_way.values()):
            _, late = await asyncio.wait(tasks, timeout=within.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORD):
                await self._round()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._sweep):
                await self._stir.wait()
        except TimeoutError:
            self._look = True
        self._stir.clear()

    async def _round(self) -> None:
        """One at a time: the last one, of a stop, lets the one at work write down what it has."""
        async with self._turn:
            await self._look_around()

    async def _look_around(self) -> None:
        try:
            await self._write_down()
            if self._closing:
                await self._give_back()
            elif self._look:
                await self._claim()
        except StoreUnavailable as error:
            if not self._store_away:
                logger.warning("The outbox cannot be read: {}", error)
            self._store_away = True
        else:
            self._store_away = False

    async def _write_down(self) -> None:
        claimed, self._published = self._published, []
        if not claimed:
            return
        try:
            await self._services().messages.published(claimed)
        except StoreUnavailable:
            self._published += claimed
            raise

    async def _give_back(self) -> None:
        left, self._left = self._left, []
        if left:
            await self._services().messages.give_back(left)

    async def _claim(self) -> None:
        messages = self._services().messages
        room = self._at_once - len(self._on_the_way)
        if not self._ready() or room <= 0:
            return
        self._look = False
        rows = await messages.claim(room, lease=self._lease, bulk=self._bulk)
        for row in rows:
            if row.id not in self._on_the_way:
                task = asyncio.create_task(self._bring(row), name=f"outbox {row.id}")
                self._on_the_way[row.id] = task
                task.add_done_callback(partial(self._ended, row))
        if len(rows) == room:
            self.wake()

    async def _bring(self, row: QueuedMessage) -> None:
        try:
            await self._settle(row, await self._forward(row))
        except StoreUnavailable as error:
            logger.warning("Outbox row {} keeps its lease: {}", row.id, error)

    def _ended(self, row: QueuedMessage, task: asyncio.Task[None]) -> None:
        del self._on_the_way[row.id]
        self._stir.set()
        if task.cancelled():
            self._left.append(row)
        elif error := task.exception():
            logger.opt(exception=error).error("Outbox row {} keeps its lease", row.id)

    async def _settle(self, row: QueuedMessage, verdict: Verdict) -> None:
        services = self._services()
        match verdict:
            case Done():
                self._published.append(row)
            case Later(after, reason):
                tried = not isinstance(verdict, Untried)
                await services.messages.retry_at(row.id, services.clock.now() + after, reason, tried=tried)
                self.wake_in(after)
            case Dead(reason):
                await services.messages.dead(row.id, reason)
            case Left():
                self._left.append(row)
