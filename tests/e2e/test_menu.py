"""The menu, its commands and both languages: from anywhere, at any time, also from old messages."""

import json
import re
from pathlib import Path

import pytest

from playground.client import Person
from tests.e2e.conftest import Opening
from tests.e2e.house import House
from tests.e2e.wizard import EVENING, STEPS, received, shown, walk

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[2] / "app" / "dao"
MENU = ["Забронировать столик", "Мои брони", "О нас", "Мои данные"]


async def test_start_greets_and_shows_the_menu_with_any_payload(house: House, anna: Person) -> None:
    for text in ("/start", "/start ref_42", "/start " + "x" * 64, "/start <b>", f"/start@{_username(house)}"):
        await anna.send(text)
        assert "Добро пожаловать в Binary Bites!" in anna.last.text, text
        assert shown(anna) == MENU
    assert house.number("SELECT count(*) FROM users") == 1


def _username(house: House) -> str:
    [bot] = house.chat.world.bots
    return str(bot.user()["username"])


async def test_an_owners_menu_has_the_panel(owner: Person) -> None:
    await owner.send("/start")
    assert shown(owner) == [*MENU, "Админ-панель"]
    await owner.send("/help")
    assert "Админ-панель" in shown(owner)


async def test_help_about_and_language_lead_back_home(anna: Person) -> None:
    await anna.send("/help")
    assert "Что я умею" in anna.last.text
    assert "/cancel" in anna.last.text
    assert shown(anna) == MENU
    await anna.press("О нас")
    for words in ("ресторан с открытой кухней", "Цветной бульвар, 15", "+7 495 000-01-10"):
        assert words in anna.last.text
    assert "Забронировать столик" in shown(anna)
    await anna.press("На главную")
    assert shown(anna) == MENU
    await anna.send("/language")
    assert shown(anna) == ["Русский", "English", "На главную"]
    await anna.press("На главную")
    assert shown(anna) == MENU


async def test_screens_change_in_place(anna: Person) -> None:
    await anna.send("/start")
    for button in ("О нас", "На главную", "Мои брони", "На главную", "Забронировать столик", "2", "Назад", "Назад"):
        await anna.press(button)
        assert len(received(anna, "")) == 1


async def test_cancel_with_nothing_under_way_says_so(anna: Person) -> None:
    await anna.send("/start")
    await anna.send("/cancel")
    assert "Сейчас прерывать нечего" in anna.last.text
    assert shown(anna) == MENU


async def test_cancel_after_the_booking_does_not_cancel_it(house: House, anna: Person) -> None:
    await walk(anna)
    await anna.send("/cancel")
    assert "прерывать нечего" in anna.last.text
    assert house.statuses() == ["booked"]


async def test_buttons_of_older_messages_work_during_the_wizard(opening: Opening) -> None:
    venue = json.loads((SHIPPED / "venue.json").read_text("utf-8")) | {"policy": {"overlapping_bookings": True}}
    async with opening(max_live_bookings=20, contents={"venue_json": venue}) as house:
        anna = await house.anna()
        for step in STEPS[:-1]:
            await anna.send("/help")
            old = anna.last
            for words, answer in (
                ("Мои брони", "Мои брони"),
                ("На главную", "Чем помочь?"),
                ("О нас", "открытой кухней"),
            ):
                await walk(anna, step)
                window = anna.last.id
                await press_in(anna, old.id, words)
                assert answer in text_of(anna, old.id)
                if words == "На главную":
                    assert window not in [message.id for message in anna.messages], "the wizard is over"
                    continue
                for button in ("2", "Любой подходящий", "28", EVENING, "Всё верно")[STEPS.index(step) :]:
                    await press_in(anna, window, button)
                assert "Готово" in text_of(anna, window), step


async def press_in(guest: Person, message_id: int, words: str) -> None:
    """A button of that message, however old it is."""
    [data] = [
        button.data
        for message in guest.messages
        if message.id == message_id
        for button in message.buttons
        if re.search(rf"(?<!\w){words}(?!\w)", button.text)
    ]
    await guest.press_data(message_id, data or "")


def text_of(guest: Person, message_id: int) -> str:
    return next(message.text for message in guest.messages if message.id == message_id)


async def test_a_window_that_is_over_explains_itself_and_opens_the_menu(house: House, anna: Person) -> None:
    await walk(anna, "confirmation")
    confirm = anna.find("Всё верно")
    assert confirm
    assert confirm.data
    await anna.send("/start")
    await anna.press_data(confirm.message_id, confirm.data)
    assert "Это окно уже закрыто" in anna.last.text
    assert shown(anna) == MENU
    assert "booked" not in house.statuses()
    await walk(anna, "time")
    await anna.press_data(confirm.message_id, confirm.data)
    assert "booked" not in house.statuses()
    assert shown(anna)


async def test_two_wizards_of_one_guest_do_not_live_at_once(house: House, anna: Person) -> None:
    await walk(anna, "table")
    first = anna.find("Любой подходящий")
    assert first
    assert first.data
    await walk(anna, "count")
    await anna.press_data(first.message_id, first.data)
    assert "Это окно уже закрыто" in anna.last.text
    await anna.press("Забронировать столик")
    await anna.press("2")
    assert "Какой стол?" in anna.last.text
    assert house.bookings() == []


async def test_an_english_guest_reads_english_from_the_first_word(house: House) -> None:
    emma = await house.chat.join(first_name="Emma", language="en-GB")
    await emma.send("/start")
    assert "Welcome to Binary Bites" in emma.last.text
    assert shown(emma) == ["Book a table", "My bookings", "About us", "My data"]
    await emma.press("Book a table")
    await emma.press("1")
    assert "1 guest\n" in emma.last.text
    assert "Table 1 · 2 seats" in shown(emma)
    await emma.press("Any suitable table")
    assert emma.buttons[0] == "November 2026"
    assert "Mo" in emma.buttons
    await emma.press("28")
    assert "Saturday, 28 November" in emma.last.text or "Saturday, November 28" in emma.last.text
    await emma.press(EVENING)
    await emma.press("All correct")
    for words in ("Done, the table is yours!", "1 guest", "Table 1", EVENING, "Tsvetnoy Boulevard"):
        assert words in emma.last.text
    await emma.press("My bookings")
    await emma.press("18:00")
    await emma.press("Cancel booking")
    await emma.press("Yes, cancel it")
    assert "The booking is cancelled" in emma.last.text
    assert house.statuses() == ["canceled"]
    assert not [message.text for message in emma.messages if any("а" <= letter <= "я" for letter in message.text)]


async def test_whose_language_is_unknown_is_spoken_to_in_russian_or_as_they_choose(house: House) -> None:
    nobody = await house.chat.join(first_name="X", language=None)
    await nobody.send("/start")
    assert "Добро пожаловать" in nobody.last.text
    await nobody.send("/language")
    await nobody.press("English")
    assert "we speak English now" in nobody.last.text
    await nobody.send("/start")
    assert "Welcome" in nobody.last.text


async def test_another_language_in_the_middle_of_the_wizard_loses_nothing(house: House, anna: Person) -> None:
    await walk(anna, "time")
    await anna.send("/language")
    await anna.press("English")
    await anna.press(EVENING)
    [asked] = received(anna, "Is everything correct?")
    for words in ("Saturday", "2 guests", "Table 1"):
        assert words in asked
    await anna.press("All correct")
    assert received(anna, "Done, the table is yours!")
    assert house.statuses() == ["booked"]


async def test_a_venue_of_one_language_offers_one(opening: Opening) -> None:
    venue = {
        "name": "Кафе <У моря>",
        "about": {"ru": "Рыба & море"},
        "greeting": {"ru": "Здравствуйте!"},
        "address": {"ru": "Сочи"},
        "phone": "+7 862 000-00-00",
        "languages": ["ru"],
    }
    async with opening(contents={"venue_json": venue}) as house:
        emma = await house.chat.join(first_name="Emma", language="en")
        await emma.send("/start")
        await emma.send("/language")
        assert len(shown(emma)) == 2
        await emma.press_data(emma.last.id, emma.last.buttons[-1].data or "")
        anna = await house.anna()
        await anna.send("/start")
        assert "Здравствуйте!" in anna.last.text
        await anna.press("О нас")
        assert "Кафе <У моря>\n\nРыба & море\n\n📍 Сочи\n📞 +7 862 000-00-00" in anna.last.text


async def test_the_commands_stand_in_the_menu_of_the_messenger(house: House, anna: Person) -> None:
    emma = await house.chat.join(first_name="Emma", language="en")
    await anna.send("/start")
    await emma.send("/start")
    for guest, first in ((anna, "Главное меню"), (emma, "Main menu")):
        await guest.wait_for(lambda person, words=first: _described(person) == words)  # type: ignore[misc]  # a default argument of a lambda
        assert [command["command"] for command in guest.commands] == ["start", "help", "cancel", "privacy", "language"]


def _described(person: Person) -> str | None:
    return person.commands[0]["description"] if person.commands else None
