"""Many at once: one gets it, the others are told, and nobody sees half of anything."""

import asyncio

import pytest

from app.dao.database import Database
from app.domain.booking import BookingStatus
from app.domain.errors import BookingChanged, SlotTaken, TooManyBookings
from app.services import Services
from tests.services.house import EVENING, OWNER, TOMORROW, ManualClock, guest
from tests.services.records import read_records

MANY = 50


async def outcomes_of(*works: object) -> list[object]:
    return await asyncio.gather(*works, return_exceptions=True)  # type: ignore[call-overload,no-any-return] # any works


async def test_of_fifty_guests_who_want_the_same_table_and_time_one_gets_it(
    services: Services, database: Database
) -> None:
    async def wizard(number: int) -> object:
        who = guest(number)
        held = await services.bookings.hold(who, party=2, day=TOMORROW, slot_id=EVENING, table_id=101)
        return await services.bookings.book(who, held.id)

    outcomes = await outcomes_of(*(wizard(number) for number in range(MANY)))
    refusals = [outcome for outcome in outcomes if isinstance(outcome, SlotTaken)]
    assert len(refusals) == MANY - 1
    records = await read_records(database)
    records.ensure_consistent()
    assert len(records.bookings) == 1
    assert records.events.total() == 2


async def test_fifty_guests_who_take_any_table_fill_the_house(services: Services, database: Database) -> None:
    outcomes = await outcomes_of(
        *(services.bookings.hold(guest(number), party=2, day=TOMORROW, slot_id=EVENING) for number in range(MANY))
    )
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == MANY - 4
    records = await read_records(database)
    records.ensure_consistent()
    assert {record.tables for record in records.bookings.values()} == {(101,), (102,), (103,), (104,)}


async def test_one_guest_who_presses_everywhere_has_one_hold(services: Services, database: Database) -> None:
    outcomes = await outcomes_of(
        *(
            services.bookings.hold(guest(), party=2, day=TOMORROW, slot_id=slot_id)
            for slot_id in (1, 2, 3, 4)
            for _ in range(5)
        )
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    records = await read_records(database)
    records.ensure_consistent()
    assert [record.status for record in records.bookings.values()].count(BookingStatus.HELD) == 1


async def test_confirming_many_times_at_once_is_one_booking(services: Services, database: Database) -> None:
    held = await services.bookings.hold(guest(), party=2, day=TOMORROW, slot_id=EVENING)
    cards = await asyncio.gather(*(services.bookings.book(guest(), held.id) for _ in range(10)))
    assert {(card.id, card.status) for card in cards} == {(held.id, BookingStatus.BOOKED)}
    assert (await read_records(database)).events.total() == 2


async def test_the_limit_of_bookings_holds_however_fast_one_is(
    services: Services, database: Database, clock: ManualClock
) -> None:
    late = []
    for slot_id in (1, 2, 3, 4):
        for days in (1, 2):
            card = await services.bookings.hold(
                guest(), party=2, day=TOMORROW.replace(day=TOMORROW.day + days), slot_id=slot_id
            )
            late.append(card.id)
    clock.advance(minutes=11)
    outcomes = await outcomes_of(*(services.bookings.book(guest(), booking_id) for booking_id in late))
    assert sum(isinstance(outcome, TooManyBookings) for outcome in outcomes) == 3
    live = [record for record in (await read_records(database)).bookings.values() if record.status == "booked"]
    assert len(live) == 5


async def test_a_taken_over_hold_and_its_late_confirmation_have_one_winner(
    services: Services, database: Database, clock: ManualClock
) -> None:
    for number in range(10):
        day = TOMORROW.replace(day=TOMORROW.day - 1 + number)
        late = await services.bookings.hold(guest(1), party=2, day=day, slot_id=4, table_id=101)
        clock.advance(minutes=10)
        outcomes = await outcomes_of(
            services.bookings.book(guest(1), late.id),
            services.bookings.hold(guest(2), party=2, day=day, slot_id=4, table_id=101),
        )
        assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 1
        (await read_records(database)).ensure_consistent()
        await outcomes_of(services.bookings.cancel(OWNER, late.id))


async def test_of_a_guest_and_an_owner_who_cancel_at_once_one_is_told_that_it_has_changed(
    services: Services, database: Database
) -> None:
    held = await services.bookings.hold(guest(), party=2, day=TOMORROW, slot_id=EVENING)
    await services.bookings.book(guest(), held.id)
    outcomes = await outcomes_of(services.bookings.cancel(guest(), held.id), services.bookings.cancel(OWNER, held.id))
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)] == [BookingChanged]
    assert (await read_records(database)).events["admin_msg", "booking_canceled", held.id] == 1


@pytest.mark.parametrize("at_once", [6])
async def test_sweeps_of_several_processes_complete_each_visit_once(
    services: Services, database: Database, clock: ManualClock, at_once: int
) -> None:
    for number in range(4):
        held = await services.bookings.hold(guest(number), party=2, day=TOMORROW, slot_id=EVENING)
        await services.bookings.book(guest(number), held.id)
    clock.advance(days=3)
    swept = await asyncio.gather(*(services.bookings.complete_due() for _ in range(at_once)))
    assert len([booking for one in swept for booking in one]) == 4
    events = (await read_records(database)).events
    assert [count for (_, kind, _), count in events.items() if kind == "booking_completed"] == [1] * 4
