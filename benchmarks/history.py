"""A restaurant of 60 tables with years of bookings behind it, loaded in bulk past the service.

Every table was taken at every sitting, oldest first; whatever the history, the same visits are still to come. As the
service leaves it: what is over has no cells, messages are kept for two weeks.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL, make_url

from app.dao.database import Database
from app.dao.init_logic import SeedFiles, seed

TABLES = 60
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""Noon in Moscow."""
_TODAY = date(2026, 11, 20)
_SITTINGS = range(1, 10)
"""Of the default slots.json: two hours each, the first at six in Moscow."""
_A_DAY = TABLES * len(_SITTINGS)
_GUESTS = 2000
_UPCOMING = 600
_UPCOMING_A_DAY = 30
_KEPT = 14 * _A_DAY
"""Bookings whose messages are not deleted yet."""
_MESSAGES = 8
"""Of a booking: two queues hear that it was made, one that it is over; a notice to an owner, four to the guest."""
_FATES = (*["completed"] * 16, "canceled", "canceled", "no_show", "expired")
_SEED = Path(__file__).parent.parent / "app" / "dao"

Row = tuple[object, ...]
Contents = tuple[str, Sequence[str], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class _Visit:
    id: int
    guest: int
    table: int
    slot: int
    day: date
    status: str

    @property
    def starts_at(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 1 + 2 * self.slot)  # noqa: DTZ001 - UTC, as stored


class Clock:
    """At `NOW`."""

    def now(self) -> datetime:
        return NOW


async def build(url: str, folder: Path, bookings: int) -> Database:
    """A database that is ready for guests, with so many bookings in its history; `folder` takes the tables' file."""
    database = await furnish(url, folder)
    load(url, _contents(bookings))
    return database


async def furnish(url: str, folder: Path, **venue: object) -> Database:
    """The tables and sittings, and nobody there; `venue` is what differs from the venue that is delivered."""
    tables, venue_file = folder / "tables.json", folder / "venue.json"
    tables.write_text(json.dumps([_table(number) for number in range(1, TABLES + 1)]))
    venue_file.write_text(json.dumps(json.loads((_SEED / "venue.json").read_text()) | venue))
    database = Database(url)
    await database.start()
    files = SeedFiles(venue_file, tables, _SEED / "slots.json", _SEED / "followups.json")
    await seed(database, Clock(), files, mode=True)
    return database


def _table(number: int) -> dict[str, object]:
    return {"id": number, "capacity": 2 + number % 7, "description": {"ru": "Столик", "en": "A table"}}


def load(url: str, contents: Iterable[Contents]) -> None:
    """In bulk: table, columns and rows of each."""
    into = _into_sqlite if make_url(url).get_backend_name() == "sqlite" else _into_postgresql
    into(make_url(url), contents)


def _contents(bookings: int) -> Iterator[Contents]:
    guests = _GUESTS + bookings // 10
    everybody = range(1, guests + 1)
    past = [_past(number, bookings, guests) for number in range(max(1, bookings - _KEPT + 1), bookings + 1)]
    all_past = (_past(number, bookings, guests) for number in range(1, bookings + 1))
    to_come = [_to_come(number, bookings, guests) for number in range(1, _UPCOMING + 1)]
    now = stored(NOW)
    yield (
        "users",
        ("id", "channel", "external_id", "first_name", "created_at"),
        ((guest, "telegram", guest, f"Guest {guest}", now) for guest in everybody),
    )
    yield "bookings", _BOOKING, map(_booking, chain(all_past, to_come))
    yield (
        "booking_tables",
        ("booking_id", "table_id"),
        ((number, (number - 1) // len(_SITTINGS) % TABLES + 1) for number in range(1, bookings + _UPCOMING + 1)),
    )
    yield (
        "reviews",
        ("booking_id", "stars", "created_at", "changed_at"),
        (
            (number, 1 + number % 5, now, now)
            for number in range(1, bookings + 1)
            if _FATES[number % len(_FATES)] == "completed"
        ),
    )
    yield "table_cells", ("table_id", "cell_start", "booking_id"), chain.from_iterable(map(_cells, to_come))
    yield (
        "outbox",
        _OUTBOX,
        chain(chain.from_iterable(map(_messages, past)), chain.from_iterable(map(_waiting, to_come))),
    )
    yield (
        "processed_messages",
        ("consumer", "message_id", "processed_at"),
        ((row[1], row[0], row[4]) for row in chain.from_iterable(map(_messages, past))),
    )
    yield (
        "dialogs",
        ("key", "body", "updated_at"),
        ((f"42:{guest}:{guest}", b"x" * 500, now) for guest in everybody),
    )


def _past(number: int, bookings: int, guests: int) -> _Visit:
    days = (bookings - 1) // _A_DAY - (number - 1) // _A_DAY + 1
    return _visit(number, number * 7919 % guests + 1, _TODAY - timedelta(days=days), _FATES[number % len(_FATES)])


def _to_come(number: int, bookings: int, guests: int) -> _Visit:
    day = _TODAY + timedelta(days=1 + (number - 1) // _UPCOMING_A_DAY)
    return _visit(bookings + number, guests - number + 1, day, "booked" if number % 10 else "held")


def _visit(number: int, guest: int, day: date, status: str) -> _Visit:
    table, slot = (number - 1) // len(_SITTINGS) % TABLES + 1, (number - 1) % len(_SITTINGS) + 1
    return _Visit(number, guest, table, slot, day, status)


_BOOKING = (
    *("id", "venue_id", "user_id", "slot_id", "service_date", "starts_at", "ends_at", "party_size", "status"),
    *("hold_until", "created_at", "changed_at"),
)


def _booking(visit: _Visit) -> Row:
    starts_at = visit.starts_at
    begins, ends = stored(starts_at), stored(starts_at + timedelta(hours=2))
    what = (visit.id, 1, visit.guest, visit.slot, visit.day.isoformat(), begins, ends, 2, visit.status)
    hold_until = stored(NOW + timedelta(minutes=10)) if visit.status == "held" else None
    return (*what, hold_until, stored(starts_at - timedelta(days=3)), ends)


def _cells(visit: _Visit) -> Iterator[Row]:
    for quarter in range(8):
        yield visit.table, stored(visit.starts_at + quarter * timedelta(minutes=15)), visit.id


_OUTBOX = ("message_id", "queue", "body", "booking_id", "created_at", "available_at", "published_at")


def _messages(visit: _Visit) -> Iterator[Row]:
    at = stored(visit.starts_at)
    for number in range(_MESSAGES):
        yield f"{visit.id}-{number}", "user_msg", b"{}", visit.id, at, at, at


def _waiting(visit: _Visit) -> Iterator[Row]:
    """What the guest will be told afterwards."""
    at = stored(visit.starts_at + timedelta(hours=3))
    for number in range(4):
        yield f"{visit.id}-{number}", "user_msg", b"{}", visit.id, stored(NOW), at, None


def stored(moment: datetime) -> str:
    """As SQLite's columns have it, and as PostgreSQL reads it where the time zone is UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _into_sqlite(url: URL, contents: Iterable[Contents]) -> None:
    with closing(sqlite3.connect(url.database or "")) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        for table, columns, rows in contents:
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608 - names of ours


def _into_postgresql(url: URL, contents: Iterable[Contents]) -> None:
    shell = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(shell, autocommit=True, options="-c timezone=UTC") as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys are not looked up row by row
        for table, columns, rows in contents:
            into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
            with connection.cursor().copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
        for table in ("users", "bookings"):
            last = SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}")
            connection.execute(last.format(table, Identifier(table)))
        connection.execute("VACUUM ANALYZE")
