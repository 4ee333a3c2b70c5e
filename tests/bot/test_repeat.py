"""«Как в прошлый раз»: two presses from an earlier visit to a booking."""

from datetime import date, timedelta
from typing import Any

from app.domain.people import Actor
from app.domain.people import Person as Who
from app.domain.policy import VenuePolicy
from app.domain.privacy import STANDARD
from tests.bot.people import OWNER, House, Person

REPEAT, READY = "Как в прошлый раз", "Готово, столик ваш"
QUESTION = "Нажмите на день, и стол ваш"


async def visited(guest: Person) -> None:
    """Friday's visit at table 3 is over; its card is open on Saturday morning."""
    await guest.books(day=27, table="Стол №3 · 2 места")
    guest.house.clock.advance(timedelta(days=1))
    await guest.house.services().bookings.complete_due()
    await guest.presses("Мои брони", "🏁 пт, 27 нояб., 18:00 · 2 гостя")


async def change(house: House, **policy: Any) -> None:
    owner = Actor(Who(OWNER, "Ольга"), owner_of=frozenset({1}))
    change = VenuePolicy.model_validate(policy)
    await house.services().venues.change_policy(owner, lambda _: change)


async def test_two_presses_book_party_table_and_time_and_the_third_undoes_it(guest: Person) -> None:
    await visited(guest)
    await guest.presses(REPEAT)
    assert QUESTION in guest.text
    assert "2 гостя · Стол №3 · 18:00" in guest.text
    assert guest.buttons[:3] == ["пт, 4 дек.", "пт, 11 дек.", "пт, 18 дек."]
    friday = guest.screen
    await guest.presses("пт, 4 дек.")
    done = guest.text
    for detail in (READY, "Пятница, 4 декабря", "18:00 – 20:00", "2 гостя", "Стол №3"):
        assert detail in done
    await guest.sends(friday.data("пт, 4 дек."), friday)
    assert guest.text == done, "pressed twice, it is the same booking"
    assert len(guest.bubbles) == 1
    await guest.presses("Отменить бронь", "Да, отменить")
    assert "Бронь отменена" in guest.text


async def test_a_taken_day_is_marked_and_leads_to_what_is_nearest(guest: Person, other_guest: Person) -> None:
    await visited(guest)
    await other_guest.books(day=29, table="Стол №3 · 2 места")
    await guest.presses(REPEAT)
    assert "✖29" in guest.buttons
    assert "✖ — на это время стол занят" in guest.text
    await guest.presses("✖29")
    assert "Воскресенье, 29 ноября\n2 гостя · Стол №3 · 18:00 — в этот день не получится" in guest.text
    assert guest.buttons[:4] == ["18:00 · Стол №1", "16:00 · Стол №3", "20:00 · Стол №3", "14:00 · Стол №3"]
    assert guest.buttons[4:6] == ["сб, 28 нояб. · 18:00 · Стол №3", "пн, 30 нояб. · 18:00 · Стол №3"]
    await guest.presses("Назад", "✖29", "20:00 · Стол №3")
    assert "Держу столик за вами" in guest.text
    await guest.presses("Назад", "20:00 – 22:00", "Всё верно")
    assert READY in guest.text
    assert "🚫 Отменить бронь" not in guest.buttons, "it was asked"


async def test_who_is_slower_is_told_and_goes_on(guest: Person, other_guest: Person) -> None:
    await visited(guest)
    await guest.presses(REPEAT)
    await other_guest.books(day=29, table="Стол №3 · 2 места")
    await guest.presses("29")
    assert "в этот день не получится" in guest.text
    stale = guest.screen
    await other_guest.books(day=29, time="20:00 – 22:00", table="Стол №3 · 2 места")
    await guest.sends(stale.data("20:00 · Стол №3"), stale)
    assert "только что заняли" in guest.text
    assert guest.buttons[:3] == ["18:00 · Стол №1", "16:00 · Стол №3", "20:00 · Стол №1"]
    await guest.presses("сб, 28 нояб. · 18:00 · Стол №3", "Всё верно")
    assert "Суббота, 28 ноября" in guest.text


NO_DAYS = ("repeat_day:x", "repeat_day:99999999999", "repeat_day:1", "repeat_calendar:1")
NO_PLACES = ("x", "739950-7-1795960800-x", "739950-7-1795960800-", "1-1-1-3", "739950-7-1-3")


async def test_what_no_button_says_is_refused(guest: Person, other_guest: Person) -> None:
    await visited(guest)
    await other_guest.books(day=29, table="Стол №3 · 2 места")
    await guest.presses(REPEAT)
    intent = guest.screen.data("пт, 4 дек.").split("\x1d")[0]
    for data in NO_DAYS:
        await guest.sends(f"{intent}\x1d{data}")
        assert "На этот день бронь не открыта" in guest.text, data
    for place in NO_PLACES:
        await guest.presses("✖29")
        await guest.sends(f"{intent}\x1dplace:{place}")
        assert "На этот день бронь не открыта" in guest.text, place
        assert QUESTION in guest.text
    await guest.sends(f"{intent}\x1dplace:739950-7-1795960800-3")
    assert QUESTION in guest.text, "there are no places in this window"
    await guest.says("пятница")
    assert "Выберите день в календаре" in guest.text


async def test_changed_times_lead_to_the_nearest_ones(house: House, guest: Person) -> None:
    await visited(guest)
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "12:30-23:30")
    await change(house, hours=hours, grid={"every": 60})
    await guest.presses(REPEAT)
    assert "29" not in guest.buttons
    assert "✖30" in guest.buttons
    await guest.presses("✖30", "17:30 · Стол №3", "Всё верно")
    assert "17:30 – 19:30" in guest.text


async def test_a_party_that_asks_first_waits_and_an_overlap_is_told(house: House, guest: Person) -> None:
    await visited(guest)
    await guest.books(day=30, table="Стол №1 · 2 места")
    await change(house, largest_online=1)
    await guest.sends("repeat:here:1")
    assert "я передам запрос ресторану" in guest.text
    await guest.presses("30")
    assert "На это время у вас уже есть бронь" in guest.text
    assert "я передам запрос ресторану" in guest.text
    await guest.presses("29")
    assert "Запрос отправлен" in guest.text


async def test_a_press_that_is_heard_again_after_a_kill_is_the_same_booking(house: House, guest: Person) -> None:
    await visited(guest)
    await guest.presses(REPEAT)
    actor = Actor(Who(guest.id, "Анна"), agrees_to=STANDARD)
    repeats = house.services().repeats
    await repeats.book(actor, await repeats.visit(actor, 1), date(2026, 11, 29))  # nothing is answered any more
    house.restart()
    await guest.presses("29")
    assert READY in guest.text
    assert len((await house.services().bookings.mine(actor)).items) == 2


async def test_a_new_text_on_personal_data_is_agreed_to_first(house: House, guest: Person) -> None:
    await visited(guest)
    await change(house, forget_after_days=400)
    await guest.presses(REPEAT, "29")
    assert "вы разрешаете нам хранить" in guest.text
    house.restart()
    await guest.presses("Всё верно")
    assert READY in guest.text


async def test_a_table_that_is_gone_leads_to_others(house: House, guest: Person) -> None:
    await visited(guest)
    await house.db.write(lambda dao: dao.seeding.load_tables(1, [FOUR], now=house.clock.now()))
    await change(house)
    await guest.presses(REPEAT)
    assert "Стол №3 — так мы больше не сажаем" in guest.text
    await guest.presses("29", "18:00 – 20:00", "Всё верно")
    assert "Стол №4" in guest.text


FOUR = {"id": 4, "number": 4, "min_seats": 1, "max_seats": 4, "zone": "", "description": {}, "priority": 0}


async def test_only_a_visit_that_took_place_can_be_had_again(guest: Person, other_guest: Person) -> None:
    await guest.books()
    await guest.sends("repeat:below:1")
    assert "Повторить можно визит, который состоялся" in guest.text
    await other_guest.says("/start")
    await other_guest.sends("repeat:here:1")
    assert "Такой брони у вас нет" in other_guest.text


async def test_a_lost_table_of_ones_own_wish_leaves_the_way_to_any(guest: Person, other_guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Стол №3 · 2 места", "28")
    await other_guest.books(table="Стол №3 · 2 места")
    await guest.presses("18:00 – 20:00", "Любой подходящий", "18:00 – 20:00", "Всё верно")
    assert "Стол №1" in guest.text
