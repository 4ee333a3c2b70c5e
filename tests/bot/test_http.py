"""Servers that behave strangely: no request is written twice, and none gets another one's answer."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from itertools import repeat

import pytest

from app.bot.http import Answer, Disconnected, HttpClient


class Server:
    """Says what it is told to, in parts; an empty part is the end of the connection."""

    def __init__(self) -> None:
        self.says: Callable[[bytes], list[bytes]] = lambda body: [_answer(body)]
        self.asked: list[bytes] = []
        self.lines: list[bytes] = []
        self.connections = 0
        self.afterwards: list[bytes] = []
        """Is said when a test allows it with `again`."""
        self.again = asyncio.Event()
        self.said_again = asyncio.Event()
        self.heard = asyncio.Event()
        self.left = asyncio.Event()
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._answer_one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.left.set()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]))
        self.asked.append(body)
        self.heard.set()
        self.lines += head.split(b"\r\n")[:2]
        for part in self.says(body):
            if not part:
                return False
            writer.write(part)
            await writer.drain()
        while self.afterwards:
            await self.again.wait()
            writer.write(self.afterwards.pop())
            await writer.drain()
            self.said_again.set()
        return True


def _answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1")
    server.address = "http://{}:{}".format(*listening.sockets[0].getsockname())
    async with listening:
        yield server


@pytest.fixture
def client() -> Iterator[HttpClient]:
    client = HttpClient(limit=3)
    yield client
    client.close()


async def ask(client: HttpClient, server: Server, *bodies: bytes) -> list[bytes]:
    return [(await client.post(f"{server.address}/x", body, timeout=5)).body for body in bodies]


async def test_a_connection_is_used_again(client: HttpClient, server: Server) -> None:
    assert await ask(client, server, b"one", b"two") == [b"one", b"two"]
    assert server.connections == 1


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(lambda body: [b"HTTP/1.1 100 Continue\r\n\r\n", _answer(body)], id="100, and then"),
        pytest.param(lambda body: [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + _answer(body)], id="103 as well"),
        pytest.param(lambda body: [_answer(body) + _answer(b"of whom?")], id="two answers"),
        pytest.param(lambda body: [_answer(body) + _answer(b"of whom?")[:-3]], id="one and a half"),
        pytest.param(lambda body: [_answer(body), b""], id="closes without a word"),
        pytest.param(
            lambda body: [_answer(body).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)], id="says it closes"
        ),
        pytest.param(lambda body: [b"HTTP/1.1 200 OK\r\n\r\n" + body, b""], id="until it closes"),
        pytest.param(lambda body: [b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n", body, b""], id="HTTP/1.0"),
        pytest.param(lambda body: [bytes([byte]) for byte in _answer(body)], id="byte by byte"),
        pytest.param(
            lambda body: [
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
            ],
            id="in chunks",
        ),
    ],
)
async def test_every_request_gets_its_own_answer(
    client: HttpClient, server: Server, says: Callable[[bytes], list[bytes]]
) -> None:
    server.says = says
    assert await ask(client, server, b"one", b"two", b"three") == [b"one", b"two", b"three"]
    assert server.asked == [b"one", b"two", b"three"]


@pytest.mark.parametrize("unasked", [_answer(b"of whom?"), _answer(b"of whom?")[:-3], b"HTTP/1.1 408 Req"])
@pytest.mark.parametrize("noticed", [True, False])
async def test_what_nobody_asked_for_is_nobodys_answer(
    client: HttpClient, server: Server, unasked: bytes, noticed: bool
) -> None:
    server.afterwards = [unasked]
    assert await ask(client, server, b"one") == [b"one"]
    server.again.set()
    await server.said_again.wait()
    if noticed:
        await server.left.wait()
    assert await ask(client, server, b"two", b"three") == [b"two", b"three"]
    assert server.connections == 2


@pytest.mark.parametrize(
    "says",
    [
        [b""],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b""],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", b""],
        [b"HTTP/1.1 200 OK\r\nServ", b""],
        [b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
        [b"220 mail.example.org ESMTP\r\n"],
    ],
)
async def test_half_an_answer_is_none_and_nothing_is_asked_twice(
    client: HttpClient, server: Server, says: list[bytes]
) -> None:
    await ask(client, server, b"one")
    answers = iter([says])
    server.says = lambda body: next(answers, [_answer(body)])
    with pytest.raises(Disconnected):
        await ask(client, server, b"two")
    assert await ask(client, server, b"three") == [b"three"]
    assert server.asked == [b"one", b"two", b"three"]


async def test_a_connection_in_use_when_all_are_closed_is_not_kept(client: HttpClient, server: Server) -> None:
    server.says = lambda _: []
    server.afterwards = [_answer(b"late")]
    asking = asyncio.create_task(ask(client, server, b"one"))
    await server.heard.wait()
    client.close()
    server.again.set()
    assert await asking == [b"late"]
    server.says = lambda body: [_answer(body)]
    assert await ask(client, server, b"two") == [b"two"]
    assert server.connections == 2


async def test_an_address_may_have_letters_of_any_language(client: HttpClient, server: Server) -> None:
    address = server.address.replace("127.0.0.1", "localhost")
    assert await client.post(f"{address}/бот x?y=я", b"", timeout=5) == Answer(200, b"")
    assert server.lines[0] == b"POST /%D0%B1%D0%BE%D1%82%20x?y=%D1%8F HTTP/1.1"


async def test_an_address_that_cannot_be_one_is_away(client: HttpClient) -> None:
    with pytest.raises(OSError, match=r"a\.\.b"):
        await client.post("http://a..b/x", b"", timeout=5)


async def test_the_next_address_is_tried_where_the_first_leads_nowhere(
    client: HttpClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.address.rpartition(":")[2])
    with _nobody_answers() as silent:

        async def found(*_: object, **__: object) -> list[object]:
            kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
            return [(*kind, silent), (*kind, ("127.0.0.1", port))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
        assert (await client.post("http://two.example/x", b"", timeout=5)).status == 200


@contextmanager
def _nobody_answers() -> Iterator[tuple[str, int]]:
    """An address that swallows whoever comes, as a broken network does: its queue is full."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in repeat(None, 3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        yield full.getsockname()
        for one in waiting:
            one.close()
