"""The webhook's secret is changed while two processes stand behind the proxy: neither refuses what Telegram sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from aiogram import Bot

from app.api import secrets
from app.api.intake import UpdateIntake
from app.api.registration import post_to_us
from app.api.secrets import Secrets
from app.api.webhook import Webhook
from app.domain.errors import StoreUnavailable
from playground.client import Playground
from tests.api.conftest import message_update, served
from tests.api.test_registration import WISH, Notes

pytestmark = pytest.mark.slow

OLD, NEW = replace(WISH, secret="the-old-one"), replace(WISH, secret="the-new-one")


class FailingNotes(Notes):
    """The database goes away after so many writes."""

    def __init__(self, shared: Notes, writes: int) -> None:
        super().__init__(shared)
        self._shared = shared
        self._left = writes

    async def save(self, key: str, body: bytes) -> None:
        if not self._left:
            raise StoreUnavailable
        self._left -= 1
        await super().save(key, body)
        await self._shared.save(key, body)


class SilentNotes(Notes):
    """The database stands still."""

    async def load(self, key: str) -> bytes | None:
        await asyncio.Event().wait()
        return await super().load(key)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_LOOKED_AT_EVERY", 0.0)
    monkeypatch.setattr(secrets, "_KNOWN_AFTER", 0.01)


@pytest.fixture
def memory() -> Notes:
    return Notes()


@asynccontextmanager
async def process(bot: Bot, intake: UpdateIntake, memory: Notes, own: str) -> AsyncIterator[str]:
    """Where a web process with this secret listens."""
    others = Secrets(own, memory, bot.id)
    async with served(Webhook(bot, intake, secret=own, is_anothers=others.is_anothers).route()) as url:
        yield f"{url}/webhook"


async def post(url: str, secret: str) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with httpx.AsyncClient() as http:
        return (await http.post(url, json=message_update(1), headers=headers)).status_code


async def test_processes_with_the_old_and_the_new_secret_let_in_both_and_nobody_else(
    live_bot: Bot, intake: UpdateIntake, memory: Notes
) -> None:
    await post_to_us(live_bot, OLD, memory)
    async with (
        process(live_bot, intake, memory, OLD.secret) as old,
        process(live_bot, intake, memory, NEW.secret) as new,
    ):
        assert [await post(old, NEW.secret), await post(new, OLD.secret)] == [403, 200]
        await post_to_us(live_bot, NEW, memory)
        for url in (old, new):
            assert [await post(url, secret) for secret in (OLD.secret, NEW.secret, "a-strangers")] == [200, 200, 403]
        await post_to_us(live_bot, OLD, memory)  # one with the old secret has ended and is started again
        for url in (old, new):
            assert [await post(url, secret) for secret in (OLD.secret, NEW.secret, "a-strangers")] == [200, 200, 403]


async def test_the_others_let_the_new_secret_in_before_telegram_sends_it(
    live_bot: Bot, intake: UpdateIntake, memory: Notes, telegram: Playground
) -> None:
    await post_to_us(live_bot, OLD, memory)
    async with process(live_bot, intake, memory, OLD.secret) as old:
        await telegram.fail("hang", method="setWebhook")
        telling = asyncio.create_task(post_to_us(live_bot, NEW, memory))
        async with asyncio.timeout(10):
            while await post(old, NEW.secret) != 200:  # noqa: ASYNC110 - it is seen from outside only
                await asyncio.sleep(0.01)
        assert [await post(old, OLD.secret), telling.done()] == [200, False]
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def test_the_old_secret_is_refused_when_nothing_can_be_on_its_way_any_more(
    live_bot: Bot, intake: UpdateIntake, memory: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "_STILL_ON_ITS_WAY", 0)
    await post_to_us(live_bot, OLD, memory)
    await post_to_us(live_bot, NEW, memory)
    async with process(live_bot, intake, memory, NEW.secret) as new:
        assert [await post(new, OLD.secret), await post(new, NEW.secret)] == [403, 200]
    assert not any(secret.encode() in note for note in memory.values() for secret in (OLD.secret, NEW.secret))


async def test_an_exchange_that_breaks_off_anywhere_leaves_no_secret_behind_that_is_good_for_ever(
    live_bot: Bot, intake: UpdateIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "_STILL_ON_ITS_WAY", 0)
    for writes in range(4):
        broken_off = Notes()
        await post_to_us(live_bot, OLD, broken_off)
        with pytest.raises(StoreUnavailable):
            await post_to_us(live_bot, NEW, FailingNotes(broken_off, writes))
        for ours, others in ((NEW, OLD), (OLD, NEW)):  # it is tried again, or the operator goes back
            memory = Notes(broken_off)
            await post_to_us(live_bot, ours, memory)
            async with process(live_bot, intake, memory, ours.secret) as url:
                assert [await post(url, ours.secret), await post(url, others.secret)] == [200, 403], writes


async def test_while_nobody_can_say_whose_a_secret_is_the_post_is_to_come_again(bot: Bot, intake: UpdateIntake) -> None:
    async def away(_: bytes) -> bool:
        raise StoreUnavailable

    async with served(Webhook(bot, intake, secret="ours", is_anothers=away).route()) as url:
        assert [await post(f"{url}/webhook", secret) for secret in ("ours", "whose?")] == [200, 503]


async def test_strangers_do_not_stand_in_line_for_a_database_that_says_nothing(
    bot: Bot, intake: UpdateIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "_PATIENCE", 0.1)
    async with process(bot, intake, SilentNotes(), "ours") as url, httpx.AsyncClient(timeout=1) as http:
        posts = [http.post(url, json={}, headers={"X-Telegram-Bot-Api-Secret-Token": "theirs"}) for _ in range(20)]
        assert {answer.status_code for answer in await asyncio.gather(*posts)} == {503}
