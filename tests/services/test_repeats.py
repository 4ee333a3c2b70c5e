"""The same party, tables and time of day again: when that can be had, and what is offered when it cannot."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.dao.database import Database
from app.domain.booking import BookingStatus
from app.domain.errors import (
    BookingNotFound,
    DayNotOffered,
    NothingToRepeat,
    OverlappingBooking,
    PartyTooLarge,
    SlotTaken,
)
from app.services import Services
from app.services.views import DayState, EarlierVisit, Place
from tests.services.house import (
    AFTERNOON,
    EVENING,
    EVERY_DAY,
    LATE,
    MORNING,
    OWNER,
    TABLES,
    TODAY,
    TOMORROW,
    ManualClock,
    furnish,
    guest,
    table,
    together,
)

ANNA = guest(1, "Анна")
SUNDAY = TOMORROW + timedelta(days=1)


async def visited(services: Services, clock: ManualClock, **wish: Any) -> EarlierVisit:
    """Anna's, of yesterday evening: it is Saturday, noon."""
    wish = {"party": 2, "day": TODAY, "slot_id": EVENING, **wish}
    held = await services.bookings.hold(ANNA, **wish)
    booking = await services.bookings.book(ANNA, held.id)
    clock.advance(days=1)
    await services.bookings.complete_due()
    return await services.repeats.visit(ANNA, booking.id)


async def take(services: Services, day: date, slot: int, *tables: int) -> None:
    for number in tables:
        who = guest(hash((day, slot, number)) % 10**6 + 10)
        await services.bookings.hold(who, party=1, day=day, slot_id=slot, table_id=100 + number)


def shown(places: list[Place]) -> list[str]:
    return [
        f"{place.sitting.starts_at:%d %H:%M} {','.join(str(table.number) for table in place.tables)}"
        for place in places
    ]


async def test_it_is_booked_as_it_was_where_it_is_free(services: Services, clock: ManualClock) -> None:
    visit = await visited(services, clock, table_id=102)
    assert (visit.offered, visit.asks_first, f"{visit.begins:%H:%M}") == (True, False, "18:00")
    await take(services, SUNDAY, EVENING, 2)
    await take(services, TOMORROW, EVENING, 1, 3, 4)
    days = await services.repeats.days(visit, TODAY, SUNDAY + timedelta(days=1))
    assert [*days.values()] == [DayState.OVER, DayState.FREE, DayState.FULL, DayState.FREE]
    booked = await services.repeats.book(ANNA, visit, TOMORROW)
    assert (booked.status, booked.party_size, [table.number for table in booked.tables]) == (
        BookingStatus.BOOKED,
        2,
        [2],
    )
    assert booked.starts_at.isoformat() == "2026-11-21T18:00:00+03:00"
    with pytest.raises(SlotTaken):
        await services.repeats.book(ANNA, visit, SUNDAY)
    with pytest.raises(SlotTaken):
        await services.repeats.book(ANNA, visit, TOMORROW)
    for outside in (TODAY, TOMORROW + timedelta(days=61)):
        with pytest.raises(DayNotOffered):
            await services.repeats.book(ANNA, visit, outside)


async def test_instead_the_nearest_in_time_comes_first_then_the_nearest_days(
    services: Services, clock: ManualClock
) -> None:
    visit = await visited(services, clock, table_id=102)
    await take(services, SUNDAY, EVENING, 1, 2)
    await take(services, SUNDAY, AFTERNOON, 2)
    places = await services.repeats.places(visit, SUNDAY)
    assert shown(places) == ["22 18:00 3", "22 16:00 1", "22 22:00 2", "22 10:00 2", "21 18:00 2", "23 18:00 2"]


async def test_where_the_time_of_day_is_offered_no_more_other_days_have_the_nearest(
    services: Services, clock: ManualClock, database: Database
) -> None:
    visit = await visited(services, clock)
    hours: dict[str, Any] = dict.fromkeys(EVERY_DAY, "12:30-23:30") | {"sun": []}
    await furnish(database, policy={"hours": hours, "grid": {"every": 60}})
    days = await services.repeats.days(visit, TOMORROW, SUNDAY + timedelta(days=1))
    assert [*days.values()] == [DayState.FULL, DayState.CLOSED, DayState.FULL]
    with pytest.raises(SlotTaken):
        await services.repeats.book(ANNA, visit, SUNDAY + timedelta(days=1))
    assert shown(await services.repeats.places(visit, SUNDAY)) == ["21 17:30 1", "23 17:30 1"]


async def test_a_combination_is_had_again_and_as_little_as_others_beside_a_single_table(
    services: Services, clock: ManualClock, database: Database
) -> None:
    await furnish(database, combinations=[together(3, 4, seats=10)])
    visit = await visited(services, clock, party=8)
    assert visit.offered
    await take(services, SUNDAY, EVENING, 4)
    assert shown(await services.repeats.places(visit, SUNDAY))[:2] == ["22 16:00 3,4", "22 22:00 3,4"]
    booked = await services.repeats.book(ANNA, visit, TOMORROW)
    assert [table.number for table in booked.tables] == [3, 4]
    await furnish(database, tables=[*TABLES, table(5, 8)], combinations=[together(3, 4, seats=10)])
    days = await services.repeats.days(visit, SUNDAY, SUNDAY + timedelta(days=1))
    assert [*days.values()] == [DayState.FULL, DayState.FULL]
    assert shown(await services.repeats.places(visit, SUNDAY))[0] == "22 18:00 5"


async def test_a_large_party_asks_first_and_a_new_text_is_agreed_to_first(
    services: Services, clock: ManualClock, database: Database
) -> None:
    visit = await visited(services, clock)
    await furnish(database, policy={"largest_online": 1})
    visit = await services.repeats.visit(ANNA, visit.booking_id)
    assert visit.asks_first
    assert (await services.repeats.book(ANNA, visit, TOMORROW)).status is BookingStatus.PENDING
    await furnish(database, privacy={"version": "2", "date": "2026-12-01", "text": {"ru": "Храним всё."}})
    held = await services.repeats.book(ANNA, visit, SUNDAY)
    assert held.status is BookingStatus.HELD
    assert (await services.bookings.book(ANNA.agreeing_to("2"), held.id)).status is BookingStatus.BOOKED


@pytest.mark.parametrize("tables", [TABLES[1:], [table(1, 1), *TABLES[1:]]], ids=["retired", "smaller"])
async def test_tables_that_are_offered_no_more_are_known(
    services: Services, clock: ManualClock, database: Database, tables: list[dict[str, object]]
) -> None:
    visit = await visited(services, clock, table_id=101)
    await furnish(database, tables=tables)
    assert not (await services.repeats.visit(ANNA, visit.booking_id)).offered


async def test_who_has_a_booking_then_or_too_large_a_party_is_told(
    services: Services, clock: ManualClock, database: Database
) -> None:
    visit = await visited(services, clock, party=6)
    held = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=EVENING, table_id=101)
    await services.bookings.book(ANNA, held.id)
    with pytest.raises(OverlappingBooking):
        await services.repeats.book(ANNA, visit, TOMORROW)
    await furnish(database, tables=TABLES[:3])
    with pytest.raises(PartyTooLarge):
        await services.repeats.visit(ANNA, visit.booking_id)


async def test_only_ones_own_visit_that_took_place_can_be_had_again(services: Services, clock: ManualClock) -> None:
    visit = await visited(services, clock)
    for stranger in (guest(2), OWNER):
        with pytest.raises(BookingNotFound):
            await services.repeats.visit(stranger, visit.booking_id)
    for slot in (LATE, MORNING):
        held = await services.bookings.hold(ANNA, party=2, day=SUNDAY, slot_id=slot)
        await services.bookings.book(ANNA, held.id)
        if slot == MORNING:
            await services.bookings.cancel(ANNA, held.id)
        with pytest.raises(NothingToRepeat):
            await services.repeats.visit(ANNA, held.id)
