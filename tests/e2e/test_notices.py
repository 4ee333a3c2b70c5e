"""What is told later and by itself: to admins at once, to guests after the visit, and to nobody twice."""

import asyncio

import pytest

from playground.client import Person
from tests.e2e.conftest import Opening
from tests.e2e.house import FRIDAY, OWNER, SATURDAY, SUNDAY, House
from tests.e2e.wizard import EVENING, Wish, received, shown, walk

pytestmark = pytest.mark.slow

THANKS, MENU, PROMO, OPINION = "Спасибо, что были у нас", "новое меню", "BITES10", "Поделитесь впечатлениями"

AFTERWARDS = ("🔁 Как в прошлый раз", "🍽 Забронировать снова", "🔕 Не присылать")


async def test_an_admin_who_has_blocked_the_bot_stops_nobody(
    house: House, anna: Person, owner: Person, host: Person
) -> None:
    await owner.block()
    await walk(anna)
    await host.wait_for("Новая бронь")
    await house.quiet()
    assert owner.messages == []
    await owner.block(blocked=False)
    await owner.send("/start")
    await walk(anna, wish=Wish(sitting="20:00 – 22:00"))
    await owner.wait_for("20:00 – 22:00")
    assert len(received(owner, "Новая бронь")) == 1


@pytest.mark.parametrize("kind", ["429", "500"])
async def test_an_admin_whom_telegram_makes_wait_delays_nobody_and_is_told_once(
    house: House, anna: Person, owner: Person, host: Person, kind: str
) -> None:
    await house.chat.fail(kind, count=2, retry_after=1, chat_id=OWNER)
    await walk(anna)
    await host.wait_for("Новая бронь")
    assert received(owner, "Новая бронь") == []
    await walk(anna, wish=Wish(sitting="20:00 – 22:00"))
    await owner.wait_for(lambda person: len(received(person, "Новая бронь")) == 2)
    await house.quiet()
    for admin in (owner, host):
        assert sorted(EVENING in text for text in received(admin, "Новая бронь")) == [False, True]


async def test_created_is_not_told_after_canceled(house: House, anna: Person, owner: Person, host: Person) -> None:
    await house.chat.fail("429", count=1, retry_after=2, chat_id=OWNER)
    await walk(anna)
    await host.wait_for("Новая бронь")
    for button in ("Мои брони", "18:00", "Отменить бронь", "Да, отменить"):
        await anna.press(button)
    await host.wait_for("Бронь отменена")
    await owner.wait_for("Бронь отменена")
    await house.quiet()
    assert [message.text.splitlines()[0] for message in owner.messages] == ["🚫 Бронь отменена"]


async def test_a_booking_stands_though_telegram_does_not_take_the_answer(
    house: House, anna: Person, owner: Person
) -> None:
    await walk(anna, "confirmation")
    await house.chat.fail("500", count=2, chat_id=anna.id)
    await anna.press("Всё верно")
    assert house.statuses() == ["booked"]
    await owner.wait_for("Новая бронь")
    await anna.send("/start")
    await anna.press("Мои брони")
    assert any("18:00" in text for text in shown(anna))


async def test_twenty_bookings_at_once_are_twenty_notices_for_each_admin(
    house: House, owner: Person, host: Person
) -> None:
    guests = await house.guests(20)
    wishes = [Wish(sitting=EVENING if n % 2 else "20:00 – 22:00") for n in range(20)]
    await asyncio.gather(*(walk(guest, wish=wish) for guest, wish in zip(guests, wishes, strict=True)))
    for admin in (owner, host):
        await admin.wait_for(lambda person: len(received(person, "Новая бронь")) == 20, timeout=30)
    await house.quiet()
    for admin in (owner, host):
        texts = received(admin, "Новая бронь")
        assert [sum(f"Гость {n}\n" in text for text in texts) for n in range(20)] == [1] * 20


async def test_a_visit_is_completed_when_it_ends_and_the_guest_is_thanked(house: House, anna: Person) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await house.at(FRIDAY, "15:59:30")
    await anna.press("Мои брони")
    await anna.press("14:00")
    assert "забронирована" in anna.last.text
    await house.at(FRIDAY, "16:00")
    await house.until_status("completed")
    assert house.number("SELECT count(*) FROM table_cells") == 0
    assert received(anna, THANKS) == []
    await house.at(FRIDAY, "17:00")
    thanks = await anna.wait_for(THANKS)
    stars = [f"{number} ⭐" for number in range(1, 6)]
    assert [button.text for button in thanks.buttons] == [*stars, *AFTERWARDS]
    assert received(anna, MENU) == []
    await house.at(FRIDAY, "19:00")
    await anna.wait_for(MENU)
    await house.at(SATURDAY, "09:30")
    await anna.send("/help")
    await house.at(SATURDAY, "10:00")
    await anna.wait_for(PROMO)
    assert received(anna, OPINION) == []
    await house.at(SATURDAY, "16:00")
    await anna.wait_for(OPINION)
    await anna.press("Забронировать снова")
    assert "Сколько вас будет?" in anna.last.text
    assert received(anna, OPINION), "the message with the thanks stays"
    for button in ("2", "Любой подходящий", "29", EVENING, "Всё верно"):
        await anna.press(button)
    assert "Готово" in anna.last.text


async def test_no_message_comes_at_night(house: House, anna: Person) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="22:00 – 00:00"))
    await house.at(FRIDAY, "23:59")
    await house.at(SATURDAY, "00:00")
    await house.until_status("completed")
    await house.at(SATURDAY, "03:30")
    await house.quiet()
    planned = [row["available_at"] for row in house.rows("SELECT available_at FROM outbox WHERE published_at IS NULL")]
    assert len(planned) == 4
    assert received(anna, THANKS) == []
    await house.at(SATURDAY, "10:00")
    for words in (THANKS, MENU):
        await anna.wait_for(words)
    await house.at(SATURDAY, "12:00")
    await anna.wait_for(PROMO)
    await house.at(SUNDAY, "00:00")
    await house.quiet()
    assert received(anna, OPINION) == []
    await house.at(SUNDAY, "10:00")
    await anna.wait_for(OPINION)


async def test_who_asked_for_silence_is_not_written_to_again(house: House, anna: Person) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await house.at(FRIDAY, "17:00")
    await anna.wait_for(THANKS)
    await anna.press("Не присылать")
    assert anna.toasts[-1].alert
    assert "больше не буду присылать" in anna.toasts[-1].text
    await house.at(SUNDAY, "17:00")
    await house.quiet()
    assert [received(anna, words) for words in (MENU, PROMO, OPINION)] == [[], [], []]


async def test_nobody_is_thanked_for_a_visit_that_was_cancelled(house: House, anna: Person) -> None:
    await walk(anna, wish=Wish(day=FRIDAY))
    await house.quiet()
    assert house.number("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 5, "a reminder, and four after it"
    for button in ("Мои брони", "18:00", "Отменить бронь", "Да, отменить"):
        await anna.press(button)
    await house.quiet()
    assert house.number("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0
    await house.at(SUNDAY, "12:00")
    await house.quiet()
    assert received(anna, THANKS) == []


async def test_an_english_guest_is_thanked_in_english(opening: Opening) -> None:
    followups = [{"after": "30m", "text": {"ru": "Спасибо <3 & до встречи", "en": "Thanks <3 & bye"}}]
    async with opening(contents={"followups_json": followups}) as house:
        anna = await house.anna()
        await anna.send("/start")
        await anna.send("/language")
        await anna.press("English")
        for button in ("Book a table", "2", "Any suitable table", "27", "14:00 – 16:00", "All correct"):
            await anna.press(button)
        await house.at(FRIDAY, "16:30")
        thanks = await anna.wait_for("Thanks")
        assert thanks.text == "Thanks <3 & bye\n\nHow was it? Give us 1 to 5 stars."
        assert shown(anna)[-2:] == ["Book again", "No more messages"]


async def test_admins_are_told_that_the_service_started_and_stopped(opening: Opening) -> None:
    async with opening(notify_admins_on_start=True) as house:
        owner, host = await house.owner(), await house.host()
        for admin in (owner, host):
            started = await admin.wait_for("Бот запущен")
            assert "27 ноября, 12:00" in started.text
    for admin in (owner, host):
        assert [text.split(" · ")[0] for text in received(admin, "Бот")] == ["🟢 Бот запущен", "🔴 Бот остановлен"]


async def test_a_guest_who_blocked_the_bot_is_left_alone_and_welcome_again(house: House, anna: Person) -> None:
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await anna.block()
    await house.at(FRIDAY, "17:00")
    await house.until_status("completed")
    await house.quiet()
    assert house.number("SELECT count(*) FROM users WHERE blocked_at IS NOT NULL") == 1
    await anna.block(blocked=False)
    await anna.send("/start")
    assert "Добро пожаловать" in anna.last.text
    assert house.number("SELECT count(*) FROM users WHERE blocked_at IS NOT NULL") == 0
    await house.at(FRIDAY, "19:00")
    await anna.wait_for(MENU)
    assert received(anna, THANKS) == []
