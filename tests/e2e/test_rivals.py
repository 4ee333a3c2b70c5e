"""Two guests and one table, one guest with quick fingers, and a network that says everything twice."""

import asyncio

import pytest

from playground.client import Person
from tests.e2e.conftest import BOTH_DATABASES, Opening
from tests.e2e.house import SATURDAY, SUNDAY, House
from tests.e2e.wizard import EVENING, Wish, received, shown, walk

pytestmark = pytest.mark.slow

THE_TABLE = Wish(table="Стол №1")


@BOTH_DATABASES
async def test_of_fifty_guests_with_the_same_table_at_their_fingertips_one_gets_it(
    house: House, owner: Person, host: Person
) -> None:
    """Each of them had the table held once, and lost the hold by thinking for too long."""
    guests = await house.guests(50)
    await asyncio.gather(*(walk(guest, "time", THE_TABLE) for guest in guests))
    for guest in guests:
        await guest.press(EVENING)
        assert "Держу столик за вами" in guest.last.text
        await house.later(minutes=11)
    await asyncio.gather(*(guest.press("Всё верно", timeout=60) for guest in guests))

    winners = [guest for guest in guests if "Готово, столик ваш!" in guest.last.text]
    losers = [guest for guest in guests if guest not in winners]
    assert len(winners) == 1
    for loser in losers:
        assert "только что заняли" in loser.last.text
        assert "20:00 – 22:00" in shown(loser), "what is still free that day"
        assert EVENING not in shown(loser)
    assert [booking.guest for booking in house.bookings() if booking.status == "booked"] == [winners[0].id]
    assert house.number("SELECT count(*) FROM table_cells") == 8
    for admin in (owner, host):
        await admin.wait_for("Новая бронь")
    await house.quiet()
    assert len(received(owner, "Новая бронь")) == len(received(host, "Новая бронь")) == 1


@BOTH_DATABASES
async def test_of_fifty_guests_who_choose_the_same_time_at_once_one_holds_it(house: House) -> None:
    guests = await house.guests(50)
    await asyncio.gather(*(walk(guest, "time", THE_TABLE) for guest in guests))
    await asyncio.gather(*(guest.press(EVENING, timeout=60) for guest in guests))
    holders = [guest for guest in guests if "Держу столик за вами" in guest.last.text]
    assert len(holders) == 1
    assert sum("только что заняли" in guest.last.text for guest in guests) == 49
    assert house.statuses() == ["held"]
    await holders[0].press("Всё верно")
    assert house.statuses() == ["booked"]


async def test_fifty_parties_fill_the_house_and_the_rest_is_shown_other_times(house: House) -> None:
    guests = await house.guests(50)
    await asyncio.gather(*(walk(guest, "time") for guest in guests))
    await asyncio.gather(*(guest.press(EVENING, timeout=60) for guest in guests))
    held = [guest for guest in guests if "Держу столик за вами" in guest.last.text]
    assert len(held) == 12
    assert sorted(booking.tables for booking in house.bookings()) == [(number,) for number in range(1, 13)]
    await asyncio.gather(*(guest.press("Всё верно", timeout=60) for guest in held))
    late = next(guest for guest in guests if guest not in held)
    await late.press("20:00 – 22:00")
    await late.press("Всё верно")
    assert "20:00 – 22:00" in late.last.text
    assert house.statuses().count("booked") == 13


@BOTH_DATABASES
async def test_two_quick_presses_are_one_booking(house: House, anna: Person, owner: Person) -> None:
    await walk(anna, "confirmation")
    await asyncio.gather(*(anna.press("Всё верно") for _ in range(5)))
    assert "Готово, столик ваш!" in anna.last.text
    await owner.wait_for("Новая бронь")
    await house.quiet()
    assert house.statuses() == ["booked"]
    assert len(received(owner, "Новая бронь")) == 1


async def test_an_update_that_comes_twice_is_one_booking(house: House, anna: Person, owner: Person) -> None:
    await walk(anna, "confirmation")
    await anna.deliver_twice()
    await anna.press("Всё верно")
    await anna.redeliver()
    assert "Готово, столик ваш!" in anna.last.text
    await owner.wait_for("Новая бронь")
    await house.quiet()
    assert house.statuses() == ["booked"]
    assert len(received(owner, "Новая бронь")) == 1


async def test_every_step_may_come_twice(house: House, anna: Person) -> None:
    await anna.send("/start")
    for button in ("Забронировать столик", "2", "Любой подходящий", "28", EVENING, "Всё верно"):
        await anna.deliver_twice()
        await anna.press(button)
        await anna.redeliver()
    assert "Готово, столик ваш!" in anna.last.text
    assert house.statuses() == ["booked"]
    await anna.deliver_twice()
    await anna.send("/start")
    await anna.redeliver()
    assert len(received(anna, "Добро пожаловать")) == 1


async def test_hasty_presses_of_one_button_lead_one_step_on(house: House, anna: Person) -> None:
    await anna.send("/start")
    for button, question in (
        ("Забронировать столик", "Сколько вас будет?"),
        ("2", "Какой стол?"),
        ("Любой подходящий", "В какой день"),
        ("28", "Во сколько"),
        (EVENING, "Всё верно?"),
        ("Назад", "Во сколько"),
        ("Назад", "В какой день"),
        ("Назад", "Какой стол?"),
        ("Назад", "Сколько вас будет?"),
    ):
        await asyncio.gather(*(anna.press(button) for _ in range(3)))
        assert question in anna.last.text
        assert len([message for message in anna.messages if not message.outgoing]) == 1
    assert house.number("SELECT count(*) FROM table_cells") == 0


async def test_who_thinks_too_long_may_lose_the_table_and_is_told(house: House, anna: Person, boris: Person) -> None:
    await walk(anna, "confirmation", THE_TABLE)
    await house.later(minutes=11)
    await walk(boris, wish=THE_TABLE)
    assert "Готово" in boris.last.text
    await anna.press("Всё верно")
    assert "только что заняли" in anna.last.text
    assert EVENING not in shown(anna)
    assert {"16:00 – 18:00", "20:00 – 22:00"} <= set(shown(anna))
    assert any("вс, 29 нояб. · 18:00 – 20:00" in text for text in shown(anna)), "the same time on the next day"
    await anna.press("20:00 – 22:00")
    await anna.press("Всё верно")
    assert "Готово" in anna.last.text
    assert sorted((booking.guest, booking.status) for booking in house.bookings() if booking.status == "booked") == [
        (anna.id, "booked"),
        (boris.id, "booked"),
    ]


async def test_who_thinks_too_long_gets_the_table_if_nobody_wanted_it(house: House, anna: Person) -> None:
    await walk(anna, "confirmation")
    await house.later(minutes=11)
    await anna.send("эй")
    assert "Время вышло" in anna.last.text
    await house.until_status("expired")
    await anna.press("Всё верно")
    assert "Готово, столик ваш!" in anna.last.text
    assert house.statuses() == ["booked"]


async def test_a_held_table_is_not_offered_and_a_hold_given_up_is(house: House, anna: Person, boris: Person) -> None:
    await walk(anna, "confirmation", THE_TABLE)
    await walk(boris, "time", THE_TABLE)
    assert EVENING not in shown(boris)
    await anna.press("Назад")
    await boris.press("Назад")
    await boris.press("28")
    assert EVENING in shown(boris)
    await boris.press(EVENING)
    await anna.press(EVENING)
    assert "только что заняли" in anna.last.text
    assert EVENING not in shown(anna)
    assert house.statuses()[-1] == "held"


async def test_a_hold_expires_by_itself(house: House, anna: Person, boris: Person) -> None:
    await walk(anna, "confirmation", THE_TABLE)
    await house.later(minutes=9)
    await walk(boris, "time", THE_TABLE)
    assert EVENING not in shown(boris)
    await house.later(minutes=2)
    await walk(boris, "time", THE_TABLE)
    assert EVENING in shown(boris)


async def test_a_full_day_is_marked_and_leads_to_a_booking_on_another(opening: Opening) -> None:
    contents = {
        "tables_json": [{"id": 1, "capacity": 4, "description": "единственный"}],
        "slots_json": [{"id": 1, "start_time": "18:00", "end_time": "20:00"}],
    }
    async with opening(contents=contents) as house:
        anna, boris = await house.anna(), await house.boris()
        await walk(anna)
        await walk(boris, "date")
        assert "✖28" in boris.buttons
        assert "✖ — всё занято" in boris.last.text
        await boris.press("✖28")
        assert "На этот день всё занято" in boris.last.text
        assert shown(boris)[:2] == ["пт, 27 нояб. · 18:00 – 20:00", "вс, 29 нояб. · 18:00 – 20:00"]
        await boris.press("вс, 29 нояб.")
        assert "Воскресенье, 29 ноября" in boris.last.text
        await boris.press("Всё верно")
        assert "Готово" in boris.last.text
        assert [booking.service_date for booking in house.bookings()] == [SATURDAY, SUNDAY]


async def test_a_table_taken_all_day_leads_to_any_other(opening: Opening) -> None:
    contents = {
        "tables_json": [{"id": n, "capacity": 4, "description": "стол"} for n in (1, 2)],
        "slots_json": [{"id": 1, "start_time": "18:00", "end_time": "20:00"}],
    }
    async with opening(contents=contents) as house:
        anna, boris = await house.anna(), await house.boris()
        await walk(anna, wish=THE_TABLE)
        await walk(boris, "date", THE_TABLE)
        await boris.press("✖28")
        await boris.press("Любой подходящий")
        await boris.press(EVENING)
        await boris.press("Всё верно")
        assert "Стол №2" in boris.last.text


async def test_when_nothing_is_free_anywhere_there_is_still_a_way_on(opening: Opening) -> None:
    contents = {
        "tables_json": [{"id": 1, "capacity": 4, "description": "единственный"}],
        "slots_json": [{"id": 1, "start_time": "18:00", "end_time": "20:00"}],
    }
    async with opening(contents=contents, booking_horizon_days=1) as house:
        anna, boris = await house.anna(), await house.boris()
        await walk(anna)
        await house.at(SATURDAY, "12:00")
        await walk(boris, "date")
        await boris.press("✖28")
        await boris.press("вс, 29")
        await boris.press("Всё верно")
        assert "Готово" in boris.last.text
        carl = await house.chat.join(first_name="Карл")
        await walk(carl, "date")
        await carl.press("✖28")
        assert "свободного времени нет" in carl.last.text
        assert shown(carl)[-2:] == ["Назад", "Отмена"]
