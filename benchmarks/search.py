"""`python -m benchmarks.search`: what it takes to find a table in a full restaurant, against an empty one.

60 tables on a grid of quarters of an hour, with buffers and pacing, 50 combinations of neighbours; two months in which
every table is taken from opening to closing. For two guests every table and combination fits, for twelve only tables
that are put together. On SQLite and PostgreSQL, after a search that loads the venue, with the garbage collector as the
service has it; CPU is that of this process. Ends with 1 if PostgreSQL is missing; a missed target is only said.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from loguru import logger
from sqlalchemy import Engine, event

from app.dao.database import Database
from app.services import Policy, Services, ServicesFactory
from app.services.views import DayState
from benchmarks.history import NOW, TABLES, Clock, Contents, furnish, load, stored
from servers.guard import Guard
from servers.postgres import Postgres
from servers.server import NotInstalledError

TARGETS = {"a day": 20, "a month": 150, "a day, 12": 20, "a month, 12": 150}
"""Milliseconds of CPU, of 95 in 100."""
MOST_QUERIES = 2
_TURNS, _QUICK_TURNS = 100, 5
_HORIZON = 60
_POLICY = Policy(hold=timedelta(minutes=10), horizon_days=_HORIZON, max_live_bookings=5)
_VENUE = {
    "policy": {
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "12:00-24:00"),
        "grid": {"every": 15, "turn_times": [{"up_to": 9, "minutes": 105}], "buffer_minutes": 15},
        "pacing": 500,
    },
    "combinations": [
        {"name": f"{first} and {size - 1} more", "tables": list(range(first, first + size))}
        for size in (2, 3)
        for first in range(1, TABLES, size)
    ],
}
_VISITS_A_DAY = 6
"""Of a table: two hours each, with the buffer."""

_HEADING = f"{'ms of CPU':<14}{'median':>9}{'p95':>9}{'p95 wall':>10}{'p95 empty':>11}{'full/empty':>14}{'queries':>9}"

Search = Callable[[], Awaitable[object]]


def _searches(services: Services) -> dict[str, Search]:
    day = NOW.date() + timedelta(days=20)
    first = day.replace(day=1)
    last = first + timedelta(days=30)
    return {
        "a day": lambda: services.availability.sittings(day, party=2),
        "a month": lambda: services.availability.month(first, last, party=2),
        "a day, 12": lambda: services.availability.sittings(day, party=12),
        "a month, 12": lambda: services.availability.month(first, last, party=12),
        "all days": lambda: services.availability.other_days(day, party=2),
    }


async def _open(url: str, folder: Path, *, full: bool) -> Database:
    database = await furnish(url, folder, **_VENUE)
    if full:
        load(url, _bookings())
    return database


def _bookings() -> Iterator[Contents]:
    visits = [
        (1 + (day * TABLES + table) * _VISITS_A_DAY + number, table + 1, NOW + timedelta(days=day, hours=2 * number))
        for day in range(_HORIZON + 1)
        for table in range(TABLES)
        for number in range(_VISITS_A_DAY)
    ]
    columns = (
        *("id", "venue_id", "user_id", "service_date", "starts_at", "ends_at", "party_size", "status"),
        *("created_at", "changed_at", "buffer_minutes"),
    )
    yield "bookings", columns, ((number, 1, number % 2000 + 1, *_visit(start)) for number, _, start in visits)
    yield "booking_tables", ("booking_id", "table_id"), ((number, table) for number, table, _ in visits)


def _visit(start: datetime) -> tuple[object, ...]:
    end = start + timedelta(minutes=105)
    return start.date().isoformat(), stored(start), stored(end), 2, "booked", stored(NOW), stored(NOW), 15


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds, and how often the database was asked."""

    cpu: float
    wall: float
    queries: int


async def _cost(search: Search) -> Cost:
    queries: list[object] = []

    def ask(*_: object) -> None:
        queries.append(None)

    event.listen(Engine, "before_cursor_execute", ask)
    wall, cpu = time.perf_counter(), time.process_time()
    await search()
    cost = Cost(1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall), len(queries))
    event.remove(Engine, "before_cursor_execute", ask)
    return cost


async def compare(urls: Mapping[bool, str], folder: Path, turns: int) -> str:
    """Full and empty by turns."""
    databases = {full: await _open(url, folder, full=full) for full, url in urls.items()}
    searches = {full: _searches(ServicesFactory(db, Clock(), _POLICY)()) for full, db in databases.items()}
    lines = []
    for name in searches[True]:
        for full, search in searches.items():
            _ensure_found(await search[name](), full=full)
        gc.collect()
        gc.freeze()
        taken: dict[bool, list[Cost]] = {True: [], False: []}
        for _ in range(turns):
            for full, costs in taken.items():
                costs.append(await _cost(searches[full][name]))
        lines.append(f"  {name:<12}{_line(taken[True], taken[False], TARGETS.get(name))}")
    for database in databases.values():
        await database.close()
    return "\n".join(lines)


def _ensure_found(found: object, *, full: bool) -> None:
    """That the house is what it is said to be: each day is marked, and in a full one nothing is offered."""
    states = set(found.values()) if isinstance(found, dict) else {DayState.FREE if found else DayState.FULL}
    if states - {DayState.OVER} != {DayState.FULL if full else DayState.FREE}:
        raise SystemExit(f"The house that should be {'full' if full else 'empty'} is not: {states}")


def _line(full: list[Cost], empty: list[Cost], target: float | None) -> str:
    late = _late(cost.cpu for cost in full)
    middle, ratio = median(cost.cpu for cost in full), median(cost.cpu for cost in full) / median(c.cpu for c in empty)
    queries = max(cost.queries for cost in full)
    times = f"{middle:>9.1f}{late:>9.1f}{_late(cost.wall for cost in full):>10.1f}{_late(c.cpu for c in empty):>11.1f}"
    met = target is None or (late <= target and queries <= MOST_QUERIES)
    wanted = f"   {'ok' if met else 'MISS'} (p95 ≤ {target:g} ms)" if target else ""
    return f"{times}{ratio:>12.1f} ×{queries:>9}{wanted}"


def _late(times: Iterable[float]) -> float:
    """95 in 100 are not longer."""
    return quantiles(times, n=20)[-1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some seconds: shows that it works, not how much it costs")
    turns = _QUICK_TURNS if parser.parse_args().quick else _TURNS
    logger.remove()
    gc.set_threshold(10_000, 10, 10)
    guard = Guard()
    try:
        server = Postgres(guard)
        server.start()
        with tempfile.TemporaryDirectory(prefix="binary-bites-") as home, ExitStack() as stack:
            engines = {
                "SQLite": {full: f"sqlite+aiosqlite:///{home}/{full}.sqlite3" for full in (False, True)},
                "PostgreSQL": {full: server.url(stack.enter_context(server.database())) for full in (False, True)},
            }
            print(_HEADING)
            for engine, urls in engines.items():
                print(engine)
                print(asyncio.run(compare(urls, Path(home), turns)), flush=True)
    except NotInstalledError as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        guard.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
