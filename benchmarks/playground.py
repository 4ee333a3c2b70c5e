"""`python -m benchmarks.playground`: many conversations at once; is the playground cheaper than the bot it serves?

Everyone is a process of its own: the playground, a minimal bot on a webhook, and this one, which plays the guests over
the page's protocol and, in every other round, reads all that an open page would be told.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import psutil
import uvloop

from benchmarks.contestants import CORES, ROOT, free_port

TOKEN = "4200000000:benchmark"  # noqa: S105 - of no real bot
START_TIMEOUT = 30.0
PATIENCE = 60.0
FIRST_PERSONA = 500_000_000


class Failed(Exception):
    """The playground or the bot did not come up, or an action was refused."""


@dataclass(frozen=True)
class Played:
    """One round; `told` is the number of events the open page has read."""

    updates: int
    lasted: float
    playground_ms: float
    bot_ms: float
    told: int

    def words(self) -> str:
        return (
            f"{self.updates / self.lasted:8.0f} {self.playground_ms:12.2f} {self.bot_ms:8.2f} "
            f"{self.playground_ms / self.bot_ms:7.2f} {self.told:8}"
        )


@dataclass
class Scene:
    """The two processes and a way to play against them."""

    playground: psutil.Process
    bot: psutil.Process
    page_url: str
    http: aiohttp.ClientSession

    async def do(self, action: dict[str, Any]) -> dict[str, Any]:
        async with self.http.post(f"{self.page_url}do", data=orjson.dumps(action)) as response:
            answer = orjson.loads(await response.read())
        if not answer["ok"]:
            raise Failed(answer["error"])
        return dict(answer["result"])

    async def play(self, conversations: int, turns: int, *, open_page: bool) -> Played:
        async with AsyncExitStack() as stack:
            told = await stack.enter_async_context(self._open_page()) if open_page else [0]
            before, began = self._cpu(), time.perf_counter()
            await asyncio.gather(*(self._converse(FIRST_PERSONA + number, turns) for number in range(conversations)))
            lasted = time.perf_counter() - began
            spent = [after - earlier for after, earlier in zip(self._cpu(), before, strict=True)]
        updates = conversations * turns
        playground_ms, bot_ms = (1000 * seconds / updates for seconds in spent)
        return Played(updates, lasted, playground_ms, bot_ms, told[0])

    async def _converse(self, persona: int, turns: int) -> None:
        """A message and a press by turns, each once the bot has acknowledged what came before."""
        message_id = 0
        for turn in range(turns):
            action: dict[str, Any] = {"do": "press", "message_id": message_id, "data": f"1:{turn}"}
            if turn % 2 == 0:
                action = {"do": "send", "text": f"message {turn}"}
            result = await self.do({**action, "persona": persona})
            message_id = result.get("message_id", 0)
            settled = await self.do({"do": "wait", "update_id": result["update_id"], "timeout": PATIENCE})
            if settled["outcome"] != "acknowledged" or settled["attempts"] != 1:
                raise Failed(f"update {result['update_id']} had {settled}")

    @asynccontextmanager
    async def _open_page(self) -> AsyncIterator[list[int]]:
        async with self.http.ws_connect(f"{self.page_url}ws", max_msg_size=0) as socket:
            told = [0]

            async def read() -> None:
                async for message in socket:
                    told[0] += message.type is aiohttp.WSMsgType.TEXT

            reading = asyncio.create_task(read())
            yield told
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading

    def _cpu(self) -> tuple[float, float]:
        playground, bot = (process.cpu_times() for process in (self.playground, self.bot))
        return playground.user + playground.system, bot.user + bot.system


@asynccontextmanager
async def scene(home: Path) -> AsyncIterator[Scene]:
    """Both are up, and the bot has set its webhook."""
    async with AsyncExitStack() as stack:
        output = home / "playground.out"
        playground = await stack.enter_async_context(
            _running(("playground", "--port", "0", "--token", TOKEN), output, CORES[-1])
        )
        async with asyncio.timeout(START_TIMEOUT):
            api_url, page_url = await _addresses(playground, output)
        os.environ.update(BOT_TOKEN=TOKEN, TELEGRAM_API_URL=api_url)
        bot = await stack.enter_async_context(
            _running(("benchmarks.minimal_bot", "--port", str(free_port())), home / "bot.out", CORES[0])
        )
        connector = aiohttp.TCPConnector(limit=0)
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        async with asyncio.timeout(START_TIMEOUT):
            await _webhook_is_set(http, api_url)
        yield Scene(playground, bot, page_url, http)


@asynccontextmanager
async def _running(command: tuple[str, ...], output: Path, core: int) -> AsyncIterator[psutil.Process]:
    with output.open("wb") as said:
        process = psutil.Popen([sys.executable, "-m", *command], cwd=ROOT, stdout=said, stderr=said)
    if hasattr(process, "cpu_affinity"):
        process.cpu_affinity([core])
    try:
        yield process
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, START_TIMEOUT)


async def _addresses(process: psutil.Process, output: Path) -> tuple[str, str]:
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        words = (await asyncio.to_thread(output.read_text, encoding="utf-8")).split()
        urls = [word for word in words if word.startswith("http://")]
        if len(urls) > 1:
            return urls[0], urls[1]
        await asyncio.sleep(0.05)
    raise Failed(await asyncio.to_thread(output.read_text, encoding="utf-8"))


async def _webhook_is_set(http: aiohttp.ClientSession, api_url: str) -> None:
    while True:
        async with http.get(f"{api_url}/bot{TOKEN}/getWebhookInfo") as response:
            if orjson.loads(await response.read())["result"]["url"]:
                return
        await asyncio.sleep(0.05)


async def run(conversations: int, turns: int, rounds: int, home: Path) -> list[tuple[str, Played]]:
    """Rounds without and with an open page by turns, after one that warms up."""
    played = []
    async with scene(home) as stage:
        for number in range(conversations):
            await stage.do({"do": "add_persona", "id": FIRST_PERSONA + number, "first_name": f"Guest {number}"})
        await stage.play(conversations, 2, open_page=False)
        for _ in range(rounds):
            played += [("no page", await stage.play(conversations, turns, open_page=False))]
            played += [("open page", await stage.play(conversations, turns, open_page=True))]
    return played


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.playground", description=__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--turns", type=int, default=10, help="updates of each conversation (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="playground-bench-") as home:
        try:
            played = uvloop.run(run(given.conversations, given.turns, given.rounds, Path(home)))
        except Failed as reason:
            print(reason, file=sys.stderr)
            return 1
    print(f"{given.conversations} conversations at once; CPU in ms per update")
    print(f"{'':10} {'updates/s':>9} {'playground':>11} {'bot':>8} {'ratio':>7} {'events':>8}")
    for name, one in played:
        print(f"{name:10} {one.words()}")
    for name in ("no page", "open page"):
        ratio = statistics.median(one.playground_ms / one.bot_ms for known, one in played if known == name)
        print(f"{'ok  ' if ratio < 1 else 'MISS'} {name}: the playground needs {ratio:.2f} × the bot's CPU (< 1)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
