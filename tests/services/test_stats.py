"""The numbers that owners read."""

from datetime import datetime, timedelta

import pytest

from app.domain.booking import BookingStatus
from app.domain.errors import NotAllowed
from app.domain.people import Channel
from app.services import Services
from tests.services.house import EVENING, LATE, OWNER, TODAY, TOMORROW, ManualClock, guest


async def book(services: Services, number: int, **wish: int) -> int:
    held = await services.bookings.hold(
        guest(number), party=wish.get("party", 2), day=TODAY + timedelta(days=wish.get("days", 0)), slot_id=LATE
    )
    return (await services.bookings.book(guest(number), held.id)).id


async def test_users_are_counted_by_when_they_came(services: Services, clock: ManualClock) -> None:
    clock.advance(days=-10)
    await services.users.meet(guest(1).person)
    clock.advance(days=8)
    await services.users.meet(guest(2).person)
    clock.move_to(datetime.fromisoformat("2026-11-20T05:00:00+03:00"))
    await services.users.meet(guest(3).person)
    await book(services, 3)
    await services.bookings.hold(guest(2), party=2, day=TOMORROW, slot_id=EVENING)
    await services.users.mark_blocked(Channel.TELEGRAM, 1001)
    stats = await services.stats.users(OWNER)
    assert (stats.total, stats.new_today, stats.new_this_week) == (3, 1, 2)
    assert (stats.with_bookings, stats.blocked) == (1, 1)


async def test_bookings_are_counted_by_status_and_holds_are_none(services: Services, clock: ManualClock) -> None:
    await book(services, 1, party=4)
    canceled = await book(services, 2, days=1)
    await services.bookings.cancel(OWNER, canceled)
    await book(services, 3, days=2)
    await services.bookings.hold(guest(4), party=2, day=TOMORROW, slot_id=EVENING)
    stats = await services.stats.bookings(OWNER)
    assert (stats.total, stats.today, stats.guests_today, stats.upcoming) == (3, 1, 4, 2)
    assert stats.by_status[BookingStatus.BOOKED] == 2
    assert stats.by_status[BookingStatus.CANCELED] == 1
    assert BookingStatus.HELD not in stats.by_status
    assert (await services.stats.by_status())[BookingStatus.HELD] == 1
    clock.advance(days=1)
    await services.bookings.complete_due()
    stats = await services.stats.bookings(OWNER)
    assert (stats.today, stats.guests_today, stats.upcoming) == (0, 0, 1)
    assert stats.by_status[BookingStatus.COMPLETED] == 1


async def test_a_house_without_guests_has_numbers_too(services: Services) -> None:
    assert (await services.stats.users(OWNER)).total == 0
    assert (await services.stats.bookings(OWNER)).guests_today == 0
    assert (await services.stats.guests(OWNER)).pages == 1


async def test_guests_are_listed_newest_first_with_their_bookings(services: Services, clock: ManualClock) -> None:
    for number in (1, 2, 3):
        await services.users.meet(guest(number).person)
    await book(services, 1)
    await services.bookings.cancel(OWNER, await book(services, 1, days=1))
    clock.advance(days=1)
    await services.bookings.complete_due()
    await book(services, 1, days=3)
    page = await services.stats.guests(OWNER, page=0, size=2)
    assert ([row.guest.full_name for row in page.items], page.total) == (["Guest 3", "Guest 2"], 3)
    (anna,) = (await services.stats.guests(OWNER, page=1, size=2)).items
    assert (anna.guest.external_id, anna.bookings, anna.upcoming) == (1001, 3, 1)


async def test_only_staff_read_them(services: Services) -> None:
    for read in (services.stats.users, services.stats.bookings, services.stats.guests):
        with pytest.raises(NotAllowed):
            await read(guest())
