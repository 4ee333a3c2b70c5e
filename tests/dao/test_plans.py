"""With years of history no query that a guest waits for walks through a whole table, on either engine."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app.domain.events import Recipient
from app.domain.people import Actor, Person
from app.services import Services, ServicesFactory
from benchmarks.history import Clock, build
from tests.services.house import POLICY, VENUE_ID

pytestmark = pytest.mark.slow

BOOKINGS = 20_000
GROWING = {"bookings", "booking_tables", "table_cells", "outbox", "processed_messages", "dialogs", "users"}
"""Tables that grow with the years."""
GUEST = Actor(Person(7, "Guest 7"))
OWNER = Actor(Person(8, "Guest 8"), owner_of=frozenset({VENUE_ID}))
LEASE = timedelta(seconds=30)

Sent = dict[str, Any]


@pytest.fixture
async def services(db_url: str, tmp_path: Path) -> AsyncIterator[Services]:
    database = await build(db_url, tmp_path, BOOKINGS)
    yield ServicesFactory(database, Clock(), POLICY)()
    await database.close()


@contextmanager
def overheard() -> Iterator[Sent]:
    """Each statement as a driver got it, with the last parameters."""
    sent: Sent = {}

    def hear(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            sent[statement] = parameters

    event.listen(Engine, "before_cursor_execute", hear)
    yield sent
    event.remove(Engine, "before_cursor_execute", hear)


async def everything_but_figures(services: Services) -> None:
    """Figures and lists of all guests, which owners look at now and then, count everything there is."""
    search, bookings, messages = services.availability, services.bookings, services.messages
    await services.users.meet(GUEST.person)
    await services.users.languages([Recipient(external_id=7)])
    first, last = await search.days()
    await search.month(first, last, party=2)
    tomorrow = first + timedelta(days=1)
    await search.sittings(tomorrow, party=2, table_id=1)
    await search.other_days(first, party=2)
    for end in (bookings.cancel, bookings.hide):
        await bookings.hold(GUEST, party=2, day=tomorrow, slot_id=3)
        await bookings.release(GUEST)
        held = await bookings.hold(GUEST, party=2, day=tomorrow, slot_id=3)
        booked = await bookings.book(GUEST, held.id)
        await bookings.card(GUEST, booked.id)
        await bookings.card(OWNER, booked.id)
        await bookings.snapshot_status(booked.id)
        await end(GUEST, booked.id)
    await bookings.mine(GUEST)
    await bookings.on_day(OWNER, tomorrow)
    await bookings.complete(booked.id)
    await bookings.complete_due()
    await bookings.expire_holds()
    await messages.claim(10, lease=LEASE, bulk=True)
    claimed = await messages.claim(10, lease=LEASE)
    await messages.published(claimed)
    await messages.retry_at(claimed[0].id, Clock().now(), "again")
    await messages.dead(claimed[0].id, "never")
    await messages.lag()
    await messages.once("user_msg", "id", lambda effects: effects.drop_follow_ups(booked.id))
    await messages.seen("user_msg", "id")
    await services.dialogs.save("42:7:7", b"{}")
    await services.dialogs.load("42:7:7")
    await services.dialogs.delete_older_than(90)


async def test_no_query_of_guests_walks_through_history(services: Services, db_url: str) -> None:
    with overheard() as sent:
        await everything_but_figures(services)
    assert len(sent) > 30
    assert await _walks(db_url, sent) == []
    with overheard() as figures:
        await services.stats.users(OWNER)
    assert await _walks(db_url, figures), "a walk is noticed"


async def _walks(url: str, sent: Mapping[str, Any]) -> list[str]:
    """The statements that read all of a growing table, each with how."""
    engine = create_async_engine(url)
    look = _of_sqlite if engine.dialect.name == "sqlite" else _of_postgresql
    async with engine.connect() as connection:
        found = [f"{walk}: {one}" for one, values in sent.items() for walk in await look(connection, one, values)]
    await engine.dispose()
    return found


async def _of_sqlite(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    steps = [row.detail.split() for row in plan]
    return [" ".join(step) for step in steps if step[0] == "SCAN" and step[1] in GROWING]


async def _of_postgresql(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    plan = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    (explained,) = plan.scalar_one()
    return list(_walks_in(explained["Plan"]))


def _walks_in(node: Mapping[str, Any]) -> Iterator[str]:
    """Also an index may be walked from end to end."""
    if node.get("Relation Name") in GROWING and "Scan" in node["Node Type"] and not _is_led(node):
        yield f"{node['Node Type']} of {node['Relation Name']} by {node.get('Index Name')}"
    for part in node.get("Plans", ()):
        yield from _walks_in(part)


def _is_led(node: Mapping[str, Any]) -> bool:
    bitmap: Sequence[Mapping[str, Any]] = node.get("Plans", ())
    return any("Index Cond" in one for one in (node, *bitmap))
