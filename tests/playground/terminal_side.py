"""A bot that answers as a table says, and a terminal whose keyboard and screen are streams."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.client import Playground
from playground.terminal.__main__ import read_options, run
from tests.playground.bot_side import Api

Call = tuple[str, dict[str, Any]]


def says(text: str, *rows: Sequence[str | dict[str, Any]], **more: Any) -> Call:
    """A message; each row is of buttons that send their own text as data."""
    buttons = [[{"text": b, "callback_data": b} if isinstance(b, str) else b for b in row] for row in rows]
    markup = {"reply_markup": {"inline_keyboard": buttons}} if rows else {}
    return "sendMessage", {"text": text, **markup, **more}


def asks(text: str, *rows: Sequence[str | dict[str, Any]]) -> Call:
    """A message with a reply keyboard."""
    return "sendMessage", {"text": text, "reply_markup": {"keyboard": [list(row) for row in rows]}}


def turns_into(text: str, *rows: Sequence[str]) -> Call:
    """The message whose button was pressed, or the last one it sent."""
    method, arguments = says(text, *rows)
    return method.replace("sendMessage", "editMessageText"), arguments


def answers(text: str = "", **more: Any) -> Call:
    """To the press."""
    return "answerCallbackQuery", {"text": text, **more}


@dataclass
class TableBot:
    """What it does stands by the text that it gets, or the data of the press, or the kind of what is in a message."""

    api: Api
    table: dict[str, list[Call]] = field(default_factory=dict)
    got: list[str] = field(default_factory=list)
    last: int = 0

    async def handle(self, update: dict[str, Any]) -> web.Response:
        query = update.get("callback_query")
        message = query["message"] if query else update.get("message") or update.get("edited_message")
        if message is None:
            return web.Response()
        word = query["data"] if query else message.get("text") or next(reversed(message))
        self.got.append(word)
        where = {"chat_id": message["chat"]["id"]}
        for method, arguments in self.table.get(word, []):
            about = {**where, **arguments}
            if query and method == "answerCallbackQuery":
                about["callback_query_id"] = query["id"]
            if method.startswith(("edit", "delete", "setMessage")):
                about["message_id"] = message["message_id"] if query else self.last
            result = await self.api.result(method, **about)
            self.last = result["message_id"] if isinstance(result, dict) and "message_id" in result else self.last
        return web.Response()


class Keys(io.StringIO):
    """Typed by a person."""

    def isatty(self) -> bool:
        return True


async def talk(chat: Playground, *lines: str, live: bool = False, options: Sequence[str] = ()) -> tuple[int, list[str]]:
    """The exit code, and what stands on the screen without the first line, which says who talks to whom."""
    typed = "".join(f"{line}\n" for line in lines)
    screen = io.StringIO()
    stdin = Keys(typed) if live else io.StringIO(typed)
    code = await run(read_options([chat.page_url, "--language", "en", "--pause", "0", *options]), stdin, screen)
    return code, screen.getvalue().splitlines()[1:]
