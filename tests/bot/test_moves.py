"""What a guest sees who moves a booking."""

import json
from datetime import timedelta
from pathlib import Path

from app.domain.people import Actor
from app.domain.people import Person as Who
from app.texts import Texts
from tests.bot.people import TODAY, House, Person, open_house

WINDOW = "Стол №1 · 2 места"
KEPT = "Пока не подтвердите новую, она в силе."


async def to_the_card(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Мои брони")
    await guest.presses(guest.buttons[0])


async def to_the_times(guest: Person) -> None:
    await guest.books(table=WINDOW)
    await to_the_card(guest)
    await guest.presses("Перенести")


async def test_a_booking_is_moved_in_three_presses(guest: Person) -> None:
    await to_the_times(guest)
    assert "Переносим бронь: сб, 28 нояб., 18:00 · 2 гостя · Стол №1" in guest.text
    assert KEPT in guest.text
    assert "18:00 – 20:00" in guest.buttons, "one's own time, too"
    assert "✨ Любой подходящий" in guest.buttons
    await guest.presses("20:00 – 22:00")
    assert "Было: сб, 28 нояб., 18:00 · 2 гостя · Стол №1" in guest.text
    assert "20:00 – 22:00" in guest.text
    assert "Держу столик за вами до 12:10" in guest.text
    await guest.presses("Всё верно")
    assert "Готово, бронь перенесена!" in guest.text
    assert "20:00 – 22:00" in guest.text
    await guest.says("Спасибо")
    assert "Готово, бронь перенесена!" in guest.text
    await to_the_card(guest)
    assert "20:00 – 22:00" in guest.text
    assert "забронирована" in guest.text


async def test_party_table_and_day_may_be_changed_as_well(house: House, guest: Person) -> None:
    await to_the_times(guest)
    await guest.presses("Назад")
    assert KEPT in guest.text
    await guest.presses("Назад", "Назад")
    assert "Сколько вас будет?" in guest.text
    await guest.presses("4", "Любой подходящий", "29", "18:00 – 20:00", "Всё верно")
    assert "бронь перенесена" in guest.text
    for words in ("29 ноября", "4 гостя", "Стол №4"):
        assert words in guest.text
    counts = await house.services().stats.by_status()
    assert counts["booked"] == 1  # type: ignore[index]  # a StrEnum is its value


async def test_whoever_leaves_keeps_what_is_booked(guest: Person, other_guest: Person) -> None:
    await to_the_times(guest)
    for leave in ("Отмена", "/cancel", "/start"):
        await guest.presses("20:00 – 22:00")
        if leave.startswith("/"):
            await guest.says(leave)
        else:
            await guest.presses(leave)
        assert ("бронь остаётся как была" in guest.text) is (leave != "/start")
        await to_the_card(guest)
        assert "18:00 – 20:00" in guest.text
        await guest.presses("Перенести")
    await other_guest.books(table=WINDOW, time="20:00 – 22:00")
    assert "Готово" in other_guest.text


async def test_the_same_time_and_table_change_nothing(guest: Person) -> None:
    await to_the_times(guest)
    await guest.presses("18:00 – 20:00", "Всё верно")
    assert "Ничего не изменилось" in guest.text


async def test_a_place_that_is_gone_shows_what_is_free_and_the_booking_stands(
    house: House, guest: Person, other_guest: Person
) -> None:
    await to_the_times(guest)
    await guest.presses("20:00 – 22:00")
    house.clock.advance(timedelta(minutes=11))
    await other_guest.books(table=WINDOW, time="20:00 – 22:00")
    await guest.presses("Всё верно")
    assert "только что заняли" in guest.text
    assert KEPT in guest.text
    assert "20:00 – 22:00" not in guest.buttons
    await guest.presses("22:00 – 00:00", "Всё верно")
    assert "бронь перенесена" in guest.text


async def test_it_is_moved_from_another_chat_meanwhile(house: House, guest: Person) -> None:
    await to_the_times(guest)
    await guest.presses("20:00 – 22:00")
    elsewhere, services = Actor(Who(guest.id, "Анна")), house.services()
    held = await services.bookings.hold(elsewhere, party=2, day=TODAY + timedelta(days=1), slot_id=1, replaces=1)
    await services.moves.move(elsewhere, held.id)
    await guest.presses("Всё верно")
    assert "с тех пор перенесена" in guest.text


async def test_large_parties_and_late_guests_are_moved_by_the_restaurant(
    migrated_sqlite: str, texts: Texts, tmp_path: Path
) -> None:
    venue = {"name": "А", "about": "А", "greeting": "Б", "address": "В", "phone": "+7 495 000-00-01"}
    policy = {"cancel_until": {"days": 1}, "largest_online": 4}
    (tmp_path / "venue.json").write_text(json.dumps({**venue, "policy": policy}))
    async with open_house(migrated_sqlite, texts, {"venue": tmp_path / "venue.json"}) as house:
        guest = Person(house)
        await to_the_times(guest)
        await guest.presses("Назад", "Назад", "Назад", "5")
        assert "Если вас больше 4 гостей, бронь переносит ресторан: позвоните +7 495 000-00-01" in guest.text
        assert "Сколько вас будет?" in guest.text
        await to_the_card(guest)
        move = guest.screen.data("Перенести")
        house.clock.advance(timedelta(hours=12))
        await guest.sends(move)
        assert "Перенести самостоятельно уже нельзя" in guest.text
        assert "+7 495 000-00-01" in guest.text
        await to_the_card(guest)
        assert "🔁 Перенести" not in guest.buttons
        assert "Перенести или отменить бронь самостоятельно можно было до 28 ноября, 00:00" in guest.text
