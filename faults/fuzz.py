"""`python -m faults.fuzz`: strange requests and updates for a service that people use; 1 if anything was found."""

import asyncio
import random
import sys
import time
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import NullPool, RowMapping, create_engine, text

from app.config import Settings
from faults.audit import wrong_cells
from faults.mutants import Mutator
from faults.requests import strange_requests
from faults.screens import Update, new_people
from faults.storm import Storm
from faults.wizard import Wish, walk
from playground.client import Playground
from servers.discretion import leaks
from servers.guard import Guard
from servers.postgres import Postgres
from servers.program import Program
from servers.server import NotInstalledError, NotStartedError

ROUND = 2_500
"""After so many updates there are new people on every screen."""
MOST_GROWTH = 1.2
"""Of memory, from the first tenth to the end."""
TOKEN = "4200000009:AAfuzzfuzzfuzzfuzzfuzzfuzzfuzzfuzzf"  # noqa: S105 - of no real bot
SECRET = "Webhook_secret-of-the-fuzzer"  # noqa: S105 - the same
KEY = "key-of-the-page"
_FIRST_UPDATE = 10**12
_DAYS = 50
"""That can be booked."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A service in a process of its own on PostgreSQL, and a playground."""

    service: Program
    playground: Program
    database: str

    @property
    def address(self) -> str:
        return f"http://{self.service.host}:{self.service.port}"

    @property
    def page(self) -> str:
        return f"http://{self.playground.host}:{self.playground.port}/chat/{KEY}/"

    def read(self, sql: str, **values: Any) -> Sequence[RowMapping]:
        engine = create_engine(self.database, poolclass=NullPool)
        with engine.connect() as connection:
            return connection.execute(text(sql), values).mappings().all()

    def memory(self) -> float:
        """Of the service, in MB."""
        return float(psutil.Process(self.service.pid).memory_info().rss) / 1e6


@contextmanager
def open_scene(guard: Guard, folder: Path) -> Iterator[Scene]:
    """PostgreSQL's own user has to be able to enter the folder."""
    postgres = Postgres(guard, folder=folder / "postgres")
    options = (f"--token={TOKEN}", f"--key={KEY}", "--port={port}")
    playground = Program(guard, folder / "playground", "playground", *options, ready="/", settings={})
    settings = {
        **{name.upper(): "" for name in Settings.model_fields},
        "WEB_CONCURRENCY": "1",
        "BOT_TOKEN": TOKEN,
        "WEBHOOK_SECRET": SECRET,
        "ADMIN_IDS": "[9001, 9002]",
        "BASE_URL": "http://127.0.0.1:{port}",
        "TELEGRAM_API_URL": f"http://{playground.host}:{playground.port}",
        "DB_URL": postgres.url("postgres"),
        "STORE_URL": postgres.url("postgres", "psycopg"),
        "DOCS_ENABLED": "1",
    }
    service = Program(guard, folder / "service", "app", "--port", "{port}", ready="/health/ready", settings=settings)
    with ExitStack() as stack:
        for server in (postgres, playground, service):
            stack.callback(server.stop)
            server.start()
        yield Scene(service, playground, postgres.url("postgres", "psycopg"))


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    guard = Guard()
    try:
        folder = guard.folder("fuzz")
        with open_scene(guard, folder) as scene:
            findings = strange_requests(scene.address, SECRET, seed=options.seed, examples=options.requests)
            findings += asyncio.run(_strange_updates(scene, options))
        findings += leaks(folder.glob("*/log"), {TOKEN, SECRET})
    except (NotInstalledError, NotStartedError) as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        guard.close()
    print("", *findings, sep="\n")
    return 1 if findings else 0


async def _strange_updates(scene: Scene, options: Namespace) -> list[str]:
    storm = Storm(f"{scene.address}/webhook", SECRET)
    mutate = Mutator(random.Random(options.seed))
    begun, memory = time.monotonic(), []
    with closing(scene.service.log.open(errors="replace")) as log:
        for number in range(-(-options.updates // ROUND)):
            valid = await _visited(scene, number)
            first = _FIRST_UPDATE + number * ROUND
            posts = {first + n: mutate(first + n, valid) for n in range(min(ROUND, options.updates - number * ROUND))}
            await storm.blow(posts)
            storm.read(log.read(), posts)
            memory.append(scene.memory())
    early, late = memory[len(memory) // 10], memory[-1]
    if late > early * MOST_GROWTH:
        storm.findings.append(f"Memory has grown from {early:.0f} to {late:.0f} MB.")
    storm.findings += await _lost_ability(scene)
    storm.findings += wrong_cells(scene.read)
    answers = ", ".join(f"{status}: {count}" for status, count in sorted(storm.answers.items()))
    print(
        f"{options.updates} updates in {time.monotonic() - begun:.0f} s, answers {answers}, "
        f"the longest after {storm.slowest:.1f} s, memory from {early:.0f} to {late:.0f} MB"
    )
    return storm.findings


async def _visited(scene: Scene, number: int) -> Sequence[Update]:
    """What people do and see who are there on a day of their own."""
    async with Playground.connect(scene.page) as chat:
        return await new_people(chat, Wish(day=_day(number)), first_id=20_000 + 100 * number)


async def _lost_ability(scene: Scene) -> Sequence[str]:
    """Nothing, if somebody new can still book."""
    async with Playground.connect(scene.page) as chat:
        guest = await chat.join(first_name="Последний")
        await walk(guest, "success", Wish(day=_day(_DAYS)))
        return [] if "столик ваш" in guest.last.text else [f"Nobody can book any more: {guest.screen()}"]


def _day(number: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=1 + number % _DAYS)


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser("python -m faults.fuzz", description=__doc__, formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--updates", type=int, default=100_000, help="how many to post to the webhook")
    parser.add_argument("--requests", type=int, default=500, help="how many for each path, at most")
    parser.add_argument("--seed", type=int, default=1, help="decides all that is random")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
