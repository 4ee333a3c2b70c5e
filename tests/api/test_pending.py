"""What an operator is told of updates that do not get through."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiogram import Bot

from app.api.pending import watch_posts
from app.metrics import Metrics
from playground.client import Playground
from tests.api.conftest import Log

URL = "http://127.0.0.1:9/webhook"
"""Nobody listens there."""


@pytest.fixture
async def watched(live_bot: Bot, metrics: Metrics) -> AsyncIterator[None]:
    await live_bot.set_webhook(URL)
    watching = asyncio.create_task(watch_posts(live_bot, URL, metrics.waiting_at_telegram, every=0.02))
    yield
    watching.cancel()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - it is seen from outside only
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("watched")
async def test_updates_that_telegram_cannot_post_are_counted_and_told_of(
    telegram: Playground, metrics: Metrics, log: Log
) -> None:
    guest = await telegram.join("guest")
    await guest.send("/start", wait=False)
    await until(lambda: "bites_telegram_pending_updates 1.0" in metrics.text().decode())
    await until(lambda: log.about("Telegram could not post an update (Connection refused"))
    assert log.about("1 wait there")


@pytest.mark.usefixtures("watched")
async def test_a_program_that_takes_the_updates_is_told_of_once(live_bot: Bot, telegram: Playground, log: Log) -> None:
    await live_bot.delete_webhook()
    await until(lambda: log.about("Telegram posts updates to nobody now"))
    await telegram.network(down=True)
    await until(lambda: log.about("does not say what waits there"))
    await telegram.network(down=False)
    await live_bot.set_webhook("http://127.0.0.1:9/elsewhere")
    await until(lambda: log.about("posts updates to http://127.0.0.1:9/elsewhere now"))
    assert len(log.about("ERROR")) == 2
