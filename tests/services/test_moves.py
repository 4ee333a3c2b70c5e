"""A guest's booking gets another time, table or party: all at once, and until then it stands."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.dao.database import Database
from app.dao.models import BookingRow
from app.domain.booking import BookingStatus
from app.domain.errors import (
    BookingChanged,
    BookingMovedSince,
    BookingNotFound,
    DayNotOffered,
    DomainError,
    MoveTooLate,
    OverlappingBooking,
    PartyMovesByPhone,
    SittingOver,
    SlotTaken,
    VisitAlreadyStarted,
)
from app.domain.people import Actor
from app.services import Services
from app.services.views import BookingCard
from tests.services.house import (
    AFTERNOON,
    EVENING,
    EVERY_DAY,
    LATE,
    MORNING,
    OWNER,
    TODAY,
    TOMORROW,
    ManualClock,
    furnish,
    guest,
    table,
    together,
)
from tests.services.records import Record, read_records

ANNA, BORIS = guest(1, "Анна"), guest(2, "Борис")
GRID = {
    "hours": EVERY_DAY,
    "grid": {"every": 15, "turn_times": [{"up_to": 2, "minutes": 90}, {"up_to": 9, "minutes": 120}]},
}
MOVED = [("admin_msg", "booking_moved"), ("noti_user", "booking_moved")]


def at(wall_time: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-21T{wall_time}:00+03:00")


async def hold(services: Services, who: Actor = ANNA, **wish: Any) -> BookingCard:
    if "start" in wish:
        wish["starts_at"] = at(wish.pop("start"))
    elif "slot_id" not in wish:
        wish["slot_id"] = EVENING
    return await services.bookings.hold(who, **{"party": 2, "day": TOMORROW, **wish})


async def book(services: Services, who: Actor = ANNA, **wish: Any) -> BookingCard:
    return await services.bookings.book(who, (await hold(services, who, **wish)).id)


async def move(services: Services, booking: BookingCard, who: Actor = ANNA, **wish: Any) -> BookingCard:
    held = await hold(services, who, replaces=booking.id, **wish)
    return await services.moves.move(who, held.id)


async def starts(services: Services, **wish: Any) -> list[str]:
    sittings = await services.availability.sittings(TOMORROW, **{"party": 2, **wish})
    return [f"{sitting.starts_at:%H:%M}" for sitting in sittings]


async def record_of(database: Database, booking: BookingCard) -> Record:
    """As stored; all that is stored is consistent."""
    records = await read_records(database)
    records.ensure_consistent()
    return records.bookings[booking.id]


async def moves_told(database: Database) -> list[tuple[str, str]]:
    events = (await read_records(database)).events
    return sorted((queue, kind) for (queue, kind, _) in events.elements() if kind == "booking_moved")


async def as_the_restaurant_has_it(database: Database, booking: BookingCard, **values: object) -> None:
    change = update(BookingRow).where(BookingRow.id == booking.id).values(values)
    await database.write(lambda dao: dao._session.send(change))


async def outcomes_of(*works: Awaitable[object]) -> list[object]:
    """Results and refusals; anything else is a fault."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, DomainError):
            raise outcome
    return outcomes


# -- the swap


async def test_a_booking_gets_another_time_table_and_party_at_once(services: Services, database: Database) -> None:
    booked = await book(services, table_id=101)
    await as_the_restaurant_has_it(
        database, booked, status="confirmed", late_minutes=20, cancel_requested_at=booked.created_at
    )
    moved = await move(services, booked, party=4, slot_id=LATE)
    assert (moved.id, moved.status, moved.sequence) == (booked.id, BookingStatus.BOOKED, 1)
    assert (moved.starts_at, moved.party_size) == (at("22:00"), 4)
    assert [one.number for one in moved.tables] == [3]
    assert moved == await services.bookings.card(ANNA, booked.id)
    record = await record_of(database, booked)
    assert (record.tables, record.late_minutes, record.cancel_requested) == ((103,), 0, False)
    assert await moves_told(database) == MOVED
    assert [card.id for card in (await services.bookings.mine(ANNA)).items] == [booked.id]
    await book(services, BORIS, table_id=101)
    with pytest.raises(SlotTaken):
        await hold(services, BORIS, party=4, slot_id=LATE, table_id=103)


async def test_admins_are_told_from_where_to_where(services: Services) -> None:
    await move(services, await book(services, table_id=102), slot_id=LATE, table_id=101)
    claimed = await services.messages.claim(10, lease=timedelta(seconds=1))
    told = [message.body.decode() for message in claimed if b'"booking_moved"' in message.body]
    assert len(told) == 2
    for body in told:
        before, after = body.index('"before"'), body.index('"booking"')
        assert '"tables":[2]' in body[before:]
        assert '"starts_at":"2026-11-21T15:00:00Z"' in body[before:]
        assert '"starts_at":"2026-11-21T19:00:00Z"' in body[after:before]
        assert '"sequence":1' in body[after:before]


async def leave(services: Services, _: ManualClock) -> None:
    assert await services.bookings.release(ANNA)


async def time_runs_out(services: Services, clock: ManualClock) -> None:
    clock.advance(minutes=11)
    assert await services.bookings.expire_holds() == 1


async def book_something_else(services: Services, _: ManualClock) -> None:
    await book(services, slot_id=MORNING)


@pytest.mark.parametrize("end", [leave, time_runs_out, book_something_else])
async def test_whoever_does_not_go_on_keeps_the_booking_with_its_cells(
    services: Services, database: Database, clock: ManualClock, end: Callable[[Services, ManualClock], Awaitable[None]]
) -> None:
    booked = await book(services, table_id=101)
    await hold(services, slot_id=EVENING, table_id=101, replaces=booked.id)
    await hold(services, slot_id=LATE, table_id=101, replaces=booked.id)
    await end(services, clock)
    record = await record_of(database, booked)
    assert (record.status, record.sequence, record.tables) == (BookingStatus.BOOKED, 0, (101,))
    assert await moves_told(database) == []
    with pytest.raises(SlotTaken):
        await hold(services, BORIS, table_id=101)
    await hold(services, BORIS, slot_id=LATE, table_id=101)


# -- its own cells


@pytest.mark.parametrize(
    ("wish", "free_while_held"),
    [
        ({"start": "18:15", "table_id": 101}, "19:45"),
        ({"start": "17:45", "table_id": 101}, "19:30"),
        ({"start": "18:00", "party": 3}, "20:00"),
        ({"start": "19:15", "party": 5}, "21:15"),
    ],
    ids=str,
)
async def test_it_moves_onto_its_own_cells_and_both_places_are_its_meanwhile(
    services: Services, database: Database, wish: dict[str, Any], free_while_held: str
) -> None:
    tables = [table(1, 4), table(2, 2)]
    await furnish(database, tables=tables, policy=GRID, combinations=[together(1, 2, seats=6)])
    booked = await book(services, start="18:00", table_id=101)
    held = await hold(services, replaces=booked.id, **wish)
    (await read_records(database)).ensure_consistent()
    others = await starts(services, table_id=101)
    assert "18:00" not in others
    assert wish["start"] not in others
    assert next(start for start in others if start > "18:00") == free_while_held
    moved = await services.moves.move(ANNA, held.id)
    assert f"{moved.starts_at:%H:%M}" == wish["start"]
    assert {101} <= set((await record_of(database, booked)).tables)


async def test_a_shorter_visit_within_its_own_time_holds_nothing_new(services: Services, database: Database) -> None:
    await furnish(database, tables=[table(1, 4)], policy=GRID)
    booked = await book(services, start="18:00", party=3)
    held = await hold(services, start="18:15", party=2, replaces=booked.id)
    assert held.id not in (await read_records(database)).cells
    await services.moves.move(ANNA, held.id)
    await record_of(database, booked)
    assert "19:45" in await starts(services)


async def test_a_search_for_it_does_not_count_itself(services: Services, database: Database) -> None:
    await furnish(database, tables=[table(1, 2)], policy={**GRID, "pacing": 2})
    booked = await book(services, start="18:00")
    near = (await services.availability.sittings(TOMORROW, party=2, without=booked.id))[0]
    assert {"16:45", "18:00", "19:15"}.isdisjoint(await starts(services))
    assert {"16:45", "18:00", "19:15"} <= {*await starts(services, without=booked.id)}
    search = services.availability
    for found in (
        await search.alternatives(near, party=2, without=booked.id, same_day=99, other_days=0),
        await search.other_days(TODAY, party=2, without=booked.id, near=near),
    ):
        assert found
    await move(services, booked, start="18:15")
    await record_of(database, booked)


async def test_it_is_in_its_own_way_neither_by_time_nor_by_number(services: Services, database: Database) -> None:
    booked = [await book(services, slot_id=slot) for slot in (MORNING, AFTERNOON, EVENING, LATE)]
    other = await book(services, day=TODAY, slot_id=LATE)
    with pytest.raises(OverlappingBooking):
        await hold(services, slot_id=LATE, replaces=booked[0].id)
    with pytest.raises(OverlappingBooking):
        await hold(services, slot_id=LATE, day=TODAY, replaces=booked[0].id)
    moved = await move(services, booked[2], table_id=103)
    assert [one.number for one in moved.tables] == [3]
    moved = await move(services, other, day=TODAY, slot_id=EVENING)
    assert moved.starts_at.hour == 18
    await record_of(database, moved)


# -- nothing new


async def test_the_same_place_is_no_move(services: Services, database: Database) -> None:
    booked = await book(services, table_id=101)
    same = await move(services, booked, table_id=101)
    assert same == booked
    record = await record_of(database, booked)
    assert record.sequence == 0
    assert await moves_told(database) == []
    assert not await services.bookings.release(ANNA), "nothing is held any more"


async def test_asked_again_it_is_the_same_move(services: Services, database: Database) -> None:
    booked = await book(services)
    held = await hold(services, slot_id=LATE, replaces=booked.id)
    first = await services.moves.move(ANNA, held.id)
    assert await services.moves.move(ANNA, held.id) == first
    assert await moves_told(database) == MOVED
    await move(services, booked, slot_id=MORNING)
    with pytest.raises(BookingMovedSince):
        await services.moves.move(ANNA, held.id)
    await services.bookings.cancel(ANNA, booked.id)
    with pytest.raises(BookingChanged):
        await services.moves.move(ANNA, held.id)
    assert (await record_of(database, booked)).sequence == 2


# -- refusals


async def test_only_ones_own_and_only_what_was_held_for_it(services: Services) -> None:
    booked = await book(services)
    for asked in (
        hold(services, BORIS, slot_id=LATE, replaces=booked.id),
        hold(services, OWNER, slot_id=LATE, replaces=booked.id),
        hold(services, slot_id=LATE, replaces=booked.id + 1000),
        services.moves.movable(BORIS, booked.id),
        services.moves.move(ANNA, booked.id),
        services.moves.move(ANNA, 1000),
    ):
        with pytest.raises(BookingNotFound):
            await asked
    held = await hold(services, slot_id=LATE, replaces=booked.id)
    for asked in (services.moves.move(BORIS, held.id), services.bookings.book(ANNA, held.id)):
        with pytest.raises(BookingNotFound):
            await asked
    assert (await services.moves.movable(ANNA, booked.id)).can_move


async def test_after_the_deadline_of_cancelling_the_restaurant_moves(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, policy={"cancel_until": {"hours": 3}})
    booked = await book(services)
    held = await hold(services, slot_id=LATE, replaces=booked.id)
    clock.move_to(at("15:00"))
    for asked in (
        services.moves.movable(ANNA, booked.id),
        hold(services, slot_id=LATE, replaces=booked.id),
        services.moves.move(ANNA, held.id),
    ):
        with pytest.raises(MoveTooLate) as refusal:
            await asked
        assert refusal.value.params == {"phone": "+7 495 000-00-00"}
    assert not (await services.bookings.card(ANNA, booked.id)).can_move
    clock.move_to(at("18:00"))
    with pytest.raises(VisitAlreadyStarted):
        await services.moves.movable(ANNA, booked.id)
    assert (await record_of(database, booked)).sequence == 0


async def test_the_restaurant_moves_large_parties(services: Services, database: Database) -> None:
    booked = await book(services)
    await furnish(database, policy={"largest_online": 3})
    for asked in (hold(services, party=4, slot_id=LATE, replaces=booked.id), services.moves.ensure_party(4)):
        with pytest.raises(PartyMovesByPhone) as refusal:
            await asked
        assert refusal.value.params == {"largest": 3, "phone": "+7 495 000-00-00"}
    await services.moves.ensure_party(3)
    waiting = await book(services, party=4, slot_id=LATE)
    assert not waiting.can_move
    with pytest.raises(BookingChanged):
        await hold(services, slot_id=MORNING, replaces=waiting.id)
    await move(services, booked, party=3)
    await record_of(database, booked)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [({"day": TODAY, "slot_id": MORNING}, SittingOver), ({"day": TODAY - timedelta(days=1)}, DayNotOffered)],
    ids=["over", "yesterday"],
)
async def test_it_moves_to_what_can_be_booked(
    services: Services, database: Database, wish: dict[str, Any], refusal: type[DomainError]
) -> None:
    booked = await book(services)
    with pytest.raises(refusal):
        await hold(services, replaces=booked.id, **wish)
    assert (await record_of(database, booked)).sequence == 0


# -- when time has passed


async def test_a_hold_that_ran_out_moves_the_booking_if_nobody_took_the_place(
    services: Services, database: Database, clock: ManualClock
) -> None:
    booked = await book(services, table_id=101)
    held = await hold(services, slot_id=LATE, table_id=101, replaces=booked.id)
    clock.advance(minutes=11)
    await services.bookings.expire_holds()
    assert (await services.moves.move(ANNA, held.id)).starts_at == at("22:00")
    assert (await record_of(database, booked)).sequence == 1


async def test_a_place_that_is_taken_leaves_the_booking_as_it_was(
    services: Services, database: Database, clock: ManualClock
) -> None:
    booked = await book(services, table_id=101)
    await book(services, BORIS, slot_id=LATE, table_id=101)
    with pytest.raises(SlotTaken):
        await hold(services, slot_id=LATE, table_id=101, replaces=booked.id)
    held = await hold(services, slot_id=MORNING, table_id=101, replaces=booked.id)
    clock.advance(minutes=11)
    await book(services, guest(3), slot_id=MORNING, table_id=101)
    with pytest.raises(SlotTaken):
        await services.moves.move(ANNA, held.id)
    record = await record_of(database, booked)
    assert (record.status, record.sequence, record.tables) == (BookingStatus.BOOKED, 0, (101,))
    assert await moves_told(database) == []


async def test_a_time_that_has_begun_meanwhile_is_no_place_to_move_to(
    services: Services, database: Database, clock: ManualClock
) -> None:
    booked = await book(services, slot_id=LATE)
    clock.move_to(at("17:55"))
    held = await hold(services, slot_id=EVENING, replaces=booked.id)
    clock.move_to(at("18:00"))
    with pytest.raises(SittingOver):
        await services.moves.move(ANNA, held.id)
    assert (await record_of(database, booked)).sequence == 0


@pytest.mark.parametrize("by", [ANNA, OWNER], ids=["guest", "owner"])
async def test_cancelled_while_it_is_moved_nothing_is_held_any_more(
    services: Services, database: Database, by: Actor
) -> None:
    await furnish(database, tables=[table(1, 4)], policy=GRID)
    booked = await book(services, start="18:00")
    held = await hold(services, start="18:30", replaces=booked.id)
    await services.bookings.cancel(by, booked.id)
    records = await read_records(database)
    records.ensure_consistent()
    assert records.cells == {}
    with pytest.raises(BookingChanged):
        await services.moves.move(ANNA, held.id)
    await book(services, BORIS, start="18:00")


async def test_a_visit_that_ends_takes_along_what_nobody_has_tidied(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, tables=[table(1, 4)], policy=GRID)
    booked = await book(services, start="18:00")
    await hold(services, start="18:30", replaces=booked.id)
    clock.move_to(at("23:00"))
    assert await services.bookings.complete(booked.id)
    records = await read_records(database)
    records.ensure_consistent()
    assert records.cells == {}


# -- races


async def test_of_two_devices_that_move_one_booking_one_does(services: Services, database: Database) -> None:
    for number in range(5):
        booked = await book(services, day=TOMORROW + timedelta(days=number))
        held = [
            await hold(services, day=booked.service_date, slot_id=slot, replaces=booked.id) for slot in (MORNING, LATE)
        ]
        outcomes = await outcomes_of(*(services.moves.move(ANNA, card.id) for card in held))
        assert sum(isinstance(outcome, BookingMovedSince) for outcome in outcomes) == 1
        assert (await record_of(database, booked)).sequence == 1
        await services.bookings.cancel(ANNA, booked.id)
    assert len(await moves_told(database)) == 2 * 5


async def test_pressed_many_times_at_once_it_moves_once(services: Services, database: Database) -> None:
    booked = await book(services)
    held = await hold(services, slot_id=LATE, replaces=booked.id)
    cards = await outcomes_of(*(services.moves.move(ANNA, held.id) for _ in range(8)))
    assert len({str(card) for card in cards}) == 1
    assert await moves_told(database) == MOVED
    assert (await record_of(database, booked)).sequence == 1


async def test_a_move_and_a_cancellation_at_once_leave_one_story(services: Services, database: Database) -> None:
    for number in range(8):
        booked = await book(services, day=TOMORROW + timedelta(days=number))
        held = await hold(services, day=booked.service_date, slot_id=LATE, replaces=booked.id)
        moved, canceled = await outcomes_of(
            services.moves.move(ANNA, held.id), services.bookings.cancel(OWNER, booked.id)
        )
        record = await record_of(database, booked)
        assert (record.status is BookingStatus.CANCELED) is not isinstance(canceled, BookingChanged)
        assert (record.sequence == 1) is not isinstance(moved, DomainError)
        await outcomes_of(services.bookings.cancel(ANNA, booked.id))
    told = (await read_records(database)).events
    canceled_events = [count for (queue, kind, _), count in told.items() if kind == "booking_canceled"]
    assert canceled_events == [1] * 16


async def test_a_hold_for_a_move_and_a_cancellation_at_once(services: Services, database: Database) -> None:
    await furnish(database, tables=[table(1, 4)], policy=GRID)
    for _ in range(8):
        booked = await book(services, start="18:00")
        await outcomes_of(hold(services, start="18:30", replaces=booked.id), services.bookings.cancel(OWNER, booked.id))
        await record_of(database, booked)
        await outcomes_of(services.bookings.cancel(OWNER, booked.id))


async def test_of_a_move_and_a_guest_who_want_the_same_place_one_gets_it(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, tables=[table(1, 2)])
    for number in range(6):
        day = TOMORROW + timedelta(days=number)
        booked = await book(services, day=day)
        held = await hold(services, day=day, slot_id=LATE, replaces=booked.id)
        clock.advance(minutes=11)
        moved, got = await outcomes_of(services.moves.move(ANNA, held.id), hold(services, BORIS, day=day, slot_id=LATE))
        assert isinstance(moved, SlotTaken) is not isinstance(got, SlotTaken)
        assert (await record_of(database, booked)).status is BookingStatus.BOOKED
        await services.bookings.cancel(ANNA, booked.id)


async def test_twenty_guests_who_swap_around_the_last_place_never_share_one(
    services: Services, database: Database
) -> None:
    """All tables but one are taken at each of four times; everybody wants to be at another time."""
    tables = [table(number, 2) for number in range(1, 7)]
    await furnish(database, tables=tables)
    slots = (MORNING, AFTERNOON, EVENING, LATE)
    booked = [await book(services, guest(number), slot_id=slots[number % 4]) for number in range(20)]

    async def swap(number: int, by: int) -> object:
        card, who = booked[number], guest(number)
        return await move(services, card, who, slot_id=slots[(number + by) % 4])

    for by in (1, 2, 3):
        outcomes = await outcomes_of(*(swap(number, by) for number in range(20)))
        assert any(not isinstance(outcome, SlotTaken) for outcome in outcomes)
        assert {type(outcome) for outcome in outcomes} <= {BookingCard, SlotTaken}
        records = await read_records(database)
        records.ensure_consistent()
        stands = [record for record in records.bookings.values() if record.status is BookingStatus.BOOKED]
        assert len(stands) == 20
    moves = sum(record.sequence for record in records.bookings.values() if record.status is BookingStatus.BOOKED)
    assert len(await moves_told(database)) == 2 * moves
