"""Requests as no browser and no Telegram sends them, byte by byte: each is answered clearly and soon, or hung up on."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from faults.requests import strange_requests
from playground.client import Playground
from servers.server import free_port
from tests.foundation.service import environment, inside

pytestmark = pytest.mark.slow

TOKEN = "4200000012:AAhostilehostilehostilehostilehost1"
SECRET = "Webhook_secret-of-the-hostile"
PROOF = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
UPDATE = orjson.dumps({"update_id": 1})
SOON = 10.0


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """On leaving, its log is calm."""
    port = free_port()
    chosen = {"BOT_TOKEN": TOKEN, "WEBHOOK_SECRET": SECRET, "BASE_URL": f"http://127.0.0.1:{port}", "DOCS_ENABLED": "1"}
    async with Playground.start(token=TOKEN) as chat:
        async with inside(environment(tmp_path, chat.base_url, **chosen), port) as http:
            yield http
        log = (tmp_path / "log.txt").read_text("utf-8")
    assert "Traceback" not in log
    loud = [line for line in log.splitlines() if re.search(r" (ERROR|CRITICAL) ", line)]
    assert not [line for line in loud if "is passed over" not in line]


async def said_to(service: httpx.AsyncClient, request: bytes, *, hang_up: bool = False) -> bytes:
    """All that comes back until nothing more comes."""
    reader, writer = await asyncio.open_connection(service.base_url.host, service.base_url.port)
    answer = b""
    try:
        writer.write(request)
        if hang_up:
            writer.write_eof()
        async with asyncio.timeout(SOON):
            answer = await reader.read(1)
            while b"HTTP/1.1 100" not in answer:
                async with asyncio.timeout(0.05):
                    answer += await reader.read(65_536) or _end()
    except (TimeoutError, ConnectionError, EOFError):
        pass
    finally:
        writer.close()
    return answer


def _end() -> bytes:
    raise EOFError


def post(path: str = "/webhook", *, proof: str = PROOF, body: bytes = UPDATE, more: str = "") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{proof}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str, *, version: str = "HTTP/1.1", more: bytes = b"") -> bytes:
    return f"GET {path} {version}\r\nHost: x\r\n".encode() + more + b"\r\n"


HEAD = f"POST /webhook HTTP/1.1\r\nHost: x\r\n{PROOF}".encode()
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
REQUESTS: dict[str, tuple[bytes, str]] = {
    "as it should be": (post(), "200"),
    "a length that is no number": (HEAD + b"Content-Length: ten\r\n\r\n", "400"),
    "a length below nothing": (HEAD + b"Content-Length: -1\r\n\r\n", "400"),
    "a length of thousands of digits": (HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "400"),
    "two lengths": (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "400"),
    "a length and chunks": (HEAD + b"Content-Length: 1\r\n" + CHUNKED + b"0\r\n\r\n", "400"),
    "a length that is too short": (HEAD + b"Content-Length: 3\r\n\r\n" + UPDATE, "400"),
    "chunks": (HEAD + CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(UPDATE), UPDATE), "200"),
    "chunks of no size": (HEAD + CHUNKED + b"zz\r\n", "400"),
    "a chunk of a size beyond all": (HEAD + CHUNKED + b"f" * 17 + b"\r\n", "400"),
    "chunks that never end": (HEAD + CHUNKED + (b"ffff\r\n" + b" " * 65_535 + b"\r\n") * 20, "413"),
    "chunks that never end, from a stranger": (HEAD.replace(b"Secret-T", b"X") + CHUNKED + b"1\r\n \r\n" * 999, "403"),
    "a header of two megabytes": (get("/health/live", more=b"X: " + b"x" * 2_000_000 + b"\r\n"), "431"),
    "a hundred thousand headers": (get("/health/live", more=b"X: x\r\n" * 100_000), "431"),
    "headers that never end": (b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 50_000, "431"),
    "an address of half a megabyte": (get("/" + "x" * 500_000), "431"),
    "HTTP/0.9": (b"GET /health/live\r\n\r\n", "200"),
    "HTTP/1.0": (get("/health/live", version="HTTP/1.0"), "200"),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"),
    "HTTP/9.9": (get("/health/live", version="HTTP/9.9"), "400"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), "400"),
    "nothing but zeros": (bytes(1000), "400"),
    "one after another": (get("/health/live") + post() + get("/nowhere") + get("/health/live"), "200 200 404 200"),
    "a thousand at once": (get("/health/live") * 1000, " ".join(["200"] * 1000)),
    "another host's address": (get("http://evil.example/health/live"), "200"),
    "an address without a path": (get("http://evil.example"), "400"),
    "CONNECT": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
    "OPTIONS of everything": (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "404"),
    "TRACE": (b"TRACE /webhook HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
    "a method nobody knows": (b"EAT /webhook HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
    "a method in small letters": (b"get /health/live HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
    "a secret that is not ASCII": (post(proof="X-Telegram-Bot-Api-Secret-Token: тайна\r\n"), "403"),
    "an empty secret": (post(proof="X-Telegram-Bot-Api-Secret-Token:\r\n"), "403"),
    "two secrets, the first wrong": (post(proof=f"X-Telegram-Bot-Api-Secret-Token: x\r\n{PROOF}"), "403"),
    "a zero in a header": (post(more="X: a\0b\r\n"), "400"),
    "a header over two lines": (get("/health/live", more=b"X: a\r\n b\r\n"), "400"),
    "a header without a name": (get("/health/live", more=b": x\r\n"), "400"),
    "lines that end as on an old Mac": (b"GET /health/live HTTP/1.1\rHost: x\r\r", "400"),
    "an upgrade": (get("/health/live", more=b"Connection: upgrade\r\nUpgrade: websocket\r\n"), "200"),
    **{
        path: (post(path), "404")
        for path in (
            *("/webhook/", "//webhook", "/webhook;x", "/%2e/webhook", "/./webhook", "/x/../webhook", "/WEBHOOK", "/"),
            *("/webhook%2f", "/webhook%00", "/..%2fwebhook", "/%", "/%zz", "/webhook%C0%AF", "/.env"),
        )
    },
    "/webhook?x=1": (post("/webhook?x=1"), "200"),
    "/webhook%0a": (post("/webhook%0a"), "200"),
    "/%77ebhook": (post("/%77ebhook"), "200"),
    "an address with letters": (post("/вебхук"), "400"),
}


async def test_each_gets_its_answer_soon_and_whoever_hangs_up_leaves_no_trace(service: httpx.AsyncClient) -> None:
    wrong = {}
    for name, (request, expected) in REQUESTS.items():
        statuses = " ".join(re.findall(r"HTTP/1\.1 (\d+) ", (await said_to(service, request)).decode("latin-1")))
        if statuses != expected:
            wrong[name] = f"{statuses}, not {expected}"
    assert wrong == {}
    for part in (b"", b"GET", HEAD, HEAD + b"Content-Length: 100\r\n\r\n{", HEAD + CHUNKED + b"5\r\nab", post()):
        assert not (await said_to(service, part, hang_up=True)).startswith(b"HTTP/1.1 5"), part
    assert (await service.get("/health/live")).status_code == 200


async def test_whoever_never_comes_to_an_end_is_hung_up_on(
    service: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.protocol.LONGEST_REQUEST", 0.1)
    late = b"HTTP/1.1 408 "
    for begun, answer in {
        b"": late,
        b"\r\n": late,
        b"GET /health": late,
        get("/health/live")[:-2]: late,
        post()[:-1]: b"",
        post(proof="")[:-1]: b"HTTP/1.1 403 ",
        get("/health/live") + b"GET": b"HTTP/1.1 200 ",
    }.items():
        reader, writer = await asyncio.open_connection(service.base_url.host, service.base_url.port)
        writer.write(begun)
        async with asyncio.timeout(SOON):
            said = await reader.read()
        writer.close()
        assert said.startswith(answer), begun


async def test_every_answer_is_as_the_service_describes_itself(service: httpx.AsyncClient) -> None:
    assert await asyncio.to_thread(strange_requests, str(service.base_url), SECRET, seed=1, examples=5) == []
    declared: dict[str, Any] = (await service.get("/openapi.json")).json()["paths"]["/webhook"]["post"]["responses"]
    assert set(declared) == {"200", "400", "403", "408", "413", "503"}
    assert "Retry-After" in declared["503"]["headers"]
    for status, body in {200: UPDATE, 400: b"{}", 403: UPDATE, 413: b" " * (1024 * 1024 + 1)}.items():
        secret = {"X-Telegram-Bot-Api-Secret-Token": "wrong" if status == 403 else SECRET}
        assert (await service.post("/webhook", content=body, headers=secret)).status_code == status
