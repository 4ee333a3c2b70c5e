"""`python -m benchmarks.growth`: what years of history cost, on SQLite and PostgreSQL.

The same guests ask, book and cancel in databases that differ in nothing but their history, one after the other. Ends
with 1 if PostgreSQL is missing; a missed target is only said.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from loguru import logger

from app.dao.database import Database
from app.domain.people import Actor, Person
from app.domain.privacy import STANDARD
from app.services import Policy, Services, ServicesFactory
from benchmarks.history import Clock, build
from servers.guard import Guard
from servers.postgres import Postgres
from servers.server import NotInstalledError

MOST = 1.3
"""A history may make what a guest waits for that many times as slow."""
_SIZES = (0, 100_000, 1_000_000)
_TURNS = 200
_QUICK_SIZES = (0, 2_000)
_QUICK_TURNS = 10
_LEASE = timedelta(seconds=30)
_WATCHED = ("search", "booking")
_POLICY = Policy(hold=timedelta(minutes=10), horizon_days=60, max_live_bookings=5)


@dataclass(frozen=True)
class Taken:
    """Seconds of each turn, by what was done and by how many bookings were there before."""

    by_step: Mapping[str, Mapping[int, Sequence[float]]]

    def median(self, step: str, size: int) -> float:
        return statistics.median(self.by_step[step][size])

    def ratio(self, step: str, size: int) -> float:
        """Against no history; of medians, as the turns alternate."""
        return self.median(step, size) / self.median(step, 0)


async def play(services: Services, number: int) -> list[tuple[str, float]]:
    """One guest's visit, step by step, and the seconds that each took."""
    search, bookings, messages = services.availability, services.bookings, services.messages
    guest = Actor(Person(1 + number, f"Guest {1 + number}"), agrees_to=STANDARD)
    owner = Actor(Person(1, "Guest 1"), owner_of=frozenset({_POLICY.venue_id}))
    watch = Watch()
    first, last = await search.days()
    day, slot = first + timedelta(days=1 + number % 50), 1 + number % 9
    with watch.step("search"):
        await search.month(first, last, party=2)
        await search.sittings(day, party=2)
    with watch.step("booking"):
        held = await bookings.hold(guest, party=2, day=day, slot_id=slot)
        await bookings.book(guest, held.id)
    with watch.step("queue"):
        await messages.published(await messages.claim(10, lease=_LEASE))
    with watch.step("my bookings"):
        await bookings.mine(guest)
    with watch.step("owner's day"):
        await bookings.on_day(owner, day)
    with watch.step("cancel"):
        await bookings.cancel(guest, held.id)
    with watch.step("sweeps"):
        await bookings.complete_due()
        await bookings.expire_holds()
    return watch.taken


class Watch:
    def __init__(self) -> None:
        self.taken: list[tuple[str, float]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.taken.append((name, time.perf_counter() - began))


async def compare(databases: Mapping[int, Database], turns: int) -> Taken:
    """By turns, and each time in another order: the machine's moods hit all alike. A tenth goes to warming up."""
    taken: defaultdict[str, defaultdict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    services = {size: ServicesFactory(database, Clock(), _POLICY)() for size, database in databases.items()}
    sizes = list(services)
    for number in range(turns):
        for size in sizes:
            for step, seconds in await play(services[size], number):
                taken[step][size].append(seconds)
        sizes.append(sizes.pop(0))
    warm = turns // 10
    return Taken({step: {size: turns[warm:] for size, turns in found.items()} for step, found in taken.items()})


async def run(
    sizes: Sequence[int], turns: int, urls: Mapping[str, Callable[[int], str]], folder: Path
) -> dict[str, Taken]:
    """By engine; `urls` name a database for each size."""
    found = {}
    for engine, url_of in urls.items():
        databases = {}
        try:
            for size in sizes:
                print(f"… {engine}, loading {size:,} bookings", file=sys.stderr, flush=True)
                databases[size] = await build(url_of(size), folder, size)
            print(f"… {engine}, {turns} turns", file=sys.stderr, flush=True)
            found[engine] = await compare(databases, turns)
        finally:
            for database in databases.values():
                await database.close()
    return found


def as_text(found: Mapping[str, Taken]) -> str:
    """Milliseconds with no history, then the ratios."""
    lines = []
    for engine, taken in found.items():
        sizes = list(next(iter(taken.by_step.values())))
        lines.append(f"{engine:<14}{'ms at 0':>10}" + "".join(f"{f'× at {size:,}':>16}" for size in sizes[1:]))
        for step in taken.by_step:
            ratios = [taken.ratio(step, size) for size in sizes[1:]]
            missed = step in _WATCHED and any(ratio > MOST for ratio in ratios)
            verdict = f"   MISS (≤ {MOST:g})" if missed else f"   ok (≤ {MOST:g})" if step in _WATCHED else ""
            shown = "".join(f"{ratio:>16.2f}" for ratio in ratios)
            lines.append(f"  {step:<12}{1000 * taken.median(step, 0):>10.2f}{shown}{verdict}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some seconds: shows that it works, not how much it costs")
    arguments = parser.parse_args()
    logger.remove()
    sizes, turns = (_QUICK_SIZES, _QUICK_TURNS) if arguments.quick else (_SIZES, _TURNS)
    guard = Guard()
    try:
        server = Postgres(guard)
        server.start()
        with tempfile.TemporaryDirectory(prefix="binary-bites-") as home, ExitStack() as stack:
            names = {size: stack.enter_context(server.database()) for size in sizes}
            urls: dict[str, Callable[[int], str]] = {
                "SQLite": lambda size: f"sqlite+aiosqlite:///{home}/{size}.sqlite3",
                "PostgreSQL": lambda size: server.url(names[size]),
            }
            print(as_text(asyncio.run(run(sizes, turns, urls, Path(home)))))
    except NotInstalledError as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        guard.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
