"""Several processes over PostgreSQL and RabbitMQ: each notice once, and a schedule that outlives its leader."""

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.booking import BookingStatus
from app.texts import Texts
from playground.client import Person, Playground
from tests.background.conftest import ANNA, House, ManualClock, guest
from tests.servers.rabbitmq import RabbitMQ


@pytest.fixture
def shared(house: House, rabbitmq: RabbitMQ, rabbitmq_vhost: str, postgres_database: str) -> House:
    house.setup = replace(
        house.setup,
        rabbitmq_url=rabbitmq.url(rabbitmq_vhost),
        db_url=postgres_database,
        store_url=postgres_database.replace("+asyncpg", "+psycopg"),
    )
    return house


@pytest.fixture
def other(shared: House, chat: Playground, texts: Texts, clock: ManualClock) -> House:
    return House(shared.setup, clock, chat, texts)


async def test_two_processes_tell_each_admin_once_and_the_second_takes_the_lead_when_the_first_ends(
    shared: House, other: House, owner: Person, host: Person, anna: Person
) -> None:
    async with AsyncExitStack() as stack:
        first = AsyncExitStack()
        await first.enter_async_context(shared.open())
        await stack.enter_async_context(other.open(leads=False))
        assert other.background.state().scheduler == "standby"
        bookings = [await house.book(guest(number)) for number, house in ((ANNA, shared), (1502, other))]
        for admin in (owner, host):
            await admin.wait_for(lambda admin: len(admin.messages) == 2)
        await first.aclose()
        await other.until(lambda: other.background.state().scheduler == "leading")
        other.clock.move_to(bookings[0].ends_at + timedelta(minutes=61))
        await anna.wait_for("Спасибо")
        cards = [await other.services.bookings.snapshot_status(booking.id) for booking in bookings]
        assert [card and card.status for card in cards] == [BookingStatus.COMPLETED] * 2
        assert [len(admin.messages) for admin in (owner, host)] == [2, 2]
