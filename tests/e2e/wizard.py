"""A guest's way through the wizard, by the words on its buttons."""

import re
from dataclasses import dataclass
from datetime import date

from playground.client import NoSuchButton, Person
from tests.e2e.house import SATURDAY

ANY = "Любой подходящий"
EVENING = "18:00 – 20:00"
MONTHS = (
    *("Январь", "Февраль", "Март", "Апрель", "Май", "Июнь"),
    *("Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    party: int = 2
    table: str = ANY
    day: date = SATURDAY
    sitting: str = EVENING


STEPS = ("count", "table", "date", "time", "confirmation", "success")


async def walk(guest: Person, step: str = "success", wish: Wish | None = None) -> None:
    """From /start to that window."""
    wish = wish or Wish()
    await guest.send("/start")
    await guest.press("Забронировать столик")
    presses = (str(wish.party), wish.table, wish.day, wish.sitting, "Всё верно")
    for button in presses[: STEPS.index(step)]:
        if isinstance(button, date):
            await turn_to(guest, button)
            await guest.press(str(button.day))
        else:
            await guest.press(button)


async def turn_to(guest: Person, day: date) -> None:
    """The calendar's month."""
    heading = f"{MONTHS[day.month - 1]} {day.year}"
    while heading not in guest.buttons:
        forward = [text for text in guest.buttons if text.endswith("▶️")]
        if not forward:
            raise NoSuchButton(f"the calendar does not go on to «{heading}»\n{guest.screen()}")
        await guest.press(forward[0])


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
