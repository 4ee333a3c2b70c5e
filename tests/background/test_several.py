"""Several processes over PostgreSQL and RabbitMQ: each notice once, and a schedule that outlives its leader."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import make_url

from app.domain.booking import BookingStatus
from app.texts import Texts
from playground.client import Person, Playground
from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ
from tests.background.conftest import ANNA, House, ManualClock, becomes, guest


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
        for booking in bookings:
            await becomes(other, booking.id, BookingStatus.COMPLETED)
        assert [len(admin.messages) for admin in (owner, host)] == [2, 2]


@pytest.mark.slow
async def test_who_loses_the_lead_stops_the_schedule_at_once_though_rabbitmq_says_nothing(
    shared: House, postgres: Postgres, rabbitmq: RabbitMQ
) -> None:
    async with shared.open():
        rabbitmq.freeze()
        try:
            await asyncio.to_thread(postgres.cut_off, make_url(shared.setup.db_url).database or "")
            async with asyncio.timeout(5):
                await shared.until(lambda: shared.background.state().scheduler == "standby")
        finally:
            rabbitmq.thaw()


async def test_a_database_that_is_away_for_some_seconds_loses_nothing(
    shared: House, owner: Person, host: Person, chat: Playground, postgres: Postgres
) -> None:
    async with shared.open():
        await chat.fail("429", retry_after=1, chat_id=owner.id)
        booking = await shared.book()
        await host.wait_for("Новая бронь")
        await asyncio.to_thread(postgres.kill)
        await shared.until(lambda: shared.background.state().scheduler == "standby")
        await asyncio.to_thread(postgres.start)
        await owner.wait_for("Новая бронь", timeout=20)
        await shared.until(lambda: shared.background.state().scheduler == "leading")
        shared.clock.move_to(booking.ends_at + timedelta(minutes=1))
        await becomes(shared, booking.id, BookingStatus.COMPLETED)
        assert [len(admin.messages) for admin in (owner, host)] == [1, 1]
