"""The deployment of `make cluster` under the guests of the benchmark, with a proxy for each number of web processes.

All web processes run all the time; the proxy decides how many of them have anything to do.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil
from redis import Redis
from sqlalchemy import Engine, create_engine, text

from app.config import Role
from benchmarks.bot_api import TOKEN, BotApi
from benchmarks.contestants import ADMINS
from benchmarks.guests import Telegram
from benchmarks.visits import Visit, visits
from servers.guard import Guard
from servers.nginx import Nginx
from servers.program import Program
from servers.server import Server
from servers.topology import Topology

GUESTS = "guests"
"""The part that is no part of the service: this process, with guests and Bot API."""
_LOOK_EVERY = 0.2
_GRANT_EVERY = 0.005
_SAVED_UP = 0.02
_DONE = (
    "SELECT xact_commit + xact_rollback AS transactions, pg_database_size(datname) AS bytes,"
    " pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal, (SELECT count(*) FROM outbox) AS messages"
    " FROM pg_stat_database WHERE datname = current_database()"
)
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@dataclass(frozen=True)
class Deployment:
    """Everything that runs, and the guests that it will have."""

    topology: Topology
    proxies: Mapping[int, Nginx]
    """By the number of web processes behind each."""
    api: BotApi
    telegram: Telegram
    visits: Iterator[Visit]
    database: Engine

    def let_in_by(self, webs: int) -> None:
        self.telegram.url = f"{self.proxies[webs].address}/webhook"

    @property
    def webs(self) -> Sequence[Program]:
        return self.topology.services[Role.WEB]

    def cpu_seconds(self, webs: int) -> dict[str, float]:
        """Of each part since its start; the others of the web processes are nobody's."""
        site = self.topology
        parts: Mapping[str, Collection[Server]] = {
            "web": self.webs[:webs],
            "PostgreSQL": [site.postgres],
            "RabbitMQ": [site.rabbitmq],
            "Redis": [site.redis],
            "nginx": [self.proxies[webs]],
            "worker": site.services[Role.WORKER],
            "scheduler": site.services[Role.SCHEDULER],
        }
        spent = {part: sum(map(cpu_seconds, servers)) for part, servers in parts.items()}
        return {**spent, GUESTS: sum(psutil.Process().cpu_times()[:2])}

    def done(self) -> dict[str, float]:
        """What the stores have done since their start, and how large the database is."""
        with self.database.connect() as connection:
            row = connection.execute(text(_DONE)).one()
        with Redis.from_url(self.topology.redis.url) as redis:
            commands = redis.info("stats")["total_commands_processed"]
        return {**{name: float(value) for name, value in row._asdict().items()}, "commands": float(commands)}

    def waiting(self) -> int:
        """Sessions of PostgreSQL that wait for somebody's lock at this moment."""
        with self.database.connect() as connection:
            return int(connection.execute(text(_WAITING)).scalar_one())


@asynccontextmanager
async def deployed(folder: Path, sizes: Collection[int]) -> AsyncIterator[Deployment]:
    """One worker, one scheduler, and as many web processes as the largest of `sizes` says."""
    processes = {Role.WEB: max(sizes), Role.WORKER: 1, Role.SCHEDULER: 1}
    async with AsyncExitStack() as stack:
        guard = Guard()
        stack.callback(guard.close)
        api = await stack.enter_async_context(BotApi(ADMINS))
        settings = {
            "TELEGRAM_API_URL": api.url,
            "BOT_TOKEN": TOKEN,
            "ADMIN_IDS": str(list(ADMINS)),
            "CLOCK_OFFSET_FILE": "",
        }
        topology = Topology(guard, folder, processes=processes, settings=settings)
        await asyncio.to_thread(topology.__enter__)
        stack.push_async_callback(asyncio.to_thread, topology.__exit__)
        ports = [web.port for web in topology.services[Role.WEB]]
        proxies = {size: Nginx(guard, ports[:size], folder=folder / f"proxy-{size}") for size in sizes}
        for proxy in proxies.values():
            await asyncio.to_thread(proxy.start)
            stack.callback(proxy.close)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        database = create_engine(topology.services[Role.WEB][0].settings["STORE_URL"])
        stack.callback(database.dispose)
        yield Deployment(topology, proxies, api, Telegram(api, await api.webhook, session), visits(), database)


def cpu_seconds(server: Server) -> float:
    """Of its whole process tree, with what has ended in it."""
    return sum(sum(process.cpu_times()[:4]) for process in _tree(server))


def memory_bytes(server: Server) -> int:
    return sum(int(process.memory_info().rss) for process in _tree(server))


def _tree(server: Server) -> list[psutil.Process]:
    process = psutil.Process(server.pid)
    return [process, *process.children(recursive=True)]


@asynccontextmanager
async def lock_waits(deployment: Deployment) -> AsyncIterator[list[int]]:
    """How many sessions of PostgreSQL wait for somebody's lock, looked at now and then."""
    seen: list[int] = []

    async def look() -> None:
        while True:
            seen.append(await asyncio.to_thread(deployment.waiting))
            await asyncio.sleep(_LOOK_EVERY)

    looking = asyncio.create_task(look())
    yield seen
    looking.cancel()


@contextmanager
def in_slow_motion(servers: Sequence[Server], share: float) -> Iterator[None]:
    """Each gets that share of a core and no more: a few cores show how many would be used."""
    over = threading.Event()
    granting = threading.Thread(target=_grant, args=(servers, share, over))
    granting.start()
    yield
    over.set()
    granting.join()


def _grant(servers: Sequence[Server], share: float, over: threading.Event) -> None:
    """What a process has used ahead of its time it has to wait for."""
    processes = [psutil.Process(server.pid) for server in servers]
    spent = [sum(process.cpu_times()[:2]) for process in processes]
    owned, looked = [0.0] * len(servers), time.perf_counter()
    while not over.wait(_GRANT_EVERY):
        passed, looked = time.perf_counter() - looked, time.perf_counter()
        for number, process in enumerate(processes):
            before, spent[number] = spent[number], sum(process.cpu_times()[:2])
            had = owned[number]
            owned[number] = min(had + share * passed - (spent[number] - before), _SAVED_UP)
            if owned[number] < 0 <= had:
                process.suspend()
            elif had < 0 <= owned[number]:
                process.resume()
    for process in processes:
        process.resume()
