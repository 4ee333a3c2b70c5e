"""`python -m benchmarks.memory`: what twenty thousand conversations leave in memory, against two thousand.

Twice by turns: one web process, a worker and a scheduler over PostgreSQL, RabbitMQ and Redis; and one process that does
everything on SQLite. Ends with 1 if a conversation was lost; a missed target is only said.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop
from sqlalchemy import Engine

from benchmarks import contestants
from benchmarks.audit import messages_due
from benchmarks.contestants import DidNotStart
from benchmarks.deployment import deployed, memory_bytes
from benchmarks.guests import Telegram, come_and_go
from benchmarks.rounds import MEBIBYTE
from benchmarks.visits import Visit
from servers.server import NotInstalledError, NotStartedError

MOST = 1.2
"""So many times as much may a process have at the end as it had early on."""
_GUESTS = 20
_PATIENCE = 120
"""Seconds for what is left in the outbox."""


@dataclass(frozen=True)
class Site:
    """A running service, and how much memory each of its processes has, in bytes."""

    telegram: Telegram
    visits: Iterator[Visit]
    database: Engine
    memory: Callable[[], Mapping[str, int]]


@asynccontextmanager
async def _cluster(home: Path) -> AsyncIterator[Site]:
    async with deployed(home, [1]) as deployment:
        processes = {role: several[0] for role, several in deployment.topology.services.items()}
        deployment.let_in_by(1)
        yield Site(
            deployment.telegram,
            itertools.cycle(deployment.visits),
            deployment.database,
            lambda: {f"cluster: {role}": memory_bytes(process) for role, process in processes.items()},
        )


@asynccontextmanager
async def _alone(home: Path) -> AsyncIterator[Site]:
    async with contestants.service(home) as service:
        assert service.database  # noqa: S101 - the service has one
        yield Site(
            service.telegram,
            itertools.cycle(service.visits),
            service.database,
            lambda: {"one process, SQLite": service.memory_bytes()},
        )


async def run(early: int, conversations: int, home: Path) -> tuple[dict[str, list[int]], list[str]]:
    """Bytes of each process at the start, after `early` and after all conversations; and why some were lost."""
    found: dict[str, list[int]] = {}
    lost: list[str] = []
    for name, site in (("cluster", _cluster), ("alone", _alone)):
        folder = home / name
        folder.mkdir()
        async with site(folder) as running:
            for part in (0, early, conversations - early):
                print(f"… {name}: {part} conversations", file=sys.stderr, flush=True)
                played = await come_and_go(running.telegram, running.visits, guests=_GUESTS, conversations=part)
                lost += played.lost
                await _settled(running.database)
                for process, memory in running.memory().items():
                    found.setdefault(process, []).append(memory)
    return found, lost


async def _settled(database: Engine) -> None:
    """Until everybody has been told of everything."""
    for _ in range(_PATIENCE):
        if not messages_due(database):
            return
        await asyncio.sleep(1)


def as_text(found: Mapping[str, list[int]], early: int, conversations: int) -> str:
    """Mebibytes."""
    lines = [f"{'':22}{'start':>8}{early:>8}{conversations:>8}"]
    for process, memory in found.items():
        ratio = memory[2] / memory[1]
        verdict = f"{'ok' if ratio <= MOST else 'MISS'} (≤ {MOST:g})"
        lines.append(
            f"{process:22}" + "".join(f"{size / MEBIBYTE:>8.1f}" for size in memory) + f"   {ratio:.2f} × {verdict}"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--early", type=int, default=2_000)
    parser.add_argument("--conversations", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="binary-bites-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)  # PostgreSQL runs as somebody else
        try:
            found, lost = uvloop.run(run(given.early, given.conversations, Path(home)))
        except (NotInstalledError, NotStartedError, DidNotStart) as reason:
            print(reason, file=sys.stderr)
            return 1
    print("\n".join([as_text(found, given.early, given.conversations), *lost[:5]]))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
