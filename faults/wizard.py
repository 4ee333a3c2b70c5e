"""A guest's way through the wizard, by the words on its buttons."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from playground.client import NoSuchButton

ANY = "Любой подходящий"
EVENING = "18:00 – 20:00"
STEPS = ("count", "table", "date", "time", "confirmation", "success")
MONTHS = (
    *("Январь", "Февраль", "Март", "Апрель", "Май", "Июнь"),
    *("Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь"),
)


class Walker(Protocol):
    @property
    def buttons(self) -> list[str]:
        """Of the newest message that has any."""

    async def send(self, text: str, /) -> object: ...

    async def press(self, words: str, /) -> object: ...

    def screen(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    day: date
    party: int = 2
    table: str = ANY
    sitting: str = EVENING


async def walk(guest: Walker, step: str, wish: Wish) -> None:
    """From /start to that window. Raises NoSuchButton where there is no such way."""
    await guest.send("/start")
    await guest.press("Забронировать столик")
    presses = (str(wish.party), wish.table, wish.day, wish.sitting, "Всё верно")
    for button in presses[: STEPS.index(step)]:
        if isinstance(button, date):
            await turn_to(guest, button)
            await guest.press(str(button.day))
        else:
            await guest.press(button)


async def turn_to(guest: Walker, day: date) -> None:
    """The calendar's month."""
    heading = f"{MONTHS[day.month - 1]} {day.year}"
    while heading not in guest.buttons:
        forward = [text for text in guest.buttons if text.endswith("▶️")]
        if not forward:
            raise NoSuchButton(f"the calendar does not go on to «{heading}»\n{guest.screen()}")
        await guest.press(forward[0])
