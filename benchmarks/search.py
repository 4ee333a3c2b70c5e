"""`python -m benchmarks.search`: what it takes to find a table in a full restaurant, against an empty one.

60 tables on a grid of quarters of an hour, with buffers, combinations and pacing; two months in which every table is
taken from opening to closing. On SQLite and PostgreSQL. Ends with 1 if PostgreSQL is missing; a missed target is only
said.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from loguru import logger

from app.dao.database import Database
from app.domain.policy import VenuePolicy
from app.services import Policy, Services, ServicesFactory
from benchmarks.history import NOW, TABLES, Clock, Contents, furnish, load, stored
from servers.guard import Guard
from servers.postgres import Postgres
from servers.server import NotInstalledError

TARGETS = {"a day": 20, "a month": 150}
"""Milliseconds, of 95 in 100."""
_TURNS, _QUICK_TURNS = 100, 5
_HORIZON = 60
_POLICY = Policy(hold=timedelta(minutes=10), horizon_days=_HORIZON, max_live_bookings=5)
_VENUE = VenuePolicy.model_validate(
    {
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "12:00-24:00"),
        "grid": {"every": 15, "turn_times": [{"up_to": 9, "minutes": 105}], "buffer_minutes": 15},
        "pacing": 500,
    }
)
_VISITS_A_DAY = 6
"""Of a table: two hours each, with the buffer."""

Search = Callable[[], Awaitable[object]]


def _searches(services: Services) -> dict[str, Search]:
    day = NOW.date() + timedelta(days=20)
    first = day.replace(day=1)
    last = first + timedelta(days=30)
    return {
        "a day": lambda: services.availability.sittings(day, party=2),
        "a month": lambda: services.availability.month(first, last, party=2),
        "all days": lambda: services.availability.other_days(day, party=2),
    }


async def _open(url: str, folder: Path, *, full: bool) -> Database:
    database = await furnish(url, folder)
    await database.write(lambda dao: dao.venues.set_policy(1, _VENUE))
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


async def _seconds(search: Search) -> float:
    began = time.perf_counter()
    await search()
    return time.perf_counter() - began


async def compare(urls: Mapping[bool, str], folder: Path, turns: int) -> str:
    """Full and empty by turns."""
    databases = {full: await _open(url, folder, full=full) for full, url in urls.items()}
    searches = {full: _searches(ServicesFactory(db, Clock(), _POLICY)()) for full, db in databases.items()}
    lines = []
    for name in searches[True]:
        taken: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(turns):
            for full, seconds in taken.items():
                seconds.append(1000 * await _seconds(searches[full][name]))
        lines.append(f"  {name:<12}{_line(taken[True], taken[False], TARGETS.get(name))}")
    for database in databases.values():
        await database.close()
    return "\n".join(lines)


def _line(full: list[float], empty: list[float], target: float | None) -> str:
    late = quantiles(full, n=20)[-1]
    ratio = median(full) / median(empty)
    shown = f"{median(full):>9.1f}{late:>9.1f}{quantiles(empty, n=20)[-1]:>12.1f}{ratio:>10.1f} ×"
    verdict = f"   {'ok' if late <= target else 'MISS'} (p95 ≤ {target:g} ms)" if target else ""
    return f"{shown}{verdict}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some seconds: shows that it works, not how much it costs")
    turns = _QUICK_TURNS if parser.parse_args().quick else _TURNS
    logger.remove()
    guard = Guard()
    try:
        server = Postgres(guard)
        server.start()
        with tempfile.TemporaryDirectory(prefix="binary-bites-") as home, ExitStack() as stack:
            engines = {
                "SQLite": {full: f"sqlite+aiosqlite:///{home}/{full}.sqlite3" for full in (False, True)},
                "PostgreSQL": {full: server.url(stack.enter_context(server.database())) for full in (False, True)},
            }
            print(f"{'ms':<14}{'median':>9}{'p95':>9}{'p95 empty':>12}{'full/empty':>12}")
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
