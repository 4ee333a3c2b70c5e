"""The audit of `make faults`: what it would notice."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, RowMapping, create_engine, make_url, text

from faults import audit
from faults.audit import Stored
from faults.visit import Visit

ANNA, BORIS = "Гость 20001", "Гость 20002"
CONFIRMATION = "Готово, столик ваш!\n\n📅 Суббота, 28 ноября\n🕕 18:00 – 20:00\n👥 2 гостя\n🪑 Стол №1"
WORDS = "👤 {guest}\n🍽 Стол №{table} · 2 гостя\n📅 Суббота, 28 ноября\n🕒 18:00 – 20:00"
BOOKED = f"🆕 Новая бронь\n\n{WORDS.format(guest=ANNA, table=1)}"
MADE = f"🆕 Новая бронь\n\n{WORDS.format(guest=BORIS, table=2)}"
CANCELED = f"🚫 Бронь отменена\n\n{WORDS.format(guest=BORIS, table=2)}"
VISIT, GIVEN_UP = Visit.told(BOOKED), Visit.told(CANCELED)
THANKS = [f"{words} …" for words in audit.FOLLOW_UPS]
BEFORE, AFTER = datetime(2026, 11, 28, tzinfo=UTC), datetime(2026, 11, 29, tzinfo=UTC)

# Anna comes on Saturday at 18:00, Boris has cancelled.
ONE_EVENING = """
INSERT INTO venues (id, name, about, greeting, address, phone, time_zone, languages, follow_ups)
    VALUES (1, 'Bites', '{}', '{}', '{}', '', 'Europe/Moscow', '["ru"]', '[]');
INSERT INTO tables (id, venue_id, number, min_seats, max_seats, zone, description, priority)
    VALUES (11, 1, 1, 1, 2, '', '{}', 0), (12, 1, 2, 1, 2, '', '{}', 0);
INSERT INTO time_slots (id, venue_id, start_time, end_time) VALUES (1, 1, '18:00', '20:00');
INSERT INTO users (id, channel, external_id, first_name, created_at)
    VALUES (1, 'telegram', 20001, 'Гость 20001', now()), (2, 'telegram', 20002, 'Гость 20002', now());
INSERT INTO bookings (id, venue_id, user_id, slot_id, service_date, starts_at, ends_at, party_size, status, created_at,
                      changed_at)
    SELECT id, 1, id, 1, '2026-11-28', '2026-11-28 15:00Z', '2026-11-28 17:00Z', 2,
           CASE id WHEN 1 THEN 'booked' ELSE 'canceled' END, now(), now() FROM users;
INSERT INTO booking_tables (booking_id, table_id) VALUES (1, 11), (2, 12);
INSERT INTO table_cells (table_id, cell_start, booking_id)
    SELECT 11, '2026-11-28 15:00Z'::timestamptz + n * interval '15 minutes', 1 FROM generate_series(0, 7) n;
INSERT INTO outbox (message_id, queue, body, created_at, available_at)
    VALUES ('later', 'user_msg', '{}', now(), '2026-12-24 00:00Z');
"""

HELD_FOR_ANNA = """
INSERT INTO bookings (id, venue_id, user_id, slot_id, service_date, starts_at, ends_at, party_size, status, created_at,
                      changed_at, hold_until, replaces_id)
    VALUES (3, 1, 1, 1, '2026-11-28', '2026-11-28 15:15Z', '2026-11-28 17:15Z', 2, 'held', now(), now(),
            '2026-12-24 00:00Z', 1);
INSERT INTO booking_tables (booking_id, table_id) VALUES (3, 11);
INSERT INTO table_cells (table_id, cell_start, booking_id) VALUES (11, '2026-11-28 17:00Z', 3);
"""


class Restaurant:
    """A database with one evening in it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def read(self, sql: str, **values: Any) -> Sequence[RowMapping]:
        with self.engine.connect() as connection:
            return connection.execute(text(sql), values).mappings().all()

    def change(self, sql: str) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(sql)

    @property
    def stored(self) -> list[Stored]:
        return audit.bookings(self.read, [ANNA, BORIS])


@pytest.fixture
def restaurant(migrated_postgres: str) -> Iterator[Restaurant]:
    engine = create_engine(make_url(migrated_postgres).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    restaurant = Restaurant(engine)
    restaurant.change(ONE_EVENING)
    yield restaurant
    engine.dispose()


@contextmanager
def leading(restaurant: Restaurant) -> Iterator[None]:
    with restaurant.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("SET application_name = 'binary-bites-scheduler'")
        connection.exec_driver_sql("SELECT pg_advisory_lock_shared(1)")
        yield


def everything(restaurant: Restaurant, now: datetime = BEFORE) -> list[str]:
    """All that is found in the database."""
    return [
        *audit.wrong_cells(restaurant.read),
        *audit.double_bookings(restaurant.stored),
        *audit.wrong_bookings(restaurant.stored, {ANNA: {VISIT}, BORIS: set()}),
        *audit.unfinished_visits(restaurant.read, now),
        *audit.unsent(restaurant.read, now),
    ]


def test_a_visit_is_the_same_in_windows_notices_and_the_database(restaurant: Restaurant) -> None:
    assert Visit.told(CONFIRMATION) == VISIT
    assert restaurant.stored == [Stored(ANNA, VISIT, "booked"), Stored(BORIS, GIVEN_UP, "canceled")]


def test_an_evening_as_it_should_be_is_found_so(restaurant: Restaurant) -> None:
    assert everything(restaurant) == []
    restaurant.change(HELD_FOR_ANNA)
    assert everything(restaurant) == [], "it lies on her own cells"


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("DELETE FROM table_cells WHERE cell_start = '2026-11-28 15:15Z'", "Bookings [1] do not have exactly"),
        ("INSERT INTO table_cells VALUES (12, '2026-11-28 15:00Z', 2)", "Bookings [2] do not have exactly"),
        ("UPDATE bookings SET status = 'canceled'", "Lost: Гость 20001 was told of 28 ноября, 18:00 – 20:00"),
        ("UPDATE bookings SET status = 'booked'", "Nobody told Гость 20002 of 28 ноября"),
        (
            "UPDATE booking_tables SET table_id = 11; UPDATE bookings SET status = 'booked'",
            "2 parties have the same table: (11, 28, '18:00 – 20:00', 1)",
        ),
        ("UPDATE outbox SET available_at = now() - interval '9 years'", "1 messages for user_msg are still in the"),
        ("UPDATE outbox SET dead_at = now(), last_error = 'no'", "1 messages for user_msg were given up (no)"),
    ],
)
def test_damage_to_the_database_is_told_in_a_sentence(restaurant: Restaurant, damage: str, sentence: str) -> None:
    restaurant.change(damage)
    assert [found for found in everything(restaurant) if sentence in found]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("SELECT 1", "1 bookings are still booked after their time."),
        (
            "UPDATE bookings SET status = 'held', hold_until = '2026-11-28 12:00Z' WHERE id = 1",
            "1 bookings are still held after their time.",
        ),
    ],
)
def test_what_should_have_ended_by_itself_is_told(restaurant: Restaurant, damage: str, sentence: str) -> None:
    restaurant.change(damage)
    assert list(audit.unfinished_visits(restaurant.read, AFTER)) == [sentence]


def test_a_lock_or_a_transaction_that_is_left_is_told(restaurant: Restaurant) -> None:
    assert list(audit.locked(restaurant.read)) == ["The advisory locks are held by []."]
    with leading(restaurant):
        assert list(audit.locked(restaurant.read)) == []
        with leading(restaurant), restaurant.engine.connect() as left:
            left.exec_driver_sql("SELECT 'left'")
            locks, transaction = audit.locked(restaurant.read, left_open=timedelta())
    assert locks == "The advisory locks are held by ['binary-bites-scheduler', 'binary-bites-scheduler']."
    assert "SELECT 'left'" in transaction


STORED = [Stored(ANNA, VISIT, "completed"), Stored(BORIS, GIVEN_UP, "canceled")]


@pytest.mark.parametrize(
    ("heard", "repeats", "sentences"),
    [
        ([BOOKED, MADE, CANCELED, "🟢 Бот запущен"], False, []),
        ([BOOKED, CANCELED], False, []),
        ([CANCELED], False, [f"admin was never told: «Новая бронь», {ANNA}, {VISIT}."]),
        ([BOOKED, MADE], True, [f"admin was never told: «Бронь отменена», {BORIS}, {GIVEN_UP}."]),
        ([BOOKED, BOOKED, CANCELED], False, [f"admin was told 1 times too often: «Новая бронь», {ANNA}, {VISIT}."]),
        ([BOOKED, BOOKED, CANCELED], True, []),
        (
            [BOOKED, CANCELED, BOOKED.replace("№1", "№2")],
            True,
            [f"admin was told what is not so: «Новая бронь», {ANNA}, {VISIT}.".replace("table 1", "table 2")],
        ),
    ],
)
def test_admins_are_told_of_each_change_and_of_nothing_else(
    heard: list[str], repeats: bool, sentences: list[str]
) -> None:
    assert list(audit.wrong_notices(STORED, {"admin": heard}, repeats=repeats)) == sentences


def moved(before: str, now: str) -> str:
    return f"🔁 Бронь перенесена\n\n👤 {ANNA}\n\nБыло:\n{before}\n\nСтало:\n{now}".replace(f"👤 {ANNA}\n🍽", "🍽")


@pytest.mark.parametrize(
    ("heard", "sentences"),
    [
        ([BOOKED.replace("№1", "№2"), "to here"], []),
        (["to here"], []),
        ([BOOKED.replace("№1", "№2")], ["never told: «Бронь перенесена»", "what is not so: «Новая бронь»"]),
        ([BOOKED, "to here"], ["what is not so: «Новая бронь»"]),
        (["to here", "to here"], ["1 times too often: «Бронь перенесена»"]),
    ],
)
def test_a_booking_that_was_moved_is_told_of_where_it_is_now(heard: list[str], sentences: list[str]) -> None:
    here = WORDS.format(guest=ANNA, table=1)
    texts = [moved(here.replace("№1", "№2"), here) if text == "to here" else text for text in heard]
    found = list(audit.wrong_notices([Stored(ANNA, VISIT, "booked", 1)], {"admin": texts}, repeats=False))
    assert len(found) == len(sentences)
    assert all(expected in sentence for expected, sentence in zip(sentences, found, strict=True))
    assert audit.repeated_notices([Stored(ANNA, VISIT, "booked", 1)], {"admin": texts}) <= 1


def test_what_is_said_after_it_was_taken_back_is_told() -> None:
    assert list(audit.contradictions(STORED, {"admin": [MADE, CANCELED, BOOKED]})) == []
    assert list(audit.contradictions(STORED, {"admin": [BOOKED, CANCELED, MADE]})) == [
        f"admin was told too late: «Новая бронь», {BORIS}, {GIVEN_UP}."
    ]
    again = [*STORED, Stored(BORIS, GIVEN_UP, "booked")]
    assert list(audit.contradictions(again, {"admin": [MADE, CANCELED, MADE]})) == []


def test_repeats_are_counted() -> None:
    assert audit.repeated_notices(STORED, {"admin": [BOOKED, BOOKED, MADE, CANCELED, CANCELED, CANCELED]}) == 3
    assert audit.repeated_follow_ups(STORED, {ANNA: [*THANKS, THANKS[0]], BORIS: []}) == 1


@pytest.mark.parametrize(
    ("got", "repeats", "sentences"),
    [
        ({ANNA: THANKS, BORIS: []}, False, []),
        ({ANNA: THANKS[1:], BORIS: []}, True, [f"{ANNA} had 1 visits and got «Спасибо, что были …» 0 times."]),
        ({ANNA: [*THANKS, THANKS[1]]}, False, [f"{ANNA} had 1 visits and got «новое меню …» 2 times."]),
        ({ANNA: [*THANKS, THANKS[1]]}, True, []),
        ({ANNA: THANKS, BORIS: THANKS[:1]}, False, [f"{BORIS} had 0 visits and got «Спасибо, что были …» 1 times."]),
    ],
)
def test_guests_are_thanked_for_each_visit_and_for_no_other(
    got: dict[str, list[str]], repeats: bool, sentences: list[str]
) -> None:
    assert list(audit.wrong_follow_ups(STORED, got, repeats=repeats)) == sentences


def test_messages_that_rabbitmq_holds_are_told() -> None:
    assert list(audit.queued({"admin_msg": 0, "user_msg.dead": 2})) == [
        "RabbitMQ still holds 2 messages of user_msg.dead."
    ]


LINE = "2026-11-22 09:00:00.000 {level: <8} app.background.leader {words}"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([LINE.format(level="WARNING", words="RabbitMQ is away")], 0),
        ([LINE.format(level="ERROR", words="The lock on the schedule is lost"), "    Traceback (most recent …"], 0),
        ([LINE.format(level="ERROR", words="Job tidy failed"), "    Traceback (most recent call last):"], 2),
        (["Traceback (most recent call last):", "ImportError"], 1),
        ([LINE.format(level="INFO", words="the token is s3cret-token")], 1),
    ],
)
def test_logs_show_no_error_that_nobody_expects_and_no_secret(lines: list[str], found: int) -> None:
    sentences = audit.wrong_lines(lines, expected=["lock on the schedule"], secrets=["s3cret-token"])
    assert len(list(sentences)) == found
