"""Scenario 21: a booking moves to a free time and not to a taken one, and everybody hears of it once."""

from pathlib import Path

import pytest

from playground.client import Person
from tests.e2e.house import SATURDAY, House, open_street, serve
from tests.e2e.wizard import Wish, received, walk

pytestmark = pytest.mark.slow

WINDOW, MOVED = "Стол №1", "Бронь перенесена"


async def to_the_times(guest: Person) -> None:
    await guest.send("/start")
    await guest.press("Мои брони")
    await guest.press("сб, 28 нояб.")
    await guest.press("Перенести")


def places(house: House) -> list[tuple[str, tuple[int, ...], str]]:
    return [(one.status, one.tables, f"{one.starts_at:%H:%M}") for one in house.bookings() if one.status != "expired"]


@pytest.mark.usefixtures("texts_read_once")
async def test_a_guest_moves_a_booking_across_a_restart_and_the_reminder_follows(tmp_path: Path, db_url: str) -> None:
    async with open_street() as chat:
        async with serve(tmp_path, db_url, chat) as house:
            anna, boris, owner = await house.anna(), await house.boris(), await house.owner()
            await walk(anna, wish=Wish(table=WINDOW))
            await owner.wait_for("Новая бронь")
            await to_the_times(anna)
            await anna.press("20:00 – 22:00")
            await house.later(minutes=11)
            await walk(boris, wish=Wish(table=WINDOW, sitting="20:00 – 22:00"))
            await anna.press("Всё верно")
            assert "только что заняли" in anna.last.text
            assert "Пока не подтвердите новую, она в силе" in anna.last.text
            assert places(house) == [("booked", (1,), "15:00"), ("booked", (1,), "17:00")]
            await anna.press("22:00 – 00:00")
            assert "Было: сб, 28 нояб., 18:00" in anna.last.text
        async with serve(tmp_path, db_url, chat) as house:
            await anna.press("Всё верно")
            assert "Готово, бронь перенесена!" in anna.last.text
            assert places(house) == [("booked", (1,), "19:00"), ("booked", (1,), "17:00")]
            for admin in (owner, await house.host()):
                before, now = (await admin.wait_for(MOVED)).text.split("Стало:")
                assert "Анна Иванова (@anna)" in before
                assert "18:00 – 20:00" in before
                assert "22:00 – 00:00" in now
            await walk(boris, "confirmation", Wish(table=WINDOW))
            await house.at(SATURDAY, "20:01")
            await anna.wait_for("Ждём вас сегодня в 22:00")
            await house.quiet()
            assert all("в 22:00" in reminder for reminder in received(anna, "🔔"))
            assert len(received(owner, MOVED)) == 1
            assert house.number("SELECT count(*) FROM bookings WHERE sequence = 1") == 1
