"""The bots under test: each a process of its own on its own core, with a Bot API of its own."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil
from sqlalchemy import Engine, create_engine

from benchmarks.bot_api import TOKEN, BotApi
from benchmarks.guests import Telegram
from benchmarks.visits import Visit, visits

ADMINS = (900_000_001, 900_000_002)
ROOT = Path(__file__).parent.parent
START_TIMEOUT = 60.0
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
"""What this process could use when it began: bots on the first, guests and Bot APIs on the last."""


class DidNotStart(Exception):
    """A bot that did not come up, with the last that it said."""


@dataclass
class Contestant:
    """A running bot and the guests that it will have."""

    name: str
    process: psutil.Process
    api: BotApi
    telegram: Telegram
    visits: Iterator[Visit]
    database: Engine | None
    """None for the baseline, that keeps nothing and tells nobody."""

    def cpu_seconds(self) -> float:
        """Of the whole process tree, since its start."""
        times = [process.cpu_times() for process in self._processes()]
        return sum(spent.user + spent.system for spent in times)

    def memory_bytes(self) -> int:
        return sum(int(process.memory_info().rss) for process in self._processes())

    def _processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@asynccontextmanager
async def baseline(home: Path) -> AsyncIterator[Contestant]:
    command = [sys.executable, "-m", "benchmarks.baseline"]
    async with _running("baseline", command, home, {}, database=None) as contestant:
        yield contestant


@asynccontextmanager
async def service(home: Path) -> AsyncIterator[Contestant]:
    """As it is delivered: only addresses and paths are set, all on SQLite and the embedded queue, with two admins."""
    database = home / "db.sqlite3"
    settings = {
        "ADMIN_IDS": str(list(ADMINS)),
        "DB_URL": f"sqlite+aiosqlite:///{database}",
        "STORE_URL": f"sqlite:///{home / 'jobs.sqlite'}",
        "LOG_FILE": str(home / "log.txt"),
    }
    command = [sys.executable, "-m", "app"]
    engine = create_engine(f"sqlite:///file:{database}?mode=ro&uri=true")
    async with _running("service", command, home, settings, engine) as contestant:
        yield contestant


@asynccontextmanager
async def _running(
    name: str, command: list[str], home: Path, settings: Mapping[str, str], database: Engine | None
) -> AsyncIterator[Contestant]:
    port = free_port()
    async with (
        BotApi(ADMINS) as api,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        environment = os.environ | settings
        environment |= {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "BASE_URL": f"http://127.0.0.1:{port}"}
        said = home / f"{name}.out"
        with said.open("wb") as output, _on_the_bots_core():
            process = psutil.Popen(
                [*command, "--port", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        try:
            webhook = await _comes_up(process, api, port, said)
            yield Contestant(name, process, api, Telegram(api, webhook, session), visits(), database)
        finally:
            if process.is_running():
                process.terminate()
            await asyncio.to_thread(process.wait, START_TIMEOUT)


async def _comes_up(process: psutil.Popen, api: BotApi, port: int, said: Path) -> dict[str, str]:
    """What it said in setWebhook, once its port is open too."""
    async with asyncio.timeout(START_TIMEOUT):
        while process.poll() is None:
            if api.webhook.done() and _is_open(port):
                return api.webhook.result()
            await asyncio.sleep(0.05)
    text = await asyncio.to_thread(said.read_text, encoding="utf-8", errors="replace")
    raise DidNotStart(text[-2000:])


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _on_the_bots_core() -> Iterator[None]:
    """What is started inside inherits the core; outside are the guests and the Bot APIs."""
    if len(CORES) == 1:
        yield
        return
    os.sched_setaffinity(0, {CORES[0]})
    yield
    os.sched_setaffinity(0, {CORES[-1]})
