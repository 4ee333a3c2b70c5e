"""Wishes are kept at once, by their guest alone, and the restaurant hears of them once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.dao.database import Database
from app.dao.models import BookingRow, OutboxRow
from app.domain.errors import BookingChanged, BookingNotFound, DomainError, VisitOver
from app.domain.events import ADMIN_MSG, WishesChanged
from app.domain.people import Actor
from app.domain.wishes import Occasion, Wishes
from app.services import Services
from app.services.wishes import SETTLED
from tests.services.house import EVENING, LATE, OWNER, TOMORROW, ManualClock, guest

ANNA, BORIS = guest(1), guest(2)
PARTY = Wishes(Occasion.BIRTHDAY, 2, "орехи", "с тортом")


async def booked(services: Services, who: Actor = ANNA) -> int:
    held = await services.bookings.hold(who, party=2, day=TOMORROW, slot_id=EVENING)
    return (await services.bookings.book(who, held.id)).id


async def told(database: Database) -> list[WishesChanged]:
    """All that the restaurant is told of wishes."""
    async with database.read() as dao:
        rows = await dao.outbox._session.rows(select(OutboxRow.queue, OutboxRow.body).order_by(OutboxRow.id))
    found = [(queue, body) for queue, body in rows if b"wishes_changed" in body]
    assert not any("орехи" in body.decode() for _, body in found), "it is read from the booking when it is sent"
    assert {queue for queue, _ in found} <= {ADMIN_MSG}
    return [WishesChanged.model_validate_json(body) for _, body in found]


def to(wishes: Wishes) -> Callable[[Wishes], Wishes]:
    return lambda _: wishes


async def test_what_is_wished_is_kept_at_once_and_told_once(services: Services, database: Database) -> None:
    booking = await booked(services)
    assert await services.wishes.done(ANNA, booking) is False
    card = await services.wishes.change(ANNA, booking, to(PARTY))
    assert card.wishes == PARTY == (await services.wishes.read(ANNA, booking)).wishes
    assert (await services.bookings.card(OWNER, booking)).wishes == PARTY
    assert await told(database) == []
    assert await services.wishes.done(ANNA, booking) is True
    assert await services.wishes.done(ANNA, booking) is False
    await services.wishes.change(ANNA, booking, lambda wishes: replace(wishes, allergies="", comment="тише"))
    assert await services.wishes.done(ANNA, booking) is True
    first, second = await told(database)
    assert first.changed == ("occasion", "high_chairs", "allergies", "comment")
    assert second.changed == ("allergies", "comment")
    assert second.booking.booking_id == booking


async def test_what_was_changed_and_changed_back_is_told_to_nobody(
    services: Services, database: Database, clock: ManualClock
) -> None:
    booking = await booked(services)
    for wishes in (PARTY, Wishes(high_chairs=1), Wishes()):
        await services.wishes.change(ANNA, booking, to(wishes))
    assert await services.wishes.done(ANNA, booking) is False
    async with database.read() as dao:
        assert await dao.bookings._value(select(BookingRow.wishes)) == {}
    clock.advance(hours=1)
    assert await services.wishes.tell_settled() == 0
    assert await told(database) == []


async def test_who_goes_away_in_the_middle_is_heard_some_minutes_later(
    services: Services, database: Database, clock: ManualClock
) -> None:
    bookings = {who: await booked(services, who) for who in (ANNA, BORIS, guest(3))}
    for who, booking in bookings.items():
        await services.wishes.change(who, booking, to(PARTY))
    await services.bookings.cancel(guest(3), bookings[guest(3)])
    clock.advance(seconds=SETTLED.total_seconds() - 1)
    assert await services.wishes.tell_settled() == 0
    await services.wishes.change(BORIS, bookings[BORIS], to(Wishes()))
    clock.advance(seconds=1)
    assert await services.wishes.tell_settled() == 1
    assert await services.wishes.tell_settled() == 0
    assert [event.booking.booking_id for event in await told(database)] == [bookings[ANNA]]
    assert await services.wishes.done(guest(3), bookings[guest(3)]) is False, "nobody needs to know any more"


async def test_a_booking_that_moves_keeps_its_wishes_and_what_is_untold_of_them(
    services: Services, database: Database
) -> None:
    booking = await booked(services)
    await services.wishes.change(ANNA, booking, to(PARTY))
    held = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=LATE, replaces=booking)
    moved = await services.moves.move(ANNA, held.id)
    assert (moved.id, moved.wishes) == (booking, PARTY)
    assert (await services.bookings.card(OWNER, booking)).wishes == PARTY
    assert await services.wishes.done(ANNA, booking) is True
    assert [event.booking.starts_at for event in await told(database)] == [moved.starts_at]


async def test_nobody_wishes_for_another_ones_visit_or_for_one_that_is_over(
    services: Services, database: Database, clock: ManualClock
) -> None:
    booking = await booked(services)

    async def refused(who: Actor, refusal: type[DomainError]) -> None:
        with pytest.raises(refusal):
            await services.wishes.read(who, booking)
        with pytest.raises(refusal):
            await services.wishes.change(who, booking, to(PARTY))
        assert await services.wishes.done(who, booking) is False

    await refused(BORIS, BookingNotFound)
    await refused(OWNER, BookingNotFound)
    clock.advance(days=1, hours=8)
    assert (await services.bookings.card(ANNA, booking)).can_wish is False
    await refused(ANNA, VisitOver)
    await services.bookings.complete(booking)
    await refused(ANNA, BookingChanged)
    assert await told(database) == []


async def test_a_large_party_wishes_while_it_waits_and_no_longer_than_that(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await services.venues.change_policy(OWNER, lambda policy: policy.model_copy(update={"largest_online": 1}))
    booking = await booked(services)
    assert (await services.wishes.change(ANNA, booking, to(PARTY))).status == "pending"
    await services.decisions.accept(OWNER, booking)
    assert await services.wishes.done(ANNA, booking) is True
    other = await booked(services, BORIS)
    clock.advance(hours=30)
    with pytest.raises(BookingChanged) as refusal:
        await services.wishes.change(BORIS, other, to(PARTY))
    assert refusal.value.params == {"status": "expired"}
    assert len(await told(database)) == 1


async def test_a_phone_is_kept_for_the_host_and_given_up_again(services: Services) -> None:
    booking = await booked(services)
    await services.users.keep_phone(ANNA.person, "+79991234567")
    assert (await services.bookings.card(OWNER, booking)).guest.phone == "+79991234567"
    await services.users.keep_phone(ANNA.person, None)
    assert (await services.bookings.card(OWNER, booking)).guest.phone is None
