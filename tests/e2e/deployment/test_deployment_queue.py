"""What brings the messages is away while twenty guests book: every booking succeeds, every notice comes once."""

import asyncio
from collections.abc import Sequence

import pytest

from playground.client import Person, Playground
from servers.rabbitmq import RabbitMQ
from tests.e2e.deployment.conftest import Deploying
from tests.e2e.deployment.process import Deployment
from tests.e2e.house import OWNER, SATURDAY
from tests.e2e.wizard import Wish, received, walk

pytestmark = pytest.mark.slow

GUESTS = 20
SITTINGS = ("14:00 – 16:00", "16:00 – 18:00")
NEW, THANKS = "Новая бронь", "Спасибо, что были у нас"


async def test_rabbitmq_is_away_at_the_start_and_again_while_twenty_guests_book(
    deploying: Deploying, rabbitmq: RabbitMQ, rabbitmq_vhost: str, anna: Person, owner: Person
) -> None:
    rabbitmq.stop()
    settings = {"RABBITMQ_HOST": rabbitmq.host, "RABBITMQ_PORT": str(rabbitmq.port), "VHOST": rabbitmq_vhost}
    async with deploying(**settings) as deployment:
        service = await deployment.start()
        await service.until_health(code=200, broker="away", status="degraded")
        await walk(anna)
        rabbitmq.start()
        await owner.wait_for(NEW, timeout=30)
        await service.until_health(code=200, broker="connected", status="ready")
        await asyncio.sleep(1)  # a quorum queue younger than that would not survive the kill
        rabbitmq.kill()
        guests = await deployment.guests(GUESTS)
        await all_book(guests)
        await service.until_health(code=200, broker="away", status="degraded")
        assert len(received(owner, NEW)) == 1
        rabbitmq.start()
        await service.until_health(code=200, broker="connected", status="ready")
        await ensure_all_are_told(deployment, [anna, *guests], owner)
        assert len(deployment.lines("RabbitMQ is away")) == 2
        assert len(deployment.lines("RabbitMQ is back")) == 2


async def test_the_bot_api_refuses_notices_and_the_service_is_killed_while_twenty_guests_book(
    deployment: Deployment, chat: Playground, owner: Person
) -> None:
    service = await deployment.start()
    await chat.fail("500", count=1_000_000, chat_id=OWNER)
    guests = await deployment.guests(GUESTS)
    await all_book(guests)
    assert received(owner, NEW) == []
    await service.kill()
    chat.world.trouble.failures.clear()
    await deployment.start()
    await ensure_all_are_told(deployment, guests, owner)


async def all_book(guests: Sequence[Person]) -> None:
    wishes = [Wish(sitting=SITTINGS[number % 2]) for number in range(len(guests))]
    await asyncio.gather(*(walk(guest, wish=wish) for guest, wish in zip(guests, wishes, strict=True)))
    assert all("Готово, столик ваш!" in guest.last.text for guest in guests)


async def ensure_all_are_told(deployment: Deployment, guests: Sequence[Person], owner: Person) -> None:
    """The owner of each booking and, after the visit, each guest: exactly once."""
    await owner.wait_for(lambda owner: len(received(owner, NEW)) >= len(guests), timeout=40)
    await deployment.quiet()
    notices = received(owner, NEW)
    assert len(notices) == len(set(notices)) == len(guests)
    assert deployment.statuses() == ["booked"] * len(guests)
    await deployment.at(SATURDAY, "21:30")
    for guest in guests:
        await guest.wait_for(THANKS, timeout=40)
    await deployment.until_status(*["completed"] * len(guests))
    await deployment.quiet()
    assert all(len(received(guest, THANKS)) == 1 for guest in guests)
