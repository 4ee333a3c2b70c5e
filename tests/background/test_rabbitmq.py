"""Over RabbitMQ, as it comes and goes."""

import asyncio

from playground.client import Person
from tests.background.conftest import House, guest
from tests.servers.rabbitmq import RabbitMQ


async def test_every_admin_is_told_over_rabbitmq(
    house: House, owner: Person, host: Person, rabbitmq: RabbitMQ, rabbitmq_vhost: str
) -> None:
    async with house.open(rabbitmq_url=rabbitmq.url(rabbitmq_vhost)):
        await house.book()
        for admin in (owner, host):
            await admin.wait_for("Новая бронь")
        assert house.background.state().broker == "connected"


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
        assert len(house.said("RabbitMQ is away")) == 1
        assert len(house.said("RabbitMQ is back")) == 1
