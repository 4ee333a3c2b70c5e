"""What a guest, an owner and the house notice of holding, booking, cancelling and the end of a visit."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.dao.database import Database
from app.domain.booking import BookingStatus
from app.domain.errors import (
    BookingChanged,
    BookingClosed,
    BookingNotFound,
    DayNotOffered,
    NotAllowed,
    PartyTooLarge,
    SittingOver,
    SlotTaken,
    TooManyBookings,
    VisitAlreadyStarted,
)
from app.domain.people import Actor
from app.services import Services
from app.services.views import BookingCard
from tests.services.house import (
    AFTERNOON,
    EVENING,
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
)
from tests.services.records import read_records

ANNA, BORIS = guest(1, "Анна"), guest(2, "Борис")


async def hold(services: Services, who: Actor = ANNA, **wish: Any) -> BookingCard:
    return await services.bookings.hold(who, **{"party": 2, "day": TOMORROW, "slot_id": EVENING, **wish})


async def book(services: Services, who: Actor = ANNA, **wish: Any) -> BookingCard:
    return await services.bookings.book(who, (await hold(services, who, **wish)).id)


async def events(database: Database) -> list[tuple[str, str, int]]:
    return sorted((await read_records(database)).events.elements())


async def test_a_guest_gets_the_best_fit_and_reads_everything_about_it(services: Services, database: Database) -> None:
    held = await hold(services, party=3)
    assert (held.status, held.tables[0].number, held.party_size) == (BookingStatus.HELD, 3, 3)
    assert held.starts_at.isoformat() == "2026-11-21T18:00:00+03:00"
    assert held.ends_at.isoformat() == "2026-11-21T20:00:00+03:00"
    assert held.hold_until is not None
    assert held.hold_until.isoformat() == "2026-11-20T12:10:00+03:00"
    booked = await services.bookings.book(ANNA, held.id)
    assert (booked.id, booked.status, booked.hold_until, booked.can_cancel) == (
        held.id,
        BookingStatus.BOOKED,
        None,
        True,
    )
    assert booked == await services.bookings.card(ANNA, held.id)
    assert await events(database) == [
        ("admin_msg", "booking_created", held.id),
        ("noti_user", "booking_created", held.id),
    ]


async def test_confirming_twice_is_one_booking_and_one_notice(services: Services, database: Database) -> None:
    held = await hold(services)
    first = await services.bookings.book(ANNA, held.id)
    assert await services.bookings.book(ANNA, held.id) == first
    assert len(await events(database)) == 2


async def test_the_slower_guest_is_told_and_the_next_table_of_the_size_is_taken(services: Services) -> None:
    assert (await hold(services, table_id=101)).tables[0].number == 1
    with pytest.raises(SlotTaken):
        await hold(services, BORIS, table_id=101)
    assert (await hold(services, BORIS)).tables[0].number == 2


async def test_a_house_that_is_full_says_so(services: Services) -> None:
    for number, _ in enumerate(TABLES):
        await hold(services, guest(10 + number))
    with pytest.raises(SlotTaken):
        await hold(services)


async def test_a_new_choice_gives_the_old_one_up_also_if_it_comes_to_nothing(services: Services) -> None:
    await hold(services, table_id=101)
    await hold(services, table_id=102)
    assert (await hold(services, BORIS, table_id=101)).tables[0].number == 1
    with pytest.raises(SlotTaken):
        await hold(services, table_id=101)
    assert (await hold(services, guest(3), table_id=102)).tables[0].number == 2


async def test_a_hold_that_is_given_up_is_free_at_once(services: Services) -> None:
    assert not await services.bookings.release(ANNA)
    await hold(services, table_id=101)
    assert await services.bookings.release(ANNA)
    assert not await services.bookings.release(ANNA)
    await hold(services, BORIS, table_id=101)


async def test_an_expired_hold_blocks_nobody_and_its_guest_is_told(services: Services, clock: ManualClock) -> None:
    late = await hold(services, table_id=101)
    clock.advance(minutes=10)
    quick = await hold(services, BORIS, table_id=101)
    await services.bookings.book(BORIS, quick.id)
    with pytest.raises(SlotTaken):
        await services.bookings.book(ANNA, late.id)


@pytest.mark.parametrize("tidied", [False, True])
async def test_an_expired_hold_that_is_still_free_is_booked(
    services: Services, database: Database, clock: ManualClock, *, tidied: bool
) -> None:
    late = await hold(services, table_id=101)
    clock.advance(minutes=30)
    if tidied:
        assert await services.bookings.expire_holds() == 1
        assert await services.bookings.expire_holds() == 0
    assert (await services.bookings.book(ANNA, late.id)).status is BookingStatus.BOOKED
    (await read_records(database)).ensure_consistent()


async def test_an_expired_hold_of_a_retired_table_is_not_booked(
    services: Services, database: Database, clock: ManualClock
) -> None:
    late = await hold(services, table_id=101)
    clock.advance(minutes=30)
    await furnish(database, tables=TABLES[1:])
    with pytest.raises(SlotTaken):
        await services.bookings.book(ANNA, late.id)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"party": 7}, PartyTooLarge),
        ({"day": TODAY - timedelta(days=1)}, DayNotOffered),
        ({"day": TODAY + timedelta(days=61)}, DayNotOffered),
        ({"slot_id": 99}, DayNotOffered),
        ({"day": TODAY, "slot_id": MORNING}, SittingOver),
        ({"party": 3, "table_id": 101}, SlotTaken),
        ({"table_id": 999}, SlotTaken),
    ],
)
async def test_what_cannot_be_had_is_refused(
    services: Services, wish: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await hold(services, **wish)


async def test_the_last_day_within_the_horizon_can_be_booked(services: Services) -> None:
    assert (await book(services, day=TODAY + timedelta(days=60))).service_date == TODAY + timedelta(days=60)


async def test_a_sitting_that_begins_while_the_guest_confirms_is_over(services: Services, clock: ManualClock) -> None:
    clock.move_to(datetime.fromisoformat("2026-11-21T17:59:00+03:00"))
    held = await hold(services)
    clock.advance(minutes=1)
    with pytest.raises(SittingOver):
        await services.bookings.book(ANNA, held.id)


async def test_a_guest_has_so_many_bookings_and_no_more(services: Services, clock: ManualClock) -> None:
    for days in range(1, 6):
        last = await book(services, day=TODAY + timedelta(days=days))
    with pytest.raises(TooManyBookings) as refusal:
        await hold(services, day=TODAY + timedelta(days=6))
    assert refusal.value.params == {"limit": 5}
    await services.bookings.cancel(ANNA, last.id)
    await hold(services, day=TODAY + timedelta(days=6))
    await services.bookings.release(ANNA)
    await book(services, day=TODAY + timedelta(days=6))
    clock.advance(days=2)  # two visits are over, also if nobody has completed them yet
    await book(services, day=TODAY + timedelta(days=7))


async def test_the_limit_holds_at_the_confirmation_too(services: Services, clock: ManualClock) -> None:
    held = await hold(services, day=TODAY + timedelta(days=9))
    clock.advance(minutes=11)
    for days in range(1, 6):
        await book(services, day=TODAY + timedelta(days=days))
    with pytest.raises(TooManyBookings):
        await services.bookings.book(ANNA, held.id)


async def test_a_closed_house_names_its_phone(services: Services, database: Database) -> None:
    await furnish(database, tables=())
    with pytest.raises(BookingClosed) as refusal:
        await hold(services)
    assert refusal.value.params == {"phone": "+7 495 000-00-00"}


async def test_a_cancelled_table_is_free_and_both_queues_hear_of_it(services: Services, database: Database) -> None:
    booked = await book(services, table_id=101)
    canceled = await services.bookings.cancel(ANNA, booked.id)
    assert (canceled.status, canceled.can_cancel) == (BookingStatus.CANCELED, False)
    assert ("admin_msg", "booking_canceled", booked.id) in await events(database)
    assert ("noti_user", "booking_canceled", booked.id) in await events(database)
    await hold(services, BORIS, table_id=101)
    with pytest.raises(BookingChanged):
        await services.bookings.cancel(ANNA, booked.id)
    with pytest.raises(BookingChanged):
        await services.bookings.book(ANNA, booked.id)


async def test_a_visit_that_has_begun_is_not_cancelled(services: Services, clock: ManualClock) -> None:
    booked = await book(services)
    clock.move_to(booked.starts_at)
    with pytest.raises(VisitAlreadyStarted):
        await services.bookings.cancel(ANNA, booked.id)
    with pytest.raises(VisitAlreadyStarted):
        await services.bookings.hide(ANNA, booked.id)


async def test_another_guests_booking_cannot_be_touched_and_is_not_even_admitted(
    services: Services, database: Database
) -> None:
    held, booked = await hold(services, day=TODAY), await book(services, guest(3))
    before = await events(database)
    for forged in (held.id, booked.id, 999):
        for touch in (services.bookings.book, services.bookings.hide, services.bookings.cancel, services.bookings.card):
            with pytest.raises(BookingNotFound):
                await touch(BORIS, forged)
    assert await events(database) == before
    assert (await services.bookings.card(guest(3), booked.id)).status is BookingStatus.BOOKED


async def test_an_owner_reads_and_cancels_what_is_not_theirs(services: Services) -> None:
    booked = await book(services)
    assert (await services.bookings.card(OWNER, booked.id)).guest.full_name == "Анна"
    assert (await services.bookings.cancel(OWNER, booked.id)).status is BookingStatus.CANCELED


async def test_a_booking_to_come_is_cancelled_before_it_is_hidden(services: Services, database: Database) -> None:
    booked = await book(services, table_id=101)
    await services.bookings.hide(ANNA, booked.id)
    await services.bookings.hide(ANNA, booked.id)
    assert [event for event in await events(database) if event[1] != "booking_created"] == [
        ("admin_msg", "booking_canceled", booked.id),
        ("admin_msg", "booking_hidden", booked.id),
        ("noti_user", "booking_canceled", booked.id),
    ]
    assert (await services.bookings.mine(ANNA)).total == 0
    with pytest.raises(BookingNotFound):
        await services.bookings.card(ANNA, booked.id)
    assert (await services.bookings.card(OWNER, booked.id)).status is BookingStatus.CANCELED
    await hold(services, BORIS, table_id=101)


async def test_a_past_visit_is_hidden_without_being_cancelled(
    services: Services, database: Database, clock: ManualClock
) -> None:
    booked = await book(services)
    clock.move_to(booked.ends_at)
    await services.bookings.hide(ANNA, booked.id)
    assert ("admin_msg", "booking_hidden", booked.id) in await events(database)
    assert ("admin_msg", "booking_canceled", booked.id) not in await events(database)


async def test_a_hold_is_nothing_to_hide(services: Services) -> None:
    held = await hold(services)
    with pytest.raises(BookingNotFound):
        await services.bookings.hide(ANNA, held.id)


async def test_a_visit_is_completed_when_it_ends_and_not_before(
    services: Services, database: Database, clock: ManualClock
) -> None:
    booked = await book(services, slot_id=LATE)
    clock.move_to(datetime.fromisoformat("2026-11-21T23:59:59+03:00"))
    assert not await services.bookings.complete(booked.id)
    assert await services.bookings.complete_due() == []
    clock.advance(seconds=1)
    assert await services.bookings.complete(booked.id)
    assert not await services.bookings.complete(booked.id)
    assert ("noti_user", "booking_completed", booked.id) in await events(database)
    card = await services.bookings.snapshot_status(booked.id)
    assert card is not None
    assert card.status is BookingStatus.COMPLETED
    assert await services.bookings.snapshot_status(999) is None
    (await read_records(database)).ensure_consistent()


async def test_visits_missed_in_a_long_pause_are_all_completed(services: Services, clock: ManualClock) -> None:
    booked = [await book(services, guest(number), day=TODAY + timedelta(days=number)) for number in range(1, 61)]
    canceled = booked.pop()
    await services.bookings.cancel(OWNER, canceled.id)
    clock.advance(days=70)
    more = [await book(services, guest(number), day=TODAY + timedelta(days=80)) for number in (1, 2, 3)]
    assert await services.bookings.complete_due() == [card.id for card in booked]
    assert (await services.bookings.card(OWNER, more[0].id)).status is BookingStatus.BOOKED


async def test_ones_bookings_come_soonest_first_then_what_is_over(services: Services, clock: ManualClock) -> None:
    days = [3, 1, 4, 2]
    for number in days:
        await book(services, day=TODAY + timedelta(days=number))
    await hold(services, day=TODAY + timedelta(days=5))
    canceled = (await services.bookings.mine(ANNA)).items[3]
    await services.bookings.cancel(ANNA, canceled.id)
    clock.advance(days=1, hours=12)
    page = await services.bookings.mine(ANNA, size=3)
    assert [card.service_date.day for card in page.items] == [22, 23, 24]
    assert page.items[2].status is BookingStatus.CANCELED
    assert (page.total, page.pages) == (4, 2)
    rest = await services.bookings.mine(ANNA, page=1, size=3)
    assert [card.service_date.day for card in rest.items] == [21]
    assert (await services.bookings.mine(BORIS)).items == []


async def test_an_owner_sees_the_bookings_of_a_service_day(services: Services) -> None:
    late = await book(services, slot_id=LATE)
    early = await book(services, BORIS, slot_id=AFTERNOON)
    await book(services, guest(3), day=TODAY)
    await hold(services, guest(4))
    await services.bookings.cancel(BORIS, early.id)
    page = await services.bookings.on_day(OWNER, TOMORROW)
    assert [card.id for card in page.items] == [early.id, late.id]
    canceled = await services.bookings.on_day(OWNER, TOMORROW, status=BookingStatus.CANCELED)
    assert [card.id for card in canceled.items] == [early.id]
    second = await services.bookings.on_day(OWNER, TOMORROW, page=1, size=1)
    assert ([card.id for card in second.items], second.total, second.pages) == ([late.id], 2, 2)
    assert (await services.bookings.on_day(OWNER, date(2026, 12, 24))).items == []
    with pytest.raises(NotAllowed):
        await services.bookings.on_day(ANNA, TOMORROW)


async def test_a_preferred_table_is_taken_first(services: Services, database: Database) -> None:
    await furnish(database, tables=[table(1, 2), table(2, 2, priority=-1), table(3, 4, min_seats=3)])
    assert (await hold(services)).tables[0].number == 2
    assert (await hold(services, BORIS)).tables[0].number == 1
    with pytest.raises(SlotTaken):
        await hold(services, guest(3))


async def test_a_guest_who_is_renamed_is_shown_under_the_new_name(services: Services) -> None:
    await book(services)
    booked = await book(services, guest(1, "Анна-Мария", username="anna"), day=TODAY)
    assert (booked.guest.full_name, booked.guest.username) == ("Анна-Мария", "anna")
    owners_view = await services.bookings.on_day(OWNER, TOMORROW)
    assert owners_view.items[0].guest.full_name == "Анна-Мария"
