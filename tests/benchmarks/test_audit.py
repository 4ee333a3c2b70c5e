"""The benchmark's audit of the service's database: what it would notice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from app.dao.models import Base
from benchmarks.audit import contradictions

GUEST = 500_000_000
ADMIN = 900_000_001
TOLD = {ADMIN: ["Бот запущен", f"Новая бронь: Гость {GUEST}, стол №3"]}

ONE_BOOKING = """
INSERT INTO users (id, channel, external_id, first_name, created_at)
    VALUES (1, 'telegram', 500000000, 'Гость', '2026-11-22 10:00:00.000000');
INSERT INTO bookings (id, venue_id, user_id, slot_id, service_date, starts_at, ends_at, party_size, status, created_at,
                      changed_at)
    VALUES (7, 1, 1, 1, '2026-11-23', '2026-11-23 15:00:00.000000', '2026-11-23 15:30:00.000000', 2, 'booked',
            '2026-11-22 10:00:00.000000', '2026-11-22 10:00:00.000000');
INSERT INTO booking_tables (booking_id, table_id) VALUES (7, 3);
INSERT INTO table_cells (table_id, cell_start, booking_id)
    VALUES (3, '2026-11-23 15:00:00.000000', 7), (3, '2026-11-23 15:15:00.000000', 7);
INSERT INTO outbox (message_id, queue, body, created_at, available_at)
    VALUES ('later', 'user_msg', '{}', '2026-11-22 10:00:00.000000', '2099-01-01 00:00:00.000000');
"""

HELD_TO_MOVE = """
INSERT INTO bookings (id, venue_id, user_id, slot_id, service_date, starts_at, ends_at, party_size, status, created_at,
                      changed_at, hold_until, replaces_id)
    VALUES (8, 1, 1, 1, '2026-11-23', '2026-11-23 15:15:00.000000', '2026-11-23 15:45:00.000000', 2, 'held',
            '2026-11-22 10:00:00.000000', '2026-11-22 10:00:00.000000', '2026-11-22 10:10:00.000000', 7);
INSERT INTO booking_tables (booking_id, table_id) VALUES (8, 3);
INSERT INTO table_cells (table_id, cell_start, booking_id) VALUES (3, '2026-11-23 15:30:00.000000', 8);
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    Base.metadata.create_all(engine)
    _change(engine, ONE_BOOKING)
    yield engine
    engine.dispose()


def _change(database: Engine, script: str) -> None:
    with closing(sqlite3.connect(database.url.database or "")) as connection:
        connection.executescript(script)
        connection.commit()


def test_a_sound_database_contradicts_nothing(database: Engine) -> None:
    assert contradictions(database, [GUEST], TOLD) == []
    _change(database, HELD_TO_MOVE)
    assert contradictions(database, [GUEST], {ADMIN: [*TOLD[ADMIN], f"Бронь перенесена: Гость {GUEST}"]}) == []


@pytest.mark.parametrize(
    ("damage", "noticed"),
    [
        ("DELETE FROM table_cells WHERE cell_start LIKE '%15:15%'", "exactly their cells"),
        ("INSERT INTO table_cells VALUES (4, '2026-11-23 15:00:00.000000', 7)", "exactly their cells"),
        ("UPDATE bookings SET status = 'canceled'", "exactly their cells"),
        ("DELETE FROM bookings", "the database holds 0 bookings"),
        ("UPDATE outbox SET available_at = '2026-01-01 00:00:00.000000'", "still in the outbox"),
        ("UPDATE outbox SET dead_at = '2026-01-01 00:00:00.000000'", "given up"),
    ],
)
def test_damage_is_noticed(database: Engine, damage: str, noticed: str) -> None:
    _change(database, damage)

    assert any(noticed in sentence for sentence in contradictions(database, [GUEST], TOLD))


@pytest.mark.parametrize("texts", [[], TOLD[ADMIN] * 2, [f"Новая бронь: Гость {GUEST + 1}"]])
def test_a_notice_that_is_missing_repeated_or_wrong_is_noticed(database: Engine, texts: list[str]) -> None:
    assert any("Admin" in sentence for sentence in contradictions(database, [GUEST], {ADMIN: texts}))


def test_two_owners_of_a_cell_are_noticed_where_no_key_prevents_them(database: Engine) -> None:
    _change(
        database,
        "CREATE TABLE keyless AS SELECT * FROM table_cells; DROP TABLE table_cells;"
        "ALTER TABLE keyless RENAME TO table_cells; INSERT INTO table_cells SELECT * FROM table_cells LIMIT 1;",
    )

    assert "1 cells have two owners." in contradictions(database, [GUEST], TOLD)
