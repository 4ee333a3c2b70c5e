"""The service as processes of their own, that can be killed, stopped and started again, in front of one playground."""

import asyncio
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
from sqlalchemy import NullPool, create_engine, make_url, text

from app.config import Settings
from playground.client import Playground
from servers.server import free_port
from tests.e2e.house import HOST, OWNER, TOKEN, House
from tests.foundation.service import Process, environment, forked

SECRET = "Webhook_secret-of-the-tests"
PASSWORD = "pass/word-of-the-tests"
START_SECONDS = 60.0
LOOK_EVERY = 0.02


@dataclass
class Service:
    """One process, and the port of its webhook or health."""

    port: int
    process: Process
    http: httpx.AsyncClient

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """All that it has logged."""
        return self.process.said

    async def says(self, words: str) -> None:
        await self.process.says(words)

    async def kill(self) -> None:
        """As a power cut would."""
        assert await self.process.ends(signal.SIGKILL) == -signal.SIGKILL

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit code."""
        return await self.process.ends(number)

    async def ended(self) -> int:
        """The exit code, when it has ended by itself."""
        return await self.process.ends()

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"{self.address}{path}")

    async def post(self, update: Mapping[str, Any]) -> httpx.Response:
        """An update as Telegram would post it, made by hand."""
        secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        return await self.http.post(f"{self.address}/webhook", json=update, headers=secret)

    async def health(self) -> dict[str, Any]:
        """What readiness says, with the status code as `code`."""
        answer = await self.get("/health/ready")
        return {"code": answer.status_code, **answer.json()}

    async def until_health(self, **wanted: object) -> None:
        seen: dict[str, Any] = {}
        try:
            async with asyncio.timeout(START_SECONDS):
                while not wanted.items() <= (seen := await self.health()).items():  # noqa: ASYNC110 - another process
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise AssertionError(f"{wanted} did not come, health says {seen}\n{self.said}") from None

    async def until_in_work(self, count: int = 1) -> None:
        """That many updates are in the middle of being handled."""
        await self.until_counted(f"bites_updates_in_work {count}.0")

    async def until_counted(self, line: str) -> None:
        """Its metrics have this line."""
        async with asyncio.timeout(START_SECONDS):
            while line not in (await self.get("/metrics")).text.splitlines():  # noqa: ASYNC110 - another process
                await asyncio.sleep(LOOK_EVERY)

    async def until_closed(self) -> None:
        """It takes nothing new."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    await self.get("/health/live")
                except httpx.TransportError:
                    return
                await asyncio.sleep(LOOK_EVERY)

    async def answers(self) -> Self:
        """Returns when it is there."""
        deadline = time.monotonic() + START_SECONDS
        while self.process.command.returncode is None and time.monotonic() < deadline:
            try:
                await self.get("/health/live")
            except httpx.TransportError:
                await asyncio.sleep(LOOK_EVERY)
            else:
                return self
        raise AssertionError(f"the service did not start:\n{self.said}")


@dataclass(kw_only=True)
class Deployment(House):
    """All processes of one restaurant. The clock is shared by means of CLOCK_OFFSET_FILE."""

    port: int
    defaults: Mapping[str, str]
    stack: AsyncExitStack
    http: httpx.AsyncClient
    services: list[Service] = field(default_factory=list)

    async def start(self, *, port: int | None = None, **settings: str) -> Service:
        """One more process; with the same port, the next one after a kill or a stop."""
        service = await self.launch(port=port, **settings)
        return await service.answers()

    async def launch(self, *, port: int | None = None, **settings: str) -> Service:
        """The same without waiting for it."""
        port = port or self.port
        log_file = str(self.settings.log_file).format(len(self.services))
        env = {**self.defaults, "LOG_FILE": log_file, **settings}
        running = await self.stack.enter_async_context(forked("--port", str(port), env=env))
        self.services.append(Service(port, running, self.http))
        return self.services[-1]

    @property
    def log(self) -> str:
        """What all processes have said since the beginning."""
        return "".join(service.said for service in self.services)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody else keeps bookings to themselves: whoever wants to write one has to wait."""
        with self.engine.connect() as stranger:
            if stranger.dialect.name == "sqlite":
                stranger.exec_driver_sql("BEGIN EXCLUSIVE")
            else:
                stranger.exec_driver_sql("LOCK TABLE bookings IN EXCLUSIVE MODE")
            yield

    def execute(self, sql: str) -> None:
        """What an operator's shell would do."""
        with self.engine.begin() as connection:
            connection.execute(text(sql))

    def expect_error(self, *words: str) -> None:
        self.expected_errors.extend(words)

    def lines(self, words: str) -> list[str]:
        """Of all logs, those with these words."""
        return [line for line in self.log.splitlines() if re.search(re.escape(words), line)]


@asynccontextmanager
async def open_deployment(folder: Path, db_url: str, chat: Playground, **settings: str) -> AsyncIterator[Deployment]:
    """Nothing is started yet. On leaving, what still runs is killed."""
    port = free_port()
    shared = {
        "BOT_TOKEN": TOKEN,
        "WEBHOOK_SECRET": SECRET,
        "ADMIN_IDS": f"[{OWNER}, {HOST}]",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DB_URL": db_url,
        "STORE_URL": store_url(folder, db_url),
        "CLOCK_OFFSET_FILE": str(folder / "offset"),
        "NOTIFY_ADMINS_ON_START": "0",
    }
    defaults = environment(folder, chat.base_url, **{**shared, **settings})
    known = Settings(_env_file=None, bot_token=TOKEN, webhook_secret=SECRET, log_file=folder / "log-{}.txt")
    engine = create_engine(
        make_url(db_url).set(drivername="sqlite" if db_url.startswith("sqlite") else "postgresql+psycopg"),
        poolclass=NullPool,
    )
    async with (
        httpx.AsyncClient(timeout=15, limits=httpx.Limits(max_keepalive_connections=0)) as http,
        AsyncExitStack() as stack,
    ):
        yield Deployment(
            chat=chat,
            settings=known,
            address=shared["BASE_URL"],
            engine=engine,
            port=port,
            defaults=defaults,
            stack=stack,
            http=http,
        )
    engine.dispose()


def new_file(folder: Path) -> str:
    """A database that is not there yet, in a directory that is not there either."""
    return f"sqlite+aiosqlite:///{folder}/new/db.sqlite3"


def store_url(folder: Path, db_url: str) -> str:
    """The job store beside the database."""
    if db_url.startswith("sqlite"):
        return f"sqlite:///{folder}/jobs.sqlite"
    return make_url(db_url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
