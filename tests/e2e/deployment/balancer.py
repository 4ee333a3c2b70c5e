"""What stands before several web processes: each post goes to the next one that is there."""

from collections import deque
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.e2e.deployment.process import Service


@asynccontextmanager
async def balanced(port: int, services: Collection[Service]) -> AsyncIterator[None]:
    turns = deque(services)
    async with aiohttp.ClientSession() as http:

        async def hand_on(request: web.Request) -> web.Response:
            body = await request.read()
            for service in list(turns):
                turns.rotate(-1)
                try:
                    async with http.post(f"{service.address}{request.path}", data=body, headers=request.headers) as got:
                        return web.Response(status=got.status, body=await got.read())
                except aiohttp.ClientConnectorError:
                    continue
                except aiohttp.ClientConnectionError:
                    break
            return web.Response(status=502)

        app = web.Application()
        app.router.add_post("/webhook", hand_on)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield
        finally:
            await runner.cleanup()
