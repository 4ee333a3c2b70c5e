"""The menu, the commands, and what is no command."""

from typing import Any

import pytest

from app.bot.commands import commands
from app.bot.updates import allowed_updates
from app.domain.people import Channel
from app.texts import Texts
from tests.bot.people import House, Person, next_update_id

MENU = ["🍽 Забронировать столик", "📖 Мои брони", "ℹ️ О нас", "👤 Мои данные"]


@pytest.mark.parametrize("start", ["/start", "/start table_7", "/start " + "x" * 64])
async def test_start_greets_and_shows_the_menu(guest: Person, start: str) -> None:
    await guest.says(start)
    assert "Добро пожаловать в Binary Bites!" in guest.text
    assert guest.buttons == MENU


async def test_start_begins_anew_and_leaves_no_window_of_the_wizard(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2")
    old, window = guest.screen.data("Любой подходящий"), guest.screen
    await guest.says("/start")
    assert len(guest.bubbles) == 1
    await guest.sends(old, window)
    assert "Это окно уже закрыто" in guest.text


async def test_start_and_cancel_leave_what_was_booked_in_the_chat(guest: Person) -> None:
    await guest.books()
    await guest.says("/start")
    assert ["Готово" in bubble.text for bubble in guest.bubbles] == [True, False]
    await guest.says("/cancel")
    assert "Сейчас прерывать нечего" in guest.text


async def test_help_says_what_can_be_done(guest: Person) -> None:
    await guest.says("/help")
    assert "Что я умею" in guest.text
    assert "/cancel — прервать бронирование" in guest.text
    assert guest.buttons == MENU


async def test_cancel_says_what_it_ended(guest: Person) -> None:
    await guest.says("/cancel")
    assert "Сейчас прерывать нечего" in guest.text
    assert guest.buttons == MENU
    await guest.presses("Забронировать столик", "2")
    await guest.says("/cancel")
    assert "Бронирование прервано" in guest.text
    assert guest.buttons == MENU
    assert len(guest.bubbles) == 1


async def test_a_text_with_nothing_running_says_so(guest: Person) -> None:
    await guest.says("здравствуйте")
    assert "Сейчас мы ничего не оформляем" in guest.text
    assert guest.buttons == MENU


async def test_about_shows_the_venue_and_leads_on(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("О нас")
    assert "Цветной бульвар" in guest.text
    assert "📞 +7" in guest.text
    await guest.presses("На главную")
    assert guest.buttons == MENU
    assert len(guest.bubbles) == 1


async def test_a_chosen_language_wins_over_the_clients(house: House, guest: Person) -> None:
    await guest.says("/language")
    await guest.presses("English")
    assert "we speak English now" in guest.text
    assert guest.buttons[0] == "🍽 Book a table"
    house.restart()
    await guest.says("/start")
    assert "Where shall we start?" in guest.text


async def test_the_language_is_known_from_the_database_when_the_conversation_was_forgotten(
    house: House, guest: Person
) -> None:
    await guest.says("/language")
    await guest.presses("English")
    await house.services().dialogs.save(f"{house.bot.id}:{guest.id}:{guest.id}", b"{}")
    house.restart()
    await guest.says("hello")
    assert "Nothing is being booked right now" in guest.text


async def test_a_button_nobody_knows_explains_itself(guest: Person) -> None:
    await guest.says("/start")
    for data in ("menu:nowhere", "booking:show:0:0", "bookings:-1", "day:9999999999::0", "garbage", "\x1d"):
        await guest.sends(data)
        assert "Это окно уже закрыто" in guest.text
        assert guest.buttons == MENU


async def test_a_press_on_a_message_too_old_to_be_changed_is_answered_below(house: House, guest: Person) -> None:
    await guest.says("/start")
    press = guest.press_of("menu:about", guest.screen)
    press["callback_query"]["message"] = {"message_id": guest.screen.id, "date": 0, "chat": guest.chat}
    await house.deliver(press)
    assert len(guest.bubbles) == 2
    assert "Цветной бульвар" in guest.text


async def test_a_window_the_guest_deleted_is_sent_again(house: House, guest: Person) -> None:
    await guest.says("/start")
    menu = guest.screen
    house.telegram.chats[guest.id].clear()
    await guest.sends("menu:about", menu)
    assert "Цветной бульвар" in guest.text
    await guest.presses("Забронировать столик")
    window = guest.screen
    house.telegram.chats[guest.id].clear()
    await guest.sends(window.data("2"), window)
    assert "Какой стол?" in guest.text


def test_the_command_menu_is_there_in_both_languages(texts: Texts) -> None:
    menu = commands(texts)
    assert set(menu) == {"", "ru", "en"}
    assert [command.command for command in menu[""]] == ["start", "help", "cancel", "privacy", "language"]
    assert menu["en"][0].description == "Main menu"


def test_only_updates_that_are_answered_are_asked_for(house: House) -> None:
    assert allowed_updates(house.dispatcher) == [
        *("callback_query", "channel_post", "edited_message", "message", "my_chat_member")
    ]


async def test_a_reply_to_a_window_of_long_ago_is_a_message_like_any_other(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    markup = guest.screen.markup
    assert markup
    old = guest.message("Сколько вас будет?")
    old |= {"from": {"id": guest.house.bot.id, "is_bot": True, "first_name": "B"}}
    old |= {"reply_markup": markup.model_dump(exclude_none=True)}
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    await guest.says("2", reply_to_message=old)
    assert "Какой стол?" in guest.text


async def test_whoever_left_the_booked_table_for_the_menu_is_not_led_back(guest: Person) -> None:
    await guest.books()
    await guest.presses("Мои брони")
    await guest.says("спасибо")
    assert "Сейчас мы ничего не оформляем" in guest.text


async def test_a_menu_button_pressed_in_the_wizards_window_ends_the_wizard(guest: Person) -> None:
    await guest.says("/start")
    about, window = guest.screen.data("О нас"), guest.screen
    await guest.presses("Забронировать столик")
    await guest.sends(about, window)
    assert "Цветной бульвар" in guest.text
    await guest.says("2")
    assert "Сейчас мы ничего не оформляем" in guest.text


async def test_who_blocks_the_bot_is_remembered(house: House, guest: Person) -> None:
    await guest.says("/start")
    bot = {"id": house.bot.id, "is_bot": True, "first_name": "B"}
    members: dict[str, Any] = {"old_chat_member": {"user": bot, "status": "member"}}
    members |= {"new_chat_member": {"user": bot, "status": "kicked", "until_date": 0}}
    change = {"chat": guest.chat, "from": guest.user, "date": 1, **members}
    await house.deliver({"update_id": next_update_id(), "my_chat_member": change})
    known = await house.services().users.find_by_id(Channel.TELEGRAM, guest.id)
    assert known
    assert known.blocked


async def test_a_name_that_postgresql_would_not_take_is_kept_without_the_odd_character(house: House) -> None:
    await Person(house, 1005, first_name="Ан\0на", last_name="\0Ли").says("/start")
    known = await house.services().users.find_by_id(Channel.TELEGRAM, 1005)
    assert known
    assert known.full_name == "Анна Ли"


async def test_a_window_that_did_not_change_is_left_as_it_is(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("О нас")
    await guest.sends("menu:about")
    assert "Цветной бульвар" in guest.text
    assert len(guest.bubbles) == 1


async def test_a_press_that_belongs_to_no_message_leaves_the_wizard_alone(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    press = guest.press_of("x", guest.screen)
    del press["callback_query"]["message"], press["callback_query"]["data"]
    await house.deliver(press | {"update_id": next_update_id()})
    assert house.telegram.toasts == ["Это окно уже закрыто. Главное меню: /start"]
    await guest.presses("2")
    assert "Какой стол?" in guest.text
