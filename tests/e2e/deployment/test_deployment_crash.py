"""`kill -9` at any moment: what people were doing goes on, and what they were promised still comes."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from playground.client import Person, Playground
from tests.e2e.deployment.conftest import Deploying
from tests.e2e.deployment.process import Deployment
from tests.e2e.house import SATURDAY
from tests.e2e.wizard import ANY, EVENING, STEPS, Wish, received, walk

pytestmark = pytest.mark.slow

NEXT_TAP = {"count": "2", "table": ANY, "date": str(SATURDAY.day), "time": EVENING, "confirmation": "Всё верно"}
THEN_SEES = {
    "count": "Какой стол?",
    "table": "В какой день вас ждать?",
    "date": "Во сколько вас ждать?",
    "time": "Всё верно?",
    "confirmation": "Готово, столик ваш!",
}


async def test_the_next_tap_goes_on_at_every_step_of_the_wizard(deployment: Deployment) -> None:
    service = await deployment.start()
    guests = dict(zip(NEXT_TAP, await deployment.guests(len(NEXT_TAP)), strict=True))
    for step, guest in guests.items():
        await walk(guest, step)
    await service.kill()
    taps = {step: await guest.press(NEXT_TAP[step], wait=False) for step, guest in guests.items()}
    await deployment.start()
    for step, guest in guests.items():
        assert (await guest.settled(taps[step])).outcome == "acknowledged"
        assert THEN_SEES[step] in guest.last.text
    for step, guest in guests.items():
        for button in [NEXT_TAP[later] for later in STEPS[STEPS.index(step) + 1 : -1]]:
            await guest.press(button)
        assert "Готово, столик ваш!" in guest.last.text
    await deployment.quiet()
    assert deployment.statuses() == ["booked"] * len(guests)
