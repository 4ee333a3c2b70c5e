"""Before a first booking a guest reads what is kept of them; and again when that changes."""

from datetime import timedelta

from app.domain.people import Actor
from app.domain.people import Person as Who
from tests.bot.people import OWNER, House, Person

TO_THE_CONFIRMATION = ("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")
ASKS, READS = "вы разрешаете нам хранить", "🔒 Как мы храним данные"


async def change_the_text(house: House) -> None:
    """The venue keeps things for another time, and so it promises something else."""
    owner = Actor(Who(OWNER, "Ольга"), owner_of=frozenset({1}))
    venues = house.services().venues
    days = ((await venues.policy()).forget_after_days or 0) - 365
    await venues.change_policy(owner, lambda policy: policy.model_copy(update={"forget_after_days": days}))


async def test_a_guest_reads_it_and_comes_back_to_the_same_table_and_is_not_asked_twice(
    house: House, guest: Person
) -> None:
    await guest.says("/start")
    await guest.presses(*TO_THE_CONFIRMATION)
    asked = guest.text
    assert ASKS in asked
    await guest.presses(READS)
    assert "Binary Bites" in guest.text
    assert "30 дней после визита" in guest.text
    assert "3 года после последнего визита" in guest.text
    assert "Редакция standard-1 от 22 ноября 2026" in guest.text
    await guest.says("понятно")
    assert "вернуться к брони" in guest.text
    house.restart()
    await guest.presses("Назад")
    assert guest.text == asked
    await guest.presses("Всё верно")
    assert "столик ваш" in guest.text
    await guest.presses("На главную", *TO_THE_CONFIRMATION[:-1], "20:00 – 22:00")
    assert ASKS not in guest.text
    assert READS not in guest.buttons
    await guest.presses("Всё верно")
    assert "столик ваш" in guest.text


async def test_a_text_that_changes_before_the_press_is_shown_anew_and_nothing_is_booked(
    house: House, guest: Person
) -> None:
    await guest.says("/start")
    await guest.presses(*TO_THE_CONFIRMATION)
    await change_the_text(house)
    await guest.presses("Всё верно")
    assert "Мы обновили текст" in guest.text
    assert ASKS in guest.text
    assert "до 12:10" in guest.text, "the table is held as before"
    await guest.presses(READS)
    assert "2 года после последнего визита" in guest.text
    await guest.presses("Назад", "Всё верно")
    assert "столик ваш" in guest.text
    await change_the_text(house)
    await guest.presses("На главную", *TO_THE_CONFIRMATION[:-1], "20:00 – 22:00")
    assert ASKS in guest.text


async def test_reading_for_longer_than_the_hold_ends_as_any_late_confirmation(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses(*TO_THE_CONFIRMATION, READS)
    house.clock.advance(timedelta(minutes=11))
    await guest.presses("Назад")
    assert "Время вышло" in guest.text
    await guest.presses("Всё верно")
    assert "столик ваш" in guest.text
