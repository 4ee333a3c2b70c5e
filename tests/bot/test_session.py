"""Requests to the Bot API over HTTP: the same as aiogram's own, only cheaper."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.bot.create_bot import build_bot
from app.bot.session import FastSession
from app.metrics import Metrics

TOKEN = "4200000001:AAtesttesttesttesttesttesttesttest00"
MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}


def _read(value: str | bytes | bytearray | web.FileField) -> Any:
    return (value.filename, value.content_type, value.file.read()) if isinstance(value, web.FileField) else value


class BotApi:
    """Answers as it is told and notes what was asked."""

    def __init__(self) -> None:
        self.status, self.answer = 200, json.dumps({"ok": True, "result": MESSAGE})
        self.asked: list[tuple[str, str, Any]] = []
        self.hang_up = 0
        self.answers = asyncio.Event()
        self.answers.set()

    async def handle(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            body: Any = await request.json()
        else:
            body = {name: _read(value) for name, value in (await request.post()).items()}
        self.asked.append((request.path.rpartition("/")[2], request.content_type, body))
        await self.answers.wait()
        if self.hang_up:
            self.hang_up -= 1
            assert request.transport
            request.transport.close()
        return web.Response(status=self.status, text=self.answer)

    def refuses(self, status: int, description: str, **parameters: int) -> None:
        refusal = {"ok": False, "error_code": status, "description": description}
        self.status, self.answer = status, json.dumps(refusal | ({"parameters": parameters} if parameters else {}))


@pytest.fixture
def api() -> BotApi:
    return BotApi()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def bot(api: BotApi, metrics: Metrics) -> AsyncIterator[Bot]:
    app = web.Application()
    app.router.add_post("/{path:.*}", api.handle)
    async with TestServer(app) as server:
        session = FastSession(on_answer=metrics.called)
        bot = build_bot(TOKEN, str(server.make_url("")).rstrip("/"), session)
        yield bot
        await bot.session.close()


async def test_a_message_comes_back_with_the_buttons_that_it_has(api: BotApi, bot: Bot) -> None:
    rows = [[{"text": "a", "callback_data": "b"}]]
    markup = InlineKeyboardMarkup.model_validate({"inline_keyboard": rows})
    assert (await bot.send_message(1, "x", reply_markup=markup)).reply_markup is None

    api.answer = json.dumps({"ok": True, "result": MESSAGE | {"reply_markup": {"inline_keyboard": rows}}})
    sent = await bot.send_message(1, "x", reply_markup=markup)
    assert sent.reply_markup == markup
    assert sent.bot is bot


async def test_calls_are_counted_by_how_they_end(api: BotApi, bot: Bot, metrics: Metrics) -> None:
    await bot.send_message(1, "x")
    api.refuses(429, "Too Many Requests: retry after 3", retry_after=3)
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "x")
    api.hang_up = 1
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(1, "x")
    told = metrics.text().decode()
    for status in ("200", "429", "none"):
        assert f'bites_bot_api_answers_total{{method="sendMessage",status="{status}"}} 1.0' in told
    assert 'bites_bot_api_seconds_count{method="sendMessage"} 3.0' in told


async def test_a_message_goes_out_as_json_with_the_defaults(api: BotApi, bot: Bot) -> None:
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])
    sent = await bot.send_message(1, "<b>да</b>", reply_markup=markup)
    assert sent.message_id == 5
    assert sent.bot is bot
    assert api.asked == [
        (
            "sendMessage",
            "application/json",
            {
                "chat_id": 1,
                "text": "<b>да</b>",
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]},
            },
        )
    ]


async def test_what_is_given_wins_over_the_defaults(api: BotApi, bot: Bot) -> None:
    await bot.send_message(1, "x", parse_mode=None, link_preview_options=LinkPreviewOptions(is_disabled=False))
    body = api.asked[0][2]
    assert "parse_mode" not in body
    assert body["link_preview_options"]["is_disabled"] is False


async def test_times_are_seconds(api: BotApi, bot: Bot) -> None:
    api.answer = json.dumps({"ok": True, "result": True})
    until = datetime(2026, 11, 27, 9, tzinfo=UTC)
    await bot.ban_chat_member(1, 2, until_date=until)
    await bot.ban_chat_member(1, 2, until_date=timedelta(hours=1))
    assert api.asked[0][2]["until_date"] == int(until.timestamp())
    assert api.asked[1][2]["until_date"] > datetime.now(UTC).timestamp() + 3000


async def test_a_file_goes_out_as_a_form_and_only_once(api: BotApi, bot: Bot, metrics: Metrics) -> None:
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])
    file = BufferedInputFile("план".encode(), "план.ics")
    sent = await bot.send_document(1, file, caption="<b>да</b>", reply_markup=markup)
    assert sent.message_id == 5
    method, kind, body = api.asked[0]
    assert (method, kind) == ("sendDocument", "multipart/form-data")
    attached = body.pop(body["document"].removeprefix("attach://"))
    assert attached == ("план.ics", "text/calendar", "план".encode())
    assert (body["chat_id"], body["caption"], body["parse_mode"]) == ("1", "<b>да</b>", "HTML")
    assert json.loads(body["reply_markup"]) == {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}

    api.hang_up = 1
    with pytest.raises(TelegramNetworkError):
        await bot.send_document(1, BufferedInputFile(b"?", "something"))
    assert len(api.asked) == 2
    assert 'bites_bot_api_answers_total{method="sendDocument",status="200"} 1.0' in metrics.text().decode()


@pytest.mark.parametrize(
    ("status", "description", "parameters", "error"),
    [
        (400, "Bad Request: message is not modified", {}, TelegramBadRequest),
        (403, "Forbidden: bot was blocked by the user", {}, TelegramForbiddenError),
        (429, "Too Many Requests: retry after 3", {"retry_after": 3}, TelegramRetryAfter),
        (502, "Bad Gateway", {}, TelegramServerError),
    ],
)
async def test_refusals_are_aiograms_own(
    api: BotApi, bot: Bot, status: int, description: str, parameters: dict[str, int], error: type[Exception]
) -> None:
    api.refuses(status, description, **parameters)
    with pytest.raises(error, match=description):
        await bot.send_message(1, "x")


async def test_an_answer_that_is_none_is_named(api: BotApi, bot: Bot) -> None:
    api.answer = "<html>"
    with pytest.raises(ClientDecodeError):
        await bot.send_message(1, "x")


async def test_a_message_that_may_have_been_sent_is_not_sent_again(api: BotApi, bot: Bot) -> None:
    await bot.send_message(1, "x")
    api.hang_up = 1
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(1, "y")
    await bot.send_message(1, "z")
    assert [body["text"] for _, _, body in api.asked] == ["x", "y", "z"]


async def test_a_server_that_hangs_up_on_a_new_connection_is_not_asked_again(api: BotApi, bot: Bot) -> None:
    api.hang_up = 1
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(1, "x")
    assert len(api.asked) == 1


async def test_a_server_that_is_away_is_a_network_error(bot: Bot) -> None:
    bot.session.api = bot.session.api.from_base("http://127.0.0.1:1")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(1, "x")


async def test_a_server_that_does_not_answer_is_given_up(api: BotApi, bot: Bot) -> None:
    api.answers.clear()
    bot.session.timeout = 0.1
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(1, "x")
    api.answers.set()
