"""The whole service, as `python -m app` in a process of its own or inside this one."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn

from app.api.protocol import BoundedProtocol
from app.config import ROOT, Settings
from app.main import create_app
from tests.discretion import ensure_discreet, keep_secrets_of
from tests.foundation.nursery import Child, give_birth

TOKEN = "4200000002:AAfoundationfoundationfoundationfo"
PATIENCE = 60


def environment(folder: Path, telegram: str, **chosen: str) -> dict[str, str]:
    """Everything that can be set, at its default or as chosen: a developer's `.env` changes nothing."""
    return {
        **{name.upper(): "" for name in Settings.model_fields},
        "WEB_CONCURRENCY": "1",  # empty it is nothing to uvicorn's own command
        "BOT_TOKEN": TOKEN,
        "ADMIN_IDS": "[9001]",
        "TELEGRAM_API_URL": telegram,
        "DB_URL": f"sqlite+aiosqlite:///{folder}/new/db.sqlite3",
        "STORE_URL": f"sqlite:///{folder}/new/jobs.sqlite",
        "LOG_FILE": str(folder / "log.txt"),
        **chosen,
    }


@dataclass
class Process:
    """`python -m app`, or another command that runs the service."""

    command: asyncio.subprocess.Process | Child
    lines: list[str] = field(default_factory=list)
    silent: bool = False
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    async def read(self) -> None:
        assert self.command.stderr
        async for line in self.command.stderr:
            async with self.news:
                self.lines.append(line.decode())
                self.news.notify_all()
        async with self.news:
            self.silent = True
            self.news.notify_all()

    async def says(self, words: str) -> None:
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: words in self.said or self.silent)
        assert words in self.said, self.said

    async def ends(self, number: int | None = None) -> int:
        """The exit code, after the signal if there is one."""
        if number is not None:
            self.command.send_signal(number)
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: self.silent)
            return await self.command.wait()


@asynccontextmanager
async def process(*command: str, env: Mapping[str, str], cwd: Path = ROOT) -> AsyncIterator[Process]:
    """Python with these arguments; killed at the end, if it still runs."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=cwd, env={**os.environ, **env}, stderr=asyncio.subprocess.PIPE
    )
    async with _watched(started, env) as running:
        yield running


@asynccontextmanager
async def forked(*arguments: str, env: Mapping[str, str]) -> AsyncIterator[Process]:
    """`python -m app` with these arguments, as `process`, but quicker."""
    born = await give_birth("app", *arguments, env={**os.environ, **env}, cwd=ROOT)
    async with _watched(born, env) as running:
        yield running


@asynccontextmanager
async def _watched(started: asyncio.subprocess.Process | Child, env: Mapping[str, str]) -> AsyncIterator[Process]:
    keep_secrets_of(env)
    running = Process(started)
    reading = asyncio.create_task(running.read())
    try:
        yield running
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGKILL)
            await started.wait()
        await reading
    ensure_discreet(running.said, "the console of the process")


@asynccontextmanager
async def started(env: Mapping[str, str], port: int) -> AsyncIterator[Process]:
    async with forked("--port", str(port), env=env) as running:
        await running.says("Listening on")
        yield running


@asynccontextmanager
async def inside(settings: Mapping[str, str], port: int) -> AsyncIterator[httpx.AsyncClient]:
    """The service in this loop, and a client for its address."""
    keep_secrets_of(settings)
    app = create_app(Settings(_env_file=None, **{name.lower(): value for name, value in settings.items()}))  # type: ignore[arg-type]  # as the environment gives them
    config = uvicorn.Config(
        app,
        port=port,
        http=BoundedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    async with app.router.lifespan_context(app):
        await server.startup()
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
                yield http
        finally:
            await server.shutdown()
