"""The waiting list: a freed table goes to the first party that fits, for ten minutes, then to the next."""

from typing import Any

import pytest

from playground.client import Person
from tests.e2e.conftest import BOTH_DATABASES, Opening
from tests.e2e.house import SUNDAY, House
from tests.e2e.wizard import EVENING, Wish, received, walk

pytestmark = pytest.mark.slow

VENUE = {"name": "Очередь", "about": "А", "greeting": "Б", "address": "Арбат, 1", "phone": "+7 495 000-00-01"}
TABLES = [{"id": number, "capacity": seats, "description": "А"} for number, seats in ((1, 4), (2, 6))]
CONTENTS: dict[str, Any] = {"venue_json": VENUE, "tables_json": TABLES}


async def full_saturday(house: House) -> list[Person]:
    guests = await house.guests(2)
    for guest, table in zip(guests, ("Стол №1", "Стол №2"), strict=True):
        await walk(guest, wish=Wish(table=table))
    return guests


async def joins(guest: Person, party: int, times: str = EVENING) -> None:
    await walk(guest, "time", Wish(party=party))
    assert EVENING not in guest.buttons
    await guest.press("Сообщить, если освободится")
    await guest.press(times)


async def cancels(guest: Person) -> None:
    await guest.press("Мои брони")
    for button in ("📅 сб", "Отменить бронь", "Да, отменить"):
        await guest.press(button)


@BOTH_DATABASES
async def test_a_freed_table_is_offered_for_ten_minutes_and_silence_passes_it_on(opening: Opening) -> None:
    async with opening(contents=CONTENTS) as house:
        at_one, at_two = await full_saturday(house)
        anna, boris, owner = await house.anna(), await house.boris(), await house.owner()
        vera = await house.chat.join(id=30_003, first_name="Вера")
        await joins(anna, 6)
        assert "Вы первые в очереди" in anna.last.text
        await joins(boris, 3)
        await joins(boris, 3)
        assert "Перед вами 1 компания" in boris.last.text
        await joins(vera, 2)
        assert "Перед вами 2 компании" in vera.last.text
        await vera.press("Мои брони")
        assert "18:00 · 2 гостя\nПеред вами 2 компании" in vera.last.text
        await owner.send("/start")
        for button in ("Админ-панель", "Брони", "28 нояб."):
            await owner.press(button)
        assert "Ждут места: 3" in owner.last.text

        await cancels(at_one)
        offer = await boris.wait_for("Место освободилось!")
        assert "Стол №1 · 3 гостя" in offer.text
        assert "10 минут, до 12:10" in offer.text
        await house.later(minutes=3)
        await boris.press("Сколько осталось?")
        assert "ещё 7 минут, до 12:10" in (await boris.wait_for_toast("Держу место")).text
        await walk(vera, "confirmation", Wish(day=SUNDAY))
        await house.later(minutes=8)
        await boris.wait_for("Время вышло: место предложено следующим")
        await boris.wait_for(lambda chat: not received(chat, "Место освободилось!"))
        assert "больше не действует" in received(boris, "больше не действует")[0]
        await vera.wait_for("Место освободилось!")
        assert not received(anna, "Место освободилось!")

        await vera.press("Забронировать")
        assert "Готово, столик ваш!" in vera.last.text
        await vera.press("Всё верно")
        assert "Готово" in vera.last.text, "the wizard goes on where it was"
        await boris.press("Забронировать, если свободно")
        assert "место уже заняли" in boris.last.text
        await boris.press("Ждать снова")
        assert "Перед вами 1 компания" in boris.last.text
        await boris.press("Выйти из очереди")
        assert "Вы вышли из очереди" in boris.last.text
        await cancels(at_two)
        await anna.wait_for("Место освободилось!")
        await anna.press("Нет, спасибо")
        assert "достанется следующим" in anna.last.text
        await house.quiet()
        assert house.statuses() == ["canceled", "canceled", "expired", "booked", "booked", "expired"]
        waited = [row["status"] for row in house.rows("SELECT status FROM waiting ORDER BY id")]
        assert waited == ["passed", "passed", "booked", "left"]
