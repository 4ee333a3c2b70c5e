"""A guest's way through the wizard, to a Saturday unless a test says another day; and what is to be seen on it."""

import re
from dataclasses import dataclass
from datetime import date

from faults import wizard
from faults.wizard import ANY, EVENING, STEPS, turn_to
from playground.client import Person
from tests.e2e.house import SATURDAY

__all__ = ["ANY", "EVENING", "STEPS", "Wish", "calendar", "keyboard", "received", "shown", "turn_to", "walk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish(wizard.Wish):
    day: date = SATURDAY


async def walk(guest: Person, step: str = "success", wish: Wish | None = None) -> None:
    """From /start to that window."""
    await wizard.walk(guest, step, wish or Wish())


def calendar(guest: Person) -> list[str]:
    """The days that can be pressed, as they are marked."""
    return [text for text in guest.buttons if text.lstrip("✖").isdecimal()]


def received(guest: Person, words: str) -> list[str]:
    """All messages of the bot with these words, as they stand."""
    return [message.text for message in guest.messages if not message.outgoing and words in message.text]


def shown(guest: Person) -> list[str]:
    """The buttons of the newest message that has any, without the emoji before their words."""
    return [re.sub(r"^[^0-9A-Za-zА-ЯЁа-яё]+ ", "", text) for text in guest.buttons]


def keyboard(guest: Person) -> list[list[str]]:
    """The newest message's buttons as they stand in rows."""
    return [[button["text"] for button in row] for row in guest.last.body["reply_markup"]["inline_keyboard"]]
