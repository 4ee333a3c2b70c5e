"""With years of history no query that a guest waits for walks through a whole table, on either engine."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app.dao.base import Dao
from app.dao.models import OutboxRow
from app.dao.notices import NoticeWriter
from app.dao.seeding import SeedWriter
from app.dao.stats import StatsReader
from app.dao.venues import VenueReader, VenueWriter
from app.domain.booking import Lateness
from app.domain.events import FOLLOW_UP_KEY, USER_MSG, AdminText, Recipient
from app.domain.people import Actor, Language, Person
from app.domain.privacy import STANDARD
from app.services import Services, ServicesFactory
from benchmarks.history import NOW, build
from tests.services.house import POLICY, VENUE_ID, ManualClock

pytestmark = pytest.mark.slow

BOOKINGS = 20_000
GROWING = {"bookings", "booking_tables", "table_cells", "outbox", "processed_messages", "dialogs", "users", "reviews"}
"""Tables that grow with the years."""
GUEST = Actor(Person(7, "Guest 7"), agrees_to=STANDARD)
OTHER = Actor(Person(9, "Guest 9"), agrees_to=STANDARD)
NEWCOMER = Actor(Person(901, "Newcomer"), agrees_to=STANDARD)
OWNER = Actor(Person(8, "Guest 8"), owner_of=frozenset({VENUE_ID}), agrees_to=STANDARD)
STRANGER = Person(900, "Stranger", language_code="en")
LEASE = timedelta(seconds=30)
NOT_GROWING = {SeedWriter, VenueReader, VenueWriter, NoticeWriter}
"""They know of no table that grows."""
SELDOM = {
    "PersonalReader.idle",
    "PersonalReader.with_wishes",
    "PersonalWriter.lock_idle",
    "PersonalWriter.drop_wishes",
    "OutboxReader.dead_by_queue",
    "OutboxReader.given_up",
    "OutboxWriter.delete_published",
    "OutboxWriter.release",
    "OutboxWriter.revive",
    "ProcessedWriter.delete_older",
    *(f"StatsReader.{name}" for name, method in vars(StatsReader).items() if iscoroutinefunction(method)),
}
"""Once a day, at a start, or when an owner or operator asks: they may look at everything there is."""

Sent = dict[str, Any]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def services(db_url: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Services]:
    database = await build(db_url, tmp_path, BOOKINGS)
    yield ServicesFactory(database, clock, POLICY)()
    await database.close()


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, bool]:
    """Every question that can be put to the tables that grow, and whether it was."""
    known: dict[str, bool] = {}

    def noted(name: str, method: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        @wraps(method)
        async def call(*given: object, **more: object) -> object:
            known[name] = True
            return await method(*given, **more)

        return call

    for dao in _daos(Dao):
        for name, method in vars(dao).items():
            if dao not in NOT_GROWING and not name.startswith("_") and iscoroutinefunction(method):
                known[f"{dao.__name__}.{name}"] = False
                monkeypatch.setattr(dao, name, noted(f"{dao.__name__}.{name}", method))
    return known


def _daos(of: type[Dao]) -> Iterator[type[Dao]]:
    for dao in of.__subclasses__():
        yield dao
        yield from _daos(dao)


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


async def bookings_come_and_go(services: Services, clock: ManualClock) -> None:
    search, bookings = services.availability, services.bookings
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
        await services.wishes.change(GUEST, booked.id, lambda wishes: replace(wishes, high_chairs=1))
        await services.wishes.tell_settled()
        await end(GUEST, booked.id)
    late = await bookings.hold(GUEST, party=2, day=tomorrow, slot_id=1, table_id=59)
    later = await bookings.hold(OTHER, party=2, day=tomorrow, slot_id=2, table_id=59)
    clock.advance(minutes=11)
    await bookings.hold(OWNER, party=2, day=tomorrow, slot_id=2, table_id=59)
    await bookings.book(GUEST, late.id)
    moved = await bookings.hold(GUEST, party=2, day=tomorrow, slot_id=1, table_id=58, replaces=late.id)
    await services.moves.move(GUEST, moved.id)
    assert await bookings.snapshot_status(later.id)
    await bookings.mine(GUEST)
    await bookings.on_day(OWNER, tomorrow)
    await bookings.expire_holds()
    clock.advance(hours=20)
    assert await bookings.complete(late.id)
    assert await bookings.complete_due()


async def the_restaurant_decides(services: Services, clock: ManualClock) -> None:
    bookings, decisions = services.bookings, services.decisions
    await services.venues.change_policy(OWNER, lambda policy: policy.model_copy(update={"largest_online": 1}))
    tomorrow = (await services.availability.days())[0] + timedelta(days=1)
    for slot, decide in ((4, decisions.decline), (5, decisions.accept)):
        held = await bookings.hold(GUEST, party=2, day=tomorrow, slot_id=slot)
        pending = await bookings.book(GUEST, held.id)
        await decide(OWNER, pending.id)
    await decisions.ask_to_cancel(GUEST, pending.id)
    await decisions.refuse_to_cancel(OWNER, pending.id)
    clock.advance(days=2)
    await services.reviews.rate(GUEST, pending.id, 2)
    await services.reviews.comment(GUEST, pending.id, "The soup was cold")


async def guests_answer_before_a_visit(services: Services, clock: ManualClock) -> None:
    tomorrow = (await services.availability.days())[0] + timedelta(days=1)
    held = await services.bookings.hold(OTHER, party=1, day=tomorrow, slot_id=6)
    booked = await services.bookings.book(OTHER, held.id)
    clock.move_to(booked.starts_at)
    await services.visits.late(OTHER, booked.id, Lateness.TEN)
    await services.visits.confirm(OTHER, booked.id)


async def somebody_waits(services: Services, clock: ManualClock) -> None:
    """Where few may come at a time, until the restaurant changes its mind."""
    waiting, offers = services.waiting, services.offers
    tomorrow = (await services.availability.days())[0] + timedelta(days=1)
    for who in (GUEST, OTHER):
        await services.venues.change_policy(OWNER, lambda policy: policy.model_copy(update={"pacing": 2}))
        full = (await waiting.choices(tomorrow, party=2))[-1]
        joined = await waiting.join(who, party=2, day=tomorrow, earliest=full.earliest, latest=full.latest)
        await offers.offer_freed()
        await services.venues.change_policy(OWNER, lambda policy: policy.model_copy(update={"pacing": None}))
        assert await offers.offer_freed(tomorrow)
        await offers.note_message(joined.id, 1)
        await offers.message_of(joined.id)
        await waiting.again(who, joined.id)
        await waiting.mine(who)
        if who is GUEST:
            await waiting.leave(who, joined.id)
    clock.advance(minutes=11)
    assert await services.bookings.expire_holds()
    await waiting.by_status()
    await waiting.count_on_day(OWNER, tomorrow)


async def people_come_and_go(services: Services) -> None:
    users, dialogs = services.users, services.dialogs
    await users.meet(STRANGER)
    await users.meet(Person(900, "Somebody", language_code="ru"))
    await users.choose_language(GUEST.person, Language.EN)
    await users.mark_blocked(STRANGER.channel, 900)
    await users.languages([Recipient(external_id=7)])
    await dialogs.save("42:7:7", b"{}")
    await dialogs.load("42:7:7")
    await dialogs.delete("42:7:7")
    await dialogs.delete_older_than(90)
    personal = services.personal_data
    await personal.to_agree(GUEST.person)
    await personal.known(GUEST.person)
    await personal.export(GUEST.person)


async def messages_go_out(services: Services, clock: ManualClock) -> None:
    messages = services.messages
    await messages.claim(10, lease=LEASE, bulk=True)
    claimed = await messages.claim(10, lease=LEASE)
    await messages.published(claimed)
    await messages.give_back(claimed)
    await messages.retry_at(claimed[0].id, clock.now(), "again")
    await messages.dead(claimed[0].id, "never")
    text = AdminText(text="The kitchen is closed")
    await messages.put(USER_MSG, text)
    await messages.postpone(USER_MSG, text, clock.now(), "not now")
    await messages.last_error(USER_MSG, text.message_id)
    await messages.forget_tries(USER_MSG, text.message_id)
    await messages.lag()
    await messages.backlogs()
    await messages.once(USER_MSG, "id", lambda effects: effects.drop_planned(1))
    await messages.seen(USER_MSG, "id")


async def test_no_query_of_guests_walks_through_history(
    services: Services, db_url: str, clock: ManualClock, called: Mapping[str, bool]
) -> None:
    with overheard() as sent:
        await people_come_and_go(services)
        await bookings_come_and_go(services, clock)
        await the_restaurant_decides(services, clock)
        await guests_answer_before_a_visit(services, clock)
        await somebody_waits(services, clock)
        await messages_go_out(services, clock)
    assert await _walks(db_url, sent) == []
    tomorrow = (await services.availability.days())[0] + timedelta(days=1)
    held = await services.bookings.hold(NEWCOMER, party=2, day=tomorrow, slot_id=9)
    await services.bookings.book(NEWCOMER, held.id)
    with overheard() as erasing:
        assert await services.personal_data.forget(NEWCOMER)
    assert [walk for walk in await _walks(db_url, erasing) if "dialogs" not in walk] == [], "nobody leaves twice"
    assert {name for name, was in called.items() if not was} == SELDOM, "whatever is new is looked at too"
    with overheard() as figures:
        await services.stats.users(OWNER)
    assert await _walks(db_url, figures), "a walk is noticed"


async def test_what_is_urgent_is_found_without_walking_past_what_comes_in_bulk(services: Services, db_url: str) -> None:
    same = {"queue": USER_MSG, "body": b"{}", "created_at": NOW, "available_at": NOW}
    rows = [{**same, "message_id": f"{n}", "dedup_key": f"{FOLLOW_UP_KEY}0:{n}"} for n in range(5_000)]
    engine = create_async_engine(db_url)
    async with engine.begin() as connection:
        await connection.execute(insert(OutboxRow), rows)
        await connection.execute(text("ANALYZE"))
    with overheard() as sent:
        await services.messages.put(USER_MSG, AdminText(text="The kitchen is closed"))
        [claimed] = await services.messages.claim(10, lease=LEASE)
    [claim] = [(one, values) for one, values in sent.items() if one.startswith("UPDATE")]
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    async with engine.connect() as connection:
        plan = await connection.exec_driver_sql(f"{explain} {claim[0]}", claim[1])
        assert "ix_outbox_urgent" in str(plan.all())
    assert claimed.queue == USER_MSG
    await engine.dispose()


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
    """Also by several indexes together."""
    bitmaps: Sequence[Mapping[str, Any]] = node.get("Plans", ())
    return "Index Cond" in node or any(_is_led(one) for one in bitmaps if one["Node Type"].startswith("Bitmap"))
