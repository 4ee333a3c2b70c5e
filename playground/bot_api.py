"""The HTTP side of the Bot API: calls and downloads at the addresses that hold the bot's token."""

from collections.abc import Callable
from typing import NamedTuple

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from playground.arguments import read_arguments
from playground.body import bounded_body
from playground.errors import ApiError
from playground.methods import perform
from playground.trouble import NoAnswer
from playground.types import Json
from playground.world import World

LARGEST_REQUEST = 50 << 20
CALLS, DOWNLOADS = "/bot", "/file/bot"


class Answer(NamedTuple):
    status: int
    content: bytes
    kind: bytes = b"application/json"
    retry_after: int | None = None


class BotApi:
    """An ASGI application; its server puts `cut` into the state of a request, which ends the connection."""

    def __init__(self, world: World) -> None:
        self._world = world

    def serves(self, path: str) -> bool:
        return path.startswith((CALLS, DOWNLOADS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cut: Callable[[], None] = scope["state"]["cut"]
        trouble = self._world.trouble
        if trouble.network_down:
            await _end(cut, receive)
            return
        trouble.calls.add(cut)
        try:
            answer = await self._answer(Request(scope, receive))
        except ApiError as refused:
            answer = _json(refused.code, refused.body())
        except NoAnswer as broken:
            if broken.content is None:
                await _end(cut, receive)
                return
            answer = Answer(200, broken.content, b"text/html")
        finally:
            trouble.calls.discard(cut)
        headers = [(b"content-type", answer.kind), (b"content-length", b"%d" % len(answer.content))]
        if answer.retry_after is not None:
            headers.append((b"retry-after", b"%d" % answer.retry_after))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.content})

    async def _answer(self, request: Request) -> Answer:
        path: str = request.scope["path"]
        if request.method not in ("GET", "POST"):
            raise ApiError(405, "Method Not Allowed")
        if path.startswith(DOWNLOADS):
            token, _, file = path.removeprefix(DOWNLOADS).partition("/")
            return self._download(token, file)
        if request.headers.get("sec-fetch-site") == "cross-site":
            raise ApiError(403, "Forbidden: a page in a browser is no bot")
        token, _, method = path.removeprefix(CALLS).partition("/")
        bot = self._world.bot_of(token)
        body = await bounded_body(request, LARGEST_REQUEST)
        if body is None:
            raise ApiError(413, "Request Entity Too Large")
        content_type = request.headers.get("content-type", "")
        arguments = await read_arguments(content_type, body, request.scope["query_string"].decode("latin-1"))
        return _json(*await perform(self._world, bot, method, arguments))

    def _download(self, token: str, path: str) -> Answer:
        self._world.bot_of(token)
        stored = self._world.files.at(path)
        if stored is None:
            raise ApiError(404, "Not Found")
        return Answer(200, stored.content, b"application/octet-stream")


def _json(status: int, body: Json) -> Answer:
    return Answer(status, orjson.dumps(body), retry_after=body.get("parameters", {}).get("retry_after"))


async def _end(cut: Callable[[], None], receive: Receive) -> None:
    cut()
    while (await receive())["type"] != "http.disconnect":
        pass
