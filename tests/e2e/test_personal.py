"""«Забудьте меня», as the guest, the owner and the database see it."""

from datetime import timedelta

import pytest

from playground.client import Person
from tests.e2e.conftest import BOTH_DATABASES
from tests.e2e.house import FRIDAY, SUNDAY, House
from tests.e2e.wizard import Wish, received, shown, walk

pytestmark = pytest.mark.slow

MONDAY = SUNDAY + timedelta(days=1)


@BOTH_DATABASES
async def test_whoever_is_forgotten_leaves_figures_without_a_name(house: House, anna: Person, owner: Person) -> None:
    await walk(anna, "confirmation", Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    assert "вы разрешаете нам хранить" in anna.last.text
    await anna.press("Всё верно")
    await walk(anna, wish=Wish(day=SUNDAY, table="Стол №3"))
    await owner.wait_for("Стол №3")
    await house.at(FRIDAY, "15:00")
    await anna.send("/privacy")
    await anna.press("Забудьте меня")
    assert "Ваша предстоящая бронь" in anna.last.text
    await anna.press("Да, забудьте")
    assert "после 16:00" in anna.last.text, "not in the middle of a visit"
    await house.at(FRIDAY, "16:30")
    await house.until_status("completed", "booked")
    await anna.press("Мои данные")
    await anna.press("Получить файлом")
    file = anna.last.body["document"]
    assert file["file_name"] == "my-data-2026-11-27.json"
    figures = house.rows("SELECT status, party_size FROM bookings ORDER BY id")
    await anna.send("/privacy")
    await anna.press("Забудьте меня")
    await anna.press("Да, забудьте")
    assert "мы вас не помним" in anna.last.text
    assert shown(anna) == ["Забронировать столик", "На главную"]
    notice = await owner.wait_for("Бронь отменена")
    assert "гость без имени" in notice.text
    assert "Стол №3" in notice.text
    assert "Анна" not in notice.text
    await house.quiet()
    after = house.rows("SELECT status, party_size FROM bookings ORDER BY id")
    assert [row["party_size"] for row in after] == [row["party_size"] for row in figures]
    assert [row["status"] for row in after] == ["completed", "canceled"]
    [user] = house.rows("SELECT * FROM users WHERE erased_at IS NOT NULL")
    assert (user["first_name"], user["username"], user["external_id"]) == ("", None, -user["id"])
    assert house.number("SELECT count(*) FROM dialogs WHERE key LIKE :key", key=f"%:{anna.id}") == 0
    said = len(anna.messages)
    await house.at(SUNDAY, "23:00")
    await house.quiet()
    assert len(anna.messages) == said, "nothing that was planned comes"
    assert received(anna, "Спасибо") == []
    await walk(anna, "confirmation", Wish(day=MONDAY))
    assert "вы разрешаете нам хранить" in anna.last.text, "a new guest is asked anew"
