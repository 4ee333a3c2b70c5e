"""What guests and owners see of a venue's policy."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.notifications.buttons import Decision
from app.texts import Texts
from tests.bot.people import OWNER, House, Person, open_house

EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "12:00-24:00")
VENUE = {"name": "Сетка", "about": "А", "greeting": "Б", "address": "Арбат, 1", "phone": "+7 495 000-00-01"}
TABLES = [{"id": number, "capacity": seats, "description": "А"} for number, seats in ((1, 2), (2, 4), (3, 4))]
GRID = {"every": 15, "turn_times": [{"up_to": 9, "minutes": 90}]}

Open = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def open_with(migrated_sqlite: str, texts: Texts, tmp_path: Path) -> Open:
    """A house of three tables under that policy."""

    @asynccontextmanager
    async def opened(combinations: list[Any] | None = None, **policy: Any) -> AsyncIterator[House]:
        venue, tables = tmp_path / "venue.json", tmp_path / "tables.json"
        venue.write_text(json.dumps({**VENUE, "policy": policy, "combinations": combinations or []}))
        tables.write_text(json.dumps(TABLES))
        async with open_house(migrated_sqlite, texts, {"venue": venue, "tables": tables}) as house:
            yield house

    return opened


def people(house: House) -> tuple[Person, Person]:
    return Person(house, 1001, first_name="Анна"), Person(house, OWNER, first_name="Ольга")


async def to_the_times(guest: Person, party: int = 2, day: str = "28") -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", str(party), "Любой подходящий", day)


async def test_on_a_grid_a_guest_presses_a_start_and_turns_pages(open_with: Open) -> None:
    async with open_with(hours=EVERY_DAY, grid=GRID) as house:
        guest, _ = people(house)
        await to_the_times(guest)
        assert guest.buttons[:4] == ["12:00", "12:15", "12:30", "12:45"]
        assert "2 из 2 ▶️" in guest.buttons
        assert "18:15" not in guest.buttons
        await guest.presses("2 из 2 ▶️", "18:15")
        assert "18:15 – 19:45" in guest.text
        await guest.presses("Всё верно")
        assert "Готово" in guest.text


async def test_a_start_that_is_gone_leads_to_the_nearest_ones_and_to_other_days(open_with: Open) -> None:
    async with open_with(hours=EVERY_DAY, grid=GRID) as house:
        guest, _ = people(house)
        await to_the_times(guest, party=3)
        for number in (2, 3):
            rival = Person(house, 1000 + number)
            await to_the_times(rival, party=3)
            await rival.presses("14:00", "Всё верно")
        await guest.presses("14:00")
        assert "только что заняли" in guest.text
        assert "14:00" not in guest.buttons
        days = [button for button in guest.buttons if " · " in button]
        assert days[:3] == ["сб, 28 нояб. · 12:30", "сб, 28 нояб. · 15:30", "сб, 28 нояб. · 12:15"]
        assert days[4:6] == ["пт, 27 нояб. · 14:00", "вс, 29 нояб. · 14:00"]
        await guest.presses(days[1], "Всё верно")
        assert "15:30 – 17:00" in guest.text


async def test_a_special_day_is_told_of_in_the_calendar_and_on_the_day(open_with: Open) -> None:
    exceptions = [
        {"date": "2026-11-28", "closed": True, "note": {"ru": "корпоратив", "en": "a party"}},
        {"date": "2026-11-29", "hours": "18:00-22:00", "note": "живая музыка"},
    ]
    async with open_with(exceptions=exceptions) as house:
        guest, _ = people(house)
        await guest.says("/start")
        await guest.presses("Забронировать столик", "2", "Любой подходящий")
        assert "📌 28 нояб. — закрыто · корпоратив" in guest.text
        assert "28" not in guest.buttons
        calendar = guest.screen.data("29")
        await guest.presses("29")
        assert "📌 живая музыка" in guest.text
        assert guest.buttons[:2] == ["18:00 – 20:00", "20:00 – 22:00"]
        await guest.presses("Назад")
        await guest.sends(calendar.replace(calendar.rpartition(":")[2], str(int(calendar.rpartition(":")[2]) - 86400)))
        assert "📌 закрыто · корпоратив" in guest.text
        assert "В этот день мы не работаем" in guest.text
        assert any(button.startswith("пт, 27") for button in guest.buttons)


async def test_a_party_for_two_tables_is_offered_them_together(open_with: Open) -> None:
    together = [{"name": "у окна", "tables": [2, 3]}]
    async with open_with(combinations=together) as house:
        guest, _ = people(house)
        await guest.says("/start")
        await guest.presses("Забронировать столик")
        assert "8" in guest.buttons
        await guest.presses("7")
        assert "Столы №2, 3 · 8 мест" in guest.text
        await guest.presses("Любой подходящий", "28", "18:00 – 20:00", "Всё верно")
        assert "Столы №2, 3" in guest.text


async def test_a_large_party_waits_and_the_owner_answers_by_a_button(open_with: Open) -> None:
    async with open_with(largest_online=3) as house:
        guest, owner = people(house)
        await to_the_times(guest, party=4)
        await guest.presses("18:00 – 20:00")
        assert "бронь подтверждает ресторан" in guest.text
        await guest.presses("Всё верно")
        assert "Ждём подтверждения ресторана" in guest.text
        await guest.presses("Мои брони")
        await guest.presses(guest.buttons[0])
        assert "ждёт ответа ресторана" in guest.text
        assert "Ответ придёт до 28 ноября, 12:00" in guest.text
        forged = Decision(verb="accept", booking_id=1).pack()
        await guest.sends(forged)
        assert "доступно только сотрудникам" in guest.text
        await owner.says("/start")
        await owner.sends(forged)
        assert "забронирована" in owner.text
        assert owner.buttons == ["📋 Брони"]
        await owner.sends(forged)
        assert "забронирована" in owner.text, "pressed twice"
        await owner.sends(Decision(verb="decline", booking_id=1).pack())
        assert "забронирована" in owner.text, "another owner was faster"


async def test_too_late_to_cancel_the_guest_asks_and_the_owner_decides(open_with: Open) -> None:
    async with open_with(cancel_until={"days": 1}) as house:
        guest, owner = people(house)
        await guest.books()
        await guest.presses("Мои брони")
        await guest.presses(guest.buttons[0])
        cancel = guest.screen.data("Отменить бронь")
        house.clock.advance(timedelta(hours=12))
        await guest.sends(cancel)
        assert "Отменить самостоятельно можно было до 28 ноября, 00:00" in guest.text
        await guest.presses("Да, попросить")
        assert "Просьба отправлена" in guest.text
        assert "Отменить бронь" not in " ".join(guest.buttons)
        await guest.presses("Удалить запись")
        assert "Отменить самостоятельно уже нельзя" in guest.text
        await owner.says("/start")
        await owner.sends(Decision(verb="keep", booking_id=1).pack())
        assert "забронирована" in owner.text
        await owner.sends(Decision(verb="let_go", booking_id=1).pack())
        assert "забронирована" in owner.text, "it is decided, and nobody asks any more"
        await guest.sends(cancel)
        await guest.presses("Да, попросить")
        await owner.sends(Decision(verb="let_go", booking_id=1).pack())
        assert "отменена" in owner.text
        await owner.sends(Decision(verb="let_go", booking_id=1).pack())
        assert "отменена" in owner.text


async def test_a_second_table_at_the_same_time_is_refused_with_other_times(open_with: Open) -> None:
    async with open_with() as house:
        guest, _ = people(house)
        await guest.books()
        await to_the_times(guest)
        await guest.presses("18:00 – 20:00")
        assert "На это время у вас уже есть бронь" in guest.text
        await guest.presses("20:00 – 22:00", "Всё верно")
        assert "Готово" in guest.text


async def test_a_time_that_came_too_near_while_the_guest_thought_is_refused(open_with: Open) -> None:
    async with open_with(lead_minutes=60) as house:
        guest, _ = people(house)
        await to_the_times(guest, day="27")
        house.clock.advance(timedelta(hours=1, minutes=30))
        await guest.presses("14:00 – 16:00")
        assert "хотя бы за 60 минут" in guest.text
        assert "14:00 – 16:00" not in guest.buttons
