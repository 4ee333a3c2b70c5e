"""What Telegram meets before the web processes: a post that one of them does not take, the other does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web

from servers.guard import Guard
from servers.nginx import Nginx
from servers.server import free_port

LARGEST = 1 << 20


@dataclass
class Web:
    """Stands where a web process would, and does what the test wants."""

    does: str = "handles"
    port: int = field(default_factory=free_port)
    got: list[bytes] = field(default_factory=list)
    runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=2 * LARGEST)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        if self.runner:
            await self.runner.cleanup()
        self.runner = None

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.does == "breaks" and request.transport:
            request.transport.abort()
        if self.does == "is stopping":
            return web.Response(status=503, headers={"Retry-After": "3"})
        self.got.append(body)
        return web.Response(text=request.headers["X-Forwarded-For"])


@pytest.fixture
async def webs() -> AsyncIterator[tuple[Web, Web]]:
    async with AsyncExitStack() as stack:
        both = Web(), Web()
        for one in both:
            await one.start()
            stack.push_async_callback(one.stop)
        yield both


@pytest.fixture
async def proxy(guard: Guard, webs: tuple[Web, Web]) -> AsyncIterator[httpx.AsyncClient]:
    server = Nginx(guard, (webs[0].port, webs[1].port))
    server.start()
    async with httpx.AsyncClient(base_url=server.address) as http:
        yield http
    server.close()


async def test_a_post_that_one_does_not_take_is_repeated_on_the_other(
    proxy: httpx.AsyncClient, webs: tuple[Web, Web]
) -> None:
    first, second = webs
    for first.does in ("handles", "breaks", "is stopping"):
        for number in range(4):
            assert (await proxy.post("/webhook", content=f"{first.does} {number}")).status_code == 200
    await first.stop()
    for number in range(4):
        assert (await proxy.post("/webhook", content=f"away {number}")).status_code == 200
    assert first.got
    assert second.got
    assert len({*first.got, *second.got}) == 16
    second.does = "is stopping"
    refused = await proxy.post("/webhook", content="nobody is there")
    assert refused.status_code in {502, 503}


async def test_it_lets_in_what_the_service_would_and_says_whose_it_was(
    proxy: httpx.AsyncClient, webs: tuple[Web, Web]
) -> None:
    largest = await proxy.post("/webhook", content=b"x" * LARGEST, headers={"X-Forwarded-For": "149.154.160.1"})
    assert (largest.status_code, largest.text) == (200, "149.154.160.1, 127.0.0.1")
    assert (await proxy.post("/webhook", content=b"x" * (LARGEST + 1))).status_code == 413
    assert (await proxy.get("/health/live")).status_code == 200
    for path in ("/metrics", "/", "/docs", "/webhook/more"):
        assert (await proxy.get(path)).status_code == 404
    assert len(webs[0].got) + len(webs[1].got) == 2
