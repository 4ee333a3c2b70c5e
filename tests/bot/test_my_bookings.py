"""«Мои брони»."""

from datetime import timedelta

from app.domain.people import Channel
from tests.bot.people import House, Person
from tests.bot.telegram import blocked

ON_SATURDAY = "📅 сб, 28 нояб., 18:00 · 2 гостя"


async def test_without_bookings_there_is_a_way_to_one(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Мои брони")
    assert "Здесь пока пусто" in guest.text
    await guest.presses("Забронировать столик")
    assert "Сколько вас будет?" in guest.text


async def test_a_booking_is_found_looked_at_and_cancelled_after_a_question(guest: Person, other_guest: Person) -> None:
    await guest.books(table="Стол №1 · 2 места")
    await guest.presses("Мои брони", ON_SATURDAY)
    for detail in ("Ваша бронь", "Суббота, 28 ноября", "18:00 – 20:00", "2 гостя", "Стол №1", "забронирована"):
        assert detail in guest.text
    await guest.presses("Отменить бронь")
    assert "Отменить эту бронь?" in guest.text
    await guest.presses("Нет, оставить", "Отменить бронь", "Да, отменить")
    assert "Бронь отменена" in guest.text
    assert "отменена" in guest.text
    assert "🚫 Отменить бронь" not in guest.buttons
    assert len(guest.bubbles) == 1
    await other_guest.books(table="Стол №1 · 2 места")
    assert "Готово" in other_guest.text, "the table is free again"


async def test_upcoming_come_first_and_pages_turn(house: House, guest: Person) -> None:
    for day in (27, 28, 29, 30):
        await guest.books(day=day, time="22:00 – 00:00")
    house.clock.advance(timedelta(days=1, hours=18))
    await house.services().bookings.complete_due()
    for time in ("12:00 – 14:00", "14:00 – 16:00"):
        await guest.books(day=30, time=time)
    await guest.presses("Мои брони")
    days = [button for button in guest.buttons if "·" in button]
    assert [day.split(" · ")[0] for day in days] == [
        "📅 вс, 29 нояб., 22:00",
        "📅 пн, 30 нояб., 12:00",
        "📅 пн, 30 нояб., 14:00",
        "📅 пн, 30 нояб., 22:00",
        "🏁 сб, 28 нояб., 22:00",
    ]
    await guest.presses("2 из 2 ▶️")
    assert guest.buttons == ["🏁 пт, 27 нояб., 22:00 · 2 гостя", "◀️ 1 из 2", "🏠 На главную"]
    await guest.presses(guest.buttons[0], "Удалить запись")
    assert "Запись удалена" in guest.text, "a past visit is deleted without a question"
    assert "📅 вс, 29 нояб., 22:00 · 2 гостя" in guest.buttons, "the page that is left"


async def test_deleting_a_coming_booking_asks_and_cancels_it(house: House, guest: Person) -> None:
    await guest.books()
    await guest.presses("Мои брони", ON_SATURDAY, "Удалить запись")
    assert "Бронь ещё в силе" in guest.text
    await guest.presses("Да, удалить")
    assert "Запись удалена" in guest.text
    assert "Здесь пока пусто" in guest.text
    counts = await house.services().stats.by_status()
    assert counts["canceled"] == 1  # type: ignore[index]  # a StrEnum is its value


async def test_another_guests_booking_is_refused_whatever_is_sent(
    house: House, guest: Person, other_guest: Person
) -> None:
    await guest.books()
    await other_guest.says("/start")
    for verb in ("show", "cancel", "cancel_now", "hide", "hide_now"):
        await other_guest.sends(f"booking:{verb}:1:0")
        assert "Такой брони у вас нет" in other_guest.text
        assert "📖 Мои брони" in other_guest.buttons
    counts = await house.services().stats.by_status()
    assert counts["booked"] == 1  # type: ignore[index]  # a StrEnum is its value


async def test_an_old_button_of_a_changed_booking_says_what_became_of_it(house: House, guest: Person) -> None:
    await guest.books()
    await guest.sends("booking:cancel_now:1:0")
    await guest.sends("booking:cancel_now:1:0")
    assert "Бронь уже изменилась. Вот её статус: отменена." in guest.text
    await guest.sends("booking:cancel:1:0")
    assert "Отменить эту бронь?" not in guest.text, "there is nothing to ask any more"
    await guest.books(day=29)
    house.clock.advance(timedelta(days=2, hours=7))
    await guest.sends("booking:cancel_now:2:0")
    assert "Визит уже начался" in guest.text


async def test_a_message_after_the_visit_leads_to_the_next_booking_and_stays(guest: Person) -> None:
    await guest.says("/start")
    thanks = guest.screen
    await guest.sends("fu:again", thanks)
    assert "Сколько вас будет?" in guest.text
    assert guest.bubbles[0].text == thanks.text


async def test_messages_after_visits_can_be_refused(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.sends("fu:stop")
    assert house.telegram.toasts == [
        "Хорошо, больше не буду присылать сообщения после визита. Уведомления о бронях это не затронет."
    ]
    known = await house.services().users.find_by_id(Channel.TELEGRAM, guest.id)
    assert known
    assert known.no_follow_ups


async def test_a_guest_who_blocked_the_bot_is_remembered_until_they_start_it_again(house: House, guest: Person) -> None:
    await guest.says("/start")
    house.telegram.refuse = blocked
    await guest.sends("menu:about")
    known = await house.services().users.find_by_id(Channel.TELEGRAM, guest.id)
    assert known
    assert known.blocked
    house.telegram.refuse = None
    await guest.says("/start")
    known = await house.services().users.find_by_id(Channel.TELEGRAM, guest.id)
    assert known
    assert not known.blocked
