"""The chat page's side: its files, its WebSocket, its actions. Only for who knows the key, on this machine."""

import asyncio
import contextlib
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.actions import Actions
from playground.body import bounded_body
from playground.chats import Bot, Chat
from playground.errors import ActionError
from playground.types import Json
from playground.world import World

STATIC = Path(__file__).parent / "static"
LARGEST_ACTION = 20 << 20
LONGEST_BACKLOG = 10_000
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost"})
MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "frame-src http: https:; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SAFE_FILE = SAFE | {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


class Page:
    def __init__(self, world: World, key: str) -> None:
        self._world = world
        self._key = key
        self._actions = Actions(world)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._welcome),
            Route("/chat/{key}/", self._index),
            Route("/chat/{key}/static/{name}", self._static),
            Route("/chat/{key}/file/{file_id}", self._file),
            Route("/chat/{key}/trace.json", self._trace),
            Route("/chat/{key}/do", self._do, methods=["POST"]),
            WebSocketRoute("/chat/{key}/ws", self._listen),
        ]

    async def _welcome(self, _: Request) -> Response:
        return PlainTextResponse("The playground runs. The chat page has the address that it printed at its start.\n")

    async def _index(self, request: Request) -> Response:
        return self._file_of_page(request, "index.html")

    async def _static(self, request: Request) -> Response:
        return self._file_of_page(request, request.path_params["name"])

    def _file_of_page(self, request: Request, name: str) -> Response:
        path = STATIC / name
        if not self._may_enter(request) or path.suffix not in KINDS or path not in STATIC.iterdir():
            return PlainTextResponse("Not found\n", 404)
        return FileResponse(path, media_type=KINDS[path.suffix], headers=SAFE)

    async def _file(self, request: Request) -> Response:
        stored = self._world.files.get(request.path_params["file_id"])
        if not self._may_enter(request) or stored is None:
            return PlainTextResponse("Not found\n", 404)
        kind = stored.mime_type if MIME_TYPE.fullmatch(stored.mime_type) else "application/octet-stream"
        headers = SAFE_FILE if kind.startswith("image/") else SAFE_FILE | {"Content-Disposition": "attachment"}
        return Response(stored.content, media_type=kind, headers=headers)

    async def _trace(self, request: Request) -> Response:
        if not self._may_enter(request):
            return PlainTextResponse("Not found\n", 404)
        trace = self._world.trace
        whole = {
            "exported_at": self._world.clock.iso(),
            "bots": [bot.card() for bot in self._world.bots],
            "unsupported": trace.unsupported,
            "trace": [entry.for_page() for entry in trace.entries],
        }
        headers = SAFE | {"Content-Disposition": 'attachment; filename="trace.json"'}
        return Response(orjson.dumps(whole, option=orjson.OPT_INDENT_2), media_type="application/json", headers=headers)

    async def _do(self, request: Request) -> Response:
        if not self._may_enter(request):
            return PlainTextResponse("Not found\n", 404)
        body = await bounded_body(request, LARGEST_ACTION)
        if body is None:
            return _answer(413, {"ok": False, "error": "this action is too large"})
        try:
            result = await self._actions.perform(orjson.loads(body))
        except orjson.JSONDecodeError:
            return _answer(400, {"ok": False, "error": "an action is a JSON object"})
        except ActionError as refused:
            return _answer(400, {"ok": False, "error": str(refused)})
        return _answer(200, {"ok": True, "result": result, "seq": self._world.published})

    async def _listen(self, socket: WebSocket) -> None:
        if not self._may_enter(socket):
            await socket.close()
            return
        await socket.accept()
        events: asyncio.Queue[Json] = asyncio.Queue(LONGEST_BACKLOG)
        events.put_nowait(self.snapshot())
        unsubscribe = self._world.subscribe(lambda event: self._put(events, event))
        try:
            await _first_ended(self._tell(socket, events), self._hear(socket, events))
        finally:
            unsubscribe()

    async def _tell(self, socket: WebSocket, events: asyncio.Queue[Json]) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.send_text(orjson.dumps(await events.get()).decode())

    async def _hear(self, socket: WebSocket, events: asyncio.Queue[Json]) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                text = await socket.receive_text()
                ref = None
                try:
                    action = orjson.loads(text)
                    ref = action.get("ref") if isinstance(action, dict) else None
                    await self._actions.perform(action)
                except orjson.JSONDecodeError:
                    self._put(events, {"type": "error", "ref": ref, "text": "an action is a JSON object"})
                except ActionError as refused:
                    self._put(events, {"type": "error", "ref": ref, "text": str(refused)})

    def _put(self, events: asyncio.Queue[Json], event: Json) -> None:
        """A page that reads too slowly skips what it missed and gets all of it as it stands."""
        if events.full():
            while not events.empty():
                events.get_nowait()
            event = self.snapshot()
        events.put_nowait(event)

    def snapshot(self) -> Json:
        world = self._world
        return {
            "type": "snapshot",
            "seq": world.published,
            "bots": [bot.card() for bot in world.bots],
            "personas": [persona.card() for persona in world.personas.values()],
            "chats": [self._chat(bot, chat) for bot in world.bots for chat in self._chats_of(bot)],
            "clock": {"now": world.clock.iso(), "offset": world.clock.offset},
            "trace": [entry.for_page() for entry in world.trace.entries],
            "unsupported": dict(world.trace.unsupported),
            "network": {"down": world.trouble.network_down},
            "rate_limits": {"mode": world.limits.mode},
            "lanes": [world.lane(bot, blocked) for bot in world.bots for blocked in bot.updates.blocked.values()],
        }

    def _chats_of(self, bot: Bot) -> list[Chat]:
        """With each persona, also if they have not talked yet; then the rooms."""
        private = [self._world.chat(bot, persona) for persona in self._world.personas.values()]
        return private + [chat for chat in bot.chats.values() if chat.persona is None]

    def _chat(self, bot: Bot, chat: Chat) -> Json:
        return {
            "persona": chat.persona.id if chat.persona else None,
            "bot": bot.id,
            "chat": chat.id,
            "info": chat.info,
            "messages": [message.for_page() for message in chat.messages.values()],
            "commands": bot.commands_for(chat.persona) if chat.persona else [],
            "menu_button": bot.menu_button_for(chat.id),
            "blocked": chat.blocked,
            "bot_status": chat.bot_status,
        }

    def _may_enter(self, connection: HTTPConnection) -> bool:
        """The right key, and asked for by this machine's own name: no other page may reach in by a name of its own."""
        host = connection.headers.get("host", "")
        try:
            name = urlsplit(f"//{host}").hostname
            asked_by = urlsplit(connection.headers.get("origin", f"//{host}")).netloc
        except ValueError:
            return False
        knows = secrets.compare_digest(connection.path_params["key"].encode(), self._key.encode())
        return knows and name in LOCAL_HOSTS and asked_by == host


def _answer(status: int, body: Json) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


async def _first_ended(*parts: Any) -> None:
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
