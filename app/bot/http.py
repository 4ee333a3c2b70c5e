"""Posts to a server that is posted to all the time: HTTP/1.1 over connections that stay open.

A general client costs three times as much for each request, and a booking has fifteen of them.

A request is written once. Where no answer comes, nobody knows whether the server has done it, and a message that is
sent twice is worse than one that failed.
"""

import asyncio
import selectors
import socket
import ssl
from collections import deque
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, cast

import certifi
import httptools
from aiohappyeyeballs import start_connection
from yarl import URL

IDLE = 15.0
"""Seconds after which an unused connection is not trusted any more: servers close them silently."""
_NEXT_ADDRESS = 0.25
"""Seconds after which a server's next address is tried as well: where IPv6 leads nowhere, nobody says so."""
_MEASURES = frozenset({b"content-length", b"transfer-encoding"})
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
_HEAD = "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: binary-bites\r\nContent-Type: "
JSON = "application/json"


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
        self._closed = False

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        timeout: float,  # noqa: ASYNC109 - of the whole request
        kind: str = JSON,
    ) -> Answer:
        """The answer to `body`, of that MIME type. Raises OSError if there is none, TimeoutError among them."""
        origin, head = _address(url)
        request = b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (head, kind.encode("ascii"), len(body), body)
        async with asyncio.timeout(timeout), self._turns:
            connection = self._take(origin) or await _connect(origin)
            answer = await connection.ask(request)
            self._keep(connection, origin)
            return answer

    def close(self) -> None:
        self._closed = True
        while self._idle:
            _, connections = self._idle.popitem()
            for connection in connections:
                connection.close()

    def _keep(self, connection: "_Connection", origin: "_Origin") -> None:
        if self._closed:
            connection.close()
        elif connection.is_open:
            self._idle.setdefault(origin, deque()).append(connection)

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
        self._arrivals = _Selector()
        self._answer: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []
        self._measured = False
        """Whether the server has said how long the answer is."""
        self._until_closed = False
        """Whether the answer is whole when the server closes the connection."""
        self._used_at = 0.0
        self._parser = httptools.HttpResponseParser(self)
        self.is_open = False

    @property
    def is_fresh(self) -> bool:
        """Whether it may be used again: what has arrived meanwhile is its end, or an answer that nobody asked for."""
        return self.is_open and self._loop.time() - self._used_at < IDLE and not self._arrivals.select(0)

    async def ask(self, request: bytes) -> Answer:
        if not self.is_open:
            raise Disconnected("the server closed the connection")
        self._answer = self._loop.create_future()
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
        self._arrivals.register(transport.get_extra_info("socket"), selectors.EVENT_READ)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        if not self._is_asked:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.close()
            self._fail(f"what the server says is no HTTP: {error}")

    def eof_received(self) -> None:
        self.is_open = False

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._until_closed and error is None:
            self.on_message_complete()
        self._fail(str(error or "the server closed the connection"))

    def on_message_begin(self) -> None:
        if not self._is_asked:
            self.close()
        self._measured = False

    def on_header(self, name: bytes, _: bytes) -> None:
        if name.lower() in _MEASURES:
            self._measured = True

    def on_headers_complete(self) -> None:
        self._until_closed = not self._measured

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self._until_closed = False
        status = self._parser.get_status_code()
        if status < HTTPStatus.OK:  # a word in between, the answer is still to come
            return
        answer = Answer(status, b"".join(self._body))
        self._body.clear()
        self._used_at = self._loop.time()
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer and not self._answer.done():
            self._answer.set_result(answer)

    @property
    def _is_asked(self) -> bool:
        return self._answer is not None and not self._answer.done()

    def _fail(self, reason: str) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(Disconnected(reason))


async def _connect(origin: _Origin) -> _Connection:
    loop = asyncio.get_running_loop()
    try:
        addresses = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError(f"{origin.host} is no name of a server") from None
    reached = await start_connection(addresses, happy_eyeballs_delay=_NEXT_ADDRESS)
    encryption, name = (_encryption(), origin.host) if origin.encrypted else (None, None)
    _, connection = await loop.create_connection(_Connection, sock=reached, ssl=encryption, server_hostname=name)
    return connection


@lru_cache(1)
def _encryption() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


@lru_cache(1024)
def _address(url: str) -> tuple[_Origin, bytes]:
    """Where it leads, and what a request to it begins with."""
    parts = URL(url)
    origin = _Origin(parts.raw_host or "", parts.port or 80, parts.scheme == "https")
    head = _HEAD.format(path=parts.raw_path_qs, host=parts.host_port_subcomponent)
    return origin, head.encode("ascii")
