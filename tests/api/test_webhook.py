"""What Telegram, a stranger and an operator notice of the webhook."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network
from urllib.parse import urlsplit

import aiohttp
import httpx
import orjson
import pytest
from aiogram import Bot
from aiogram.methods import SendDocument, SendMessage
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Update
from starlette.requests import Request

from app.api.addresses import only_from
from app.api.intake import WAITING_LINE, UpdateIntake
from app.api.strangers import Strangers
from app.api.webhook import MAX_BODY, Rejected, Webhook
from app.domain.errors import StoreUnavailable
from app.metrics import Metrics
from playground.client import Playground
from tests.api.conftest import SECRET, Handler, Log, Post, message_update, served


async def test_an_update_is_answered_with_an_empty_200_after_it_was_handled(post: Post, handler: Handler) -> None:
    handled = asyncio.Event()
    handler.does = lambda _: handled.wait()
    posting = asyncio.create_task(post(message_update(5, text="Привет")))
    [update] = await handler.has(1)
    assert update.message
    assert update.message.text == "Привет"
    assert not posting.done()
    handled.set()
    answer = await posting
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("secret", ["wrong", "", SECRET + "x", "ключ".encode(), b"\xff\xfe", SECRET.upper()])
async def test_a_wrong_secret_is_refused(
    post: Post, handler: Handler, log: Log, metrics: Metrics, secret: str | bytes
) -> None:
    answer = await post.http.post(
        post.url,
        json=message_update(1),
        headers=[(b"x-telegram-bot-api-secret-token", secret if isinstance(secret, bytes) else secret.encode())],
    )
    assert (answer.status_code, answer.content) == (403, b"")
    assert not handler.seen
    assert log.about("the secret is wrong")
    assert not log.about(SECRET)
    assert 'bites_posts_rejected_total{status="403"} 1.0' in metrics.text().decode()


async def test_the_log_tells_how_many_strangers_there_were_not_of_each(post: Post, log: Log) -> None:
    for _ in range(5):
        assert (await post.http.post(post.url, json=message_update(1))).status_code == 403
    assert log.about("WARNING") == ["WARNING {} A post to the webhook was rejected with 403: there is no secret\n"]


async def test_of_strangers_who_go_on_is_told_again(log: Log) -> None:
    strangers = Strangers(every=0.05)
    for _ in range(3):
        strangers.refused(PermissionError("the secret is wrong"))
    async with asyncio.timeout(10):
        while not log.about("2 more posts"):  # noqa: ASYNC110 - a log tells nobody
            await asyncio.sleep(0.01)
    strangers.refused(PermissionError("the secret is wrong"))
    assert len(log) == 2


async def test_without_a_secret_not_one_byte_of_the_body_is_asked_for(post: Post, handler: Handler) -> None:
    address = urlsplit(post.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"POST /webhook HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 403")
    assert not handler.seen
    writer.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe\xfd",
        b"[]",
        b"[1, 2]",
        b"null",
        b'"text"',
        b"{}",
        b'{"update_id": "one"}',
        b'{"update_id": 1, "message": {"text": "no chat, no date"}}',
        b'{"update_id": 1, "message": "text"}',
        b"[" * 100_000,
        b'{"message": ' * 1000 + b"1" + b"}" * 1000,
        b"\x1f\x8b\x08\x00compressed",
    ],
)
async def test_what_is_no_update_gets_400_that_reveals_nothing(
    post: Post, handler: Handler, log: Log, body: bytes
) -> None:
    answer = await post(body)
    assert (answer.status_code, answer.content) == (400, b"")
    assert not handler.seen
    assert log.about("rejected with 400")


async def test_the_log_tells_which_field_was_wrong_but_not_what_stood_in_it(post: Post, log: Log) -> None:
    await post({"update_id": 1, "message": {"text": "private words"}})
    [line] = log.about("rejected with 400")
    assert "message.chat: missing" in line
    assert "private words" not in line


async def test_an_update_that_cannot_be_read_is_passed_over_the_third_time_so_that_its_chat_goes_on(
    post: Post, handler: Handler, log: Log
) -> None:
    unreadable = {"update_id": 5, "message": {"text": "private words"}}
    answers = [await post(update) for update in (unreadable, unreadable, {**unreadable, "update_id": 6}, unreadable)]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 200]
    [line] = log.about("ERROR")
    assert "Update 5 is passed over" in line
    assert "message.chat: missing" in line
    assert "private words" not in line
    assert (await post(message_update(7))).status_code == 200
    assert [update.update_id for update in handler.seen] == [7]


async def test_a_kind_of_update_that_telegram_invents_later_is_passed_over(post: Post, handler: Handler) -> None:
    assert (await post({"update_id": 1, "brand_new": {"id": 1}})).status_code == 200
    assert (await post({"update_id": 2, "message": None})).status_code == 200
    assert not handler.seen


async def test_a_body_that_declares_too_much_is_refused_unread(post: Post) -> None:
    address = urlsplit(post.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST /webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    writer.write(f"{head}Expect: 100-continue\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 413")
    writer.close()


async def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large(post: Post, handler: Handler) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    answer = await post.http.post(
        post.url, content=endless(), headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}, timeout=10
    )
    assert (answer.status_code, answer.content) == (413, b"")
    assert not handler.seen


async def test_the_largest_body_allowed_is_read(post: Post, handler: Handler) -> None:
    body = orjson.dumps(message_update(1))
    assert (await post(body + b" " * (MAX_BODY - len(body)))).status_code == 200
    assert handler.ids == [1]
    assert (await post(body + b" " * (MAX_BODY - len(body) + 1))).status_code == 413


async def test_a_body_that_never_ends_does_not_hold_its_place_for_ever(
    post: Post, intake: UpdateIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.webhook._READ_SECONDS", 0.05)
    address = urlsplit(post.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST /webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()
    assert await intake.drain(1)


async def test_a_poster_who_goes_away_while_sending_leaves_no_trace(post: Post, intake: UpdateIntake, log: Log) -> None:
    address = urlsplit(post.url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST /webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    writer.close()
    await writer.wait_closed()
    assert (await post(message_update(2))).status_code == 200
    assert await intake.drain(1)
    assert not log.about("ERROR")


async def test_a_poster_who_hangs_up_does_not_cut_the_handling_off(post: Post, handler: Handler) -> None:
    go_on, finished = asyncio.Event(), asyncio.Event()

    async def slow(_: Update) -> None:
        await go_on.wait()
        finished.set()

    handler.does = slow
    posting = asyncio.create_task(post(message_update(1)))
    await handler.has(1)
    posting.cancel()
    await asyncio.wait([posting])
    go_on.set()
    async with asyncio.timeout(5):
        await finished.wait()


async def test_only_posting_is_served(post: Post) -> None:
    assert (await post.http.get(post.url)).status_code == 405
    assert (await post.http.post(post.url + "/")).status_code == 404
    assert (await post.http.get(post.url.replace("/webhook", "/"))).status_code == 404


async def test_a_store_that_is_away_asks_telegram_to_come_again(
    post: Post, handler: Handler, log: Log, metrics: Metrics
) -> None:
    async def away(_: Update) -> None:
        raise StoreUnavailable("the database does not answer")

    handler.does = away
    answer = await post(message_update(31))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    [line] = log.about("a store is away")
    assert "'update': 31" in line
    assert 'bites_updates_total{kind="message",outcome="unavailable"} 1.0' in metrics.text().decode()


async def test_a_bug_is_logged_with_traceback_and_update_and_acknowledged(
    post: Post, handler: Handler, log: Log, metrics: Metrics
) -> None:
    async def buggy(_: Update) -> None:
        raise ZeroDivisionError("a bug")

    handler.does = buggy
    answer = await post(message_update(32))
    assert (answer.status_code, answer.content) == (200, b"")
    [line] = log.about("ZeroDivisionError: a bug")
    assert line.startswith("ERROR")
    assert "Traceback" in line
    assert "'update': 32, 'user': 7" in line
    assert 'bites_updates_total{kind="message",outcome="failed"} 1.0' in metrics.text().decode()


async def test_while_stopping_updates_are_refused_and_those_in_work_are_finished(
    post: Post, handler: Handler, intake: UpdateIntake, metrics: Metrics
) -> None:
    go_on = asyncio.Event()
    handler.does = lambda _: go_on.wait()
    posting = asyncio.create_task(post(message_update(1)))
    await handler.has(1)
    intake.stop()
    refused = await post(message_update(2))
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    draining = asyncio.create_task(intake.drain(5))
    go_on.set()
    assert await draining
    assert (await posting).status_code == 200
    assert handler.ids == [1]
    assert 'bites_updates_total{kind="unread",outcome="stopping"} 1.0' in metrics.text().decode()


async def test_a_drain_that_takes_too_long_is_given_up_and_said(
    post: Post, handler: Handler, intake: UpdateIntake, log: Log
) -> None:
    go_on = asyncio.Event()
    handler.does = lambda _: go_on.wait()
    posting = asyncio.create_task(post(message_update(1)))
    await handler.has(1)
    intake.stop()
    assert not await intake.drain(0.01)
    assert log.about("1 updates are still in work after 0.01 s")
    go_on.set()
    await posting


async def test_more_than_the_line_holds_is_refused_and_said_once(
    post: Post, handler: Handler, log: Log, metrics: Metrics
) -> None:
    go_on = asyncio.Event()
    handler.does = lambda _: go_on.wait()
    secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=secret) as http:

        async def posted(number: int) -> int:
            async with http.post(post.url, json=message_update(number)) as answer:
                return answer.status

        posts = [asyncio.create_task(posted(number)) for number in range(WAITING_LINE + 2 + 20)]
        refused = 0
        for answering in asyncio.as_completed(posts):
            refused += await answering == 503
            if refused == 20:
                break
        assert len(handler.seen) == 2  # the limit of the intake
        go_on.set()
        statuses = await asyncio.gather(*posts)
    assert sorted(set(statuses)) == [200, 503]
    assert len(handler.seen) == WAITING_LINE + 2
    assert len(log.about("more are refused until it gets quieter")) == 1
    assert 'bites_updates_total{kind="unread",outcome="overloaded"} 20.0' in metrics.text().decode()
    assert (await post(message_update(999))).status_code == 200


async def test_a_handler_may_answer_in_the_response(post: Post, handler: Handler) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="yes")]])

    async def answer(_: Update) -> SendMessage:
        return SendMessage(chat_id=7, text="Готово", reply_markup=keyboard, disable_notification=True)

    handler.does = answer
    response = await post(message_update(1))
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert (body["method"], body["text"]) == ("sendMessage", "Готово")
    assert "parse_mode" not in body
    assert "yes" in str(body["reply_markup"])


async def test_an_answer_with_a_file_is_sent_by_the_bot(
    live_bot: Bot, intake: UpdateIntake, handler: Handler, telegram: Playground, log: Log
) -> None:
    guest = await telegram.join("guest")
    await guest.send("/start", wait=False)

    async def answer(_: Update) -> SendDocument:
        return SendDocument(chat_id=guest.id, document=BufferedInputFile(b"BEGIN:VCALENDAR", "visit.ics"))

    handler.does = answer
    async with served(Webhook(live_bot, intake, secret=SECRET).route()) as url, httpx.AsyncClient() as http:
        post = Post(http, f"{url}/webhook")
        assert (await post(message_update(1))).content == b""
        assert "document" in guest.last.body
        await guest.block(wait=False)
        assert (await post(message_update(2))).status_code == 200
    assert log.about("sendDocument as the answer to an update failed")


async def test_own_checks_run_after_the_secret_and_before_the_body(
    bot: Bot, intake: UpdateIntake, handler: Handler
) -> None:
    asked: list[str] = []

    async def closed(request: Request) -> None:
        asked.append(request.url.path)
        raise Rejected(403, "closed on Mondays")

    webhook = Webhook(bot, intake, secret=SECRET, checks=[closed])
    async with served(webhook.route()) as url, httpx.AsyncClient() as http:
        post = Post(http, f"{url}/webhook")
        assert (await post.http.post(post.url, content=b"x")).status_code == 403
        assert asked == []
        assert (await post(b"no json")).status_code == 403
        assert asked == ["/webhook"]
    assert not handler.seen


@pytest.mark.parametrize("secret", ["", "with space", "a" * 257, "тайна"])
def test_a_secret_that_telegram_would_not_take_is_found_at_construction(secret: str) -> None:
    with pytest.raises(ValueError, match="secret should have"):
        Webhook(Bot("1:abc"), UpdateIntake(Handler(), Metrics(), limit=1), secret=secret)


TELEGRAM = "149.154.167.50"


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ([TELEGRAM], 200),
        ([f"1.2.3.4, {TELEGRAM}"], 200),
        ([f"{TELEGRAM}, 1.2.3.4"], 403),
        ([TELEGRAM, "1.2.3.4"], 403),
        (["1.2.3.4", TELEGRAM], 200),
        ([f"{TELEGRAM}, 10.0.0.7"], 200),
        ([f"::ffff:{TELEGRAM}"], 200),
        ([f"{TELEGRAM}, unknown"], 403),
        (["10.0.0.7"], 403),
        ([""], 403),
        ([], 403),
    ],
)
async def test_the_address_is_counted_from_the_right_over_own_proxies(
    bot: Bot, intake: UpdateIntake, forwarded: list[str], status: int
) -> None:
    check = only_from([ip_network("149.154.160.0/20")], proxies=[ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8")])
    webhook = Webhook(bot, intake, secret=SECRET, checks=[check])
    async with served(webhook.route()) as url, httpx.AsyncClient() as http:
        headers = [("X-Telegram-Bot-Api-Secret-Token", SECRET), *(("X-Forwarded-For", hop) for hop in forwarded)]
        answer = await http.post(f"{url}/webhook", json=message_update(1), headers=headers)
    assert answer.status_code == status


async def test_who_posts_past_the_proxies_is_refused_whatever_they_claim(bot: Bot, intake: UpdateIntake) -> None:
    check = only_from([ip_network("149.154.160.0/20")], proxies=[ip_network("10.0.0.0/8")])
    webhook = Webhook(bot, intake, secret=SECRET, checks=[check])
    async with served(webhook.route()) as url, httpx.AsyncClient() as http:
        answer = await Post(http, f"{url}/webhook")(message_update(1), X_Forwarded_For=TELEGRAM)
    assert answer.status_code == 403


def test_an_allowlist_that_lets_nobody_in_is_found_at_construction() -> None:
    with pytest.raises(ValueError, match="at least one network"):
        only_from([], proxies=[])
