"""What must be true of the service's database and of the admins' chats when the guests are gone."""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

_CELL = timedelta(minutes=15)
_DUE = "published_at IS NULL AND dead_at IS NULL AND available_at <= ?"


def contradictions(database: Path, booked: Collection[int], overheard: Mapping[int, list[str]]) -> list[str]:
    """One sentence each; `booked` are the guests who were told so, `overheard` what each admin's chat got."""
    with closing(_open(database)) as connection:
        return [
            *_wrong_cells(connection),
            *_wrong_bookings(connection, booked),
            *_stuck_messages(connection),
            *_wrong_notices(booked, overheard),
        ]


def messages_due(database: Path) -> int:
    """How many messages should have left the outbox by now."""
    with closing(_open(database)) as connection:
        return _count(connection, f"SELECT count(*) FROM outbox WHERE {_DUE}", _now())  # noqa: S608 - constants


def notices(texts: list[str]) -> Counter[int]:
    """How often a chat was told of each guest."""
    return Counter(int(guest) for text in texts for guest in set(re.findall(r"Гость (\d+)", text)))


def _wrong_cells(connection: sqlite3.Connection) -> Iterator[str]:
    twice = _count(connection, "SELECT count(*) - count(DISTINCT table_id || ' ' || cell_start) FROM table_cells")
    if twice:
        yield f"{twice} cells have two owners."
    taken: defaultdict[int, set[tuple[int, datetime]]] = defaultdict(set)
    for booking, table, start in connection.execute("SELECT booking_id, table_id, cell_start FROM table_cells"):
        taken[booking].add((table, datetime.fromisoformat(start)))
    live = connection.execute(
        "SELECT b.id, t.table_id, b.starts_at, b.ends_at FROM bookings b JOIN booking_tables t ON t.booking_id = b.id "
        "WHERE b.status IN ('held', 'pending', 'booked', 'confirmed', 'seated')"
    )
    due: defaultdict[int, set[tuple[int, datetime]]] = defaultdict(set)
    for booking, table, starts_at, ends_at in live:
        start, end = datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at)
        due[booking] |= {(table, start + _CELL * n) for n in range((end - start) // _CELL)}
    wrong = [booking for booking in taken.keys() | due.keys() if taken[booking] != due[booking]]
    if wrong:
        yield f"{len(wrong)} bookings do not have exactly their cells."


def _wrong_bookings(connection: sqlite3.Connection, booked: Collection[int]) -> Iterator[str]:
    rows = connection.execute(
        "SELECT u.external_id FROM bookings b JOIN users u ON u.id = b.user_id WHERE b.status = 'booked'"
    )
    found = Counter(guest for (guest,) in rows)
    if found != Counter(booked):
        yield f"{len(booked)} guests were told that they have booked, the database holds {found.total()} bookings."


def _stuck_messages(connection: sqlite3.Connection) -> Iterator[str]:
    if due := _count(connection, f"SELECT count(*) FROM outbox WHERE {_DUE}", _now()):  # noqa: S608 - constants
        yield f"{due} messages are still in the outbox."
    if dead := _count(connection, "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL"):
        yield f"{dead} messages were given up."


def _wrong_notices(booked: Collection[int], overheard: Mapping[int, list[str]]) -> Iterator[str]:
    for admin, texts in overheard.items():
        told = notices(texts)
        if told != Counter(booked):
            yield (
                f"Admin {admin} was told {told.total()} times of {len(told)} guests, not once "
                f"of each of the {len(booked)}."
            )


def _open(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _count(connection: sqlite3.Connection, statement: str, *values: str) -> int:
    return int(connection.execute(statement, values).fetchone()[0])
