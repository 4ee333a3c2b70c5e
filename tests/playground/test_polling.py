"""Delivery by getUpdates."""

import asyncio
from typing import Any

import pytest

from playground.client import Person, Playground
from tests.playground.bot_side import Api, Receiver

OVER_HTTP = 5


async def polling(api: Api, chat: Playground, **arguments: Any) -> "asyncio.Task[Any]":
    """A long poll that has reached the server and waits."""
    task = asyncio.create_task(api("getUpdates", timeout=OVER_HTTP, **arguments))
    updates = chat.world.bots[0].updates
    while not updates.is_polled:  # noqa: ASYNC110 - a poll that arrives makes no event
        await asyncio.sleep(0)
    return task


async def test_updates_come_in_order_until_they_are_confirmed(api: Api, guest: Person) -> None:
    first = await guest.send("раз", wait=False)
    second = await guest.send("два", wait=False)
    fetched = await api.result("getUpdates")
    assert [update["message"]["text"] for update in fetched] == ["раз", "два"]
    assert await api.result("getUpdates", limit=1) == fetched[:1]
    left = await api.result("getUpdates", offset=fetched[0]["update_id"] + 1)
    assert [update["update_id"] for update in left] == [second.update_id]
    settled = await guest.settled(first)
    assert (settled.outcome, settled.attempts) == ("acknowledged", 2)
    assert await api.result("getUpdates", offset=fetched[1]["update_id"] + 1) == []


async def test_a_negative_offset_keeps_only_the_newest(api: Api, guest: Person) -> None:
    assert await api.result("getUpdates", offset=-1) == []
    for text in ("раз", "два", "три"):
        await guest.send(text, wait=False)
    fetched = await api.result("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in fetched] == ["три"]


async def test_a_long_poll_is_answered_by_the_first_update(api: Api, chat: Playground, guest: Person) -> None:
    poll = await polling(api, chat)
    await guest.send("проснись", wait=False)
    answer = await poll
    assert [update["message"]["text"] for update in answer.body["result"]] == ["проснись"]


@pytest.mark.usefixtures("api")
async def test_a_long_poll_ends_empty(chat: Playground) -> None:
    assert await chat.world.bots[0].updates.poll(offset=0, limit=100, seconds=0.01) == []


async def test_a_second_poller_ends_the_first(api: Api, chat: Playground) -> None:
    poll = await polling(api, chat)
    assert await api.result("getUpdates") == []
    answer = await poll
    assert answer.status == 409
    assert answer.body["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_polling_and_a_webhook_exclude_each_other(api: Api, chat: Playground, receiver: Receiver) -> None:
    poll = await polling(api, chat)
    await api.result("setWebhook", url=receiver.url)
    assert (await poll).body["description"] == "Conflict: terminated by setWebhook request"
    assert await api.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await api.result("deleteWebhook")
    assert await api.result("getUpdates") == []


async def test_old_updates_expire(api: Api, chat: Playground, guest: Person) -> None:
    message = await guest.send("старое", wait=False)
    await chat.move_clock(add=25 * 3600)
    assert await api.result("getUpdates") == []
    assert (await guest.settled(message)).outcome == "expired"


async def test_only_the_kinds_asked_for(api: Api, guest: Person) -> None:
    await api.result("getUpdates", allowed_updates=["callback_query"])
    assert (await guest.send("мимо")).outcome == "unwanted"


async def test_delivered_twice_and_once_more(api: Api, guest: Person) -> None:
    await guest.deliver_twice()
    sent = await guest.send("дважды", wait=False)
    fetched = await api.result("getUpdates")
    assert [update["update_id"] for update in fetched] == [sent.update_id] * 2
    await api.result("getUpdates", offset=fetched[0]["update_id"] + 1)
    await guest.redeliver(wait=False)
    again = await api.result("getUpdates", offset=fetched[0]["update_id"] + 1)
    assert again == fetched[:1]
    assert await api.result("getUpdates", offset=fetched[0]["update_id"] + 1) == []


async def test_a_waiting_poll_is_told_of_the_end(guest: Person, chat: Playground, api: Api) -> None:
    poll = await polling(api, chat)
    sending = asyncio.create_task(guest.settled(await guest.send("ещё", wait=False)))
    await poll
    poll = await polling(api, chat, offset=999_999_999)
    assert (await sending).outcome == "acknowledged"
    await chat.world.close()
    assert (await poll).body["description"] == "Internal Server Error: restart"
    assert await api.refusal("getUpdates", timeout=1) == "Internal Server Error: restart"
