"""HTTP as uvicorn speaks it, with bounds for those who never come to the end of a request."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 64 * 1024
"""Bytes until the end of the headers, and a little more."""
LONGEST_REQUEST = 30.0
"""Seconds from the connection, or the first byte of a request, to the last byte of its body."""

_TOO_MUCH = b"431 Request Header Fields Too Large"
_TOO_SLOW = b"408 Request Timeout"


class BoundedProtocol(HttpToolsProtocol):
    """Time runs while the client has something to send; how long an answer may take is nobody's business here."""

    _timer: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes of the head so far; None from its end to the end of the body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._begin_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._timer is None:
            self._begin_waiting()
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > MOST_HEAD and not self.transport.is_closing():
            self._refuse(_TOO_MUCH)

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head = 0
        self._end_waiting()
        super().on_message_complete()

    def _begin_waiting(self) -> None:
        self._timer = self.loop.call_later(LONGEST_REQUEST, self._refuse, _TOO_SLOW)

    def _end_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        """Said only if nothing else is being said."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status)
        self.transport.close()
