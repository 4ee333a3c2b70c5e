"""The time that a stop may take: begun by the signal, and the same for the server, the updates and all that follows."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from loguru import logger

from app.domain.errors import StoreUnavailable

_MOMENT = 0.5
"""Seconds that are always left: for what was cut off to end."""


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end: float | None = None
        self._at_work: set[asyncio.Task[Any]] = set()

    @property
    def begun(self) -> bool:
        return self._end is not None

    def begin(self) -> None:
        """Only the first time counts."""
        if self._end is None:
            logger.info("Stopping: what is in work may finish within {:g} s", self._seconds)
            self._end = monotonic() + self._seconds
            asyncio.get_running_loop().call_later(self._seconds, self._cut_off)

    def left(self) -> float:
        """In seconds, never quite nothing."""
        return self._seconds if self._end is None else max(_MOMENT, self._end - monotonic())

    @contextmanager
    def work(self) -> Iterator[None]:
        """Around what is cut off when the time is over. Raises StoreUnavailable if it is over already."""
        if self._end is not None and monotonic() >= self._end:
            raise StoreUnavailable("the service: the time to stop is over")
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("work is done by tasks")
        self._at_work.add(task)
        try:
            yield
        finally:
            self._at_work.discard(task)

    @contextmanager
    def begun_by_signal(self) -> Iterator[None]:
        """A server that is told to stop first waits for its connections: that time is ours as well."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()

        def heard_by(usual: Callable[..., Any]) -> Callable[..., Any]:
            def hear(*what: Any) -> Any:
                loop.call_soon_threadsafe(self.begin)  # not at once: it may interrupt the log in the middle of a line
                return usual(*what)

            return hear

        usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number, handler in usual.items():
            if callable(handler):
                signal.signal(number, heard_by(handler))
        try:
            yield
        finally:
            for number, handler in usual.items():
                signal.signal(number, handler)

    def _cut_off(self) -> None:
        for task in self._at_work:
            task.cancel()
