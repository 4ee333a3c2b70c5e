"""Posts to a server that is posted to all the time: HTTP/1.1 over connections that stay open.

A general client costs three times as much for each request, and a booking has fifteen of them.
"""

import asyncio
import ssl
from collections import deque
from functools import lru_cache
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import certifi
import httptools

IDLE = 15.0
"""Seconds after which an unused connection is not trusted any more: servers close them silently."""
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: binary-bites\r\nContent-Type: application/json\r\n"
    "Content-Length: "
)


class Disconnected(ConnectionError):
    """The server closed the connection, or what it said was no HTTP, before the answer was whole."""


class Answer(NamedTuple):
    status: int
    body: bytes


class HttpClient:
    """At most `limit` requests are on their way at once; the others wait for their turn."""

    def __init__(self, *, limit: int) -> None:
        self._turns = asyncio.Semaphore(limit)
        self._idle: dict[_Origin, deque[_Connection]] = {}

    async def post(self, url: str, body: bytes, *, timeout: float) -> Answer:  # noqa: ASYNC109 - of the whole request
        """The answer to the JSON `body`. Raises OSError if there is none, TimeoutError among them."""
        origin, head = _address(url)
        request = b"%b%d\r\n\r\n%b" % (head, len(body), body)
        async with asyncio.timeout(timeout), self._turns:
            connection = self._take(origin)
            if connection:
                try:
                    return await self._ask(connection, origin, request)
                except Disconnected:
                    # It was closed just as it was taken: nothing was answered, so ask again, on a new one.
                    if connection.has_answered:
                        raise
            return await self._ask(await _connect(origin), origin, request)

    def close(self) -> None:
        while self._idle:
            _, connections = self._idle.popitem()
            for connection in connections:
                connection.close()

    async def _ask(self, connection: "_Connection", origin: "_Origin", request: bytes) -> Answer:
        answer = await connection.ask(request)
        if connection.is_open:
            self._idle.setdefault(origin, deque()).append(connection)
        return answer

    def _take(self, origin: "_Origin") -> "_Connection | None":
        """The one used last; those that have been waiting for longer grow too old first."""
        waiting = self._idle.get(origin)
        while waiting:
            connection = waiting.pop()
            if connection.is_fresh:
                return connection
            connection.close()
        return None


class _Origin(NamedTuple):
    host: str
    port: int
    encrypted: bool


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._answer: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []
        self._used_at = 0.0
        self._parser = httptools.HttpResponseParser(self)
        self.is_open = False
        self.has_answered = False
        """Whether a part of the answer to the last request has come."""

    @property
    def is_fresh(self) -> bool:
        return self.is_open and self._loop.time() - self._used_at < IDLE

    async def ask(self, request: bytes) -> Answer:
        self._answer = self._loop.create_future()
        self.has_answered = False
        if not self.is_open:
            raise Disconnected("the server closed the connection")
        self._transport.write(request)
        try:
            return await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None

    def close(self) -> None:
        self.is_open = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        self._fail(str(error or "the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self.has_answered = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.close()
            self._fail(f"what the server says is no HTTP: {error}")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), b"".join(self._body))
        self._body.clear()
        self._used_at = self._loop.time()
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer and not self._answer.done():
            self._answer.set_result(answer)

    def _fail(self, reason: str) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(Disconnected(reason))


async def _connect(origin: _Origin) -> _Connection:
    encryption = _encryption() if origin.encrypted else None
    _, connection = await asyncio.get_running_loop().create_connection(
        _Connection, origin.host, origin.port, ssl=encryption
    )
    return connection


@lru_cache(1)
def _encryption() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


@lru_cache(1024)
def _address(url: str) -> tuple[_Origin, bytes]:
    """Where it leads, and what a request to it begins with."""
    parts = urlsplit(url)
    encrypted = parts.scheme == "https"
    origin = _Origin(parts.hostname or "", parts.port or (443 if encrypted else 80), encrypted)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return origin, _HEAD.format(path=path, host=parts.netloc.rpartition("@")[2]).encode("ascii")
