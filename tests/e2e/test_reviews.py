"""What guests say of their visits, and what the restaurant hears of it at once."""

import pytest

from playground.client import Person
from tests.e2e.house import FRIDAY, SATURDAY, House
from tests.e2e.wizard import Wish, received, walk

pytestmark = pytest.mark.slow

THANKS, LOW, EXPLAINED = "Спасибо, что были у нас", "Низкая оценка", "Гость пояснил оценку"


async def test_a_low_mark_reaches_the_owners_at_once_and_its_words_follow(
    house: House, anna: Person, owner: Person, host: Person
) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await house.at(FRIDAY, "17:00")
    await anna.wait_for(THANKS)
    await anna.press("2 ⭐")
    for admin in (owner, host):
        notice = await admin.wait_for(LOW)
        for detail in ("★★☆☆☆", "Анна", "Стол №1", "Пятница, 27 ноября", "14:00 – 16:00"):
            assert detail in notice.text
    await anna.send("Суп остыл, а <официант> пропал")
    assert "записал ваши слова" in anna.last.text
    assert "Суп остыл, а <официант> пропал" in (await owner.wait_for(EXPLAINED)).text
    for stars in ("1 ⭐", "4 ⭐", "2 ⭐"):
        await anna.press(stars)
    await house.quiet()
    assert [len(received(owner, words)) for words in (LOW, EXPLAINED)] == [1, 1]
    bodies = [bytes(row["body"]).decode() for row in house.rows("SELECT body FROM outbox")]
    assert not any("Суп" in body or "Анна" in body for body in bodies)
    assert "Суп" not in house.log


async def test_a_slip_that_is_corrected_in_time_is_told_to_nobody(house: House, anna: Person, owner: Person) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await house.at(FRIDAY, "17:00")
    await anna.wait_for(THANKS)
    await owner.wait_for("Новая бронь")
    await house.quiet()
    await house.chat.fail("429", count=1, retry_after=2, chat_id=owner.id)
    await anna.press("1 ⭐")
    await anna.press("5 ⭐")
    assert "Очень рады" in anna.last.text
    await house.quiet()
    assert received(owner, LOW) == []
    assert house.number("SELECT stars FROM reviews") == 5


async def test_whoever_cancelled_or_did_not_come_is_not_asked_and_nobody_is_asked_twice(
    house: House, anna: Person, boris: Person
) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await walk(anna, wish=Wish(day=FRIDAY, sitting="16:00 – 18:00"))
    for button in ("Мои брони", "16:00", "Отменить бронь", "Да, отменить"):
        await anna.press(button)
    await walk(boris, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await house.quiet()
    house.not_come(house.bookings()[-1].id)
    await house.at(SATURDAY, "20:00")
    await anna.wait_for("Поделитесь впечатлениями")
    await house.quiet()
    asked = [message for message in anna.messages if "5 ⭐" in str(message.body)]
    assert [THANKS in message.text for message in asked] == [True]
    assert received(boris, THANKS) == []
    await house.until_status("completed", "canceled", "no_show")


async def test_the_table_of_an_earlier_visit_is_booked_again_in_two_presses(
    house: House, anna: Person, boris: Person, owner: Person
) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00", table="Стол №3"))
    await walk(boris, wish=Wish(day=SATURDAY, sitting="14:00 – 16:00", table="Стол №3"))
    await house.at(FRIDAY, "17:00")
    await anna.wait_for(THANKS)
    await anna.press("Как в прошлый раз")
    assert "2 гостя · Стол №3 · 14:00" in anna.last.text
    await anna.press("пт, 4 дек.")
    assert "Готово, столик ваш" in anna.last.text
    assert "Пятница, 4 декабря" in (await owner.wait_for("4 декабря")).text
    await anna.press("Отменить бронь")
    await anna.press("Да, отменить")
    await anna.wait_for("Бронь отменена")
    await anna.press_data(anna.last.id, "repeat:here:1")
    await anna.press("✖28")
    assert "в этот день не получится" in anna.last.text
    await anna.press("16:00 · Стол №3")
    await anna.press("Всё верно")
    assert "16:00 – 18:00" in anna.last.text
    await house.until_status("completed", "booked", "canceled", "booked")
    assert [booking.tables for booking in house.bookings()] == [(3,)] * 4
