"""A thousand messages before and after visits that are due at once, and a booking in their midst."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic

import pytest
from aiogram.client.telegram import TelegramAPIServer

from app.background.build import Tempo
from app.dao.database import Database, WriteDao
from app.domain.events import USER_MSG, FollowUp, Recipient, Reminder
from app.domain.reminders import Which
from app.services.views import BookingCard
from playground.client import Person, Playground
from servers.rabbitmq import RabbitMQ
from tests.background.conftest import House, guest

pytestmark = pytest.mark.slow


@pytest.fixture(params=["embedded", "rabbitmq"])
def limited(house: House, request: pytest.FixtureRequest, chat: Playground, monkeypatch: pytest.MonkeyPatch) -> House:
    """Keeps the limits of Telegram, as if the playground were it."""
    monkeypatch.setattr("app.notifications.telegram.PRODUCTION", TelegramAPIServer.from_base(chat.base_url))
    house.setup = replace(house.setup, tempo=Tempo(rhythm=house.setup.tempo.rhythm))
    if request.param == "rabbitmq":
        server: RabbitMQ = request.getfixturevalue("rabbitmq")
        house.setup = replace(house.setup, rabbitmq_url=server.url(request.getfixturevalue("rabbitmq_vhost")))
    return house


async def test_a_thousand_reminders_and_messages_after_visits_delay_a_notice_by_less_than_a_second(
    limited: House, owner: Person
) -> None:
    async with limited.open(run=False):
        visit = await limited.book(slot=1)
    limited.clock.move_to(visit.ends_at)
    db = Database(limited.setup.db_url)
    await db.start()
    now = limited.clock.now()
    letters = [_letter(visit, n, now) for n in range(1000)]

    async def plan(dao: WriteDao) -> None:
        for letter in letters:
            await dao.outbox.put(USER_MSG, letter, now=now, dedup_key=letter.dedup_key)

    await db.write(plan)
    await db.close()
    async with limited.open(admins=[owner.id]):
        await limited.until(lambda: len(limited.said("user_msg", "is done")) > 20)
        await owner.wait_for(lambda owner: len(owner.messages) == 1)
        waited = []
        for number in (2, 3, 4):
            begun = monotonic()
            await limited.book(guest(2000 + number), slot=2)
            await owner.wait_for(_so_many(number))
            waited.append(monotonic() - begun)
            await asyncio.sleep(0.3)  # at some other moment of what is going on
        assert max(waited) < 1, waited
        assert len(limited.said("user_msg", "is done")) < 300


def _letter(visit: BookingCard, number: int, now: datetime) -> FollowUp | Reminder:
    """Every other one of a kind."""
    whose, booking_id = Recipient(external_id=number), visit.id
    if number % 2:
        return FollowUp(recipient=whose, booking_id=booking_id, number=number, text="Спасибо!", planned_at=now)
    before = {"which": Which.HOURS_BEFORE, "starts_at": visit.starts_at, "planned_at": now}
    return Reminder.model_validate({"recipient": whose, "booking_id": booking_id, "sequence": number, **before})


def _so_many(messages: int) -> Callable[[Person], bool]:
    return lambda owner: len(owner.messages) == messages
