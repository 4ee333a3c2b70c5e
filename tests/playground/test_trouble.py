"""What is made to go wrong: the network, single calls, the pace."""

import asyncio
from typing import Any

import aiohttp
import aiohttp.web
import pytest

from playground.client import Person, Playground
from playground.errors import ActionError
from playground.limits import Limits
from playground.types import Json
from tests.playground.bot_side import TOKEN, Api, Receiver, attempts


async def events(chat: Playground, kind: str, action: Json) -> list[Json]:
    """Those of a kind that an action makes."""
    seen: list[Json] = []
    unsubscribe = chat.world.subscribe(lambda event: seen.append(event) if event["type"] == kind else None)
    await chat.do(action)
    unsubscribe()
    return seen


async def test_while_the_network_is_down_every_call_is_cut_without_an_answer(api: Api, chat: Playground) -> None:
    [event] = await events(chat, "network", {"do": "network", "down": True})
    assert event["down"] is True
    for address in (f"/bot{TOKEN}/getMe", f"/file/bot{TOKEN}/photos/file_1"):
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await api.http.post(f"{api.base_url}{address}", data=b"x" * 100_000)
    await chat.do({"do": "network", "down": False})
    assert await api.result("getMe")


async def test_a_poll_that_waits_is_cut_too(api: Api, chat: Playground) -> None:
    poll = asyncio.create_task(api("getUpdates", timeout=5))
    while not chat.world.bots[0].updates.is_polled:  # noqa: ASYNC110 - a poll that arrives makes no event
        await asyncio.sleep(0)
    await chat.do({"do": "network", "down": True})
    with pytest.raises(aiohttp.ClientError):
        await poll


async def test_no_update_reaches_a_webhook_until_the_network_is_back(
    hook: Receiver, api: Api, chat: Playground, guest: Person
) -> None:
    await chat.do({"do": "network", "down": True})
    async with attempts(chat) as tried:
        sending = await guest.send("привет", wait=False)
        await tried(1)
        await chat.move_clock(add=2)
        await tried(2)
        assert hook.updates == []
        await chat.do({"do": "network", "down": False})
        assert (await api.result("getWebhookInfo"))["last_error_message"] == "Connection timed out"
        await chat.move_clock(add=2)
    assert (await guest.settled(sending)).attempts == 3


async def test_a_call_can_be_dropped_or_answered_with_garbage(api: Api, chat: Playground) -> None:
    await chat.fail("drop")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api("getMe")
    await chat.fail("garbage")
    async with api.http.post(f"{api.base_url}/bot{TOKEN}/getMe") as response:
        assert (response.status, response.content_type) == (200, "text/html")
    assert await api.result("getMe")
    entries = [(entry.name, entry.status, entry.response) for entry in chat.world.trace.entries]
    assert entries[:2] == [("getMe", None, {"broken": "connection cut"}), ("getMe", 200, {"broken": "garbage"})]


@pytest.mark.parametrize("failure", ["drop", "hang"])
async def test_a_method_in_the_answer_of_a_webhook_can_be_lost(
    hook: Receiver, chat: Playground, guest: Person, failure: str
) -> None:
    async def answer(update: dict[str, Any]) -> aiohttp.web.Response:
        chat_id = update["message"]["chat"]["id"]
        return aiohttp.web.json_response({"method": "sendMessage", "chat_id": chat_id, "text": "из ответа"})

    hook.reply = answer
    await chat.fail(failure)
    assert (await guest.send("привет")).outcome == "acknowledged"
    assert [message.text for message in guest.messages] == ["привет"]


async def send(api: Api, count: int, chat_id: int) -> list[int]:
    return [(await api("sendMessage", chat_id=chat_id, text="x")).status for _ in range(count)]


async def test_who_writes_too_fast_is_refused_and_told_how_long_to_wait(
    api: Api, chat: Playground, guest: Person
) -> None:
    await guest.send("/start", wait=False)
    assert await send(api, 7, guest.id) == [200] * 7
    [event] = await events(chat, "rate_limits", {"do": "rate_limits", "mode": "enforce"})
    assert event["mode"] == "enforce"
    assert await send(api, 6, guest.id) == [200] * 5 + [429]
    refused = await api("sendMessage", chat_id=guest.id, text="x")
    assert (refused.body["description"], refused.body["parameters"]) == (
        "Too Many Requests: retry after 1",
        {"retry_after": 1},
    )
    assert await api.result("sendChatAction", chat_id=guest.id, action="typing")
    await chat.move_clock(add=1)
    assert await send(api, 2, guest.id) == [200, 429]


async def test_a_warning_lets_it_through_and_stands_in_the_trace(api: Api, chat: Playground, guest: Person) -> None:
    await guest.send("/start", wait=False)
    await chat.do({"do": "rate_limits", "mode": "warn"})
    assert await send(api, 6, guest.id) == [200] * 6
    warnings = [entry.for_page()["warning"] for entry in chat.world.trace.entries if entry.name == "sendMessage"]
    assert warnings == [None] * 5 + ["more than one message a second in this chat"]


@pytest.mark.parametrize(
    ("chats", "allowed", "wait", "words"),
    [
        ([f"{number}" for number in range(40)], 30, 1, "more than 30 messages a second"),
        (["-5"] * 30, 20, 3, "more than 20 messages a minute in this group"),
        (["5"] * 30, 5, 1, "more than one message a second in this chat"),
    ],
)
def test_the_documented_numbers(chats: list[str], allowed: int, wait: int, words: str) -> None:
    limits = Limits("enforce")
    noted = [limits.note("sendMessage", 42, name, 1000.0) for name in chats]
    assert [found is None for found in noted] == [True] * allowed + [False] * (len(chats) - allowed)
    first = noted[allowed]
    assert first is not None
    assert (first.retry_after, first.words) == (wait, words)
    assert limits.note("sendMessage", 43, chats[0], 1000.0) is None
    assert limits.note("sendMessage", 42, chats[-1], 1000.0 + wait) is None
    assert limits.note("sendMessage", 42, chats[0], 0.0) is None, "a clock that was set back begins anew"


async def test_a_mode_that_is_none(chat: Playground) -> None:
    with pytest.raises(ActionError, match="rate limits can be off, warn, enforce"):
        await chat.do({"do": "rate_limits", "mode": "x"})


async def test_the_calls_of_one_chat_fail_so_many_times(api: Api, chat: Playground, guest: Person) -> None:
    other = await chat.join("owner")
    await guest.send("/start", wait=False)
    await chat.fail("429", count=2, retry_after=3, chat_id=guest.id)
    assert await send(api, 1, other.id) == [200]
    assert await send(api, 3, guest.id) == [429, 429, 200]


async def test_a_bot_that_polls_fails_where_it_answers_not_where_it_polls(
    api: Api, chat: Playground, guest: Person
) -> None:
    await guest.send("/start", wait=False)
    await chat.fail("429")
    assert len(await api.result("getUpdates")) == 1
    assert await send(api, 2, guest.id) == [429, 200]
    await chat.fail("500", method="getupdates")
    assert await send(api, 1, guest.id) == [200]
    assert [(await api("getUpdates")).status for _ in range(2)] == [500, 200]


async def test_without_a_bot_there_is_nobody_to_write_to() -> None:
    async with Playground.start() as empty:
        guest = await empty.join("guest")
        with pytest.raises(ActionError, match="no bot is registered yet"):
            await guest.send("x")
