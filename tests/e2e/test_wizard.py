"""A table in under a minute: what a guest sees from «Забронировать столик» to «столик ваш»."""

import pytest

from playground.client import Person
from tests.e2e.conftest import BOTH_DATABASES, Opening
from tests.e2e.house import FRIDAY, SATURDAY, SUNDAY, House
from tests.e2e.wizard import ANY, EVENING, STEPS, Wish, calendar, keyboard, received, shown, turn_to, walk

pytestmark = pytest.mark.slow


@BOTH_DATABASES
async def test_a_table_for_two_tomorrow_evening(house: House, anna: Person, owner: Person, host: Person) -> None:
    await anna.send("/start")
    await anna.press("Забронировать столик")
    assert "Сколько вас будет?" in anna.last.text
    await anna.press("2")
    assert "Какой стол?\n2 гостя" in anna.last.text
    await anna.press("Любой подходящий")
    assert "В какой день вас ждать?" in anna.last.text
    await anna.press("28")
    assert "Суббота, 28 ноября" in anna.last.text
    await anna.press("18:00 – 20:00")
    asked = anna.last.text
    assert "Всё верно?" in asked
    for chosen in ("Суббота, 28 ноября", "18:00 – 20:00", "2 гостя", "Стол №1", "до 12:10"):
        assert chosen in asked
    await anna.press("Всё верно")
    done = anna.last
    assert "Готово, столик ваш!" in done.text
    for booked in ("Суббота, 28 ноября", "18:00 – 20:00", "2 гостя", "Стол №1", "Цветной бульвар"):
        assert booked in done.text
    assert shown(anna) == ["Пожелания", "Карточка и календарь", "Мои брони", "На главную"]

    for admin in (owner, host):
        notice = await admin.wait_for("Новая бронь")
        assert notice.text == (
            "🆕 Новая бронь\n\n👤 Анна Иванова (@anna)\n🍽 Стол №1 · 2 гостя\n📅 Суббота, 28 ноября\n🕒 18:00 – 20:00"
        )
    await house.quiet()
    assert len(received(owner, "Новая бронь")) == len(received(host, "Новая бронь")) == 1
    [booking] = house.bookings()
    assert (booking.guest, booking.status, booking.party, booking.tables) == (anna.id, "booked", 2, (1,))
    assert booking.service_date == SATURDAY
    assert f"{booking.starts_at:%d %H:%M} {booking.ends_at:%H:%M}" == "28 15:00 17:00"


async def test_a_booking_is_one_message_that_changes(anna: Person) -> None:
    await walk(anna)
    assert [message.text.splitlines()[0] for message in anna.messages] == ["/start", "Готово, столик ваш!"]


async def test_a_second_guest_gets_another_table_for_the_same_evening(
    house: House, anna: Person, boris: Person, owner: Person
) -> None:
    await walk(anna)
    await walk(boris)
    assert "Стол №2" in boris.last.text
    await owner.wait_for("Борис")
    assert [booking.tables for booking in house.bookings()] == [(1,), (2,)]


async def test_guests_are_numbers_up_to_the_largest_table(anna: Person) -> None:
    await walk(anna, "count")
    assert shown(anna) == [*map(str, range(1, 9)), "Больше", "Назад", "Отмена"]


async def test_a_typed_number_is_as_good_as_a_press(anna: Person) -> None:
    for typed in ("2", " 2 ", "２", "02"):
        await walk(anna, "count")
        await anna.send(typed)
        assert "Какой стол?\n2 гостя" in anna.last.text
        assert "Любой подходящий" in shown(anna)


async def test_a_number_that_is_none_is_asked_again(anna: Person) -> None:
    example, phone = "Напишите число, например 2", "+7 495 000-01-10"
    await walk(anna, "count")
    for typed, answer in (
        ("0", "хотя бы один гость"),
        ("-3", "хотя бы один гость"),
        ("двое", example),
        ("2,5", example),
        ("²", example),
        ("9", phone),
        ("1000000000000", phone),
    ):
        await anna.send(typed)
        assert answer in anna.last.text
        assert shown(anna)[:3] == ["1", "2", "3"]
    await anna.press("2")
    assert "Какой стол?" in anna.last.text


async def test_too_many_for_any_table_are_told_the_phone_and_may_go_on(opening: Opening) -> None:
    tables = [{"id": 1, "capacity": 4, "description": "у окна"}, {"id": 2, "capacity": 6, "description": "в зале"}]
    async with opening(contents={"tables_json": tables}) as house:
        anna = await house.anna()
        await walk(anna, "count")
        assert shown(anna)[-4:] == ["6", "Больше", "Назад", "Отмена"]
        await anna.press("Больше")
        for words in ("самый большой стол — на 6 гостей", "+7 495 000-01-10"):
            assert words in anna.last.text
        await anna.send("9")
        assert "+7 495 000-01-10" in anna.last.text
        await anna.press("5")
        assert [text for text in shown(anna) if text.startswith("Стол")] == ["Стол №2 · 6 мест"]
        assert "в зале" in anna.last.text
        assert "у окна" not in anna.last.text
        await anna.press("Стол №2")
        await anna.press("28")
        await anna.press(EVENING)
        await anna.press("Всё верно")
        assert "5 гостей" in anna.last.text
        assert [booking.tables for booking in house.bookings()] == [(2,)]


async def test_every_table_with_enough_seats_is_offered_best_fit_first(anna: Person) -> None:
    await walk(anna, "table", Wish(party=3))
    tables = [text for text in shown(anna) if text.startswith(("Любой", "Стол"))]
    assert tables == [
        "Любой подходящий",
        *(f"Стол №{n} · 4 места" for n in (4, 5, 6, 7)),
        "Стол №8 · 5 мест",
        *(f"Стол №{n} · 6 мест" for n in (9, 10)),
        *(f"Стол №{n} · 8 мест" for n in (11, 12)),
    ]
    assert "Стол на четверых у камина" in anna.last.text


async def test_many_tables_are_turned_over_like_pages(opening: Opening) -> None:
    tables = [{"id": n, "capacity": 4, "description": f"место {n}"} for n in range(1, 31)]
    async with opening(contents={"tables_json": tables}) as house:
        anna = await house.anna()
        await walk(anna, "table")
        seen: list[str] = []
        while True:
            seen += [text.split(" · ")[0] for text in shown(anna) if text.startswith("Стол")]
            forward = [text for text in anna.buttons if "▶️" in text]
            if not forward:
                break
            await anna.press(forward[0])
        assert seen == [f"Стол №{n}" for n in range(1, 31)]
        assert [text for text in anna.buttons if "◀️" in text] == ["◀️ 2 из 3"]
        await anna.press("Стол №30")
        assert "стол №30" in anna.last.text


async def test_the_calendar_is_russian_and_offers_only_days_to_come(anna: Person) -> None:
    await walk(anna, "date")
    rows = keyboard(anna)
    assert rows[0] == ["Ноябрь 2026"]
    assert rows[1] == ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"]
    assert rows[2] == [" ", " ", " ", " ", "27", "28", "29"]
    assert rows[3] == ["30", " ", " ", " ", " ", " ", " "]
    assert rows[4] == ["Декабрь ▶️"]
    assert [text.strip() for text in rows[5]] == ["↩️ Назад", "✖️ Отмена"]
    await turn_to(anna, SATURDAY.replace(month=12))
    assert keyboard(anna)[2] == [" ", "1", "2", "3", "4", "5", "6"]
    assert calendar(anna) == [str(n) for n in range(1, 32)]
    await turn_to(anna, SATURDAY.replace(year=2027, month=1))
    assert calendar(anna) == [str(n) for n in range(1, 27)], "60 days from the 27th of November"
    assert not [text for text in anna.buttons if "▶️" in text]
    await anna.press("◀️ Декабрь")
    await anna.press("31")
    assert "Четверг, 31 декабря" in anna.last.text


async def test_a_blank_day_and_the_names_of_weekdays_do_nothing(anna: Person) -> None:
    await walk(anna, "date")
    before = (anna.last.id, anna.last.text, anna.buttons)
    for row in anna.last.body["reply_markup"]["inline_keyboard"]:
        for button in row:
            if not button["text"].strip() or button["text"] in ("Пн", "Ноябрь 2026"):
                await anna.press_data(anna.last.id, button["callback_data"])
                assert (anna.last.id, anna.last.text, anna.buttons) == before


async def test_today_only_what_has_not_begun_is_offered(house: House, anna: Person) -> None:
    await house.at(FRIDAY, "17:50")
    await walk(anna, "time", Wish(day=FRIDAY))
    assert shown(anna) == ["18:00 – 20:00", "20:00 – 22:00", "22:00 – 00:00", "Назад", "Отмена"]
    await house.at(FRIDAY, "18:00")
    await anna.press("18:00 – 20:00")
    assert "уже началось" in anna.last.text
    assert shown(anna)[:2] == ["20:00 – 22:00", "22:00 – 00:00"]
    assert house.bookings() == []


async def test_back_leads_step_by_step_to_the_menu(anna: Person) -> None:
    await walk(anna, "confirmation", Wish(table="Стол №3"))
    for question in ("Во сколько вас ждать?", "В какой день вас ждать?", "Какой стол?", "Сколько вас будет?"):
        await anna.press("Назад")
        assert question in anna.last.text
    await anna.press("Назад")
    assert "Забронировать столик" in shown(anna)


@pytest.mark.parametrize("way", ["Отмена", "/cancel", "/start", "На главную"])
async def test_leaving_frees_the_table_at_once(house: House, anna: Person, way: str) -> None:
    for step in STEPS[:-1]:
        await anna.send("/help")
        await anna.press("О нас")
        about = anna.last
        await walk(anna, step)
        if way.startswith("/"):
            await anna.send(way)
        elif way == "На главную":
            await anna.press_data(about.id, next(button.data for button in about.buttons if way in button.text) or "")
        else:
            await anna.press(way)
        if way in ("Отмена", "/cancel"):
            assert "Бронирование прервано" in anna.last.text
        assert shown(anna) == ["Забронировать столик", "Мои брони", "О нас", "Мои данные"]
        assert house.number("SELECT count(*) FROM table_cells") == 0
        await anna.press("Забронировать столик")
        assert "Сколько вас будет?" in anna.last.text
    assert set(house.statuses()) == {"expired"}


async def test_another_choice_is_another_hold_and_never_two(house: House, anna: Person) -> None:
    await walk(anna, "confirmation")
    await anna.press("Назад")
    assert house.number("SELECT count(*) FROM table_cells") == 0
    await anna.press("20:00 – 22:00")
    assert house.number("SELECT count(DISTINCT booking_id) FROM table_cells") == 1
    await anna.press("Всё верно")
    assert "20:00 – 22:00" in anna.last.text
    assert house.statuses().count("booked") == 1


@pytest.mark.parametrize("wish", [Wish(party=1), Wish(party=5), Wish(party=8), Wish(table="Стол №12", day=SUNDAY)])
async def test_what_was_chosen_is_what_is_booked(house: House, anna: Person, wish: Wish) -> None:
    await walk(anna, wish=wish)
    guests = {1: "1 гость", 2: "2 гостя", 5: "5 гостей", 8: "8 гостей"}[wish.party]
    assert guests in anna.last.text
    [booking] = house.bookings()
    assert (booking.party, booking.service_date) == (wish.party, wish.day)
    if wish.table != ANY:
        assert booking.tables == (12,)


async def test_a_guest_with_all_bookings_allowed_is_told_and_shown_the_way(opening: Opening) -> None:
    async with opening(max_live_bookings=2) as house:
        anna = await house.anna()
        await walk(anna)
        await walk(anna, wish=Wish(sitting="20:00 – 22:00"))
        await walk(anna, "time", Wish(sitting="22:00 – 00:00"))
        await anna.press("22:00 – 00:00")
        assert "У вас уже 2 предстоящие брони" in anna.last.text
        await anna.press("Мои брони")
        await anna.press("20:00")
        await anna.press("Отменить бронь")
        await anna.press("Да, отменить")
        await walk(anna, wish=Wish(sitting="22:00 – 00:00"))
        assert "Готово" in anna.last.text
        assert sorted(house.statuses()) == ["booked", "booked", "canceled"]


@pytest.mark.parametrize(("tables", "slots"), [([], None), (None, [])])
async def test_without_tables_or_sittings_booking_is_closed(
    opening: Opening, tables: list[object] | None, slots: list[object] | None
) -> None:
    contents = {"tables_json": tables, "slots_json": slots}
    async with opening(contents={name: found for name, found in contents.items() if found is not None}) as house:
        anna = await house.anna()
        await anna.send("/start")
        await anna.press("Забронировать столик")
        assert "Бронирование пока закрыто" in anna.last.text
        assert "+7 495 000-01-10" in anna.last.text
        assert "О нас" in shown(anna)
