"""A guest is reminded, answers with one tap, and the hosts see who comes and who will be late."""

from pathlib import Path

import pytest

from app.notifications.buttons import LateAction, VisitAction
from playground.client import Person
from tests.e2e.house import FRIDAY, SATURDAY, House, open_street, serve
from tests.e2e.wizard import received, shown, walk

pytestmark = pytest.mark.slow

TOMORROW, TODAY = "Ждём вас завтра в 18:00", "Ждём вас сегодня в 18:00"


async def on_the_day(owner: Person, day: str) -> list[str]:
    """What the panel lists for that day."""
    for button in ("/start", "Админ-панель", "Брони", day):
        await (owner.send(button) if button == "/start" else owner.press(button))
    return [text for text in shown(owner) if "18:00" in text]


@pytest.mark.usefixtures("texts_read_once")
async def test_the_reminder_of_a_service_that_was_down_is_answered_and_the_host_hears_of_lateness(
    tmp_path: Path, db_url: str
) -> None:
    async with open_street() as chat:
        async with serve(tmp_path, db_url, chat) as house:
            anna, owner = await house.anna(), await house.owner()
            await walk(anna)
            await house.quiet()
            await house.at(FRIDAY, "17:59")
        await house.at(FRIDAY, "18:20")
        async with serve(tmp_path, db_url, chat) as house:
            await anna.wait_for(TOMORROW)
            assert shown(anna) == ["Приду", "Опаздываю", "Отменить", "Не напоминать"]
            told = len(owner.messages)
            await anna.press("Приду")
            await anna.redeliver()
            assert "Вы придёте — спасибо" in anna.last.text
            assert shown(anna) == ["Опаздываю", "Отменить", "Не напоминать"], "the others stay"
            assert house.statuses() == ["confirmed"]
            await house.quiet()
            assert len(owner.messages) == told, "nobody is disturbed"
            [line] = await on_the_day(owner, "28 нояб.")
            assert "✅ 18:00" in owner.buttons[0]
            assert "⏱" not in line

            await house.at(SATURDAY, "16:00")
            await anna.wait_for(TODAY)
            assert "Приду" not in shown(anna)
            await anna.press("Опаздываю")
            assert shown(anna) == ["10 минут", "20 минут", "30 минут", "Назад"]
            await anna.press("20 минут")
            await anna.redeliver()
            assert "Столик ждёт вас до 18:35" in anna.last.text
            await owner.wait_for("Гость опаздывает на 20 минут")
            [line] = await on_the_day(owner, "Сегодня")
            assert "18:00 ⏱+20" in line
            await owner.press(line)
            assert "столик ждёт до 18:35" in owner.last.text
            await anna.press("Опаздываю")
            await anna.press("Всё-таки вовремя")
            assert "вы придёте вовремя" in anna.last.text
            await owner.wait_for("Гость всё-таки придёт вовремя")
            await house.quiet()
            assert len(received(owner, "опаздывает на")) == 1
            assert len(received(anna, "Ждём вас сегодня")) == 0, "its place was taken by the answer"
            await house.at(SATURDAY, "18:16")
            await anna.press_data(anna.last.id, LateAction(booking_id=1, sequence=0, minutes=10).pack())
            assert "Столик уже не ждёт" in anna.last.text
            assert house.number("SELECT late_minutes FROM bookings") == 0
            assert house.statuses() == ["confirmed"]


async def test_a_reminder_cancels_after_a_question_and_what_is_left_of_it_explains_itself(
    house: House, anna: Person, owner: Person
) -> None:
    await walk(anna)
    await house.at(FRIDAY, "18:00")
    seen = await anna.wait_for(TOMORROW)
    pressed = [button.data or "" for button in seen.buttons if "Не напоминать" not in button.text]
    await anna.press("Отменить")
    assert "Отменить эту бронь?" in anna.last.text
    await anna.press("Да, отменить")
    await owner.wait_for("Бронь отменена")
    for data in (*pressed, LateAction(booking_id=1, sequence=0, minutes=20).pack()):
        await anna.press_data(anna.last.id, data)
        assert "отменена" in anna.last.text
        assert "Удалить запись" in shown(anna)
    await house.quiet()
    assert house.number("SELECT count(*) FROM outbox WHERE dedup_key LIKE 'reminder:%' AND published_at IS NULL") == 0
    await house.at(SATURDAY, "16:00")
    await house.quiet()
    assert len(received(owner, "Гость опаздывает")) == len(received(anna, TODAY)) == 0


async def test_a_guest_switches_reminders_off_and_on_and_moved_bookings_answer_no_old_button(
    house: House, anna: Person
) -> None:
    await walk(anna)
    await house.at(FRIDAY, "18:00")
    await anna.wait_for(TOMORROW)
    for button, toast, other in (
        ("Не напоминать", "больше не буду напоминать", "Снова напоминать"),
        ("Снова напоминать", "буду напоминать о бронях", "Не напоминать"),
    ):
        await anna.press(button)
        assert toast in anna.toasts[-1].text
        assert shown(anna) == ["Приду", "Опаздываю", "Отменить", other]
        assert house.number("SELECT count(*) FROM users WHERE no_reminders") == (button == "Не напоминать")
    for action in (
        *(VisitAction(verb=verb, booking_id=1, sequence=5) for verb in ("come", "late", "cancel")),
        LateAction(booking_id=1, sequence=5, minutes=10),
    ):
        await anna.press_data(anna.last.id, action.pack())
        assert "с тех пор перенесена" in anna.last.text
        assert "Суббота, 28 ноября" in anna.last.text
        assert "Опаздываю" in shown(anna), "the card has it, too"
    assert house.statuses() == ["booked"]
