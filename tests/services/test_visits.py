"""What guests say before a visit: «Приду» and «Опаздываю»."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.dao.database import Database
from app.domain.booking import BookingStatus, Lateness
from app.domain.errors import (
    BookingChanged,
    BookingMovedSince,
    BookingNotFound,
    DomainError,
    GraceOver,
    TooEarlyToBeLate,
)
from app.domain.people import Actor
from app.services import Services
from app.services.views import BookingCard
from tests.dao.raw import execute
from tests.services.house import EVENING, OWNER, TOMORROW, ManualClock, furnish, guest
from tests.services.records import read_records

ANNA, BORIS = guest(1, "Анна"), guest(2, "Борис")


def at(wall_time: str, day: int = 21) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{wall_time}:00+03:00")


@pytest.fixture
async def booked(services: Services) -> BookingCard:
    """For tomorrow at six."""
    held = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=EVENING)
    return await services.bookings.book(ANNA, held.id)


async def told(database: Database) -> list[str]:
    """What the admins hear."""
    events = (await read_records(database)).events
    return sorted(kind for (queue, kind, _), count in events.items() if queue == "admin_msg" for _ in range(count))


async def test_whoever_comes_is_confirmed_once_and_nobody_is_told(
    services: Services, database: Database, booked: BookingCard
) -> None:
    confirmed = await services.visits.confirm(ANNA, booked.id, sequence=0)
    assert confirmed.status is BookingStatus.CONFIRMED
    assert await services.visits.confirm(ANNA, booked.id) == confirmed, "pressed twice"
    assert await services.bookings.card(ANNA, booked.id) == confirmed
    assert await told(database) == ["booking_created"]
    assert confirmed.can_cancel
    assert (await services.bookings.cancel(ANNA, booked.id)).status is BookingStatus.CANCELED


async def test_the_host_hears_of_each_lateness_once_and_the_table_waits(
    services: Services, database: Database, clock: ManualClock, booked: BookingCard
) -> None:
    assert booked.grace_until == at("18:15")
    assert not booked.can_be_late, "it is not known so early"
    with pytest.raises(TooEarlyToBeLate):
        await services.visits.late(ANNA, booked.id, Lateness.TEN)
    clock.move_to(at("16:00"))
    for minutes, until, notices in (
        (Lateness.TWENTY, "18:35", 1),
        (Lateness.TWENTY, "18:35", 1),
        (Lateness.TEN, "18:25", 2),
        (Lateness.IN_TIME, "18:15", 3),
    ):
        late = await services.visits.late(ANNA, booked.id, minutes)
        assert (late.late_minutes, late.grace_until, late.can_be_late) == (minutes, at(until), True)
        assert await services.bookings.card(OWNER, booked.id) == late
        assert (await told(database)).count("guest_late") == notices
    assert late.status is BookingStatus.BOOKED


async def test_pressed_twice_at_the_same_time_it_is_said_once(
    services: Services, database: Database, clock: ManualClock, booked: BookingCard
) -> None:
    clock.move_to(at("16:00"))
    late = await asyncio.gather(*(services.visits.late(ANNA, booked.id, Lateness.TEN) for _ in range(5)))
    come = await asyncio.gather(*(services.visits.confirm(ANNA, booked.id) for _ in range(5)))
    assert {card.late_minutes for card in late} == {10}
    assert {card.status for card in come} == {BookingStatus.CONFIRMED}
    assert (await told(database)).count("guest_late") == 1


async def test_while_the_table_waits_one_may_be_later_still(
    services: Services, database: Database, clock: ManualClock, booked: BookingCard
) -> None:
    await furnish(database, policy={"grace_minutes": 5})
    clock.move_to(at("18:04"))
    assert (await services.visits.late(ANNA, booked.id, Lateness.TEN)).grace_until == at("18:15")
    clock.move_to(at("18:14"))
    assert (await services.visits.late(ANNA, booked.id, Lateness.THIRTY)).grace_until == at("18:35")
    assert (await services.visits.confirm(ANNA, booked.id)).status is BookingStatus.CONFIRMED
    clock.move_to(at("18:35"))
    for answer in (services.visits.confirm(ANNA, booked.id), services.visits.late(ANNA, booked.id, Lateness.TEN)):
        with pytest.raises(GraceOver):
            await answer
    assert not (await services.bookings.card(ANNA, booked.id)).can_be_late


@pytest.mark.parametrize("who", [BORIS, OWNER, guest(99)], ids=["a guest", "the owner", "a stranger"])
async def test_nobody_answers_for_another_one(services: Services, booked: BookingCard, who: Actor) -> None:
    if who is BORIS:
        await services.users.meet(BORIS.person)
    for answer in (services.visits.confirm(who, booked.id), services.visits.late(who, booked.id, Lateness.TEN)):
        with pytest.raises(BookingNotFound):
            await answer
    assert (await services.bookings.card(ANNA, booked.id)) == booked


async def test_the_buttons_of_a_booking_that_moved_or_is_over_do_nothing(
    services: Services, database: Database, db_url: str, clock: ManualClock, booked: BookingCard
) -> None:
    clock.move_to(at("16:00"))
    await execute(db_url, "UPDATE bookings SET sequence = 1")
    await _refused(services, booked, BookingMovedSince, sequence=0)
    for status in (BookingStatus.CANCELED, BookingStatus.SEATED, BookingStatus.NO_SHOW, BookingStatus.COMPLETED):
        await execute(db_url, f"UPDATE bookings SET status = '{status}'")  # noqa: S608 - a status
        await _refused(services, booked, BookingChanged, sequence=1)
    assert await told(database) == ["booking_created"]


async def _refused(services: Services, booked: BookingCard, refusal: type[DomainError], *, sequence: int) -> None:
    with pytest.raises(refusal):
        await services.visits.confirm(ANNA, booked.id, sequence=sequence)
    with pytest.raises(refusal):
        await services.visits.late(ANNA, booked.id, Lateness.TEN, sequence=sequence)


async def test_a_guest_who_was_moved_meanwhile_confirms_nothing(services: Services, database: Database) -> None:
    """The restaurant may do so between the reading and the writing."""
    held = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=EVENING)
    booked = await services.bookings.book(ANNA, held.id)
    now = booked.created_at + timedelta(minutes=1)
    assert not await database.write(lambda dao: dao.bookings.promise(booked.id, 1, now=now))
    assert not await database.write(lambda dao: dao.bookings.be_late(booked.id, 1, 10, now=now))
