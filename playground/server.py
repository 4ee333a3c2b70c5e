"""The playground as an ASGI application, and a server for it on this machine only."""

import logging
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.arguments import read_arguments
from playground.errors import ApiError
from playground.methods import perform
from playground.page import Page, bounded_body
from playground.types import Json
from playground.world import World

HOST = "127.0.0.1"
LARGEST_REQUEST = 50 << 20
STOP_SECONDS = 5


def create_app(world: World, *, key: str | None = None) -> Starlette:
    """`key` is the secret part of the page's address; without one nobody can know it."""

    async def call(request: Request) -> Response:
        try:
            bot = world.bot_of(request.path_params["token"])
            body = await _body(request)
            content_type = request.headers.get("content-type", "")
            arguments = await read_arguments(content_type, body, request.url.query)
            status, answer = await perform(world, bot, request.path_params["method"], arguments)
        except ApiError as refused:
            status, answer = refused.code, refused.body()
        return _json(status, answer)

    async def download(request: Request) -> Response:
        try:
            world.bot_of(request.path_params["token"])
        except ApiError as refused:
            return _json(refused.code, refused.body())
        stored = world.files.at(request.path_params["path"])
        if stored is None:
            return _json(404, ApiError(404, "Not Found").body())
        return Response(stored.content, media_type="application/octet-stream")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await world.close()

    routes = [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download),
        *Page(world, key or secrets.token_urlsafe(12)).routes(),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class LocalServer:
    """Serves a world on 127.0.0.1 in the running loop, without touching signals; port 0 takes a free one."""

    def __init__(self, world: World, *, port: int = 0, key: str | None = None) -> None:
        self._world = world
        self._key = key or secrets.token_urlsafe(12)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except OSError:
            self._socket.close()
            raise
        config = uvicorn.Config(
            create_app(world, key=self._key),
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            ws="websockets-sansio",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = uvicorn.Server(config)

    @property
    def base_url(self) -> str:
        """The address of the Bot API."""
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    @property
    def page_url(self) -> str:
        return f"{self.base_url}/chat/{self._key}/"

    async def start(self) -> None:
        config = self._server.config
        config.load()
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[self._socket])

    async def stop(self) -> None:
        """Polls and pages are told first, so nobody is waited for."""
        await self._world.close()
        await self._server.shutdown(sockets=[self._socket])


async def _body(request: Request) -> bytes:
    body = await bounded_body(request, LARGEST_REQUEST)
    if body is None:
        raise ApiError(413, "Request Entity Too Large")
    return body


def _json(status: int, body: Json) -> Response:
    response = Response(orjson.dumps(body), status, media_type="application/json")
    if "parameters" in body:
        response.headers["Retry-After"] = str(body["parameters"]["retry_after"])
    return response
