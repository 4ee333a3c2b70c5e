"""Updates as no Telegram sends them: whoever they seem to come from, nothing breaks."""

from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage, TelegramMethod

from tests.bot.people import House, Person


async def test_a_button_that_says_nothing_leads_on(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    press = guest.press_of("x", guest.screen)
    press["callback_query"] |= {"data": None, "game_short_name": "chess"}
    await guest.house.deliver(press)
    assert "Это окно уже закрыто" in guest.text
    await guest.presses("Забронировать столик", "2")
    assert "Какой стол?" in guest.text


async def test_a_chat_that_is_not_there_is_no_error_of_ours(house: House, guest: Person, log: list[str]) -> None:
    def refuse(method: TelegramMethod[Any]) -> None:
        if isinstance(method, SendMessage):
            raise TelegramBadRequest(method=method, message="Bad Request: chat not found")

    house.telegram.refuse = refuse
    await guest.says("/start")
    assert log == ["WARNING There is nobody to answer: Bad Request: chat not found"]


@pytest.mark.parametrize("path", [("message_id",), ("chat", "id")])
async def test_a_press_under_a_message_with_a_number_that_no_messenger_has_is_passed_over(
    house: House, guest: Person, path: tuple[str, ...], log: list[str]
) -> None:
    await guest.says("/start")
    press = guest.press_of("menu:about", guest.screen)
    place = press["callback_query"]["message"] = dict(press["callback_query"]["message"])
    for name in path[:-1]:
        place[name] = dict(place[name])
        place = place[name]
    place[path[-1]] = 2**63
    await house.deliver(press)
    assert "Добро пожаловать" in guest.text
    assert not [line for line in log if "ERROR" in line]


async def test_names_that_fill_a_screen_are_cut_and_the_owner_still_reads_them(house: House, owner: Person) -> None:
    name = "ж" * 200_000
    boaster = Person(house, 1003, first_name=name, last_name=name, username="x\0" + "y" * 5000)
    await boaster.books()
    await owner.says("/start")
    await owner.presses("Админ-панель", "Гости")
    assert "ж" * 64 in owner.text
    await owner.presses("В админ-панель", "Брони", "28 нояб. ▶️")
    assert "18:00" in owner.buttons[0]
