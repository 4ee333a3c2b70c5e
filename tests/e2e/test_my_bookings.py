"""«Мои брони»: what a guest sees of their own bookings, and what becomes of those they undo."""

from datetime import timedelta

import pytest

from app.notifications.buttons import RemindersAction
from playground.client import Person
from tests.e2e.conftest import BOTH_DATABASES, Opening
from tests.e2e.house import FRIDAY, SATURDAY, House
from tests.e2e.wizard import Wish, received, shown, walk

pytestmark = pytest.mark.slow


async def test_without_bookings_the_list_invites_to_book(anna: Person) -> None:
    await anna.send("/start")
    await anna.press("Мои брони")
    assert "Здесь пока пусто" in anna.last.text
    assert shown(anna) == ["Забронировать столик", "На главную"]


async def test_a_hold_is_no_booking_yet(anna: Person) -> None:
    await anna.send("/help")
    await walk(anna, "confirmation")
    old = next(message for message in anna.messages if message.buttons)
    assert old.buttons[1].data
    await anna.press_data(old.id, old.buttons[1].data)
    assert "Здесь пока пусто" in next(message.text for message in anna.messages if message.id == old.id)


@BOTH_DATABASES
async def test_cancelling_asks_first_frees_the_table_and_tells_the_admins(
    house: House, anna: Person, boris: Person, owner: Person, host: Person
) -> None:
    await walk(anna, wish=Wish(table="Стол №1"))
    await anna.press("Мои брони")
    assert shown(anna) == ["сб, 28 нояб., 18:00 · 2 гостя", "На главную"]
    await anna.press("18:00")
    for words in ("Ваша бронь", "Суббота, 28 ноября", "18:00 – 20:00", "2 гостя", "Стол №1", "забронирована"):
        assert words in anna.last.text
    await anna.press("Отменить бронь")
    assert "Отменить эту бронь?" in anna.last.text
    await anna.press("Нет, оставить")
    assert "забронирована" in anna.last.text
    assert house.statuses() == ["booked"]
    await anna.press("Отменить бронь")
    await anna.press("Да, отменить")
    assert "Бронь отменена. Будем рады видеть вас" in anna.last.text
    assert "Отменить бронь" not in shown(anna)
    assert house.statuses() == ["canceled"]
    assert house.number("SELECT count(*) FROM table_cells") == 0
    for admin in (owner, host):
        notice = await admin.wait_for("Бронь отменена")
        for words in ("Анна Иванова (@anna)", "Стол №1 · 2 гостя", "28 ноября", "18:00 – 20:00"):
            assert words in notice.text
    await house.quiet()
    assert [message.text.splitlines()[0] for message in owner.messages] == ["🆕 Новая бронь", "🚫 Бронь отменена"]
    await walk(boris, wish=Wish(table="Стол №1"))
    assert "Готово" in boris.last.text


async def test_cancelled_twice_is_cancelled_once(house: House, anna: Person, owner: Person) -> None:
    await walk(anna)
    await anna.press("Мои брони")
    await anna.press("18:00")
    await anna.press("Отменить бронь")
    yes = anna.find("Да, отменить")
    assert yes
    assert yes.data
    await anna.press("Да, отменить")
    await anna.press_data(yes.message_id, yes.data)
    assert "Бронь уже изменилась. Вот её статус: отменена" in anna.last.text
    assert shown(anna)
    await house.quiet()
    assert len(received(owner, "Бронь отменена")) == 1


async def test_deleting_the_record_of_a_coming_visit_asks_cancels_and_hides(
    house: House, anna: Person, owner: Person
) -> None:
    await walk(anna)
    await anna.press("Мои брони")
    await anna.press("18:00")
    await anna.press("Удалить запись")
    assert "Бронь ещё в силе" in anna.last.text
    await anna.press("Нет, оставить")
    await anna.press("Удалить запись")
    await anna.press("Да, удалить")
    assert "Запись удалена" in anna.last.text
    assert "Здесь пока пусто" in anna.last.text
    assert house.statuses() == ["canceled"]
    assert house.number("SELECT count(*) FROM bookings WHERE hidden_at IS NOT NULL") == 1
    await owner.wait_for("удалил бронь из своего списка")
    await house.quiet()
    assert [message.text.split("\n")[0] for message in owner.messages] == [
        "🆕 Новая бронь",
        "🚫 Бронь отменена",
        "🗑 Гость удалил бронь из своего списка",
    ]
    await owner.send("/start")
    await owner.press("Админ-панель")
    await owner.press("Брони")
    await owner.press("28 нояб.")
    assert any("Анна Иванова" in text for text in owner.buttons), "the restaurant's record stays"


async def test_deleting_the_record_of_a_cancelled_visit_needs_no_question(house: House, anna: Person) -> None:
    await walk(anna)
    await anna.press("Мои брони")
    await anna.press("18:00")
    await anna.press("Отменить бронь")
    await anna.press("Да, отменить")
    await anna.press("Удалить запись")
    assert "Запись удалена" in anna.last.text
    [booking] = house.bookings()
    await anna.press_data(anna.last.id, f"booking:show:{booking.id}:0")
    assert "Такой брони у вас нет" in anna.last.text


async def test_a_visit_that_has_begun_cannot_be_cancelled(house: House, anna: Person) -> None:
    await walk(anna)
    await anna.press("Мои брони")
    await anna.press("18:00")
    await anna.press("Отменить бронь")
    await house.at(SATURDAY, "18:00")
    await anna.press("Да, отменить")
    assert "Визит уже начался" in anna.last.text
    assert house.statuses() == ["booked"]
    await anna.press("Мои брони")
    await anna.press("18:00")
    assert "Отменить бронь" not in shown(anna)
    await anna.press("Удалить запись")
    assert house.statuses() == ["booked"], "the guest sits at the table"
    assert shown(anna), "and there is a way on"


async def test_many_bookings_are_paged_the_coming_ones_first(opening: Opening) -> None:
    async with opening(max_live_bookings=20, contents={"followups_json": []}) as house:
        anna = await house.anna()
        days = [SATURDAY + timedelta(days=n) for n in (6, 1, 4, 2, 0, 3, 5)]
        for day in days:
            await walk(anna, wish=Wish(day=day))
        await walk(anna, wish=Wish(day=FRIDAY))
        await anna.press_data(anna.last.id, RemindersAction(wanted="no").pack())
        await house.at(SATURDAY, "12:00")
        await house.until_status(*["booked"] * 7, "completed")
        await anna.press("Мои брони")
        first = [text for text in shown(anna) if "гостя" in text]
        assert [text.split(",")[1].strip() for text in first] == [
            "28 нояб.",
            "29 нояб.",
            "30 нояб.",
            "1 дек.",
            "2 дек.",
        ]
        await anna.press("2 из 2")
        second = [text for text in shown(anna) if "гостя" in text]
        assert [text.split(",")[1].strip() for text in second] == ["3 дек.", "4 дек.", "27 нояб."]
        await anna.press("27 нояб.")
        assert "визит состоялся" in anna.last.text
        await anna.press("Удалить запись")
        assert [text for text in shown(anna) if "гостя" in text] == second[:2], "the same page as before"
        await anna.press("3 дек.")
        await anna.press("Назад")
        assert [text for text in shown(anna) if "гостя" in text] == second[:2]
        await anna.press("1 из 2")
        assert [text for text in shown(anna) if "гостя" in text] == first
