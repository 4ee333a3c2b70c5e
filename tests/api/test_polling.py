"""What guests and an operator notice of long polling, against a Bot API that keeps what is not confirmed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from time import perf_counter

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Update
from aiogram.utils.backoff import BackoffConfig

from app.api.intake import UpdateIntake
from app.api.polling import Poller
from app.domain.errors import StoreUnavailable
from app.metrics import Metrics
from playground.client import Person, Playground
from tests.api.conftest import TOKEN, Handler, Log

pytestmark = pytest.mark.slow

QUICK = BackoffConfig(min_delay=0.01, max_delay=0.05, factor=2, jitter=0)


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.polling._NETWORK_PAUSES", QUICK)
    monkeypatch.setattr("app.api.polling._STORE_PAUSES", QUICK)


@pytest.fixture
def make_poller(live_bot: Bot, handler: Handler) -> Callable[[], Poller]:
    def make() -> Poller:
        return Poller(live_bot, UpdateIntake(handler, Metrics(), limit=64), allowed_updates=["message"])

    return make


@pytest.fixture
async def poller(make_poller: Callable[[], Poller]) -> AsyncIterator[Poller]:
    poller = make_poller()
    poller.start()
    yield poller
    await poller.stop(1)


@pytest.fixture
async def guest(telegram: Playground) -> Person:
    return await telegram.join("guest")


def waits_for(event: asyncio.Event, *, unless: Callable[[Update], bool]) -> Callable[[Update], Awaitable[object]]:
    async def does(update: Update) -> None:
        if not unless(update):
            await event.wait()

    return does


class Stumble(BaseRequestMiddleware):
    """The first call meets a bug."""

    def __init__(self) -> None:
        self.bugs = [ZeroDivisionError("a bug")]

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        if self.bugs:
            raise self.bugs.pop()
        return await make_request(bot, method)


class Dawdle(BaseRequestMiddleware):
    """An answer with updates is on its way until `arrives` is set, the first one aside."""

    def __init__(self) -> None:
        self.arrives = asyncio.Event()
        self.on_the_way = asyncio.Event()
        self._answers = 0

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        answer = await make_request(bot, method)
        self._answers += bool(answer)
        if answer and self._answers == 2:
            self.on_the_way.set()
            await self.arrives.wait()
        return answer


def words(update: Update) -> str:
    assert update.message
    return update.message.text or ""


async def crash(poller: Poller) -> None:
    """As with kill -9: everything ends where it stands, nothing is confirmed any more."""
    for task in [poller._fetching, *poller._workers]:
        assert task
        task.cancel()
    await asyncio.sleep(0)


@pytest.mark.usefixtures("poller")
async def test_an_update_is_handled_and_confirmed(guest: Person, handler: Handler, telegram: Playground) -> None:
    delivery = await guest.send("hello")
    assert delivery.outcome == "acknowledged"
    await guest.send("again")
    assert [words(update) for update in handler.seen] == ["hello", "again"]
    assert not telegram.world.bot_of(TOKEN).updates.waiting


@pytest.mark.usefixtures("poller")
async def test_many_guests_are_served_at_once_and_each_in_order(telegram: Playground, handler: Handler) -> None:
    guests = [await telegram.join(id=5000 + number, first_name=f"G{number}") for number in range(40)]
    alone: dict[int, int] = {}

    async def twenty_milliseconds(update: Update) -> None:
        assert update.message
        alone[update.message.chat.id] = alone.get(update.message.chat.id, 0) + 1
        assert alone[update.message.chat.id] == 1
        await asyncio.sleep(0.02)
        alone[update.message.chat.id] -= 1

    handler.does = twenty_milliseconds
    begun = perf_counter()
    sent = [await guest.send(text, wait=False) for text in ("one", "two", "three") for guest in guests]
    for guest, delivery in zip(guests * 3, sent, strict=True):
        await guest.settled(delivery)
    assert perf_counter() - begun < 120 * 0.02 / 1.5
    for guest in guests:
        assert [words(update) for update in handler.seen if update.message.chat.id == guest.id] == [  # type: ignore[union-attr]  # only messages are fetched
            "one",
            "two",
            "three",
        ]


async def test_what_is_done_while_it_is_fetched_again_is_not_done_twice(
    make_poller: Callable[[], Poller], live_bot: Bot, guest: Person, handler: Handler
) -> None:
    go_on = asyncio.Event()
    handler.does = waits_for(go_on, unless=lambda update: words(update) != "slow")
    dawdle = Dawdle()
    live_bot.session.middleware(dawdle)
    poller = make_poller()
    poller.start()
    await guest.send("slow", wait=False)
    await dawdle.on_the_way.wait()
    go_on.set()
    await asyncio.wait(poller._workers)
    dawdle.arrives.set()
    await guest.send("next")
    assert [words(update) for update in handler.seen] == ["slow", "next"]
    await poller.stop(1)


@pytest.mark.usefixtures("poller")
async def test_a_slow_update_delays_only_its_guest(telegram: Playground, guest: Person, handler: Handler) -> None:
    go_on = asyncio.Event()
    handler.does = waits_for(go_on, unless=lambda update: words(update) == "quick")
    slow = await guest.send("slow", wait=False)
    next_one = await guest.send("after it", wait=False)
    await handler.has(1)
    other = await telegram.join("second guest")
    await other.send("quick", wait=False)
    await handler.has(2)
    assert [words(update) for update in handler.seen] == ["slow", "quick"]
    go_on.set()
    await guest.settled(slow)
    await guest.settled(next_one)
    assert [words(update) for update in handler.seen] == ["slow", "quick", "after it"]


async def test_after_a_crash_what_was_not_done_comes_again(
    make_poller: Callable[[], Poller], telegram: Playground, guest: Person, handler: Handler
) -> None:
    killed = make_poller()
    killed.start()
    handler.does = waits_for(asyncio.Event(), unless=lambda update: words(update) == "done")
    lost = await guest.send("in work", wait=False)
    other = await telegram.join("second guest")
    await other.send("done", wait=False)
    await handler.has(2)
    await crash(killed)
    handler.seen.clear()
    handler.does = waits_for(asyncio.Event(), unless=lambda _: True)
    restarted = make_poller()
    restarted.start()
    assert (await guest.settled(lost)).outcome == "acknowledged"
    await restarted.stop(1)
    assert "in work" in [words(update) for update in handler.seen]


async def test_a_stop_finishes_what_is_in_work_and_confirms_it(
    make_poller: Callable[[], Poller], guest: Person, handler: Handler
) -> None:
    poller = make_poller()
    poller.start()
    go_on = asyncio.Event()
    handler.does = lambda _: go_on.wait()
    first = await guest.send("in work", wait=False)
    second = await guest.send("waiting", wait=False)
    await handler.has(1)
    stopping = asyncio.create_task(poller.stop(5))
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert (await guest.settled(first)).outcome == "acknowledged"
    assert [words(update) for update in handler.seen] == ["in work"]
    restarted = make_poller()
    restarted.start()
    assert (await guest.settled(second)).outcome == "acknowledged"
    await restarted.stop(1)
    assert [words(update) for update in handler.seen] == ["in work", "waiting"]


async def test_a_stop_does_not_wait_for_ever(
    make_poller: Callable[[], Poller], guest: Person, handler: Handler
) -> None:
    poller = make_poller()
    poller.start()
    handler.does = waits_for(asyncio.Event(), unless=lambda _: False)
    await guest.send("for ever", wait=False)
    await handler.has(1)
    async with asyncio.timeout(2):
        await poller.stop(0.01)


async def test_a_poller_that_never_started_stops(make_poller: Callable[[], Poller]) -> None:
    await make_poller().stop(1)


@pytest.mark.usefixtures("poller")
async def test_an_update_is_offered_again_until_the_store_is_back(guest: Person, handler: Handler, log: Log) -> None:
    async def away_twice(_: Update) -> None:
        if len(handler.seen) < 3:
            raise StoreUnavailable("locked")

    handler.does = away_twice
    await guest.send("book")
    assert [words(update) for update in handler.seen] == ["book"] * 3
    assert len(log.about("a store is away")) == 2


async def test_a_stop_while_a_store_is_away_leaves_the_update_to_the_next_start(
    make_poller: Callable[[], Poller], guest: Person, handler: Handler, telegram: Playground
) -> None:
    async def away(_: Update) -> None:
        raise StoreUnavailable("locked")

    handler.does = away
    poller = make_poller()
    poller.start()
    await guest.send("book", wait=False)
    await handler.has(1)
    await poller.stop(1)
    assert len(telegram.world.bot_of(TOKEN).updates.waiting) == 1


@pytest.mark.usefixtures("poller")
async def test_a_bug_stops_nobody(guest: Person, handler: Handler, log: Log) -> None:
    async def buggy(update: Update) -> None:
        if words(update) == "bad":
            raise ZeroDivisionError

    handler.does = buggy
    assert (await guest.send("bad")).outcome == "acknowledged"
    assert (await guest.send("good")).outcome == "acknowledged"
    assert log.about("ZeroDivisionError")


@pytest.mark.usefixtures("poller")
async def test_an_update_of_a_kind_that_nobody_knew_keeps_nobody_waiting(
    telegram: Playground, guest: Person, handler: Handler, log: Log
) -> None:
    strange = {"message_id": 1, "date": 1, "chat": {"id": guest.id, "type": "private"}, "poll": {"id": "of the future"}}
    await telegram.do({"do": "raw_update", "update": {"message": strange}})
    await guest.send("hello")
    assert [words(update) for update in handler.seen if update.message] == ["hello"]
    assert len(log.about("is passed over")) == 1
    assert not telegram.world.bot_of(TOKEN).updates.waiting


@pytest.mark.usefixtures("poller")
async def test_a_method_that_a_handler_returns_is_called(guest: Person, handler: Handler) -> None:
    async def answer(_: Update) -> SendMessage:
        return SendMessage(chat_id=guest.id, text="Готово")

    handler.does = answer
    await guest.send("book")
    assert guest.last.text == "Готово"


@pytest.mark.usefixtures("poller")
async def test_an_update_that_comes_twice_at_once_is_handled_once(guest: Person, handler: Handler) -> None:
    await guest.send("first")
    await guest.deliver_twice()
    await guest.send("twice")
    assert [words(update) for update in handler.seen] == ["first", "twice"]


async def test_failures_of_the_network_are_one_line_and_one_when_they_are_over(
    make_poller: Callable[[], Poller], telegram: Playground, guest: Person, log: Log
) -> None:
    await telegram.fail("500", 3, method="getUpdates")
    poller = make_poller()
    poller.start()
    await guest.send("hello")
    await poller.stop(1)
    assert len(log.about("Updates cannot be fetched")) == 1
    assert log.about("can be fetched again, after 4 tries")


async def test_the_pause_that_telegram_asks_for_is_kept(
    make_poller: Callable[[], Poller], telegram: Playground, guest: Person
) -> None:
    await telegram.fail("429", 1, retry_after=1, method="getUpdates")
    begun = perf_counter()
    poller = make_poller()
    poller.start()
    await guest.send("hello")
    assert perf_counter() - begun >= 1
    await poller.stop(1)


@pytest.mark.usefixtures("poller")
async def test_a_second_poller_is_said_in_one_clear_line(
    telegram: Playground, guest: Person, handler: Handler, log: Log
) -> None:
    await guest.send("hello")
    updates = telegram.world.bot_of(TOKEN).updates
    async with aiohttp.ClientSession() as other:
        for _ in range(3):
            while updates._poller is None or updates._poller.done():  # noqa: ASYNC110 - it does not tell when it is asked
                await asyncio.sleep(0.005)
            async with other.get(f"{telegram.base_url}/bot{TOKEN}/getUpdates") as answer:
                assert answer.status == 200
    await guest.send("still here")
    assert [words(update) for update in handler.seen] == ["hello", "still here"]
    assert log.about("Another program fetches the updates of this bot")


async def test_a_stop_without_network_says_that_the_last_updates_may_come_again(
    make_poller: Callable[[], Poller], telegram: Playground, guest: Person, log: Log
) -> None:
    poller = make_poller()
    poller.start()
    await guest.send("hello")
    await telegram.fail("500", 1, method="getUpdates")
    await poller.stop(1)
    assert log.about("could not be confirmed")


async def test_a_bug_while_fetching_is_logged_whole_and_does_not_leave_the_bot_silent(
    live_bot: Bot, make_poller: Callable[[], Poller], guest: Person, log: Log
) -> None:
    live_bot.session.middleware(Stumble())
    poller = make_poller()
    poller.start()
    await guest.send("hello")
    await poller.stop(1)
    assert "Traceback" in log.about("because of a bug")[0]
