"""The one door for updates, whether they were posted to us or fetched by us."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, NoReturn

from aiogram import Bot
from aiogram.dispatcher.middlewares.user_context import UserContextMiddleware
from aiogram.exceptions import AiogramError
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from loguru import logger

from app.domain.errors import StoreUnavailable
from app.metrics import Metrics

Feed = Callable[[Update], Awaitable[object]]
"""Handles an update. Returns a method to be called for it, or anything else to be ignored."""

WAITING_LINE = 256
"""How many updates may wait for their turn beyond those in work; the next one is refused."""

_KINDS = frozenset(Update.model_fields) - {"update_id"}
_SLOW = 2.0


class Refused(Exception):
    """The service stops or is overloaded: the update is to be offered again later."""


class UpdateIntake:
    """Lets at most `limit` updates be in work at once and at most WAITING_LINE wait; knows when all are done."""

    def __init__(self, feed: Feed, metrics: Metrics, *, limit: int) -> None:
        self._feed = feed
        self._metrics = metrics
        self._turns = asyncio.Semaphore(limit)
        self._most = limit + WAITING_LINE
        self._present = 0
        self._stopping = False
        self._overloaded = False
        self._all_done = asyncio.Event()
        self._all_done.set()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Holds a place in the line, to be taken before the update is even read. Raises Refused."""
        if self._stopping or self._present >= self._most:
            self._refuse()
        self._present += 1
        self._all_done.clear()
        try:
            yield
        finally:
            self._present -= 1
            if not self._present:
                self._overloaded = False
                self._all_done.set()

    def _refuse(self) -> NoReturn:
        self._metrics.update_refused("stopping" if self._stopping else "overloaded")
        if not self._stopping and not self._overloaded:
            self._overloaded = True
            logger.warning("{} updates are here already: more are refused until it gets quieter", self._present)
        raise Refused

    def reject(self, status: int) -> None:
        """Something else than an update came, and was answered with `status`."""
        self._metrics.post_rejected(status)

    async def handle(self, update: Update) -> TelegramMethod[Any] | None:
        """What is to be called as the answer, if anything. To be awaited inside `place`.

        Raises StoreUnavailable: the same update is to be offered again. Any other exception is a bug, and the update
        is done with: offered again and again, it would block its chat.
        """
        self._metrics.update_taken()
        kind, begun, outcome = _kind_of(update), perf_counter(), "failed"
        user_id = UserContextMiddleware.resolve_event_context(update).user_id
        with logger.contextualize(update=update.update_id, user=user_id):
            try:
                async with self._turns:
                    answer = await self._feed(update) if kind in _KINDS else None
                outcome = "handled"
            except StoreUnavailable as error:
                outcome = "unavailable"
                logger.warning("{} is to come again, a store is away: {}", kind, error)
                raise
            except asyncio.CancelledError:
                outcome = "cancelled"
                logger.error("{} was cut off in its middle, because the time to stop was over", kind)
                raise
            except Exception:  # noqa: BLE001 - a bug of any kind must not block the chat
                logger.exception("{} could not be handled", kind)
                answer = None
            finally:
                seconds = perf_counter() - begun
                self._metrics.update_done(kind, outcome, seconds)
            logger.log("WARNING" if seconds > _SLOW else "DEBUG", "{} {} in {:.0f} ms", kind, outcome, seconds * 1000)
        return answer if isinstance(answer, TelegramMethod) else None

    def stop(self) -> None:
        """From now on every update is refused; those in work go on."""
        self._stopping = True

    async def drain(self, timeout: float) -> bool:  # noqa: ASYNC109 - the bound is the point of it
        """Waits until nothing is in work, for at most `timeout` seconds; says whether all was finished."""
        try:
            async with asyncio.timeout(timeout):
                await self._all_done.wait()
        except TimeoutError:
            logger.error("{} updates are still in work after {:g} s and are given up", self._present, timeout)
            return False
        return True


async def call(bot: Bot, answer: TelegramMethod[Any]) -> None:
    """Calls what a handler returned. Nobody waits for its result, so a refusal is only logged."""
    try:
        await bot(answer)
    except AiogramError as error:
        logger.error("{} as the answer to an update failed: {}", answer.__api_method__, error)


def _kind_of(update: Update) -> str:
    """`message`, `callback_query` and so on; `unknown` if Telegram has invented something since."""
    for name in update.model_fields_set:
        if name in _KINDS and getattr(update, name) is not None:
            return name
    return "unknown"
