"""The playground as an ASGI application, and a server for it on this machine only."""

import logging
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from playground.bot_api import BotApi
from playground.page import Page
from playground.world import World

HOST = "127.0.0.1"
STOP_SECONDS = 5
LONGEST_SILENCE = 75  # of a connection that is kept: longer than clients keep theirs, so that they are who ends it


def create_app(world: World, *, key: str | None = None) -> ASGIApp:
    """`key` is the secret part of the page's address; without one nobody can know it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await world.close()

    page = Starlette(routes=Page(world, key or secrets.token_urlsafe(12)).routes(), lifespan=lifespan)
    bot_api = BotApi(world)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """What bots ask for does not go through the page's routes: it is most of the work."""
        if scope["type"] == "http" and bot_api.serves(scope["path"]):
            await bot_api(scope, receive, send)
        else:
            await page(scope, receive, send)

    return app


class CuttableProtocol(HttpToolsProtocol):
    """Hands the application what ends its connection without an answer, as `cut` in the state of the request."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["cut"] = self.transport.abort


class LocalServer:
    """Serves a world in the running loop, without touching signals; port 0 takes a free one.

    Another `host` than this machine's own is for a container: whoever can reach it may play a bot.
    """

    def __init__(self, world: World, *, host: str = HOST, port: int = 0, key: str | None = None) -> None:
        self.world = world
        self._key = key or secrets.token_urlsafe(12)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        config = uvicorn.Config(
            create_app(world, key=self._key),
            http=CuttableProtocol,
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            proxy_headers=False,
            ws="websockets-sansio",
            server_header=False,
            date_header=False,
            timeout_keep_alive=LONGEST_SILENCE,
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
        await self.world.close()
        await self._server.shutdown(sockets=[self._socket])
