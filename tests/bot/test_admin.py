"""The admin panel, and who may not see it."""

from tests.bot.people import House, Person


async def test_an_owner_reads_statistics(owner: Person, guest: Person) -> None:
    await guest.books(day=27)
    await owner.says("/start")
    await owner.presses("Админ-панель", "Статистика по пользователям")
    assert "Всего: 2" in owner.text
    assert "С бронями: 1" in owner.text
    await owner.presses("В админ-панель", "Статистика по броням")
    assert "Сегодня: 1 · 2 гостя" in owner.text
    assert "📅 забронирована: 1" in owner.text
    await owner.presses("На главную")
    assert "🔑 Админ-панель" in owner.buttons
    assert len(owner.bubbles) == 1


async def test_an_owner_walks_through_days_filters_and_cards(house: House, owner: Person) -> None:
    for number in range(9):
        guest = Person(house, 2000 + number, first_name=f"Гость{number}", last_name="<b>", username=None)
        await guest.books(day=28)
    await owner.says("/start")
    await owner.presses("Админ-панель", "Брони")
    assert "Брони · Пятница, 27 ноября" in owner.text
    assert "Все: пока ни одной" in owner.text
    await owner.presses("28 нояб. ▶️")
    assert "Все: 9" in owner.text
    first = "📅 18:00 · Стол №1 · 2 гостя · Гость0 <b>"
    assert owner.buttons[0] == first
    await owner.presses("2 из 2 ▶️")
    assert owner.buttons[0].endswith("Гость8 <b>")
    await owner.presses("◀️ 1 из 2", first)
    for detail in ("Бронь гостя", "Суббота, 28 ноября", "Стол №1", "Гость0 <b>", "забронирована", "27 ноября, 12:00"):
        assert detail in owner.text
    await owner.presses("Назад", "отменена")
    assert "отменена: пока ни одной" in owner.text
    assert "• отменена" in owner.buttons
    await owner.presses("◀️ 27 нояб.")
    assert "• отменена" in owner.buttons, "the filter goes along"
    await owner.presses("Сегодня", "все")
    assert "Пятница, 27 ноября" in owner.text


async def test_a_page_that_is_gone_is_the_last_one(owner: Person, guest: Person) -> None:
    await guest.books()
    await owner.says("/start")
    await owner.sends("guests:7")
    assert "Анна (@anna) — 1 бронь" in owner.text
    assert not [words for words in owner.buttons if "из 1" in words]


async def test_an_owner_reads_who_the_guests_are(owner: Person, guest: Person) -> None:
    await guest.books()
    await owner.says("/start")
    await owner.presses("Админ-панель", "Гости")
    assert "Анна (@anna) — 1 бронь, впереди 1" in owner.text
    assert "Ольга — 0 броней, впереди 0" in owner.text


async def test_a_guest_sees_no_panel_and_is_refused_with_its_buttons(guest: Person, owner: Person) -> None:
    await guest.books()
    await guest.says("/start")
    assert "🔑 Админ-панель" not in guest.buttons
    for data in ("admin:panel", "admin:users", "admin:bookings", "day:::0", "seen:1:739949::0", "guests:0"):
        await guest.sends(data)
        assert "Это доступно только сотрудникам ресторана" in guest.text
        assert "🔑 Админ-панель" not in guest.buttons
    await owner.says("/start")
    await owner.sends("day:3652059::0")
    assert "31 декабря" in owner.text
    await owner.sends("day:1::0")
    assert "1 января" in owner.text


async def test_an_owner_of_yesterday_loses_the_panel_at_the_next_press(house: House, owner: Person) -> None:
    await owner.says("/start")
    await owner.presses("Админ-панель")
    house.owners = frozenset()
    house.restart()
    await owner.presses("Гости")
    assert "Это доступно только сотрудникам ресторана" in owner.text
