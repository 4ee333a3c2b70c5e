"""What must be true of the service's database and of the admins' chats when the guests are gone."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, func, select

from app.dao.models import BookingRow, BookingTableRow, OutboxRow, TableCellRow, UserRow

_CELL = timedelta(minutes=15)
_MOVED = "Бронь перенесена"
_HAS_CELLS = ("held", "pending", "booked", "confirmed", "seated")
_DUE = and_(OutboxRow.published_at.is_(None), OutboxRow.dead_at.is_(None), OutboxRow.available_at <= bindparam("now"))


def contradictions(database: Engine, booked: Collection[int], overheard: Mapping[int, list[str]]) -> list[str]:
    """One sentence each; `booked` are the guests who were told so, `overheard` what each admin's chat got."""
    with database.connect() as connection:
        return [
            *_wrong_cells(connection),
            *_wrong_bookings(connection, booked),
            *_stuck_messages(connection),
            *_wrong_notices(booked, overheard),
        ]


def messages_due(database: Engine) -> int:
    """How many messages should have left the outbox by now."""
    with database.connect() as connection:
        return _count(connection, _DUE)


def notices(texts: list[str]) -> Counter[int]:
    """How often a chat was told of each guest's booking; that one was moved makes none."""
    told = (text for text in texts if _MOVED not in text)
    return Counter(int(guest) for text in told for guest in set(re.findall(r"Гость (\d+)", text)))


def _wrong_cells(connection: Connection) -> Iterator[str]:
    taken: defaultdict[int, list[tuple[int, datetime]]] = defaultdict(list)
    cells = select(TableCellRow.booking_id, TableCellRow.table_id, TableCellRow.cell_start)
    for booking, table, start in connection.execute(cells):
        taken[booking].append((table, start))
    if twice := sum(owners > 1 for owners in Counter(cell for of_one in taken.values() for cell in of_one).values()):
        yield f"{twice} cells have two owners."
    live = (
        select(
            *(BookingRow.id, BookingTableRow.table_id, BookingRow.starts_at, BookingRow.ends_at),
            *(BookingRow.buffer_minutes, BookingRow.replaces_id),
        )
        .join(BookingTableRow, BookingTableRow.booking_id == BookingRow.id)
        .where(BookingRow.status.in_(_HAS_CELLS))
    )
    due: defaultdict[int, set[tuple[int, datetime]]] = defaultdict(set)
    replaced: dict[int, int] = {}
    for booking, table, starts_at, ends_at, buffer, replaces in connection.execute(live):
        stay = ends_at + timedelta(minutes=buffer) - starts_at
        due[booking] |= {(table, starts_at + _CELL * n) for n in range(stay // _CELL)}
        if replaces is not None:
            replaced[booking] = replaces
    for booking, moving in replaced.items():  # what is held for it lies on its own cells, too
        due[booking] -= due[moving]
    wrong = [booking for booking in taken.keys() | due.keys() if set(taken[booking]) != due[booking]]
    if wrong:
        yield f"{len(wrong)} bookings do not have exactly their cells."


def _wrong_bookings(connection: Connection, booked: Collection[int]) -> Iterator[str]:
    guests = select(UserRow.external_id).join(BookingRow, BookingRow.user_id == UserRow.id)
    found = Counter(connection.scalars(guests.where(BookingRow.status == "booked")))
    if found != Counter(booked):
        yield f"{len(booked)} guests were told that they have booked, the database holds {found.total()} bookings."


def _stuck_messages(connection: Connection) -> Iterator[str]:
    if due := _count(connection, _DUE):
        yield f"{due} messages are still in the outbox."
    if dead := _count(connection, OutboxRow.dead_at.is_not(None)):
        yield f"{dead} messages were given up."


def _wrong_notices(booked: Collection[int], overheard: Mapping[int, list[str]]) -> Iterator[str]:
    for admin, texts in overheard.items():
        told = notices(texts)
        if told != Counter(booked):
            yield (
                f"Admin {admin} was told {told.total()} times of {len(told)} guests, not once "
                f"of each of the {len(booked)}."
            )


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).where(which), {"now": datetime.now(UTC)}).scalar_one()
