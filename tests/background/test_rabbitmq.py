"""Over RabbitMQ, as it comes and goes."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aio_pika
import pytest
from faststream.rabbit import RabbitBroker

from app.background.delivery import Patience
from app.domain.events import ADMIN_MSG, NOTI_USER, USER_MSG
from playground.client import Person, Playground
from servers.rabbitmq import RabbitMQ
from tests.background.conftest import House, guest
from tests.dao.raw import execute

DELIVERIES = 31
"""The thirty that are allowed, and the one after which it is given up."""


@pytest.fixture
def rabbitmq_url(rabbitmq: RabbitMQ, rabbitmq_vhost: str) -> str:
    return rabbitmq.url(rabbitmq_vhost)


async def publish(url: str, queue: str, *bodies: bytes, content_type: str | None = None) -> None:
    """As another program would."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for body in bodies:
            await channel.default_exchange.publish(aio_pika.Message(body, content_type=content_type), queue)


async def dead_letter(url: str, queue: str) -> bytes:
    async with await aio_pika.connect(url) as connection, asyncio.timeout(10):
        found = await (await connection.channel()).get_queue(f"{queue}.dead")
        async with found.iterator() as letters:
            return (await anext(letters)).body


async def test_every_admin_is_told_over_rabbitmq(house: House, owner: Person, host: Person, rabbitmq_url: str) -> None:
    async with house.open(rabbitmq_url=rabbitmq_url):
        await house.book()
        for admin in (owner, host):
            await admin.wait_for("Новая бронь")
        assert house.background.state().broker == "connected"


async def test_what_telegram_does_not_take_now_is_tried_again_later(
    house: House, owner: Person, host: Person, chat: Playground, rabbitmq_url: str
) -> None:
    async with house.open(rabbitmq_url=rabbitmq_url):
        await chat.fail("429", retry_after=1, chat_id=host.id)
        await house.book()
        await owner.wait_for("Новая бронь", timeout=0.9)
        await host.wait_for("Новая бронь")
        assert [len(admin.messages) for admin in (owner, host)] == [1, 1]


async def test_a_visit_is_planned_and_thanked_for(house: House, anna: Person, rabbitmq_url: str) -> None:
    async with house.open(rabbitmq_url=rabbitmq_url):
        booking = await house.book()
        await house.until(lambda: bool(house.said("noti_user", "is done")))
        house.clock.move_to(booking.ends_at + timedelta(minutes=59))
        await house.until(lambda: bool(house.said("The visit is completed")))
        assert not anna.messages
        house.clock.move_to(booking.ends_at + timedelta(minutes=61))
        await anna.wait_for("Спасибо")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"closed today", None), (b'"closed today"', "application/json"), (b"closed today", "text/plain")],
)
async def test_a_bare_string_reaches_all_admins(
    house: House, owner: Person, host: Person, rabbitmq_url: str, body: bytes, content_type: str | None
) -> None:
    async with house.open(rabbitmq_url=rabbitmq_url):
        await publish(rabbitmq_url, ADMIN_MSG, body, content_type=content_type)
        for admin in (owner, host):
            await admin.wait_for("closed today")


@pytest.mark.parametrize(
    ("queue", "body"),
    [
        (ADMIN_MSG, b'{"kind": "booking_created"}'),
        (ADMIN_MSG, b"[1, 2]"),
        (ADMIN_MSG, b'""'),
        (ADMIN_MSG, b"\xff\xfe"),
        (NOTI_USER, b'"a string"'),
        (USER_MSG, b"{broken"),
    ],
)
async def test_what_fits_no_schema_is_a_dead_letter_at_once(
    house: House, owner: Person, rabbitmq_url: str, queue: str, body: bytes
) -> None:
    async with house.open(rabbitmq_url=rabbitmq_url):
        await publish(rabbitmq_url, queue, body)
        assert await dead_letter(rabbitmq_url, queue) == body
        assert house.said("is a dead letter")
        assert not owner.messages


async def test_what_is_given_up_is_a_dead_letter(
    house: House, owner: Person, chat: Playground, rabbitmq_url: str
) -> None:
    impatient = replace(house.setup.tempo, patience=Patience(first=timedelta(seconds=0.1), sends=2))
    async with house.open(rabbitmq_url=rabbitmq_url, admins=[owner.id], tempo=impatient):
        await chat.fail("500", count=2, chat_id=owner.id)
        await house.book()
        assert b"admin_notice" in await dead_letter(rabbitmq_url, USER_MSG)
        assert not owner.messages


async def test_what_takes_each_of_its_readers_down_is_a_dead_letter_after_thirty_times(
    house: House, rabbitmq_url: str
) -> None:
    async with house.open(rabbitmq_url=rabbitmq_url, roles={"web"}, leads=False):
        await publish(rabbitmq_url, USER_MSG, b"deadly")
        async with await aio_pika.connect(rabbitmq_url) as connection, asyncio.timeout(20):
            channel = await connection.channel()
            taken = 0
            async with (await channel.get_queue(USER_MSG)).iterator() as deliveries:
                async for delivery in deliveries:
                    taken += 1
                    await delivery.nack(requeue=True)
                    if taken == DELIVERIES:
                        break
        assert await dead_letter(rabbitmq_url, USER_MSG) == b"deadly"


async def test_a_stop_in_the_middle_keeps_the_order(house: House, owner: Person, rabbitmq_url: str) -> None:
    lines = [f"line {number}" for number in range(60)]
    async with house.open(rabbitmq_url=rabbitmq_url, admins=[owner.id]):
        await publish(rabbitmq_url, ADMIN_MSG, *map(str.encode, lines))
        await owner.wait_for(lambda owner: len(owner.messages) > 10)
    assert len(owner.messages) < len(lines)
    async with house.open(rabbitmq_url=rabbitmq_url, admins=[owner.id]):
        await owner.wait_for(lambda owner: len(owner.messages) >= len(lines), timeout=20)
    assert [message.text for message in owner.messages] == lines


@pytest.mark.slow
async def test_what_waits_for_its_turn_when_the_connection_is_cut_is_left_to_whoever_gets_it_then(
    house: House,
    owner: Person,
    chat: Playground,
    rabbitmq: RabbitMQ,
    rabbitmq_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.notifications.telegram._TIMEOUT", timedelta(seconds=2))
    async with house.open(rabbitmq_url=rabbitmq_url, admins=[owner.id]):
        await chat.fail("hang", chat_id=owner.id)
        await publish(rabbitmq_url, ADMIN_MSG, *(f"line {number}".encode() for number in range(5)))
        await house.until(lambda: len(house.said("admin_msg", "is done")) == 5)
        await asyncio.sleep(0.5)  # nothing tells that they wait behind the first one
        await asyncio.to_thread(rabbitmq.cut)
        await owner.wait_for(lambda owner: len(owner.messages) == 5, timeout=20)
        assert house.said("user_msg", "is left to the next process")
        assert len({message.text for message in owner.messages}) == 5


async def test_a_queue_made_otherwise_is_named_with_the_remedy_and_left_alone(
    house: House, owner: Person, rabbitmq_url: str
) -> None:
    async with await aio_pika.connect(rabbitmq_url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(ADMIN_MSG, durable=True)
        await channel.default_exchange.publish(aio_pika.Message(b"mine"), ADMIN_MSG)
        async with house.open(rabbitmq_url=rabbitmq_url, connected=False):
            await house.until(lambda: ADMIN_MSG in house.background.state().broker)
            assert "delete it" in house.background.state().broker
            await house.book()
            found = await channel.declare_queue(ADMIN_MSG, durable=True)
            assert found.declaration_result.message_count == 1
            await found.purge()
            await channel.queue_delete(ADMIN_MSG)
            await owner.wait_for("Новая бронь", timeout=20)
            assert len(house.said("ERROR", "other arguments")) == 1


async def test_what_a_full_queue_refuses_waits_untried_and_goes_out_when_its_limit_is_lifted(
    house: House, owner: Person, rabbitmq: RabbitMQ, rabbitmq_vhost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.background.broker._REFUSED_LONG", 1)
    monkeypatch.setattr("app.background.broker._ASK_AGAIN", timedelta(seconds=0.2))
    url = rabbitmq.url(rabbitmq_vhost)
    async with house.open(rabbitmq_url=url, roles={"web", "scheduler"}):
        await asyncio.to_thread(rabbitmq.limit, 2, vhost=rabbitmq_vhost)
        booked = 0
        while not house.said("RabbitMQ refuses messages for admin_msg"):  # it takes a few more than it should
            booked += 1
            await house.book(guest(2000 + booked))
            await house.until_lag(lambda lag: not lag)
        await asyncio.sleep(2)  # refused again and again, and over a new connection
        await asyncio.to_thread(rabbitmq.limit, None, vhost=rabbitmq_vhost)
        await house.until(lambda: bool(house.said("RabbitMQ takes messages for admin_msg again")))
        assert len(house.said("WARNING", "RabbitMQ refuses messages for admin_msg")) == 1
        assert not house.said("RabbitMQ is away")
    async with house.open(rabbitmq_url=url):
        await owner.wait_for(lambda owner: len(owner.messages) == booked)
        tries = await execute(house.setup.db_url, "SELECT DISTINCT attempts FROM outbox WHERE queue = 'admin_msg'")
        assert [tuple(row) for row in tries] == [(1,)]


async def test_what_is_on_its_way_when_we_close_the_connection_ourselves_goes_over_the_next_one(
    house: House, owner: Person, rabbitmq_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.background.broker._ASK_AGAIN", timedelta(seconds=0.2))
    publish = RabbitBroker.publish

    async def closed_meanwhile(*_: Any, **__: Any) -> None:
        monkeypatch.setattr(RabbitBroker, "publish", publish)
        raise Exception  # noqa: TRY002 - it is what the library raises

    async with house.open(rabbitmq_url=rabbitmq_url):
        monkeypatch.setattr(RabbitBroker, "publish", closed_meanwhile)
        await house.book()
        await owner.wait_for("Новая бронь")
        await house.until_lag(lambda lag: not lag)
        assert not house.said("keeps its lease")


async def test_the_service_starts_and_books_without_rabbitmq(house: House, owner: Person) -> None:
    async with house.open(rabbitmq_url="amqp://guest:guest@127.0.0.1:1/", connected=False):
        await house.book()
        await house.until(lambda: bool(house.said("RabbitMQ is away")))
        await house.until_lag(lambda lag: lag > timedelta(seconds=1))
        assert house.background.state().broker == "away"
        assert len(house.said("WARNING", "RabbitMQ")) == 1
        assert not owner.messages


async def test_nothing_is_lost_or_doubled_while_rabbitmq_is_away(
    house: House, owner: Person, host: Person, rabbitmq: RabbitMQ, rabbitmq_vhost: str
) -> None:
    async with house.open(rabbitmq_url=rabbitmq.url(rabbitmq_vhost)):
        await house.book(guest(2000))
        await owner.wait_for("Новая бронь")
        await asyncio.sleep(1.5)  # RabbitMQ 3.10 loses a quorum queue that is declared in the second before a power cut
        await asyncio.to_thread(rabbitmq.kill)
        for number in range(2001, 2011):
            await house.book(guest(number, name=f"Гость {number}"))
        assert house.background.state().broker == "away"
        await asyncio.to_thread(rabbitmq.start)
        for admin in (owner, host):
            await admin.wait_for(lambda admin: len(admin.messages) >= 11, timeout=30)
            names = [f"Гость {number}" for number in range(2001, 2011)]
            assert all(sum(name in message.text for message in admin.messages) == 1 for name in names)
        assert len(house.said("WARNING", "RabbitMQ is away")) == 1
        assert len(house.said("INFO", "RabbitMQ is back")) == 1
