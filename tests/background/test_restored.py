"""A restored database is older than what waits in the queues: of what it does not know, nobody hears."""

from datetime import timedelta

import pytest

from app.domain.events import (
    ADMIN_MSG,
    NOTI_USER,
    USER_MSG,
    AdminNotice,
    BookingCanceled,
    BookingCreated,
    BookingHidden,
    BookingSnapshot,
    FollowUp,
    Message,
    Recipient,
)
from app.services.views import BookingCard
from playground.client import Person
from servers.postgres import AFTER_RESTORE
from tests.background.conftest import ANNA, House
from tests.dao.raw import execute

pytestmark = pytest.mark.slow


def snapshot(card: BookingCard, **other: object) -> BookingSnapshot:
    """As an event about that booking carries it, or about one of which that is not so."""
    about = {
        "booking_id": card.id,
        "venue_id": card.venue_id,
        "user_id": card.guest.user_id,
        "tables": [table.number for table in card.tables],
        "party_size": card.party_size,
        "service_date": card.service_date,
        "starts_at": card.starts_at,
        "ends_at": card.ends_at,
    }
    return BookingSnapshot.model_validate({**about, **other})


async def test_messages_of_lost_bookings_and_changes_end_silently_and_touch_no_other_booking(
    house: House, owner: Person, anna: Person
) -> None:
    async with house.open(admins=[owner.id]):
        card, now = await house.book(), house.clock.now()
        await owner.wait_for("Новая бронь")
        unknown = snapshot(card, booking_id=999)
        same_number = snapshot(card, user_id=999), snapshot(card, starts_at=card.starts_at + timedelta(days=1))
        lost: list[tuple[str, Message]] = [(ADMIN_MSG, BookingHidden(occurred_at=now, booking=unknown))]
        for booking in (unknown, *same_number):
            created = BookingCreated(occurred_at=now, booking=booking)
            lost += [(ADMIN_MSG, created), (NOTI_USER, created)]
        for booking in (unknown, *same_number, snapshot(card)):
            canceled = BookingCanceled(occurred_at=now, booking=booking)
            lost += [(ADMIN_MSG, canceled), (NOTI_USER, canceled)]
        stranger = Recipient(external_id=owner.id)
        lost += [
            (USER_MSG, AdminNotice(recipient=stranger, event=BookingCreated(occurred_at=now, booking=unknown))),
            (USER_MSG, FollowUp(recipient=stranger, booking_id=999, number=0, text="Спасибо", planned_at=now)),
        ]
        for queue, message in lost:
            await house.services.messages.put(queue, message)
        of_admins = sum(queue == ADMIN_MSG for queue, _ in lost)
        await house.until(lambda: len(house.said("is done")) == 3 + len(lost) + of_admins)
        house.clock.move_to(card.ends_at + timedelta(minutes=61))
        another = FollowUp(recipient=stranger, booking_id=card.id, number=0, text="Чужое", planned_at=card.ends_at)
        await house.services.messages.put(USER_MSG, another)
        await anna.wait_for("Спасибо")
        await house.until(lambda: bool(house.said(another.message_id, "is done")))
        assert [message.text.splitlines()[0] for message in owner.messages] == ["🆕 Новая бронь"]
        assert [len(anna.messages), anna.id] == [1, ANNA]
        assert not house.said("is given up")


async def test_what_rabbitmq_had_in_hand_is_said_after_the_statement_for_a_restore_and_nothing_twice(
    house: House, owner: Person, anna: Person
) -> None:
    async with house.open(admins=[owner.id]):
        first = await house.book()
        await owner.wait_for("Новая бронь")
        await house.until(lambda: len(house.said("is done")) == 3)
    async with house.open(run=False):
        await house.book(slot=1)
    await execute(house.setup.db_url, "UPDATE outbox SET published_at = created_at WHERE available_at = created_at")
    async with house.open(admins=[owner.id]):
        await house.until_lag(lambda lag: lag == timedelta())
        assert len(owner.messages) == 1, "nobody knows of the second one"
    await execute(house.setup.db_url, AFTER_RESTORE.read_text("utf-8"))
    async with house.open(admins=[owner.id]):
        await owner.wait_for("12:00 – 14:00")
        house.clock.move_to(first.ends_at + timedelta(minutes=61))
        await anna.wait_for(lambda anna: len(anna.messages) == 2)
        assert [len(owner.messages), len(anna.messages)] == [2, 2]
