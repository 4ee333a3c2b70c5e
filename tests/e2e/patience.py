"""Waiting for what no event tells: a row in the database, a line in the log."""

import asyncio
from collections.abc import Callable

PATIENCE = 15.0
LOOK_EVERY = 0.02


async def until(condition: Callable[[], bool], *, what: str, seconds: float = PATIENCE) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - there is no event
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise AssertionError(f"{what} did not come within {seconds:g} s") from None
