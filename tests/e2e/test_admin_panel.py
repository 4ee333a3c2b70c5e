"""The owner's panel: the bookings of a day, the guests, and numbers that are right."""

import pytest

from playground.client import Person
from tests.e2e.conftest import BOTH_DATABASES, Opening
from tests.e2e.house import FRIDAY, SATURDAY, SUNDAY, House
from tests.e2e.wizard import Wish, shown, walk

pytestmark = pytest.mark.slow


async def panel(owner: Person, button: str | None = None) -> None:
    await owner.send("/start")
    await owner.press("Админ-панель")
    if button:
        await owner.press(button)


async def test_the_panel_has_its_four_rooms_and_the_way_home(owner: Person) -> None:
    await panel(owner)
    assert shown(owner) == ["Статистика по пользователям", "Статистика по броням", "Брони", "Гости", "На главную"]
    for room in ("Статистика по пользователям", "Статистика по броням", "Брони", "Гости"):
        await owner.press(room)
        await owner.press("В админ-панель")
        assert "Что посмотрим?" in owner.last.text
    await owner.press("На главную")
    assert "Забронировать столик" in shown(owner)
    assert len([message for message in owner.messages if not message.outgoing]) == 1


@BOTH_DATABASES
async def test_the_numbers_are_right(house: House, owner: Person) -> None:
    guests = await house.guests(6)
    for guest in guests[:3]:
        await walk(guest, wish=Wish(party=3))
    await walk(guests[3], wish=Wish(day=FRIDAY, party=5))
    await walk(guests[4], wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    await guests[0].press("Мои брони")
    for button in ("18:00", "Отменить бронь", "Да, отменить"):
        await guests[0].press(button)
    await walk(guests[5], "confirmation")
    await house.at(FRIDAY, "16:00")
    await house.until_status("canceled", "booked", "booked", "booked", "completed", "expired")
    await guests[5].block()
    await panel(owner, "Статистика по пользователям")
    numbers = ["Всего: 7", "Новых сегодня: 7", "Новых за неделю: 7", "С бронями: 5", "Заблокировали бота: 1"]
    assert owner.last.text.splitlines()[2:] == numbers
    await owner.press("В админ-панель")
    await owner.press("Статистика по броням")
    text = owner.last.text
    for line in (
        "Сегодня: 1 · 5 гостей",
        "Впереди: 3",
        "Всего: 5",
        "забронирована: 3",
        "визит состоялся: 1",
        "отменена: 1",
    ):
        assert line in text
    await house.at(SUNDAY, "12:00")
    await house.until_status("canceled", "completed", "completed", "completed", "completed", "expired")
    await owner.press("В админ-панель")
    await owner.press("Статистика по броням")
    for line in ("Сегодня: 0 · 0 гостей", "Впереди: 0", "Всего: 5", "визит состоялся: 4", "отменена: 1"):
        assert line in owner.last.text
    await panel(owner, "Статистика по пользователям")
    assert "Новых сегодня: 0" in owner.last.text
    assert "Новых за неделю: 7" in owner.last.text


async def test_with_nothing_yet_every_room_is_readable(owner: Person) -> None:
    await panel(owner, "Брони")
    assert "пока ни одной" in owner.last.text
    assert {"Сегодня", "все", "В админ-панель"} <= set(shown(owner))
    await owner.press("28 нояб.")
    assert "Суббота, 28 ноября" in owner.last.text
    await owner.press("Сегодня")
    assert "Пятница, 27 ноября" in owner.last.text
    await owner.press("В админ-панель")
    await owner.press("Гости")
    assert "всего 1" in owner.last.text
    await owner.press("В админ-панель")
    await owner.press("Статистика по броням")
    assert "Всего: 0" in owner.last.text


async def test_many_bookings_of_a_day_are_paged_filtered_and_opened(opening: Opening) -> None:
    tables = [{"id": n, "capacity": 4, "description": f"стол {n}"} for n in range(1, 31)]
    async with opening(contents={"tables_json": tables}) as house:
        owner = await house.owner()
        guests = await house.guests(20)
        for number, guest in enumerate(guests):
            await walk(guest, wish=Wish(table=f"Стол №{number + 1}") if number < 12 else Wish())
        for guest in guests[::10]:
            for button in ("Мои брони", "18:00", "Отменить бронь", "Да, отменить"):
                await guest.press(button)
        await panel(owner, "Брони")
        await owner.press("28 нояб.")
        assert "Все: 20" in owner.last.text
        names: list[str] = []
        for page in ("2 из 3", "3 из 3", None):
            names += [text.split(" · ")[-1] for text in shown(owner) if "18:00" in text]
            if page:
                await owner.press(f"{page} ▶️")
        assert names == [f"Гость {n}" for n in range(20)]
        await owner.press("◀️ 2 из 3")
        await owner.press("Гость 14")
        for words in ("Бронь гостя", "Суббота, 28 ноября", "18:00 – 20:00", "2 гостя", "Гость 14", "забронирована"):
            assert words in owner.last.text
        assert "Отменить" not in " ".join(shown(owner)), "the card is for reading"
        await owner.press("Назад")
        assert any("Гость 14" in text for text in shown(owner)), "the page it was opened from"
        await owner.press("отменена")
        assert ": 2" in owner.last.text
        assert [text.split(" · ")[-1] for text in shown(owner) if "18:00" in text] == ["Гость 0", "Гость 10"]
        await owner.press("визит состоялся")
        assert "пока ни одной" in owner.last.text


async def test_many_guests_are_paged_with_their_counts(house: House, owner: Person) -> None:
    guests = await house.guests(33)
    for guest in guests:
        await guest.send("/start")
    for day in (SATURDAY, SUNDAY):
        await walk(guests[0], wish=Wish(day=day))
    await walk(guests[1])
    await panel(owner, "Гости")
    assert "всего 34" in owner.last.text
    seen = owner.last.text
    while forward := [text for text in owner.buttons if "▶️" in text]:
        await owner.press(forward[0])
        seen += "\n" + owner.last.text
    for guest in guests:
        assert seen.count(f"{guest.card['first_name']} — ") == 1
    assert "Гость 0 — 2 брони, впереди 2" in seen
    assert "Гость 1 — 1 бронь, впереди 1" in seen
    assert "Гость 2 — 0 броней, впереди 0" in seen


async def test_an_english_owner_reads_notices_and_panel_in_english(house: House) -> None:
    owner, host, anna = await house.owner(), await house.host(), await house.anna()
    await owner.send("/start")
    await owner.send("/language")
    await owner.press("English")
    await walk(anna)
    notice = await owner.wait_for("New booking")
    assert notice.text == (
        "🆕 New booking\n\n👤 Анна Иванова (@anna)\n🍽 Table 1 · 2 guests\n📅 Saturday, 28 November\n🕒 18:00 – 20:00"
    )
    assert "Новая бронь" in (await host.wait_for("Новая бронь")).text, "the other one never said, so it is Russian"
    await owner.press("Admin panel")
    await owner.press("Bookings")
    assert [message.text for message in owner.messages if "Friday, 27 November" in message.text]
