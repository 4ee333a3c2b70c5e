"""What a guest wishes, and the number to call, reach those who lay the table."""

import pytest

from playground.client import Person
from tests.e2e.house import House
from tests.e2e.wizard import received, walk

pytestmark = pytest.mark.slow


async def test_the_host_reads_what_the_guest_has_asked_for_and_whom_to_call(
    house: House, anna: Person, owner: Person, host: Person
) -> None:
    await walk(anna)
    for button in ("Пожелания", "Повод", "детский праздник", "Стульчики", "3", "Аллергии"):
        await anna.press(button)
    await anna.send("мёд & <орехи>")
    await anna.press("Телефон")
    assert anna.keyboard == ["📞 Отправить мой номер", "Не сейчас"]
    await anna.press("Отправить мой номер")
    assert anna.keyboard == []
    await anna.press("Готово")
    assert "Записали. Ресторан увидит ваши пожелания." in anna.last.text
    for admin in (owner, host):
        notice = await admin.wait_for("Пожелания гостя")
        assert "🎉 Повод: детский праздник\n👶 3 детских стульчика\n⚠️ Аллергии: мёд & <орехи>" in notice.text
        assert "Новое: повод, детские стульчики, аллергии." in notice.text
        assert _phone_of(anna) in notice.text
    await owner.press_data(owner.last.id, "seen:1:" + str(house.bookings()[0].service_date.toordinal()) + "::0")
    assert "Бронь гостя" in owner.last.text
    assert "⚠️ Аллергии: мёд & <орехи>" in owner.last.text
    assert _phone_of(anna) in owner.last.text

    await anna.press("Пожелания")
    await anna.press("Аллергии")
    await anna.press("Убрать")
    await anna.send("/start")
    notice = await host.wait_for("Больше не нужно: аллергии.")
    assert "мёд" not in notice.text
    await house.quiet()
    assert len(received(host, "Пожелания гостя")) == 2
    kept = " ".join(str(row["body"]) for row in house.rows("SELECT body FROM outbox")) + house.log
    assert not any(word in kept for word in ("мёд", _phone_of(anna)[-9:], f"7900{anna.id:07}"))


def _phone_of(guest: Person) -> str:
    number = f"{guest.id:07}"
    return f"📞 +7 900 {number[:3]}-{number[3:5]}-{number[5:]}"
