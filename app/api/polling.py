"""Fetching updates where Telegram cannot reach us. Nothing is confirmed before it is done, so a crash loses nothing."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiogram import Bot
from aiogram.dispatcher.middlewares.user_context import UserContextMiddleware
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramRetryAfter
from aiogram.methods import GetUpdates
from aiogram.types import Update
from aiogram.utils.backoff import Backoff, BackoffConfig
from loguru import logger
from pydantic import ValidationError

from app.api.intake import Refused, UpdateIntake, call
from app.api.webhook import where
from app.domain.errors import StoreUnavailable

WINDOW = 100
"""How many updates may be fetched and not confirmed: as many as one getUpdates returns."""

_LONG_POLL = 30
_NETWORK_GRACE = 10
_CONFIRM_SECONDS = 3
_NETWORK_PAUSES = BackoffConfig(min_delay=0.5, max_delay=30, factor=2, jitter=0.1)
_STORE_PAUSES = BackoffConfig(min_delay=0.5, max_delay=15, factor=2, jitter=0.1)
_LOOK_PAUSES = BackoffConfig(min_delay=0.05, max_delay=0.4, factor=2, jitter=0)


class _GetAny(GetUpdates):
    """As Telegram sends them, whether we understand them or not."""

    __returning__ = list[dict[str, Any]]


class Poller:
    """Asks getUpdates for ever and serves many people at once, each in the order of their updates.

    getUpdates confirms all that is below its offset, so the offset is the lowest update that is not done. Those in work
    are returned again meanwhile, and passed over.
    """

    def __init__(self, bot: Bot, intake: UpdateIntake, *, allowed_updates: Sequence[str]) -> None:
        self._bot = bot
        self._intake = intake
        self._allowed_updates = list(allowed_updates)
        self._done_by_id: dict[int, bool] = {}
        self._offset: int | None = None
        self._lanes: dict[int, deque[Update]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._fetching: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def running(self) -> bool:
        return self._fetching is not None and not self._fetching.done()

    def start(self) -> None:
        self._fetching = asyncio.create_task(self._fetch_for_ever())

    async def stop(self, timeout: float) -> None:  # noqa: ASYNC109 - the bound is the point of it
        """Fetches no more, waits at most `timeout` seconds for what is in work, and confirms what is done."""
        self._stopping.set()
        if self._fetching:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        if self._workers:
            _, unfinished = await asyncio.wait(self._workers, timeout=timeout)
            for worker in unfinished:
                worker.cancel()
        await self._confirm()

    async def _fetch_for_ever(self) -> None:
        trouble = Trouble()
        looks = Backoff(_LOOK_PAUSES)
        while True:
            if self._workers:
                await asyncio.wait(self._workers, timeout=next(looks))
            asked_from = self._offset
            try:
                updates = await self._fetch(wait=0 if self._workers else _LONG_POLL)
            except Exception as error:  # noqa: BLE001 - whatever it is, the bot must not fall silent; it is logged
                await trouble.pause(error)
                continue
            trouble.over()
            if self._take(updates, asked_from or 0):
                looks.reset()

    async def _fetch(self, *, wait: int, limit: int = WINDOW) -> list[Update]:
        fetch = _GetAny(offset=self._offset, limit=limit, timeout=wait, allowed_updates=self._allowed_updates)
        found: Any = await self._bot(fetch, request_timeout=wait + _NETWORK_GRACE)
        return [self._understood(content) for content in found]

    def _understood(self, content: dict[str, Any]) -> Update:
        """One that is not as we know them is nothing but its id: it must not keep back all that came with it."""
        try:
            return Update.model_validate(content, context={"bot": self._bot})
        except ValidationError as error:
            update = Update.model_validate({"update_id": content["update_id"]})
            if update.update_id not in self._done_by_id:
                logger.error("Update {} is passed over, it is no update: {}", update.update_id, where(error))
            return update

    def _take(self, updates: list[Update], asked_from: int) -> bool:
        """Whether there was a new one among them. What was done while they were on their way is not."""
        known = len(self._done_by_id)
        done_since = range(asked_from, self._offset or 0)
        for update in updates:
            if update.update_id not in self._done_by_id and update.update_id not in done_since:
                self._done_by_id[update.update_id] = False
                context = UserContextMiddleware.resolve_event_context(update)
                self._line_up(update, context.user_id or context.chat_id or 0)
        return len(self._done_by_id) > known

    def _line_up(self, update: Update, person: int) -> None:
        if lane := self._lanes.get(person):
            lane.append(update)
            return
        self._lanes[person] = deque([update])
        worker = asyncio.create_task(self._serve(person))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _serve(self, person: int) -> None:
        """Handles this person's updates one after the other; the lane ends with the last one."""
        lane = self._lanes[person]
        while lane and await self._handle(lane[0]):
            self._done(lane.popleft())
        del self._lanes[person]

    async def _handle(self, update: Update) -> bool:
        """Again and again while a store is away. False if the service stopped before it was done."""
        pauses = Backoff(_STORE_PAUSES)
        while not self._stopping.is_set():
            try:
                with self._intake.place():
                    answer = await self._intake.handle(update)
                    if answer:
                        await call(self._bot, answer)
                    return True
            except (Refused, StoreUnavailable):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), next(pauses))
        return False

    def _done(self, update: Update) -> None:
        """Moves the offset up to the lowest update that is not done."""
        self._done_by_id[update.update_id] = True
        for update_id in sorted(self._done_by_id):
            if not self._done_by_id[update_id]:
                return
            self._offset = max(self._offset or 0, update_id + 1)
            del self._done_by_id[update_id]

    async def _confirm(self) -> None:
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                await self._fetch(wait=0, limit=1)
        except (AiogramError, TimeoutError) as error:
            logger.warning(
                "The last updates could not be confirmed and will be passed over at the next start: {}", error
            )


class Trouble:
    """Keeps a row of failures down to one line at its beginning and one at its end."""

    def __init__(self) -> None:
        self._pauses = Backoff(_NETWORK_PAUSES)
        self._last: type[Exception] | None = None

    async def pause(self, error: Exception) -> None:
        if type(error) is not self._last:
            self._last = type(error)
            _explain(error)
        pause = next(self._pauses)
        await asyncio.sleep(max(pause, error.retry_after) if isinstance(error, TelegramRetryAfter) else pause)

    def over(self) -> None:
        if self._last:
            logger.info("Updates can be fetched again, after {} tries", self._pauses.counter + 1)
            self._last = None
            self._pauses.reset()


def _explain(error: Exception) -> None:
    if isinstance(error, TelegramConflictError):
        logger.error("Another program fetches the updates of this bot or sets its webhook; stop one of them: {}", error)
    elif isinstance(error, AiogramError):
        logger.warning("Updates cannot be fetched, trying again with growing pauses: {}", error)
    else:
        logger.opt(exception=error).error("Updates cannot be fetched because of a bug, trying again")
