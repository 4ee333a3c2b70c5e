"""The wizard as guests see it."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.booking import BookingStatus
from app.texts import Texts
from tests.bot.people import House, Person, open_house

TO_THE_CONFIRMATION = ("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")


async def bookings_in(house: House) -> dict[BookingStatus, int]:
    return {status: n for status, n in (await house.services().stats.by_status()).items() if n}


async def at_confirmation(guest: Person, *, table: str = "Любой подходящий") -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", table, "28", "18:00 – 20:00")


async def test_a_guest_books_by_six_presses_in_one_message(guest: Person) -> None:
    await at_confirmation(guest)
    assert "Держу столик за вами до 12:10" in guest.text
    await guest.presses("Всё верно")
    assert "Готово, столик ваш!" in guest.text
    for detail in ("Суббота, 28 ноября", "18:00 – 20:00", "2 гостя", "Стол №1", "Цветной бульвар"):
        assert detail in guest.text
    assert guest.buttons == ["📝 Пожелания", "🎟 Карточка и календарь", "📖 Мои брони", "🏠 На главную"]
    assert len(guest.bubbles) == 1


async def test_the_same_in_english(house: House) -> None:
    guest = Person(house, 1003, language="en-GB", first_name="Ann")
    await guest.says("/start")
    await guest.presses("Book a table", "2", "Any suitable table", "28", "18:00 – 20:00")
    assert "The table is held for you until 12:10" in guest.text
    await guest.presses("All correct")
    assert "Saturday, 28 November" in guest.text
    assert "2 guests" in guest.text


async def test_tables_are_offered_best_fit_first_and_never_too_small(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "5")
    assert guest.buttons[:3] == ["✨ Любой подходящий", "Стол №8 · 5 мест", "Стол №9 · 6 мест"]
    assert "Стол №4 · 4 места" not in guest.buttons
    assert "Круглый стол на пятерых" in guest.text
    await guest.presses("Стол №9 · 6 мест")
    assert "стол №9" in guest.text
    await guest.presses("28", "18:00 – 20:00", "Всё верно")
    assert "Стол №9" in guest.text


@pytest.mark.parametrize("typed", ["2", " 2 ", "２", "02"])
async def test_a_typed_number_works_like_a_press(guest: Person, typed: str) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    await guest.says(typed)
    assert "Какой стол?\n2 гостя" in guest.text
    assert len(guest.bubbles) == 1, "the window moved below what was typed"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("двое", "Напишите число, например 2"),
        ("2.5", "Напишите число, например 2"),
        ("1_0", "Напишите число, например 2"),
        ("²", "Напишите число, например 2"),
        ("0", "Нужен хотя бы один гость"),
        ("-1", "Нужен хотя бы один гость"),
        ("9", "+7"),
        ("1000000000000", "+7"),
        ("9" * 4000, "+7"),
    ],
)
async def test_a_number_that_cannot_be_is_answered_and_there_is_a_way_on(
    guest: Person, typed: str, answer: str
) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    await guest.says(typed)
    assert answer in guest.text
    await guest.presses("2")
    assert "Какой стол?" in guest.text


async def test_a_larger_party_is_given_the_phone(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "Больше")
    assert "Наш самый большой стол — на 8 гостей" in guest.text
    assert "+7" in guest.text
    await guest.presses("8")
    assert "Стол №11 · 8 мест" in guest.buttons
    assert "+7" not in guest.text


async def test_the_calendar_shows_only_days_that_can_be_booked(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий")
    assert guest.buttons[:8] == ["Ноябрь 2026", "Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"]
    assert guest.buttons[8:13] == ["27", "28", "29", "30", "Декабрь ▶️"]
    await guest.presses("Декабрь ▶️")
    assert guest.buttons[0] == "Декабрь 2026"
    assert {"1", "31", "◀️ Ноябрь", "Январь ▶️"} <= set(guest.buttons)
    await guest.presses("Январь ▶️")
    assert "26" in guest.buttons
    assert "27" not in guest.buttons, "60 days ahead end on 26 January"
    assert "Февраль ▶️" not in guest.buttons
    await guest.presses("◀️ Декабрь", "31", "22:00 – 00:00")
    assert "Четверг, 31 декабря" in guest.text


async def test_sittings_that_have_begun_are_not_offered(house: House, guest: Person) -> None:
    house.clock.advance(timedelta(hours=5, minutes=50))
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "27")
    assert guest.buttons[:3] == ["18:00 – 20:00", "20:00 – 22:00", "22:00 – 00:00"]


async def test_yesterday_cannot_be_booked_in_a_wizard_left_open(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "27")
    evening, calendar = guest.screen.data("20:00 – 22:00"), guest.screen
    house.clock.advance(timedelta(hours=18))
    await guest.sends(evening, calendar)
    assert "На этот день бронь не открыта" in guest.text
    assert "27" not in guest.buttons
    await guest.presses("28")
    assert "Суббота, 28 ноября" in guest.text


async def test_back_leads_through_all_windows_and_cancel_ends_each(guest: Person) -> None:
    await at_confirmation(guest)
    for question in ("Во сколько вас ждать?", "В какой день вас ждать?", "Какой стол?", "Сколько вас будет?"):
        await guest.presses("Назад")
        assert question in guest.text
    await guest.presses("Назад")
    assert "Чем помочь?" in guest.text
    for steps in range(1, len(TO_THE_CONFIRMATION) + 1):
        await guest.presses(*TO_THE_CONFIRMATION[:steps])
        await guest.presses("Отмена")
        assert "Бронирование прервано" in guest.text
        assert "🍽 Забронировать столик" in guest.buttons
    assert len(guest.bubbles) == 1


@pytest.mark.parametrize("way", ["Назад", "Отмена", "/start", "/cancel"])
async def test_the_table_is_free_at_once_when_the_guest_turns_away(
    guest: Person, other_guest: Person, way: str
) -> None:
    await at_confirmation(guest, table="Стол №1 · 2 места")
    await other_guest.says("/start")
    await other_guest.presses("Забронировать столик", "2", "Стол №1 · 2 места", "28")
    assert "18:00 – 20:00" not in other_guest.buttons
    await (guest.says(way) if way.startswith("/") else guest.presses(way))
    await other_guest.presses("Назад", "28", "18:00 – 20:00", "Всё верно")
    assert "Готово, столик ваш!" in other_guest.text


async def test_another_time_frees_the_first_one(house: House, guest: Person) -> None:
    await at_confirmation(guest)
    await guest.presses("Назад", "20:00 – 22:00", "Всё верно")
    assert "20:00 – 22:00" in guest.text
    assert await bookings_in(house) == {BookingStatus.BOOKED: 1, BookingStatus.EXPIRED: 1}


async def test_the_slower_guest_is_told_and_sees_what_is_still_free(guest: Person, other_guest: Person) -> None:
    for person in (guest, other_guest):
        await person.says("/start")
        await person.presses("Забронировать столик", "2", "Стол №1 · 2 места", "28")
    await guest.presses("18:00 – 20:00", "Всё верно")
    await other_guest.presses("18:00 – 20:00")
    assert "только что заняли" in other_guest.text
    assert "18:00 – 20:00" not in other_guest.buttons
    assert "16:00 – 18:00" in other_guest.buttons
    assert any(button.endswith(" · 18:00 – 20:00") for button in other_guest.buttons), "the same time on other days"
    other_day = next(button for button in other_guest.buttons if button.startswith("вс, 29"))
    await other_guest.presses(other_day, "Всё верно")
    assert "Воскресенье, 29 ноября" in other_guest.text


@pytest.mark.parametrize("moment", [253402300799, -62135596800])
async def test_a_made_up_moment_of_a_taken_sitting_is_refused(guest: Person, other_guest: Person, moment: int) -> None:
    for person in (guest, other_guest):
        await person.says("/start")
        await person.presses("Забронировать столик", "2", "Стол №1 · 2 места", "28")
    taken = other_guest.screen.data("18:00 – 20:00")
    await guest.presses("18:00 – 20:00", "Всё верно")
    await other_guest.sends(f"{taken.rpartition('-')[0]}-{moment}")
    assert "На этот день бронь не открыта" in other_guest.text


async def test_a_hold_that_ran_out_is_lost_to_whoever_was_faster(
    house: House, guest: Person, other_guest: Person
) -> None:
    await at_confirmation(guest, table="Стол №1 · 2 места")
    house.clock.advance(timedelta(minutes=11))
    await other_guest.books(table="Стол №1 · 2 места")
    assert "Готово" in other_guest.text
    await guest.presses("Всё верно")
    assert "только что заняли" in guest.text
    await guest.presses("16:00 – 18:00", "Всё верно")
    assert "Готово" in guest.text


async def test_a_hold_that_ran_out_is_booked_if_nobody_came(house: House, guest: Person) -> None:
    await at_confirmation(guest)
    house.clock.advance(timedelta(minutes=11))
    await guest.says("ещё думаю")
    assert "уже не придержан" in guest.text
    await guest.presses("Всё верно")
    assert "Готово" in guest.text


async def test_confirming_after_the_sitting_began_is_refused(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "27", "14:00 – 16:00")
    house.clock.advance(timedelta(hours=3))
    await guest.presses("Всё верно")
    assert "Это время уже началось" in guest.text
    await guest.presses("16:00 – 18:00", "Всё верно")
    assert "Готово" in guest.text


async def test_confirming_twice_at_once_and_again_books_once(house: House, guest: Person) -> None:
    await at_confirmation(guest)
    first, second = (guest.press_of(guest.screen.data("Всё верно"), guest.screen) for _ in range(2))
    await asyncio.gather(house.deliver(first), house.deliver(second), house.deliver(first))
    await house.deliver(second)
    assert "Готово" in guest.text
    assert len(guest.bubbles) == 1
    assert await bookings_in(house) == {BookingStatus.BOOKED: 1}


async def test_hasty_presses_of_back_are_one_step(guest: Person) -> None:
    await at_confirmation(guest)
    back, window = guest.screen.data("Назад"), guest.screen
    await guest.sends(back, window)
    await guest.sends(back, window)
    assert "Во сколько вас ждать?" in guest.text


async def test_too_many_bookings_are_refused_with_a_way_on(guest: Person) -> None:
    for time in ("06:00 – 08:00", "08:00 – 10:00", "10:00 – 12:00", "12:00 – 14:00", "14:00 – 16:00"):
        await guest.books(time=time)
        assert "Готово" in guest.text
    await at_confirmation(guest)
    assert "У вас уже 5 предстоящих броней" in guest.text
    await guest.presses("Мои брони")
    assert len([button for button in guest.buttons if "нояб" in button]) == 5


@pytest.fixture
def one_small_house(tmp_path: Path) -> dict[str, Path]:
    tables, slots = tmp_path / "tables.json", tmp_path / "slots.json"
    tables.write_text('[{"id": 1, "capacity": 2, "description": "А"}, {"id": 2, "capacity": 2, "description": "Б"}]')
    slots.write_text('[{"id": 1, "start_time": "18:00", "end_time": "20:00"}]')
    return {"tables": tables, "slots": slots}


async def test_a_full_day_is_marked_and_leads_to_the_nearest_free_ones(
    migrated_sqlite: str, texts: Texts, one_small_house: dict[str, Path]
) -> None:
    async with open_house(migrated_sqlite, texts, one_small_house) as house:
        for number in range(2):
            await Person(house, 1001 + number).books()
        guest = Person(house, 1010)
        await guest.says("/start")
        await guest.presses("Забронировать столик", "2", "Любой подходящий")
        assert "✖28" in guest.buttons
        assert "✖ — всё занято" in guest.text
        await guest.presses("✖28")
        assert "На этот день всё занято" in guest.text
        assert [button[:6] for button in guest.buttons[:2]] == ["пт, 27", "вс, 29"]
        await guest.presses(guest.buttons[0], "Всё верно")
        assert "Пятница, 27 ноября" in guest.text


async def test_a_wished_table_that_is_taken_is_not_swapped_silently(
    migrated_sqlite: str, texts: Texts, one_small_house: dict[str, Path]
) -> None:
    async with open_house(migrated_sqlite, texts, one_small_house) as house:
        await Person(house, 1001).books(table="Стол №1 · 2 места")
        guest = Person(house, 1010)
        await guest.says("/start")
        await guest.presses("Забронировать столик", "2", "Стол №1 · 2 места", "✖28")
        assert "На этот день всё занято" in guest.text
        await guest.presses("Любой подходящий", "18:00 – 20:00")
        assert "Стол №2" in guest.text


async def test_a_large_hall_is_booked_by_typing_the_number(migrated_sqlite: str, tmp_path: Path, texts: Texts) -> None:
    tables = tmp_path / "hall.json"
    tables.write_text('[{"id": 1, "capacity": 150, "description": "Банкетный зал"}]')
    async with open_house(migrated_sqlite, texts, {"tables": tables}) as house:
        guest = Person(house)
        await guest.says("/start")
        await guest.presses("Забронировать столик")
        assert len(guest.buttons) <= 100, "Telegram takes no more under one message"
        await guest.presses("Больше")
        assert "Напишите, сколько вас будет: места есть на 150" in guest.text
        await guest.says("9999999")
        assert "Наш самый большой стол — на 150 гостей" in guest.text
        await guest.says("120")
        assert "Стол №1 · 150 мест" in guest.buttons


async def test_a_day_of_a_hundred_short_sittings_can_be_shown_also_with_other_days(
    migrated_sqlite: str, texts: Texts, one_small_house: dict[str, Path]
) -> None:
    clock = [f"{minutes // 60 % 24:02}:{minutes % 60:02}" for minutes in range(0, 25 * 60, 15)]
    short = [{"id": n + 1, "start_time": clock[n], "end_time": clock[n + 1]} for n in range(96)]
    one_small_house["slots"].write_text(json.dumps(short))
    async with open_house(migrated_sqlite, texts, one_small_house) as house:
        guest, other_guest = Person(house, 1001), Person(house, 1002)
        for person in (guest, other_guest):
            await person.says("/start")
            await person.presses("Забронировать столик", "2", "Стол №1 · 2 места", "28")
            assert len(person.buttons) == 96 + 2
        await guest.presses("18:00 – 18:15", "Всё верно")
        await other_guest.presses("18:00 – 18:15")
        assert "только что заняли" in other_guest.text
        assert any(button.startswith(("пт, 27", "вс, 29")) for button in other_guest.buttons)


async def test_long_descriptions_are_cut_so_that_the_list_of_tables_can_be_sent(
    migrated_sqlite: str, tmp_path: Path, texts: Texts
) -> None:
    tables = tmp_path / "tables.json"
    described = "Столик у окна с видом на бульвар. " * 30
    tables.write_text(json.dumps([{"id": n, "capacity": 2, "description": described} for n in range(1, 13)]))
    async with open_house(migrated_sqlite, texts, {"tables": tables}) as house:
        guest = Person(house)
        await guest.says("/start")
        await guest.presses("Забронировать столик", "2")
        assert guest.text.count("№") == 12
        assert "…" in guest.text


async def test_without_tables_booking_is_closed_and_the_phone_is_given(
    migrated_sqlite: str, tmp_path: Path, texts: Texts
) -> None:
    tables = tmp_path / "none.json"
    tables.write_text("[]")
    async with open_house(migrated_sqlite, texts, {"tables": tables}) as house:
        guest = Person(house)
        await guest.says("/start")
        await guest.presses("Забронировать столик")
        assert "Бронирование пока закрыто" in guest.text
        assert "+7" in guest.text
        assert "📖 Мои брони" in guest.buttons


async def test_before_anything_was_loaded_booking_is_closed_and_nothing_empty_is_shown(
    migrated_sqlite: str, texts: Texts
) -> None:
    async with open_house(migrated_sqlite, texts, seeded=False) as house:
        guest = Person(house)
        await guest.says("/start")
        for pressed in ("Забронировать столик", "О нас"):
            await guest.presses(pressed)
            assert guest.text == "Бронирование пока закрыто. Загляните чуть позже."
            await (guest.presses("На главную") if pressed == "О нас" else guest.says("/start"))
        assert "📖 Мои брони" in guest.buttons


@pytest.mark.parametrize("step", range(1, len(TO_THE_CONFIRMATION) + 2))
async def test_the_next_press_goes_on_after_a_restart(house: House, guest: Person, step: int) -> None:
    path = (*TO_THE_CONFIRMATION, "Всё верно")
    await guest.says("/start")
    await guest.presses(*path[:step])
    house.restart()
    await guest.presses(*path[step:])
    assert "Готово" in guest.text


ANYTHING: list[dict[str, Any]] = [
    {"text": "😀" * 50},
    {"text": "щ" * 4000},
    {"text": "/unknown"},
    {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], "caption": "2"},
    {"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1}
     | {"is_animated": False, "is_video": False}},
    {"contact": {"phone_number": "1", "first_name": "A"}},
    {"location": {"latitude": 1.0, "longitude": 1.0}},
    {"text": "привет", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}},
]  # fmt: skip

EXPECTED = [
    "Сколько вас будет?",
    "Выберите стол кнопкой ниже",
    "Выберите день в календаре",
    "Выберите время кнопкой ниже",
    "Осталось подтвердить",
    "Столик уже забронирован",
]


@pytest.mark.parametrize("step", range(6))
async def test_anything_unexpected_is_answered_with_what_is_expected_and_the_window(guest: Person, step: int) -> None:
    await guest.says("/start")
    await guest.presses(*(*TO_THE_CONFIRMATION, "Всё верно")[: step + 1])
    before = guest.buttons
    for content in ANYTHING:
        await guest.says(**content)
        assert guest.text.startswith(EXPECTED[step])
        assert guest.buttons == before
        assert len(guest.bubbles) == 1
    await guest.edits("исправил")
    assert guest.text.startswith(EXPECTED[step])
    await guest.presses(before[-1])
    assert EXPECTED[step] not in guest.text


async def test_an_edited_live_location_is_not_taken_for_a_message(house: House, guest: Person) -> None:
    await guest.says("/start")
    calls = len(house.telegram.calls)
    await guest.edits(location={"latitude": 1.0, "longitude": 1.0})
    assert len(house.telegram.calls) == calls


async def test_a_corrected_number_counts(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    await guest.says("двое")
    await guest.edits("2")
    assert "Какой стол?\n2 гостя" in guest.text


async def test_a_button_of_an_earlier_wizard_explains_itself_and_opens_the_menu(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2")
    old = guest.screen.data("Любой подходящий")
    await guest.presses("Отмена")
    await guest.sends(old)
    assert "Это окно уже закрыто" in guest.text
    assert "🍽 Забронировать столик" in guest.buttons


async def test_a_menu_button_of_an_older_message_works_during_a_wizard(guest: Person) -> None:
    await guest.says("/start")
    menu = guest.screen
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2")
    wizard = guest.screen
    await guest.sends(menu.data("О нас"), menu)
    assert "Цветной бульвар" in guest.bubbles[0].text
    await guest.sends(wizard.data("Любой подходящий"), wizard)
    assert "В какой день" in guest.text, "the wizard goes on"
    await guest.sends(menu.data("Забронировать столик"), menu)
    assert [bubble.text[:7] for bubble in guest.bubbles] == ["Сколько"], "one wizard only, in the pressed message"
    await guest.presses(*TO_THE_CONFIRMATION[1:], "Всё верно")
    assert "Готово" in guest.text


@pytest.mark.parametrize(
    "forged",
    [
        "party:x",
        "table:99",
        "time:1-2",
        "calendar:oops",
        "calendar:9999999999999999",
        "calendar:253402300799",
        "x",
    ],
)
async def test_a_made_up_button_changes_nothing(house: House, guest: Person, forged: str) -> None:
    await guest.says("/start")
    window = {"party": 1, "table": 2, "calendar": 3, "time": 4}.get(forged.partition(":")[0], 1)
    await guest.presses(*TO_THE_CONFIRMATION[:window])
    intent = guest.screen.data("Отмена").partition("\x1d")[0]
    await guest.sends(f"{intent}\x1d{forged}")
    assert "✖️ Отмена" in guest.buttons
    assert not await bookings_in(house)
