"""What people hear of a booking that moves, in whatever order and however often the messages come."""

from datetime import timedelta
from itertools import permutations

import pytest

from app.domain.booking import BookingStatus
from app.domain.events import ADMIN_MSG, NOTI_USER, BookingCreated, BookingMoved, BookingSnapshot, Message
from app.services.views import BookingCard
from playground.client import Person
from tests.background.conftest import FRIDAY, LATE, House, becomes, guest, status
from tests.background.test_visits import THANKS, moscow

pytestmark = pytest.mark.slow

MOVED = "Бронь перенесена"


async def move(house: House, booking: BookingCard, slot: int) -> BookingCard:
    held = await house.services.bookings.hold(guest(), party=2, day=FRIDAY, slot_id=slot, replaces=booking.id)
    return await house.services.moves.move(guest(), held.id)


def snapshot(card: BookingCard) -> BookingSnapshot:
    tables = tuple(table.number for table in card.tables)
    return BookingSnapshot(
        booking_id=card.id,
        venue_id=card.venue_id,
        user_id=card.guest.user_id,
        tables=tables,
        party_size=card.party_size,
        service_date=card.service_date,
        starts_at=card.starts_at,
        ends_at=card.ends_at,
        sequence=card.sequence,
    )


def headings(person: Person) -> list[str]:
    return [message.text.splitlines()[0] for message in person.messages]


async def test_admins_read_once_who_moves_from_where_to_where(house: House, owner: Person, host: Person) -> None:
    async with house.open():
        booking = await house.book()
        await owner.wait_for("Новая бронь")
        await host.wait_for("Новая бронь")
        await move(house, booking, LATE)
        for admin in (owner, host):
            seen = (await admin.wait_for(MOVED)).text
            before, now = seen.split("Стало:")
            assert "Анна" in before
            assert "18:00 – 20:00" in before
            assert "22:00 – 00:00" in now
        await house.until_lag(lambda lag: not lag)
        assert headings(owner) == headings(host) == ["🆕 Новая бронь", f"🔁 {MOVED}"]


async def test_the_visit_ends_and_is_thanked_for_at_the_new_time(house: House, anna: Person) -> None:
    async with house.open():
        booking = await house.book(slot=1)
        await house.until(lambda: len(house.said("noti_user", "is done")) == 1)
        await move(house, booking, 2)
        await house.until(lambda: len(house.said("noti_user", "is done")) == 2)
        house.clock.move_to(moscow(27, 15, 30))
        assert not anna.messages
        house.clock.move_to(moscow(27, 20, 1))
        await becomes(house, booking.id, BookingStatus.COMPLETED)
        house.clock.move_to(moscow(27, 21, 1))
        await anna.wait_for(THANKS)
        house.clock.move_to(moscow(28, 12))
        await anna.wait_for("Промокод")
        await house.until_lag(lambda lag: not lag)
        assert len(anna.messages) == 2


async def test_moved_and_cancelled_before_anybody_heard_of_it_it_is_cancelled(
    house: House, owner: Person, anna: Person
) -> None:
    async with house.open(run=False):
        booking = await move(house, await house.book(slot=1), 2)
        await house.services.bookings.cancel(guest(), booking.id)
    async with house.open(admins=[owner.id]):
        assert "18:00 – 20:00" in (await owner.wait_for("Бронь отменена")).text
        house.clock.move_to(moscow(28, 12))
        await house.until_lag(lambda lag: not lag)
        assert headings(owner) == ["🚫 Бронь отменена"]
        assert not anna.messages


async def test_moved_twice_before_anybody_heard_of_it_every_place_it_left_is_told_with_where_it_is(
    house: House, owner: Person, anna: Person
) -> None:
    async with house.open(run=False):
        await move(house, await move(house, await house.book(slot=1), LATE), 2)
    async with house.open(admins=[owner.id]):
        await owner.wait_for(lambda person: len(person.messages) == 2)
        for message, left in zip(owner.messages, ("12:00 – 14:00", "22:00 – 00:00"), strict=True):
            before, now = message.text.split("Стало:")
            assert left in before
            assert "18:00 – 20:00" in now
        house.clock.move_to(moscow(27, 21, 1))
        await anna.wait_for(THANKS)
        assert len(anna.messages) == 1


async def test_in_whatever_order_and_however_often_it_is_told_the_plan_is_that_of_the_last_place(
    house: House, owner: Person, anna: Person
) -> None:
    async with house.open(run=False):
        first = await house.book(slot=1)
        second = await move(house, first, LATE)
        third = await move(house, second, 2)
        now = house.clock.now()
        story: list[Message] = [
            BookingCreated(occurred_at=now, booking=snapshot(first)),
            BookingMoved(occurred_at=now, booking=snapshot(second), before=snapshot(first)),
            BookingMoved(occurred_at=now, booking=snapshot(third), before=snapshot(second)),
        ]
        for number, order in enumerate(permutations(story)):
            for message in order:
                again = message.model_copy(update={"message_id": f"{number}{message.message_id}"})
                await house.services.messages.put(NOTI_USER, again)
        await house.services.messages.put(ADMIN_MSG, story[0])
    async with house.open(admins=[owner.id]):
        await house.until_lag(lambda lag: not lag)
        house.clock.move_to(moscow(27, 15, 30))
        await house.until_lag(lambda lag: not lag)
        assert not anna.messages
        assert await status(house, first.id) is BookingStatus.BOOKED
        house.clock.move_to(moscow(27, 20) + timedelta(minutes=61))
        await anna.wait_for(THANKS)
        house.clock.move_to(moscow(28, 12))
        await anna.wait_for("Промокод")
        await house.until_lag(lambda lag: not lag)
        assert len(anna.messages) == 2
        assert "Новая бронь" not in "".join(headings(owner))
