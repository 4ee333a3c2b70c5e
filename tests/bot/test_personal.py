"""«Мои данные»: a guest looks, switches messages off and on, takes a copy, and is forgotten."""

import json

from sqlalchemy import select

from app.dao.models import DialogRow
from app.domain.people import Person as Who
from tests.bot.people import House, Person


async def talks(house: House) -> list[str]:
    """Whose conversations are kept."""
    async with house.db.read() as dao:
        return [row[0] for row in await dao._session.rows(select(DialogRow.key))]


async def is_known(house: House, person: Person) -> bool:
    return await house.services().users.find(Who(person.id, "")) is not None


async def test_a_stranger_reads_that_nothing_is_known_whatever_they_press(house: House, guest: Person) -> None:
    await guest.says("/privacy")
    nothing = guest.text
    assert "пока ничего не знаем" in nothing
    for verb in ("copy", "reminders_off", "follow_ups_off", "forget", "show"):
        await guest.sends(f"me:{verb}")
        assert guest.text == nothing, verb
    await guest.sends("me:forget_now")
    assert "мы вас не помним" in guest.text
    await guest.sends("me:everything")
    assert "уже закрыто" in guest.text
    assert not any(bubble.file for bubble in guest.bubbles)
    assert not await is_known(house, guest)


async def test_a_guest_sees_what_is_known_and_decides_what_is_sent(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Мои данные")
    assert "Имя: Анна" in guest.text
    assert "@anna" in guest.text
    assert "ещё не давали" in guest.text
    await guest.books()
    await house.services().users.keep_phone(Who(guest.id, ""), "+79161234567")
    await guest.says("/privacy")
    assert "Брони: 1" in guest.text
    assert "+7 916 123-45-67" in guest.text
    assert "редакция standard-1, вы дали его 27 ноября 2026" in guest.text
    for what in ("Напоминания о брони", "Сообщения после визита"):
        await guest.presses(f"{what}: включены", f"{what}: выключены", f"{what}: включены")
    user = await house.services().users.find(Who(guest.id, ""))
    assert user
    assert (user.no_reminders, user.no_follow_ups) == (True, True)
    await guest.presses("Как мы храним данные")
    assert "30 дней" in guest.text
    await guest.presses("Назад")
    assert "Имя: Анна" in guest.text


async def test_a_copy_comes_as_a_file_named_after_the_day(guest: Person, other_guest: Person) -> None:
    await other_guest.books(time="20:00 – 22:00")
    await guest.books()
    await guest.says("/privacy")
    await guest.presses("Получить файлом")
    file = guest.screen.file
    assert file
    assert file.filename == "my-data-2026-11-27.json"
    copy = json.loads(file.data)
    assert (copy["person"]["id"], len(copy["bookings"])) == (guest.id, 1)
    assert "Борис" not in file.data.decode()


async def test_forgetting_asks_first_and_the_conversation_is_gone_too(
    house: House, guest: Person, other_guest: Person
) -> None:
    await other_guest.books(time="20:00 – 22:00")
    await guest.books()
    await guest.says("/privacy")
    await guest.presses("Забудьте меня")
    assert "Ваша предстоящая бронь будет отменена" in guest.text
    await guest.presses("Нет, оставьте как есть", "Забудьте меня")
    press = guest.press_of(guest.screen.data("Да, забудьте"), guest.screen)
    for _ in range(2):
        await house.deliver(press)
        assert "мы вас не помним" in guest.text
    assert await talks(house) == [f"{house.bot.id}:{other_guest.id}:{other_guest.id}"]
    house.restart()
    await house.deliver(press)
    await guest.sends("me:forget_now")
    await guest.presses("На главную", "Мои брони")
    assert "пока пусто" in guest.text
    await guest.books()
    assert "столик ваш" in guest.text


async def test_pressed_in_the_middle_of_the_wizard_it_ends_the_wizard(guest: Person) -> None:
    await guest.says("/start")
    menu = guest.screen
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")
    confirm, window = guest.screen.data("Всё верно"), guest.screen
    await guest.sends("me:forget_now", menu)
    await guest.sends(confirm, window)
    assert "уже закрыто" in guest.text


async def test_whoever_runs_the_house_is_not_forgotten(house: House, owner: Person) -> None:
    await owner.says("/start")
    await owner.presses("Мои данные", "Забудьте меня", "Да, забудьте")
    assert "управляете рестораном" in owner.text
    assert await is_known(house, owner)


async def test_the_panel_shows_no_name_of_whom_nobody_knows(guest: Person, owner: Person) -> None:
    await guest.books()
    await guest.sends("me:forget_now")
    await owner.says("/start")
    await owner.presses("Админ-панель", "Гости")
    assert "Анна" not in owner.text
    await owner.presses("В админ-панель", "Брони")
    await owner.presses("28 нояб. ▶️")
    nobodys = "🚫 18:00 · Стол №1 · 2 гостя · гость без имени"
    assert owner.buttons[0] == nobodys
    await owner.presses(nobodys)
    assert "👤 гость без имени" in owner.text
