"""Delivery to a webhook, seen by the bot that owns it."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from aiohttp import web

from playground import webhook as delivery
from playground.client import NotAcknowledged, Person, Playground
from playground.delivery import lane_of
from tests.playground.bot_side import Api, Receiver, Reply, attempts

HOUR = 3600


def texts(receiver: Receiver) -> list[str]:
    return [update["message"]["text"] for update in receiver.updates if "message" in update]


def always(status: int, **headers: str) -> Reply:
    async def reply(_: dict[str, Any]) -> web.Response:
        return web.Response(status=status, headers=headers)

    return reply


def first_then_ok(times: int, status: int, **headers: str) -> Reply:
    refused = 0

    async def reply(_: dict[str, Any]) -> web.Response:
        nonlocal refused
        refused += 1
        return web.Response(status=status, headers=headers) if refused <= times else web.Response()

    return reply


async def test_an_update_arrives_with_the_secret_and_numbers_that_grow_by_one(hook: Receiver, guest: Person) -> None:
    first = await guest.send("раз")
    second = await guest.send("два")
    assert (first.outcome, first.retries) == ("acknowledged", 0)
    assert [update["update_id"] for update in hook.updates] == [first.update_id, second.update_id]
    assert hook.updates[1]["update_id"] == hook.updates[0]["update_id"] + 1
    assert hook.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s-3_cret"


async def test_messages_of_one_chat_wait_for_each_other_and_other_chats_do_not(
    hook: Receiver, chat: Playground, guest: Person
) -> None:
    other = await chat.join("second guest")
    gate = asyncio.Event()

    async def hold_the_first(update: dict[str, Any]) -> web.Response:
        if update["message"]["text"] == "первое":
            await gate.wait()
        return web.Response()

    hook.reply = hold_the_first
    first = await guest.send("первое", wait=False)
    second = await guest.send("второе", wait=False)
    await other.send("чужое")
    assert texts(hook) == ["первое", "чужое"]
    gate.set()
    await guest.settled(first)
    await guest.settled(second)
    assert texts(hook) == ["первое", "чужое", "второе"]


async def test_a_press_does_not_wait_for_a_message_of_the_same_person(hook: Receiver, guest: Person) -> None:
    gate = asyncio.Event()

    async def hold_messages(update: dict[str, Any]) -> web.Response:
        if "message" in update:
            await gate.wait()
        return web.Response()

    hook.reply = hold_messages
    message = await guest.send("долгое", wait=False)
    await hook.has(1)
    await guest.press_data(1, "быстрое")
    assert ["message" in hook.updates[0], "callback_query" in hook.updates[1]] == [True, True]
    gate.set()
    await guest.settled(message)


async def test_no_more_connections_than_the_bot_allows(api: Api, receiver: Receiver, chat: Playground) -> None:
    await api.result("setWebhook", url=receiver.url, max_connections=2)
    at_once, most = 0, 0

    async def count(_: dict[str, Any]) -> web.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return web.Response()

    receiver.reply = count
    people = [await chat.join(id=3000 + number) for number in range(12)]
    await asyncio.gather(*(person.send("привет") for person in people))
    assert most == 2


async def test_a_refused_update_is_repeated_at_once_then_with_growing_pauses(
    hook: Receiver, chat: Playground, guest: Person, api: Api
) -> None:
    hook.reply = first_then_ok(4, 500)
    async with attempts(chat) as tried:
        sending = await guest.send("ядовитое", wait=False)
        await tried(2)
        info = await api.result("getWebhookInfo")
        assert info["pending_update_count"] == 1
        assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
        assert info["last_error_date"] == pytest.approx(chat.clock.now(), abs=5)
        for pause, number in ((2, 3), (4, 4), (8, 5)):
            assert len(hook.updates) == number - 1
            await chat.move_clock(add=pause)
            await tried(number)
    settled = await guest.settled(sending)
    assert (settled.outcome, settled.retries) == ("acknowledged", 4)
    assert (await api.result("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_poison_update_blocks_its_own_chat_only(hook: Receiver, chat: Playground, guest: Person) -> None:
    async def choke(update: dict[str, Any]) -> web.Response:
        return web.Response(status=500 if update["message"]["text"] == "яд" else 200)

    hook.reply = choke
    other = await chat.join("second guest")
    await guest.send("яд", wait=False)
    stuck = await guest.send("за ним", wait=False)
    assert (await other.send("мимо")).outcome == "acknowledged"
    with pytest.raises(NotAcknowledged, match="за ним"):
        await guest.settled(stuck, timeout=0.01)


async def test_retry_after_replaces_the_growing_pause(hook: Receiver, chat: Playground, guest: Person) -> None:
    hook.reply = first_then_ok(1, 503, **{"Retry-After": "30"})
    async with attempts(chat) as tried:
        sending = await guest.send("позже", wait=False)
        await tried(1)
        await chat.move_clock(add=25)
        assert len(hook.updates) == 1
        await chat.move_clock(add=5)
        await tried(2)
    assert (await guest.settled(sending)).retries == 1


@pytest.mark.usefixtures("chat")
async def test_an_unanswered_update_is_repeated(
    hook: Receiver, guest: Person, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ANSWER_TIMEOUT", 0.2)
    await api.result("setWebhook", url=hook.url)
    asked = 0
    released = asyncio.Event()

    async def sleep_first(_: dict[str, Any]) -> web.Response:
        nonlocal asked
        asked += 1
        if asked == 1:
            await released.wait()
        return web.Response()

    hook.reply = sleep_first
    assert (await guest.send("ау")).attempts == 2
    assert (await api.result("getWebhookInfo"))["last_error_message"] == "Read timeout expired"
    released.set()


async def test_a_connection_that_breaks_off_is_a_failure(hook: Receiver, guest: Person, api: Api) -> None:
    broken = 0

    async def break_off(_: dict[str, Any]) -> web.Response:
        nonlocal broken
        broken += 1
        if broken == 1:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(0)
        return web.Response()

    hook.reply = break_off
    assert (await guest.send("обрыв")).attempts == 2
    assert (await api.result("getWebhookInfo"))["last_error_message"] == "Webhook connection closed"


async def test_a_bot_that_is_away_is_called_every_two_seconds(
    chat: Playground, guest: Person, api: Api, unused_tcp_port: int
) -> None:
    await api.result("setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/hook")
    async with attempts(chat) as tried:
        await guest.send("есть кто?", wait=False)
        await tried(1)
        for number in (2, 3, 4):
            await chat.move_clock(add=2)
            await tried(number)
    assert (await api.result("getWebhookInfo"))["last_error_message"] == "Connection refused"


async def test_a_clock_that_is_set_back_holds_up_no_update(
    hook: Receiver, chat: Playground, guest: Person, api: Api, unused_tcp_port: int
) -> None:
    await chat.move_clock(add=72 * HOUR)
    hook.reply = always(500)
    async with attempts(chat) as tried:
        refused = await guest.send("отказ", wait=False)
        await tried(2)
        hook.reply = always(200)
        await chat.move_clock(add=-72 * HOUR)
        await chat.move_clock(add=2)
    assert (await guest.settled(refused)).outcome == "acknowledged"
    await chat.move_clock(add=72 * HOUR)
    await api.result("setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/hook")
    async with attempts(chat) as tried:
        unheard = await guest.send("есть кто?", wait=False)
        await tried(1)
        await chat.move_clock(add=-72 * HOUR)
        behind = await guest.press_data(1, "и сейчас?", wait=False)
        await tried(2)
        await chat.move_clock(add=2)
        await tried(3)
        await api.result("setWebhook", url=hook.url)
    assert [(await guest.settled(each)).outcome for each in (unheard, behind)] == ["acknowledged"] * 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 520 \r\n", "Wrong response from the webhook: 520"),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: " + b"9" * 5000 + b"\r\n", "Wrong response from the webhook: 503 Busy"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n", "Wrong response from the webhook: 302 Found"),
        (b"<html>\r\n", "Webhook connection closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nhello", "Webhook connection closed"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"endless" * 100, "Webhook connection closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=\xff\r\n\r\nhello", None),
    ],
)
async def test_whatever_a_service_answers_its_updates_go_on(
    chat: Playground, guest: Person, api: Api, monkeypatch: pytest.MonkeyPatch, answer: bytes, error: str | None
) -> None:
    monkeypatch.setattr(delivery, "LARGEST_ANSWER", 500)
    answers = [answer]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}}")
        first = answers.pop() if answers else b"HTTP/1.1 200 OK\r\n"
        writer.write(first.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + b"\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as service:
        port = service.sockets[0].getsockname()[1]
        await api.result("setWebhook", url=f"http://127.0.0.1:{port}/")
        async with attempts(chat) as tried:
            sending = await guest.send("что скажешь?", wait=False)
            await tried(1)
            assert (await api.result("getWebhookInfo")).get("last_error_message") == error
            assert (await guest.settled(sending, timeout=5)).outcome == "acknowledged"


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://no-such-host.invalid/", "Failed to resolve host: Name or service not known"),
        ("https://127.0.0.1:{port}/", "SSL error {{[SSL"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said(
    chat: Playground, guest: Person, hook: Receiver, api: Api, url: str, error: str
) -> None:
    await api.result("setWebhook", url=url.format(port=urlsplit(hook.url).port))
    async with attempts(chat) as tried:
        await guest.send("есть кто?", wait=False)
        await tried(1)
    assert (await api.result("getWebhookInfo"))["last_error_message"].startswith(error.format())


async def test_an_update_is_given_up_at_the_end_of_its_life(hook: Receiver, chat: Playground, guest: Person) -> None:
    hook.reply = always(500)
    async with attempts(chat) as tried:
        message = await guest.send("сутки", wait=False)
        press = await guest.press_data(1, "150 секунд", wait=False)
        await tried(4)
        await chat.move_clock(add=149)
        await tried(6)
        assert (await guest.settled(press)).outcome == "expired"
        await chat.move_clock(add=24 * HOUR - 200)
        await tried(7)
        await chat.move_clock(add=300)
        await tried(8)
        assert (await guest.settled(message)).outcome == "expired"


async def test_pauses_grow_to_a_minute_or_two_and_no_further(hook: Receiver, chat: Playground, guest: Person) -> None:
    hook.reply = always(500)
    async with attempts(chat) as tried:
        await guest.send("долго", wait=False)
        await tried(2)
        for number in range(3, 14):
            await chat.move_clock(add=120)
            await tried(number)


async def test_410_for_23_hours_removes_the_webhook_and_keeps_the_update(
    hook: Receiver, chat: Playground, guest: Person, api: Api
) -> None:
    hook.reply = always(410)
    async with attempts(chat) as tried:
        await guest.send("прощай", wait=False)
        await tried(2)
        await chat.move_clock(add=23 * HOUR)
        await tried(3)
        await chat.move_clock(add=60)
    info = await api.result("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("", 1)
    assert [update["message"]["text"] for update in await api.result("getUpdates")] == ["прощай"]


async def test_a_method_in_the_answer_is_carried_out(hook: Receiver, guest: Person) -> None:
    async def answer(update: dict[str, Any]) -> web.Response:
        chat_id = update["message"]["chat"]["id"]
        return web.json_response({"method": "sendMessage", "chat_id": chat_id, "text": "из ответа"})

    hook.reply = answer
    await guest.send("привет")
    assert guest.last.text == "из ответа"


@pytest.mark.parametrize(
    "body", ['{"method": "deleteWebhook"}', '{"method": "getMe"}', '{"no": "method"}', "not json", "[]"]
)
async def test_an_answer_without_a_method_to_carry_out_is_just_an_acknowledgement(
    hook: Receiver, guest: Person, api: Api, chat: Playground, body: str
) -> None:
    async def answer(_: dict[str, Any]) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    hook.reply = answer
    assert (await guest.send("привет")).outcome == "acknowledged"
    assert (await api.result("getWebhookInfo"))["url"] == hook.url
    assert not chat.world.trace.calls["getMe"]


async def test_the_next_update_is_delivered_twice_at_once(hook: Receiver, guest: Person) -> None:
    both = asyncio.Barrier(2)

    async def meet(_: dict[str, Any]) -> web.Response:
        await both.wait()
        return web.Response()

    await guest.deliver_twice()
    hook.reply = meet
    assert (await guest.send("дважды")).attempts == 2
    assert hook.updates[0] == hook.updates[1]


async def test_of_two_deliveries_at_once_both_must_succeed(hook: Receiver, guest: Person) -> None:
    hook.reply = first_then_ok(1, 500)
    await guest.deliver_twice()
    assert (await guest.send("дважды")).attempts == 3


async def test_the_last_update_is_delivered_once_more_under_its_own_id(hook: Receiver, guest: Person) -> None:
    sent = await guest.send("ещё раз")
    again = await guest.redeliver()
    assert again.update_id == sent.update_id
    assert (again.attempts, hook.updates[0]) == (2, hook.updates[1])


async def test_what_the_bot_did_not_ask_for_is_not_delivered_once_more(hook: Receiver, guest: Person, api: Api) -> None:
    await api.result("setWebhook", url=hook.url, allowed_updates=["message"])
    await guest.send("раз")
    await guest.press_data(1, "x")
    await guest.redeliver()
    assert texts(hook) == ["раз", "раз"]


@pytest.mark.usefixtures("chat")
async def test_updates_wait_for_a_webhook_and_come_in_order(receiver: Receiver, guest: Person, api: Api) -> None:
    for text in ("раз", "два", "три"):
        await guest.send(text, wait=False)
    assert (await api.result("getWebhookInfo"))["pending_update_count"] == 3
    await api.result("setWebhook", url=receiver.url)
    await receiver.has(3)
    assert texts(receiver) == ["раз", "два", "три"]


async def test_a_new_webhook_takes_over_what_the_old_one_refused(
    hook: Receiver, chat: Playground, guest: Person, api: Api
) -> None:
    hook.reply = always(500)
    async with attempts(chat) as tried:
        sending = await guest.send("упорное", wait=False)
        await tried(2)
    hook.reply = always(200)
    await api.result("setWebhook", url=f"{hook.url}?second")
    assert (await guest.settled(sending)).outcome == "acknowledged"
    assert (await api.result("getWebhookInfo")).get("last_error_message") is None


async def test_pending_updates_are_dropped_when_asked(receiver: Receiver, guest: Person, api: Api) -> None:
    sending = await guest.send("лишнее", wait=False)
    await api.result("setWebhook", url=receiver.url, drop_pending_updates=True)
    assert (await guest.settled(sending)).outcome == "dropped"
    other = await guest.send("лишнее", wait=False)
    await api.result("deleteWebhook", drop_pending_updates=True)
    await guest.settled(other)
    assert (await api.result("getWebhookInfo")) == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }


async def test_only_the_kinds_asked_for_are_delivered_and_the_choice_is_remembered(
    hook: Receiver, guest: Person, api: Api
) -> None:
    await api.result("setWebhook", url=hook.url, allowed_updates=["callback_query"])
    await api.result("setWebhook", url=f"{hook.url}?again")
    assert (await api.result("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    assert (await guest.send("мимо")).outcome == "unwanted"
    assert (await guest.press_data(1, "x")).outcome == "acknowledged"
    await api.result("setWebhook", url=hook.url, allowed_updates="not json")
    assert (await api.result("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await api.result("setWebhook", url=hook.url, allowed_updates=[])
    assert (await guest.send("сюда")).outcome == "acknowledged"


async def test_the_webhook_says_what_it_was_set_to(hook: Receiver, api: Api) -> None:
    await api.result("setWebhook", url=hook.url, max_connections=1000, ip_address="127.0.0.1")
    assert await api.result("getWebhookInfo") == {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 100,
        "ip_address": "127.0.0.1",
    }
    await api.result("setWebhook", url="")
    assert (await api.result("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"url": "ftp://bot.example/hook"}, "Bad Request: invalid webhook URL specified"),
        ({"url": "http://bot.example:99999/hook"}, "Bad Request: invalid webhook URL specified"),
        ({"url": "http://bot..example/hook"}, "Bad Request: invalid webhook URL specified"),
        ({"url": "http://x/", "secret_token": "ключ"}, "Bad Request: secret token contains unallowed characters"),
        ({"url": "http://x/", "secret_token": "a" * 257}, "Bad Request: secret token is too long"),
    ],
)
async def test_a_wrong_webhook_is_refused(api: Api, arguments: dict[str, str], refusal: str) -> None:
    assert await api.refusal("setWebhook", **arguments) == refusal


async def test_a_second_change_within_a_second_is_too_much_where_that_is_on(
    chat: Playground, hook: Receiver, api: Api
) -> None:
    chat.world.limit_webhook_changes = True
    await chat.move_clock(add=1)
    await api.result("setWebhook", url=hook.url)
    refused = await api("setWebhook", url=hook.url)
    assert refused.status == 429
    assert refused.body["description"] == "Too Many Requests: retry after 1"
    assert refused.body["parameters"] == {"retry_after": 1}
    await chat.move_clock(add=1)
    await api.result("setWebhook", url=hook.url)
    await chat.move_clock(add=-HOUR)
    await api.result("setWebhook", url=hook.url)


@pytest.mark.usefixtures("hook")
async def test_logging_out_ends_the_delivery(api: Api) -> None:
    await api.result("logOut")
    assert (await api.result("getWebhookInfo"))["url"] == ""


def lanes_seen(chat: Playground) -> tuple[list[dict[str, Any]], Any]:
    seen: list[dict[str, Any]] = []
    return seen, chat.world.subscribe(lambda event: seen.append(event) if event["type"] == "lane" else None)


async def test_a_blocked_lane_is_shown_until_it_is_free(
    hook: Receiver, chat: Playground, guest: Person, api: Api
) -> None:
    hook.reply = first_then_ok(2, 500)
    lanes, unsubscribe = lanes_seen(chat)
    async with attempts(chat) as tried:
        await guest.send("яд", wait=False)
        await tried(2)
        stuck = await guest.send("за ним", wait=False)
        async with api.http.ws_connect(f"{chat.page_url}ws") as socket:
            snapshot = orjson.loads((await socket.receive()).data)
        [lane] = snapshot["lanes"]
        assert {name: lane[name] for name in ("bot", "key", "waiting", "attempts", "last_error")} == {
            name: lanes[-1][name] for name in ("bot", "key", "waiting", "attempts", "last_error")
        }
        await chat.move_clock(add=2)
        await guest.settled(stuck)
    unsubscribe()
    assert [(lane["key"], lane["waiting"], lane["attempts"]) for lane in lanes] == [
        (f"chat {guest.id}", 1, 1),
        (f"chat {guest.id}", 1, 2),
        (f"chat {guest.id}", 2, 2),
        (f"chat {guest.id}", 0, 2),
    ]
    assert lanes[1]["last_error"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert lanes[1]["next_try_in"] == pytest.approx(2, abs=0.5)
    assert chat.world.bots[0].updates.blocked == {}
    retries = [entry.retry_in for entry in chat.world.trace.entries if entry.direction == "update"]
    assert retries == [0, 2, None, None]


async def test_a_lane_is_free_when_the_webhook_is_gone(
    hook: Receiver, chat: Playground, guest: Person, api: Api
) -> None:
    hook.reply = always(500)
    lanes, _ = lanes_seen(chat)
    async with attempts(chat) as tried:
        await guest.send("яд", wait=False)
        await tried(2)
    await api.result("deleteWebhook")
    assert lanes[-1]["waiting"] == 0


async def test_so_many_updates_behind_a_poison_one_hold_up_everybody(
    api: Api, receiver: Receiver, chat: Playground, guest: Person
) -> None:
    """As with the official server, which looks at twice as many updates as there may be connections."""

    async def choke(update: dict[str, Any]) -> web.Response:
        return web.Response(status=500 if update["message"]["text"] == "яд" else 200)

    receiver.reply = choke
    await api.result("setWebhook", url=receiver.url, max_connections=1)
    other = await chat.join("second guest")
    async with attempts(chat) as tried:
        await guest.send("яд", wait=False)
        await guest.send("за ним", wait=False)
        held_up = await other.send("мимо", wait=False)
        await tried(2)
        receiver.reply = always(200)
        await chat.move_clock(add=2)
        await other.settled(held_up)
    assert texts(receiver) == ["яд", "яд", "яд", "за ним", "мимо"]


async def test_what_is_too_old_when_a_webhook_is_set_is_left_out(
    receiver: Receiver, chat: Playground, guest: Person, api: Api
) -> None:
    press = await guest.press_data(1, "x", wait=False)
    await chat.move_clock(add=151)
    message = await guest.send("новое", wait=False)
    await api.result("setWebhook", url=receiver.url)
    assert (await guest.settled(message)).outcome == "acknowledged"
    assert (await guest.settled(press)).outcome == "expired"
    assert texts(receiver) == ["новое"]


async def test_while_nobody_is_there_one_lane_knocks_for_all(
    chat: Playground, api: Api, receiver: Receiver, unused_tcp_port: int
) -> None:
    people = [await chat.join(id=3000 + number) for number in range(5)]
    await api.result("setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/hook")
    async with attempts(chat) as tried:
        for person in people:
            await person.send("есть кто?", wait=False)
        await tried(5)
        for number in (6, 7):
            await chat.move_clock(add=2)
            await tried(number)
    await api.result("setWebhook", url=receiver.url)
    await receiver.has(5)


async def test_410_is_forgotten_after_another_answer_and_not_after_none(
    hook: Receiver, chat: Playground, guest: Person, api: Api
) -> None:
    answers = iter([410, 410, 500, 410])

    async def reply(_: dict[str, Any]) -> web.Response:
        return web.Response(status=next(answers, 410))

    hook.reply = reply
    async with attempts(chat) as tried:
        await guest.send("прощай", wait=False)
        await tried(2)
        for number, hours in ((3, 12), (4, 10.9)):
            await chat.move_clock(add=hours * HOUR)
            await tried(number)
        assert (await api.result("getWebhookInfo"))["url"] == hook.url


@pytest.mark.parametrize(
    ("kind", "body", "lane"),
    [
        ("message", {"chat": {"id": 5}}, "chat 5"),
        ("channel_post", {"chat": {"id": -100}}, "chat -100"),
        ("callback_query", {"from": {"id": 7}, "message": {"chat": {"id": 5}}}, "callback 7"),
        ("shipping_query", {"from": {"id": 7}}, "payment 7"),
        ("pre_checkout_query", {"from": {"id": 7}}, "payment 7"),
        ("my_chat_member", {"chat": {"id": 5}, "from": {"id": 7}}, "membership 5"),
        ("message_reaction", {"chat": {"id": 5}, "user": {"id": 7}}, "reaction 5"),
        ("inline_query", {"from": {"id": 7}}, "inline 7"),
    ],
)
def test_what_waits_for_what(kind: str, body: dict[str, Any], lane: str) -> None:
    assert lane_of(kind, body) == lane


@pytest.mark.parametrize("body", [{}, [], {"chat": 5}, {"chat": {"id": "x"}}])
def test_what_belongs_to_nobody_waits_for_nothing(body: Any) -> None:
    assert lane_of("message", body) != lane_of("message", body)
