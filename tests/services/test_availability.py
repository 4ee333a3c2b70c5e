"""What the search offers: the same that can be booked, and nothing else."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.dao.cells import CellReader, StoredStay
from app.dao.database import Database
from app.domain.errors import BookingClosed, DayNotOffered, PartyTooLarge
from app.services import Services
from app.services.views import DayState, SittingView
from tests.services.house import (
    AFTERNOON,
    EVENING,
    LATE,
    MORNING,
    TABLES,
    TODAY,
    TOMORROW,
    ManualClock,
    furnish,
    guest,
    table,
    together,
)


async def take(services: Services, *, day: date, slot_id: int, table_ids: tuple[int, ...]) -> None:
    for table_id in table_ids:
        who = guest(hash((day, slot_id, table_id)) % 10**6)
        await services.bookings.hold(who, party=1, day=day, slot_id=slot_id, table_id=table_id)


def slots(sittings: list[SittingView] | tuple[SittingView, ...]) -> list[int | None]:
    return [sitting.slot_id for sitting in sittings]


async def test_every_table_with_enough_seats_is_listed_best_fit_first(services: Services) -> None:
    assert await services.availability.largest_party() == 6
    assert [found.number for found in await services.availability.tables(2)] == [1, 2, 3, 4]
    assert [found.number for found in await services.availability.tables(3)] == [3, 4]
    with pytest.raises(PartyTooLarge) as refusal:
        await services.availability.tables(7)
    assert refusal.value.params == {"largest": 6, "phone": "+7 495 000-00-00"}


async def test_a_house_without_tables_or_times_is_closed(services: Services, database: Database) -> None:
    await furnish(database, tables=())
    with pytest.raises(BookingClosed):
        await services.availability.largest_party()
    await furnish(database, slots=())
    with pytest.raises(BookingClosed):
        await services.availability.tables(2)


async def test_today_offers_only_what_has_not_begun(services: Services, clock: ManualClock) -> None:
    clock.move_to(datetime.fromisoformat("2026-11-20T16:00:00+03:00"))
    found = await services.availability.sittings(TODAY, party=2)
    assert slots(found) == [EVENING, LATE]
    assert found[1].starts_at.isoformat() == "2026-11-20T22:00:00+03:00"
    assert found[1].ends_at.isoformat() == "2026-11-21T00:00:00+03:00"


async def test_after_midnight_the_evening_still_belongs_to_yesterday(services: Services, clock: ManualClock) -> None:
    clock.move_to(datetime.fromisoformat("2026-11-21T01:00:00+03:00"))
    assert await services.availability.today() == TODAY
    assert await services.availability.days() == (TODAY, TODAY + timedelta(days=60))
    assert await services.availability.sittings(TODAY, party=2) == []
    clock.move_to(datetime.fromisoformat("2026-11-21T05:00:00+03:00"))
    assert await services.availability.today() == TOMORROW


async def test_a_day_outside_the_horizon_is_not_offered(services: Services) -> None:
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=61)):
        with pytest.raises(DayNotOffered):
            await services.availability.sittings(day, party=2)


async def test_a_time_is_offered_as_long_as_a_table_that_fits_is_free(services: Services) -> None:
    await take(services, day=TOMORROW, slot_id=EVENING, table_ids=(103, 104))
    assert EVENING not in slots(await services.availability.sittings(TOMORROW, party=3))
    assert EVENING in slots(await services.availability.sittings(TOMORROW, party=2))
    assert EVENING in slots(await services.availability.sittings(TOMORROW, party=2, table_id=101))
    assert EVENING not in slots(await services.availability.sittings(TOMORROW, party=2, table_id=103))


async def test_only_stays_at_tables_that_are_asked_for_are_read_unless_arrivals_are_counted(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, stays = [], CellReader.stays

    async def counted(*args: Any, **kwargs: Any) -> Sequence[StoredStay]:
        found = await stays(*args, **kwargs)
        read.append({stay.table_id for stay in found})
        return found

    await take(services, day=TOMORROW, slot_id=EVENING, table_ids=(101, 103, 104))
    monkeypatch.setattr(CellReader, "stays", counted)
    await services.availability.sittings(TOMORROW, party=2, table_id=103)
    await services.availability.sittings(TOMORROW, party=3)
    await furnish(database, policy={"pacing": 20})
    await services.availability.sittings(TOMORROW, party=2, table_id=103)
    assert read == [{103}, {103, 104}, {101, 103, 104}]


async def test_an_expired_hold_is_offered_again(services: Services, clock: ManualClock) -> None:
    await take(services, day=TOMORROW, slot_id=EVENING, table_ids=(104,))
    assert EVENING not in slots(await services.availability.sittings(TOMORROW, party=6))
    clock.advance(minutes=10)
    assert EVENING in slots(await services.availability.sittings(TOMORROW, party=6))


async def test_the_calendar_tells_free_from_full_from_over(services: Services) -> None:
    for slot_id in (MORNING, AFTERNOON, EVENING, LATE):
        await take(services, day=TOMORROW, slot_id=slot_id, table_ids=(104,))
    month = await services.availability.month(date(2026, 11, 1), date(2026, 11, 30), party=5)
    assert len(month) == 30
    assert {day.day for day, state in month.items() if state is DayState.OVER} == set(range(1, 20))
    assert {day.day for day, state in month.items() if state is DayState.FULL} == {21}
    january = await services.availability.month(date(2027, 1, 1), date(2027, 1, 31), party=5)
    assert [day.day for day, state in january.items() if state is DayState.FREE] == list(range(1, 20))
    long_ago = await services.availability.month(date(2025, 1, 1), date(2025, 1, 31), party=5)
    assert set(long_ago.values()) == {DayState.OVER}


async def test_a_calendar_of_one_table_knows_only_that_table(services: Services) -> None:
    for slot_id in (MORNING, AFTERNOON, EVENING, LATE):
        await take(services, day=TOMORROW, slot_id=slot_id, table_ids=(101,))
    days = (TOMORROW, TOMORROW)
    assert await services.availability.month(*days, party=2, table_id=101) == {TOMORROW: DayState.FULL}
    assert await services.availability.month(*days, party=2) == {TOMORROW: DayState.FREE}
    assert await services.availability.month(*days, party=2, table_id=999) == {TOMORROW: DayState.FULL}


async def test_today_is_over_once_the_last_sitting_has_begun(services: Services, clock: ManualClock) -> None:
    clock.move_to(datetime.fromisoformat("2026-11-20T22:00:00+03:00"))
    assert await services.availability.month(TODAY, TODAY, party=2) == {TODAY: DayState.OVER}


async def test_the_nearest_days_come_with_the_nearest_times(services: Services) -> None:
    (evening,) = [
        sitting for sitting in await services.availability.sittings(TOMORROW, party=6) if sitting.slot_id == EVENING
    ]
    await take(services, day=TOMORROW, slot_id=EVENING, table_ids=(104,))
    await take(services, day=TODAY, slot_id=EVENING, table_ids=(104,))
    found = await services.availability.other_days(TOMORROW, party=6, near=evening, limit=3)
    assert [(sitting.service_date.day, sitting.slot_id) for sitting in found] == [
        (20, AFTERNOON),
        (22, EVENING),
        (23, EVENING),
    ]


async def test_instead_of_a_taken_combination_the_nearest_times_come_first_and_neighbouring_days_when_the_day_is_full(
    services: Services, database: Database
) -> None:
    await furnish(database, combinations=[together(3, 4, seats=10)])
    wanted = (await services.availability.sittings(TOMORROW, party=8))[2]
    await take(services, day=TOMORROW, slot_id=EVENING, table_ids=(103,))
    found = await services.availability.alternatives(wanted, party=8)
    times = [(sitting.service_date.day, sitting.slot_id) for sitting in found]
    assert times == [(21, AFTERNOON), (21, LATE), (21, MORNING), (20, EVENING), (22, EVENING)]
    for slot_id in (AFTERNOON, LATE, MORNING):
        await take(services, day=TOMORROW, slot_id=slot_id, table_ids=(104,))
    await take(services, day=TODAY, slot_id=EVENING, table_ids=(104,))
    found = await services.availability.alternatives(wanted, party=8)
    assert [(sitting.service_date.day, sitting.slot_id) for sitting in found] == [(20, AFTERNOON), (22, EVENING)]


async def test_without_a_wished_time_a_day_begins_with_its_first_one(services: Services) -> None:
    found = await services.availability.other_days(TOMORROW, party=2, limit=2)
    assert [(sitting.service_date.day, sitting.slot_id) for sitting in found] == [(20, AFTERNOON), (22, MORNING)]


async def test_other_days_of_a_table_are_those_of_that_table(services: Services) -> None:
    for slot in (MORNING, AFTERNOON, EVENING, LATE):
        await take(services, day=TOMORROW + timedelta(days=1), slot_id=slot, table_ids=(101,))
    found = await services.availability.other_days(TOMORROW, party=2, table_id=101, limit=2)
    assert [sitting.service_date.day for sitting in found] == [20, 23]


async def test_a_day_that_is_past_leads_to_the_days_to_come(services: Services) -> None:
    found = await services.availability.other_days(TODAY - timedelta(days=1), party=2, limit=2)
    assert [sitting.service_date for sitting in found] == [TODAY, TOMORROW]


async def test_a_house_that_is_full_for_ever_offers_nothing(services: Services, clock: ManualClock) -> None:
    clock.move_to(datetime.fromisoformat("2026-11-20T22:00:00+03:00"))
    assert await services.availability.other_days(TODAY, party=2, table_id=999) == []


async def test_when_the_clock_goes_forward_a_sitting_begins_later_and_lasts_as_long(
    services: Services, database: Database, clock: ManualClock
) -> None:
    clock.move_to(datetime.fromisoformat("2026-03-28T12:00:00+01:00"))
    night = [
        {"id": 1, "start_time": datetime.min.time().replace(hour=2), "end_time": datetime.min.time().replace(hour=4)}
    ]
    await furnish(database, zone="Europe/Berlin", slots=night)
    (sitting,) = await services.availability.sittings(date(2026, 3, 28), party=2)
    assert sitting.starts_at.isoformat() == "2026-03-29T03:00:00+02:00"
    assert sitting.ends_at.isoformat() == "2026-03-29T05:00:00+02:00"


async def test_a_change_of_the_house_is_seen_at_once_by_every_process(services: Services, database: Database) -> None:
    assert await services.availability.largest_party() == 6
    await furnish(database, tables=[*TABLES, table(5, 12)])
    assert await services.availability.largest_party() == 12


async def test_the_venue_introduces_itself(services: Services) -> None:
    card = await services.venues.card()
    assert (card.name, str(card.zone), card.languages) == ("Binary Bites", "Europe/Moscow", ("ru", "en"))
    (follow_up,) = await services.venues.follow_ups()
    assert (follow_up.after, follow_up.text["en"]) == (timedelta(hours=1), "text")
