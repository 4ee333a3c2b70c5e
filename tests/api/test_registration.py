"""What Telegram is told at a start, and how seldom."""

import asyncio
from dataclasses import replace

import pytest
from aiogram import Bot
from aiogram.types import BotCommand
from aiogram.utils.backoff import BackoffConfig

from app.api.registration import WebhookElsewhere, WebhookWish, let_us_fetch, persist, post_to_us, show_commands
from app.dao.session_lock import SessionLock
from playground.client import Playground
from tests.api.conftest import Log

pytestmark = pytest.mark.slow

WISH = WebhookWish(
    url="http://127.0.0.1:9/webhook", secret="s3cret", allowed_updates=("message", "callback_query"), max_connections=64
)


class Notes(dict[str, bytes]):
    """A memory for one deployment."""

    async def load(self, key: str) -> bytes | None:
        return self.get(key)

    async def save(self, key: str, body: bytes) -> None:
        self[key] = body


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "app.api.registration._PAUSES", BackoffConfig(min_delay=0.01, max_delay=0.05, factor=2, jitter=0)
    )


@pytest.fixture
def memory() -> Notes:
    return Notes()


async def test_the_webhook_is_set_with_secret_and_allowed_updates(live_bot: Bot, memory: Notes, log: Log) -> None:
    await post_to_us(live_bot, WISH, memory)
    info = await live_bot.get_webhook_info()
    assert (info.url, info.max_connections, set(info.allowed_updates or ())) == (
        WISH.url,
        64,
        {"message", "callback_query"},
    )
    assert log.about("now posts updates to http://127.0.0.1:9/webhook")
    assert not log.about("s3cret")
    assert b"s3cret" not in b"".join(memory.values())


async def test_the_same_webhook_is_not_set_again(live_bot: Bot, memory: Notes, log: Log) -> None:
    await post_to_us(live_bot, WISH, memory)
    await post_to_us(live_bot, WISH, memory)
    assert len(log.about("now posts")) == 1
    assert len(log.about("as before")) == 1


@pytest.mark.parametrize(
    "wish",
    [
        replace(WISH, url="http://127.0.0.1:10/webhook"),
        replace(WISH, secret="another"),
        replace(WISH, allowed_updates=("message",)),
        replace(WISH, max_connections=10),
    ],
)
async def test_a_webhook_that_differs_is_set_again(live_bot: Bot, memory: Notes, log: Log, wish: WebhookWish) -> None:
    await post_to_us(live_bot, WISH, memory)
    await post_to_us(live_bot, wish, memory)
    await post_to_us(live_bot, wish, memory)
    assert len(log.about("now posts")) == 2


async def test_what_waits_at_telegram_is_kept(live_bot: Bot, memory: Notes, telegram: Playground) -> None:
    guest = await telegram.join("guest")
    await guest.send("hello", wait=False)
    await post_to_us(live_bot, WISH, memory)
    assert (await live_bot.get_webhook_info()).pending_update_count == 1


async def test_polling_refuses_while_another_host_has_the_updates(live_bot: Bot, memory: Notes) -> None:
    await let_us_fetch(live_bot, take_over=False)
    await post_to_us(live_bot, WISH, memory)
    with pytest.raises(WebhookElsewhere, match=r"posts them to http://127\.0\.0\.1:9/webhook.*TAKE_OVER_WEBHOOK=1"):
        await let_us_fetch(live_bot, take_over=False)
    await let_us_fetch(live_bot, take_over=True)
    assert not (await live_bot.get_webhook_info()).url


async def test_the_menu_of_commands_is_set_only_where_it_differs(live_bot: Bot, log: Log) -> None:
    commands = {
        "": [BotCommand(command="start", description="В начало")],
        "en": [BotCommand(command="start", description="Begin")],
    }
    await show_commands(live_bot, commands)
    await show_commands(live_bot, commands)
    await show_commands(live_bot, {**commands, "en": [BotCommand(command="start", description="Start")]})
    assert [line.partition("languages: ")[2].strip() for line in log.about("menu of commands")] == ["all, en", "en"]
    [shown] = await live_bot.get_my_commands(language_code="en")
    assert shown.description == "Start"


async def test_processes_that_start_at_once_tell_telegram_once(
    live_bot: Bot, memory: Notes, telegram: Playground, postgres_database: str
) -> None:
    start = {"": [BotCommand(command="start", description="В начало")]}

    async def set_up() -> None:
        turn = SessionLock(postgres_database, 1, name="set-up").held
        await persist(lambda: post_to_us(live_bot, WISH, memory), lambda: show_commands(live_bot, start), turn=turn)

    await asyncio.gather(set_up(), set_up(), set_up())
    calls = telegram.world.trace.calls
    assert (calls["getWebhookInfo"], calls["setWebhook"], calls["setMyCommands"]) == (3, 1, 1)


async def test_a_bot_api_that_is_away_is_tried_again_until_it_is_back(
    live_bot: Bot, memory: Notes, telegram: Playground, log: Log
) -> None:
    await telegram.fail("500", 2)
    await persist(lambda: post_to_us(live_bot, WISH, memory))
    assert len(log.about("The bot cannot be set up yet")) == 2
    assert (await live_bot.get_webhook_info()).url == WISH.url


async def test_a_pause_that_telegram_asks_for_is_kept(
    live_bot: Bot, memory: Notes, telegram: Playground, log: Log
) -> None:
    await telegram.fail("429", 1, retry_after=1)
    await persist(lambda: post_to_us(live_bot, WISH, memory))
    assert log.about("trying again in 1 s")


async def test_a_webhook_elsewhere_and_a_revoked_token_are_errors_an_operator_understands(
    live_bot: Bot, memory: Notes, log: Log
) -> None:
    await post_to_us(live_bot, WISH, memory)
    tries = iter([False, True])
    await persist(lambda: let_us_fetch(live_bot, take_over=next(tries)))
    assert log.about("ERROR")[0].count("BASE_URL is empty") == 1
    stranger = Bot("4200000009:AAunknownunknownunknownunknownunkno", session=live_bot.session)
    bots = iter([stranger, live_bot])
    await persist(lambda: let_us_fetch(next(bots), take_over=False))
    assert log.about("The Bot API does not know BOT_TOKEN")


async def test_a_bug_is_logged_whole_and_does_not_leave_the_bot_silent(live_bot: Bot, memory: Notes, log: Log) -> None:
    mistakes = [ZeroDivisionError("a bug")]

    async def step() -> None:
        if mistakes:
            raise mistakes.pop()
        await post_to_us(live_bot, WISH, memory)

    await persist(step)
    assert "Traceback" in log.about("because of a bug")[0]
    assert (await live_bot.get_webhook_info()).url == WISH.url
