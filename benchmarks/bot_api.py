"""A Bot API that answers at once and remembers what each chat shows: all that a bot needs to have a conversation."""

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self, cast
from urllib.parse import parse_qsl

import httptools
import orjson

BOT = {"id": 4200000000, "is_bot": True, "first_name": "Binary Bites", "username": "binary_bites_bot"}
TOKEN = f"{BOT['id']}:benchmark"

_MARKUP = re.compile(r"<[^>]+>")


@dataclass(slots=True)
class Chat:
    """One chat as its owner sees it."""

    window: dict[str, Any] | None = None
    """The last message that has buttons."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    changed_at: float | None = None
    """When the first visible call since `expect` arrived, by `time.perf_counter`."""

    def expect(self) -> None:
        self.changed.clear()
        self.changed_at = None

    def show(self, message: dict[str, Any]) -> None:
        if "reply_markup" in message:
            self.window = message
        if self.changed_at is None:
            self.changed_at = time.perf_counter()
        self.changed.set()


class BotApi:
    """The server that one bot talks to. `delay` is how long it lets the bot wait for each answer, in seconds."""

    def __init__(self, overheard: Iterable[int] = ()) -> None:
        self.delay = 0.0
        self.calls = 0
        self.chats: dict[int, Chat] = {}
        self.overheard: dict[int, list[str]] = {chat_id: [] for chat_id in overheard}
        """The texts of all messages to these chats."""
        self.webhook: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        """What the bot said in setWebhook, once it has."""
        self._last_message_id = 0
        self._methods: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getme": lambda _: BOT,
            "getwebhookinfo": lambda _: self._webhook_info(),
            "setwebhook": self._set_webhook,
            "getmycommands": lambda _: [],
            "sendmessage": self._send,
            "editmessagetext": self._edit,
            "editmessagereplymarkup": self._edit,
        }
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server  # noqa: S101 - entered before it is left
        self._server.close()

    @property
    def url(self) -> str:
        assert self._server  # noqa: S101 - entered before it is asked
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def chat(self, chat_id: int) -> Chat:
        if (chat := self.chats.get(chat_id)) is None:
            chat = self.chats[chat_id] = Chat()
        return chat

    def answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        call = self._methods.get(method.lower())
        return {"ok": True, "result": call(params) if call else True}

    def _webhook_info(self) -> dict[str, Any]:
        known = self.webhook.result() if self.webhook.done() else {}
        return {"url": known.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}

    def _set_webhook(self, params: dict[str, Any]) -> bool:
        if not self.webhook.done():
            self.webhook.set_result(params)
        return True

    def _send(self, params: dict[str, Any]) -> dict[str, Any]:
        self._last_message_id += 1
        return self._show(self._last_message_id, params)

    def _edit(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._show(int(params["message_id"]), params)

    def _show(self, message_id: int, params: dict[str, Any]) -> dict[str, Any]:
        chat_id = int(params["chat_id"])
        chat = self.chat(chat_id)
        message: dict[str, Any] = {
            "message_id": message_id,
            "date": int(time.time()),
            "from": BOT,
            "chat": {"id": chat_id, "type": "private", "first_name": "Гость"},
        }
        if "text" in params:
            message["text"] = _MARKUP.sub("", params["text"])
        elif chat.window:
            message["text"] = chat.window["text"]
        markup = params.get("reply_markup")
        if isinstance(markup, str):
            markup = orjson.loads(markup)
        if markup and markup.get("inline_keyboard"):
            message["reply_markup"] = markup
        if chat_id in self.overheard:
            self.overheard[chat_id].append(message["text"])
        chat.show(message)
        return message


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, one request at a time, as clients of the Bot API use it."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.WriteTransport | None = None
        self._forget()

    def _forget(self) -> None:
        self._path = b""
        self._type = b""
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - given by asyncio
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._type = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._path.partition(b"?")[0].rpartition(b"/")[2].decode()
        answer = orjson.dumps(self._api.answer(method, self._params()))
        self._forget()
        if self._api.delay:
            asyncio.get_running_loop().call_later(self._api.delay, self._write, answer)
        else:
            self._write(answer)

    def _params(self) -> dict[str, Any]:
        if self._type.startswith(b"application/json"):
            return dict(orjson.loads(self._body))
        if not self._body or self._type.startswith(b"application/x-www-form-urlencoded"):
            return dict(parse_qsl(self._body.decode()))
        raise ValueError(f"a body of type {self._type.decode()} is not understood")

    def _write(self, answer: bytes) -> None:
        if self._transport:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
            self._transport.write(head + answer)
