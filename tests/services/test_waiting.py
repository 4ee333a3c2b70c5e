"""The waiting list: who comes first is offered what is freed, and nobody gets what another one is being offered."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select

from app.dao.database import Database, WriteDao
from app.dao.models import UserRow, WaitingRow
from app.dao.outbox import OutboxWriter
from app.domain.booking import BookingStatus
from app.domain.errors import (
    BookingNotFound,
    ConsentNeeded,
    DayNotOffered,
    DomainError,
    NotAllowed,
    OverlappingBooking,
    PartyTooLarge,
    PlaceIsFree,
    SittingOver,
    SlotTaken,
    TooManyWaiting,
    WaitingNotFound,
)
from app.domain.events import WaitingOffer
from app.domain.people import Actor
from app.domain.waiting import DayPart, WaitingStatus
from app.services import Services
from app.services.views import BookingCard, WaitingCard
from tests.services.house import (
    EVENING,
    EVERY_DAY,
    LATE,
    NOON,
    OWNER,
    TODAY,
    TOMORROW,
    VENUE_ID,
    ManualClock,
    furnish,
    guest,
    table,
    together,
)
from tests.services.records import read_records

A, B, C, HOLDER, OTHER = guest(1), guest(2), guest(3), guest(11), guest(12)
STARTS = {EVENING: 18, LATE: 22}
GRID = {"hours": EVERY_DAY, "grid": {"every": 60, "turn_times": [{"up_to": 9, "minutes": 120}], "buffer_minutes": 15}}


@pytest.fixture
async def two_tables(database: Database) -> None:
    """For four and for six."""
    await furnish(database, tables=[table(1, 4), table(2, 6)])


def at(hour: int, day: date = TOMORROW) -> datetime:
    return datetime(day.year, day.month, day.day, hour - 3, tzinfo=UTC)


async def take(
    services: Services,
    who: Actor,
    table_id: int | None = None,
    slot: int = EVENING,
    *,
    party: int = 2,
    day: date = TOMORROW,
) -> BookingCard:
    held = await services.bookings.hold(who, party=party, day=day, slot_id=slot, table_id=table_id)
    return await services.bookings.book(who, held.id)


async def full_house(services: Services, slot: int = EVENING) -> tuple[BookingCard, BookingCard]:
    return await take(services, HOLDER, 101, slot), await take(services, OTHER, 102, slot)


async def wait(
    services: Services, who: Actor, party: int, slot: int = EVENING, *, until: int | None = None, day: date = TOMORROW
) -> WaitingCard:
    earliest, latest = at(STARTS[slot], day), at(STARTS[until or slot], day)
    return await services.waiting.join(who, party=party, day=day, earliest=earliest, latest=latest)


async def hear(services: Services) -> list[tuple[int, int]]:
    """All messages reach their queues: the offers among them as (guest, booking)."""
    claimed = await services.messages.claim(500, lease=timedelta(minutes=1))
    await services.messages.published(claimed)
    bodies = [message.body.decode() for message in claimed if '"waiting_offer"' in message.body.decode()]
    return [offered(body) for body in bodies]


def offered(body: str) -> tuple[int, int]:
    offer = WaitingOffer.model_validate_json(body)
    return offer.recipient.external_id - 1000, offer.booking_id


async def statuses(database: Database) -> list[WaitingStatus]:
    async with database.read() as dao:
        rows = await dao._session.rows(select(WaitingRow.status).order_by(WaitingRow.id))
    return [WaitingStatus(row[0]) for row in rows]


# -- who is served


@pytest.mark.usefixtures("two_tables")
async def test_a_freed_table_is_offered_to_the_first_party_that_fits_and_silence_passes_it_on(
    services: Services, database: Database, clock: ManualClock
) -> None:
    four, _ = await full_house(services)
    for who, party in ((A, 6), (B, 3), (C, 2)):
        await wait(services, who, party)
    assert await services.offers.offer_freed() == []
    await services.bookings.cancel(HOLDER, four.id)
    [held] = await services.offers.offer_freed(TOMORROW)
    assert await services.offers.offer_freed() == []
    assert await hear(services) == [(2, held)]
    (place,) = await services.waiting.mine(B)
    assert (place.offer_id, place.offer_starts_at, place.offer_until) == (held, at(18), NOON + timedelta(minutes=10))
    assert [place.ahead for place in await services.waiting.mine(C)] == [2]
    with pytest.raises(SlotTaken):
        await take(services, guest(5))
    clock.advance(minutes=10)
    assert await services.bookings.expire_holds() == 1
    [next_held] = await services.offers.offer_freed()
    assert await hear(services) == [(3, next_held)]
    assert await statuses(database) == ["waiting", "passed", "offered"]
    events = (await read_records(database)).events
    assert events["noti_user", "offer_passed", held] == 1
    booked = await services.bookings.book(C, next_held)
    assert (booked.status, booked.waiting_id) == (BookingStatus.BOOKED, 3)
    assert await statuses(database) == ["waiting", "passed", "booked"]
    with pytest.raises(SlotTaken):
        await services.bookings.book(B, held)
    (await read_records(database)).ensure_consistent()


@pytest.mark.usefixtures("two_tables")
async def test_no_passes_it_on_at_once_and_a_late_yes_gets_what_is_still_free(
    services: Services, database: Database, clock: ManualClock
) -> None:
    four, _ = await full_house(services)
    await wait(services, A, 2)
    await services.bookings.cancel(HOLDER, four.id)
    [held] = await services.offers.offer_freed()
    with pytest.raises(BookingNotFound):
        await services.waiting.decline(B, held)
    assert (await services.waiting.decline(A, held)).status is BookingStatus.EXPIRED
    assert (await services.waiting.decline(A, held)).status is BookingStatus.EXPIRED
    assert await statuses(database) == ["passed"]
    assert (await read_records(database)).events["noti_user", "offer_passed", held] == 1
    clock.advance(hours=1)
    assert (await services.bookings.book(A, held)).status is BookingStatus.BOOKED
    assert await statuses(database) == ["booked"]
    assert (await services.waiting.decline(A, held)).status is BookingStatus.BOOKED
    with pytest.raises(BookingNotFound):
        await services.waiting.decline(OTHER, (await services.bookings.mine(OTHER)).items[0].id)


@pytest.mark.usefixtures("two_tables")
async def test_who_was_never_asked_because_the_messenger_was_away_keeps_the_place_in_the_queue(
    services: Services, database: Database, clock: ManualClock
) -> None:
    four, _ = await full_house(services)
    await wait(services, A, 2)
    await services.bookings.cancel(HOLDER, four.id)
    [held] = await services.offers.offer_freed()
    clock.advance(minutes=11)
    await services.bookings.expire_holds()
    assert await statuses(database) == ["waiting"]
    [again] = await services.offers.offer_freed()
    assert again != held
    await services.offers.take_back(again)
    assert await statuses(database) == ["left"]
    await services.offers.take_back(again)
    await services.offers.take_back(four.id)
    (await read_records(database)).ensure_consistent()


@pytest.mark.usefixtures("two_tables")
async def test_a_late_yes_takes_the_place_that_is_offered_to_the_same_party_anew(
    services: Services, database: Database, clock: ManualClock
) -> None:
    """The list shows an offer before the messenger does."""
    four, _ = await full_house(services)
    await wait(services, A, 2)
    await services.bookings.cancel(HOLDER, four.id)
    [first] = await services.offers.offer_freed()
    clock.advance(minutes=11)
    await services.bookings.expire_holds()
    [anew] = await services.offers.offer_freed()
    assert (await services.bookings.book(A, first)).status is BookingStatus.BOOKED
    records = await read_records(database)
    records.ensure_consistent()
    assert records.bookings[anew].status is BookingStatus.EXPIRED
    assert records.events["noti_user", "offer_passed", anew] == 1, "others may have it"
    assert await statuses(database) == ["booked"]


async def test_tables_together_pacing_and_the_time_between_parties_hold_for_offers_too(
    services: Services, database: Database
) -> None:
    tables = [table(1, 4), table(2, 4), table(3, 2)]
    await furnish(database, tables=tables, policy={**GRID, "pacing": 7}, combinations=[together(1, 2, seats=8)])

    async def book(who: Actor, party: int, hour: int) -> BookingCard:
        held = await services.bookings.hold(who, party=party, day=TOMORROW, starts_at=at(hour))
        return await services.bookings.book(who, held.id)

    seven = await book(HOLDER, 7, 18)
    choices = await services.waiting.choices(TOMORROW, party=6)
    assert [f"{choice.earliest:%H:%M}" for choice in choices if choice.part is None] == [
        "16:00",
        "17:00",
        *SIX_TO_EIGHT,
    ]
    await services.waiting.join(A, party=6, day=TOMORROW, earliest=at(20), latest=at(20))
    await services.waiting.join(B, party=2, day=TOMORROW, earliest=at(18), latest=at(18))
    await services.bookings.cancel(HOLDER, seven.id)
    offers = await services.offers.offer_freed()
    cards = [await services.bookings.snapshot_status(offer) for offer in offers]
    assert [[table.number for table in card.tables] for card in cards if card] == [[1, 2], [3]]
    (await read_records(database)).ensure_consistent()


SIX_TO_EIGHT = ["18:00", "19:00", "20:00"]


@pytest.mark.usefixtures("two_tables")
async def test_nobody_is_offered_what_they_could_not_take(
    services: Services, database: Database, clock: ManualClock
) -> None:
    four, six = await full_house(services)
    late = await full_house(services, LATE)
    await wait(services, A, 2, until=LATE)
    await wait(services, B, 2)
    await wait(services, B, 2, until=LATE)
    await wait(services, C, 2)
    await services.users.mark_blocked(C.person.channel, C.person.external_id)
    for booking, who in ((four, HOLDER), (late[0], HOLDER)):
        await services.bookings.cancel(who, booking.id)
    # A has the evening and B the late sitting, once each; C has blocked the bot.
    assert len(await services.offers.offer_freed()) == 2
    await services.bookings.cancel(OTHER, six.id)
    assert len(await services.offers.offer_freed()) == 1
    assert {(who, len(await services.waiting.mine(actor))) for who, actor in (("A", A), ("B", B))} == {
        ("A", 1),
        ("B", 2),
    }
    assert await statuses(database) == ["offered", "offered", "offered", "waiting"]
    clock.move_to(at(22))
    await services.offers.offer_freed()
    assert (await statuses(database))[-1] is WaitingStatus.OVER
    (await read_records(database)).ensure_consistent()


@pytest.mark.usefixtures("two_tables")
async def test_whoever_waits_for_another_day_sleeps_till_morning_and_who_waits_for_tonight_is_woken(
    services: Services, clock: ManualClock
) -> None:
    four, _ = await full_house(services)
    tonight = await take(services, HOLDER, 101, LATE, day=TODAY), await take(services, OTHER, 102, LATE, day=TODAY)
    await wait(services, A, 2)
    await wait(services, B, 2, LATE, day=TODAY)
    clock.move_to(at(22, TODAY) - timedelta(minutes=4))
    await services.bookings.cancel(HOLDER, tonight[0].id)
    [held] = await services.offers.offer_freed()
    card = await services.bookings.snapshot_status(held)
    assert card
    assert card.hold_until == at(22, TODAY), "no longer than until the visit begins"
    await services.bookings.cancel(HOLDER, four.id)
    clock.move_to(at(23, TODAY))
    assert await services.offers.offer_freed() == []
    clock.move_to(at(9))
    assert len(await services.offers.offer_freed()) == 1


# -- joining and leaving


@pytest.mark.usefixtures("two_tables")
async def test_one_joins_for_what_is_full_and_leaves_at_will(services: Services, database: Database) -> None:
    four, _ = await full_house(services)
    await full_house(services, LATE)
    choices = await services.waiting.choices(TOMORROW, party=2)
    assert [(choice.part, f"{choice.earliest:%H}", f"{choice.latest:%H}") for choice in choices] == [
        (DayPart.EVENING, "18", "22"),
        (None, "18", "18"),
        (None, "22", "22"),
    ]
    first = await wait(services, A, 2, until=LATE)
    assert (first, await services.waiting.mine(A)) == (await wait(services, A, 2, until=LATE), [first])
    assert (await wait(services, B, 3, LATE)).ahead == 1
    assert await services.waiting.count_on_day(OWNER, TOMORROW) == 2
    assert await services.waiting.by_status() == {WaitingStatus.WAITING: 2, WaitingStatus.OFFERED: 0}
    larger = await wait(services, A, 4, until=LATE)
    assert (larger.party_size, larger.ahead, [place.id for place in await services.waiting.mine(A)]) == (
        4,
        1,
        [larger.id],
    )
    with pytest.raises(WaitingNotFound):
        await services.waiting.leave(B, larger.id)
    with pytest.raises(WaitingNotFound):
        await services.waiting.again(B, larger.id)
    assert await services.waiting.again(A, larger.id) == larger
    await services.bookings.cancel(HOLDER, four.id)
    [held] = await services.offers.offer_freed()
    for _ in range(2):
        await services.waiting.leave(A, larger.id)
    assert await services.waiting.mine(A) == []
    assert (await read_records(database)).bookings[held].status is BookingStatus.EXPIRED
    assert await statuses(database) == ["left", "waiting", "left"]
    with pytest.raises(NotAllowed):
        await services.waiting.count_on_day(A, TOMORROW)


@pytest.mark.usefixtures("two_tables")
async def test_nobody_waits_for_what_is_free_or_cannot_be(services: Services, clock: ManualClock) -> None:
    far = TODAY + timedelta(days=61)

    async def refused(refusal: type[DomainError], who: Actor = A, **wish: Any) -> None:
        whole = {"party": 2, "day": TOMORROW, "earliest": at(18), "latest": at(18)}
        with pytest.raises(refusal):
            await services.waiting.join(who, **{**whole, **wish})

    await refused(PlaceIsFree)
    await full_house(services)
    await refused(PlaceIsFree, latest=at(22))
    await refused(OverlappingBooking, HOLDER)
    await refused(PartyTooLarge, party=7)
    await refused(DayNotOffered, day=far, earliest=at(18, far), latest=at(18, far))
    await refused(DayNotOffered, earliest=at(17))
    await refused(DayNotOffered, earliest=at(22))
    await refused(ConsentNeeded, Actor(A.person))
    assert [choice.part for choice in await services.waiting.choices(TOMORROW, party=2)] == [None]
    assert await services.waiting.choices(TODAY, party=2) == []
    clock.move_to(at(18))
    await refused(SittingOver)
    assert await services.waiting.choices(TOMORROW, party=2) == []


async def test_one_joins_for_an_hour_that_the_clock_shows_twice(
    services: Services, database: Database, clock: ManualClock
) -> None:
    night = date(2026, 10, 24)
    late = {"id": 1, "start_time": time(2, 30), "end_time": time(4)}
    await furnish(database, zone="Europe/Berlin", tables=[table(1, 4)], slots=[late])
    clock.move_to(datetime(2026, 10, 24, 12, tzinfo=UTC))
    await take(services, HOLDER, slot=1, day=night)
    [choice] = await services.waiting.choices(night, party=2)
    card = await services.waiting.join(A, party=2, day=night, earliest=choice.earliest, latest=choice.latest)
    assert card == await services.waiting.again(A, card.id)
    assert card.earliest == choice.earliest


async def test_one_waits_in_five_queues_at_most(services: Services, database: Database) -> None:
    await furnish(database, tables=[table(1, 2)])
    days = [TOMORROW + timedelta(days=n) for n in range(6)]
    for n, day in enumerate(days):
        await take(services, guest(20 + n), day=day)
    for day in days[:5]:
        await wait(services, A, 2, day=day)
    with pytest.raises(TooManyWaiting) as refusal:
        await wait(services, A, 2, day=days[5])
    assert refusal.value.params == {"limit": 5}
    await wait(services, A, 1, day=days[0])


async def test_a_party_that_the_restaurant_no_longer_has_a_table_for_waits_in_vain(
    services: Services, database: Database
) -> None:
    await furnish(database, tables=[table(1, 4), table(2, 6)], policy={"overlapping_bookings": True})
    _, six = await full_house(services)
    await wait(services, HOLDER, 6)
    await furnish(database, tables=[table(1, 4)])
    await services.bookings.cancel(OTHER, six.id)
    assert await services.offers.offer_freed() == []


# -- many at once


@pytest.mark.usefixtures("two_tables")
async def test_cancellations_and_offers_at_once_serve_as_many_parties_as_tables_are_freed(
    services: Services, database: Database
) -> None:
    taken = await full_house(services)
    for number in range(1, 6):
        await wait(services, guest(number), 2)
    async with asyncio.timeout(20):
        runs = await asyncio.gather(
            services.offers.offer_freed(),
            services.bookings.cancel(HOLDER, taken[0].id),
            services.offers.offer_freed(),
            services.bookings.cancel(OTHER, taken[1].id),
            *(services.offers.offer_freed() for _ in range(3)),
        )
    runs.append(await services.offers.offer_freed())
    assert len({held for run in runs if isinstance(run, list) for held in run}) == 2
    assert await statuses(database) == ["offered"] * 2 + ["waiting"] * 3
    (await read_records(database)).ensure_consistent()
    assert sorted(who for who, _ in await hear(services)) == [1, 2]


async def test_an_answer_and_the_end_of_its_time_have_one_winner(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, tables=[table(1, 4)])
    for number in range(1, 5):
        day, first, second = TODAY + timedelta(days=number), guest(number), guest(10 + number)
        taken = await take(services, guest(20 + number), day=day)
        for who in (first, second):
            await wait(services, who, 2, day=day)
        await services.bookings.cancel(OWNER, taken.id)
        [held] = await services.offers.offer_freed(day)
        await hear(services)
        clock.advance(minutes=10)
        answer, _, *_ = await asyncio.gather(
            services.bookings.book(first, held),
            services.bookings.expire_holds(),
            services.offers.offer_freed(day),
            services.bookings.hold(guest(30), party=2, day=day, slot_id=EVENING),
            return_exceptions=True,
        )
        await services.offers.offer_freed(day)
        records = await read_records(database)
        records.ensure_consistent()
        booked = records.bookings[held].status is BookingStatus.BOOKED
        assert isinstance(answer, BookingCard if booked else SlotTaken)
        occupying = [one for one in records.bookings.values() if one.occupied and one.starts_at == at(18, day)]
        assert len(occupying) == 1, "the first, the next who waits, or who came in between"


@pytest.mark.usefixtures("two_tables")
async def test_what_dies_in_the_middle_has_offered_nothing_and_the_next_run_does(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    four, _ = await full_house(services)
    await wait(services, A, 2)
    await services.bookings.cancel(HOLDER, four.id)

    class Killed(BaseException):
        pass

    async def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(OutboxWriter, "put", die)
        with pytest.raises(Killed):
            await services.offers.offer_freed()
    assert await statuses(database) == ["waiting"]
    (await read_records(database)).ensure_consistent()
    assert len(await services.offers.offer_freed()) == 1


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def hear_of(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", hear_of)
    yield statements
    event.remove(Engine, "before_cursor_execute", hear_of)


@pytest.mark.usefixtures("two_tables")
async def test_however_many_wait_a_run_reads_little_and_writes_only_offers(
    services: Services, database: Database
) -> None:
    four, _ = await full_house(services)
    users = [
        {"id": 500 + n, "channel": "telegram", "external_id": 5000 + n, "first_name": "G", "created_at": NOON}
        for n in range(200)
    ]
    waiting = {"venue_id": VENUE_ID, "service_date": TOMORROW, "earliest": at(18), "latest": at(22), "party_size": 5}
    row = {**waiting, "status": "waiting", "created_at": NOON, "changed_at": NOON}
    await full_house(services, LATE)

    async def come(dao: WriteDao) -> None:
        await dao._session.send(insert(UserRow), users)
        await dao._session.send(insert(WaitingRow), [{**row, "user_id": user["id"]} for user in users[:-1]])
        await dao._session.send(insert(WaitingRow), [{**row, "user_id": users[-1]["id"], "party_size": 3}])

    await database.write(come)
    with counted() as in_vain:
        assert await services.offers.offer_freed() == []
    await services.bookings.cancel(HOLDER, four.id)
    with counted() as for_one:
        assert len(await services.offers.offer_freed()) == 1
    selects = [statement for statement in in_vain if statement.startswith("SELECT")]
    assert (len(in_vain) - len(selects), len(selects) <= 5, len(for_one) <= 25) == (0, True, True), (in_vain, for_one)
