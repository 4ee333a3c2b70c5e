"""A house with a policy of its own: a grid of start times, tables together, large parties, a deadline to cancel."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from playground.client import Person
from tests.e2e.conftest import BOTH_DATABASES, Opening
from tests.e2e.house import FRIDAY, SATURDAY, House, open_street, serve
from tests.e2e.wizard import EVENING, Wish, received, walk

pytestmark = pytest.mark.slow

EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "12:00-02:00")
GRID = {"every": 15, "turn_times": [{"up_to": 9, "minutes": 90}], "buffer_minutes": 15}
VENUE = {"name": "Сетка", "about": "А", "greeting": "Б", "address": "Арбат, 1", "phone": "+7 495 000-00-01"}
TABLES = [{"id": number, "capacity": seats, "description": "А"} for number, seats in ((1, 2), (2, 4), (3, 4))]


def contents(**policy: Any) -> dict[str, Any]:
    together = [{"name": "у окна", "tables": [2, 3]}]
    return {"venue_json": {**VENUE, "policy": policy, "combinations": together}, "tables_json": TABLES}


@BOTH_DATABASES
async def test_on_a_grid_the_slower_guest_is_told_and_the_night_ends_after_midnight(opening: Opening) -> None:
    async with opening(contents=contents(hours=EVERY_DAY, grid=GRID, pacing=6)) as house:
        anna, boris = await house.anna(), await house.boris()
        for guest in (anna, boris):
            await walk(guest, "time", Wish(party=2, table="Стол №1", day=FRIDAY))
            await guest.press("2 из 3 ▶️")
        await asyncio.gather(anna.press("23:30"), boris.press("23:30"))
        slower, faster = sorted((anna, boris), key=lambda guest: "Держу столик за вами" in guest.last.text)
        assert "только что заняли" in slower.last.text
        await faster.press("Всё верно")
        assert "23:30 – 01:00" in faster.last.text
        await slower.press("пт, 27 нояб. · 21:45")
        await slower.press("Всё верно")
        assert "21:45 – 23:15" in slower.last.text
        await house.at(SATURDAY, "00:30")
        await house.until_status("booked", "completed")
        assert {booking.service_date for booking in house.bookings()} == {FRIDAY}
        await house.at(SATURDAY, "01:01")
        await house.until_status("completed", "completed")


async def test_on_a_grid_nobody_gets_what_is_over_held_too_soon_or_too_large(opening: Opening) -> None:
    async with opening(contents=contents(hours=EVERY_DAY, grid=GRID, lead_minutes=30)) as house:
        anna, boris = await house.anna(), await house.boris()
        await house.at(FRIDAY, "17:50")
        await walk(anna, "count", Wish())
        for typed, told in (
            ("0", "Нужен хотя бы один гость"),
            ("500", "самый большой стол — на 8"),
            ("вчера", "число, например 2"),
            ("31.02 в 19:00", "число, например 2"),
        ):
            await anna.send(typed)
            assert told in anna.last.text
        assert house.bookings() == []

        await walk(anna, "time", Wish(party=7, day=FRIDAY))
        assert anna.buttons[0] == "18:30", "half an hour ahead"
        await anna.press("19:00")
        assert "Столы №2, 3" in anna.last.text
        await walk(boris, "time", Wish(party=3, day=FRIDAY))
        assert boris.buttons[0] == "20:45", "after the party and its buffer"
        await house.later(minutes=11)
        await walk(boris, "success", Wish(party=3, day=FRIDAY, sitting="18:45"))
        await anna.press("Всё верно")
        assert "только что заняли" in anna.last.text
        await anna.press("20:30")
        await anna.press("Всё верно")
        assert [(booking.status, booking.tables) for booking in house.bookings() if booking.status == "booked"] == [
            ("booked", (2,)),
            ("booked", (2, 3)),
        ]

        await house.at(SATURDAY, "04:00")
        await walk(boris, "date", Wish(party=2))
        await house.at(SATURDAY, "05:30")
        await boris.press("28")
        assert boris.buttons[0] == "12:00"
        await house.until_status("expired", "completed", "completed")


@pytest.mark.usefixtures("texts_read_once")
async def test_what_is_held_over_a_restart_is_booked_unless_the_house_has_closed_that_day_meanwhile(
    tmp_path: Path, db_url: str
) -> None:
    files = {name: tmp_path / f"{name}.json" for name in contents()}

    def write(**policy: Any) -> None:
        for name, content in contents(hours=EVERY_DAY, grid=GRID, **policy).items():
            files[name].write_text(json.dumps(content))

    async with open_street() as street:
        write()
        async with serve(tmp_path, db_url, street, init_db=True, **files) as house:
            anna, boris = await house.anna(), await house.boris()
            await walk(anna, "confirmation", Wish(party=7, sitting="13:00"))
            await walk(boris, "confirmation", Wish(party=7, sitting="16:00"))
        async with serve(tmp_path, db_url, street, init_db=True, **files):
            await anna.press("Всё верно")
            assert "Готово" in anna.last.text
        write(exceptions=[{"date": f"{SATURDAY}", "closed": True, "note": "Корпоратив"}])
        async with serve(tmp_path, db_url, street, init_db=True, **files) as house:
            await boris.press("Всё верно")
            assert "бронь не открыта" in boris.last.text
            assert house.statuses() == ["booked", "held"]


@BOTH_DATABASES
async def test_two_tables_are_booked_together_and_neither_alone(opening: Opening) -> None:
    async with opening(contents=contents()) as house:
        anna, boris = await house.anna(), await house.boris()
        await walk(boris, "time", Wish(party=3))
        await walk(anna, "confirmation", Wish(party=7))
        assert "Столы №2, 3" in anna.last.text
        await boris.press(EVENING)
        assert "только что заняли" in boris.last.text
        await anna.press("Всё верно")
        assert "Готово" in anna.last.text
        await boris.press("20:00 – 22:00")
        await boris.press("Всё верно")
        guest = (await house.guests(1))[0]
        await walk(guest, "time", Wish(party=7))
        assert "20:00 – 22:00" not in guest.buttons, "one of the two is taken"
        assert [booking.tables for booking in house.bookings()] == [(2, 3), (2,)]


async def test_a_large_party_is_accepted_another_one_declined_and_a_third_one_forgotten(opening: Opening) -> None:
    async with opening(contents=contents(largest_online=4, pending_hours=2)) as house:
        owner, host, anna = await house.owner(), await house.host(), await house.anna()
        await walk(anna, "success", Wish(party=7))
        assert "Ждём подтверждения ресторана" in anna.last.text
        await owner.wait_for("Большая компания: примем?")
        await host.wait_for("Большая компания: примем?")
        await owner.press("Принять")
        assert "забронирована" in owner.last.text
        await anna.wait_for("Ресторан подтвердил вашу бронь")
        await host.press("Отказать")
        assert "забронирована" in host.last.text, "the other owner was faster"
        assert house.statuses() == ["booked"]

        await walk(anna, "success", Wish(party=7, sitting="20:00 – 22:00"))
        await owner.wait_for("20:00 – 22:00")
        await owner.press("Отказать")
        await anna.wait_for("Ресторан не сможет вас принять")
        await anna.press("Забронировать снова")
        assert "Сколько вас будет?" in anna.last.text

        await walk(anna, "success", Wish(party=7, sitting="20:00 – 22:00"))
        await house.quiet()
        await house.later(hours=2)
        boris = await house.boris()
        await walk(boris, "success", Wish(party=3, sitting="20:00 – 22:00"))
        assert "Готово" in boris.last.text
        await anna.wait_for("Ресторан не успел ответить")
        await owner.wait_for("На запрос никто не ответил")
        assert house.statuses() == ["booked", "declined", "expired", "booked"]
        await house.quiet()
        assert len(received(anna, "Ресторан подтвердил")) == 1
        await house.at(SATURDAY, "20:00")
        await house.until_status("completed", "declined", "expired", "booked")


async def test_after_the_deadline_the_policy_is_explained_and_the_host_decides(opening: Opening) -> None:
    async with opening(contents=contents(cancel_until={"hours": 24})) as house:
        owner, anna = await house.owner(), await house.anna()
        await walk(anna)
        await house.at(SATURDAY, "12:00")
        for answer, told in (
            ("Оставить в силе", "Бронь остаётся в силе"),
            ("Отменить бронь гостя", "Ресторан отменил"),
        ):
            await _asks(house, anna)
            await owner.wait_for("Гость просит отменить бронь")
            await owner.press(answer)
            await anna.wait_for(told)
        assert house.statuses() == ["canceled"]
        await anna.press("Обновить в календаре")
        assert b"METHOD:CANCEL" in await anna.download()
        await house.quiet()
        assert house.number("SELECT count(*) FROM table_cells") == 0


async def _asks(house: House, guest: Person) -> None:
    await house.quiet()
    await guest.send("/start")
    await guest.press("Мои брони")
    await guest.press(guest.buttons[0])
    assert "Перенести или отменить бронь самостоятельно можно было до 27 ноября, 18:00" in guest.last.text
    await guest.press("Попросить об отмене")
    await guest.press("Да, попросить")
    assert "Просьба отправлена" in guest.last.text
