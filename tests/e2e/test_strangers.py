"""Somebody who sends what no button of theirs says: refused, nothing changed, noted in the log."""

from datetime import date
from pathlib import Path

import pytest

from playground.client import Person
from tests.e2e.house import HOST, House, open_street, serve
from tests.e2e.wizard import received, shown, walk

pytestmark = pytest.mark.slow


def the_button(person: Person, words: str) -> str:
    button = person.find(words)
    assert button is not None
    assert button.data is not None
    return button.data


async def test_another_guests_booking_cannot_be_seen_cancelled_or_deleted(
    house: House, anna: Person, boris: Person, owner: Person
) -> None:
    await walk(anna)
    await owner.wait_for("Новая бронь")
    [booking] = house.bookings()
    await boris.send("/start")
    window = boris.last.id
    for verb in ("show", "cancel", "cancel_now", "hide", "hide_now"):
        for page in ("0", "7"):
            await boris.press_data(window, f"booking:{verb}:{booking.id}:{page}")
            assert "Такой брони у вас нет" in boris.last.text, verb
            assert "28 ноября" not in boris.last.text
            assert "Забронировать столик" in shown(boris)
    assert house.bookings() == [booking]
    assert house.number("SELECT count(*) FROM bookings WHERE hidden_at IS NOT NULL") == 0
    warned = [line for line in house.log.splitlines() if "WARNING" in line and f"user={boris.id}" in line]
    assert len(warned) == 10
    await house.quiet()
    assert received(owner, "отменена") == []


async def test_another_guests_hold_cannot_be_confirmed(house: House, anna: Person, boris: Person) -> None:
    await walk(anna, "confirmation")
    stolen = the_button(anna, "Всё верно")
    await walk(boris, "date")
    await boris.press_data(boris.last.id, stolen)
    assert "Это окно уже закрыто" in boris.last.text
    assert house.statuses() == ["held"]
    await anna.press("Всё верно")
    assert [(found.guest, found.status) for found in house.bookings()] == [(anna.id, "booked")]


async def test_made_up_buttons_of_the_menu_are_answered_and_change_nothing(house: House, anna: Person) -> None:
    await walk(anna)
    before = house.bookings()
    for data in (
        "booking:cancel_now:99999999:0",
        "booking:cancel_now:-1:0",
        "booking:cancel_now:9223372036854775808:0",
        "booking:cancel_now:1",
        "booking:eat:1:0",
        "booking:show:1:-1",
        "booking:show:1:99999999999999999999",
        "bookings:-1",
        "bookings:1000000",
        "bookings:x",
        "menu:kitchen",
        "menu",
        "language:tlh",
        "fu:whatever",
        ":::::",
        "\x1d",
        "x\x1d",
        "\x1dx",
        "abcdef\x1dconfirm",
        "🙂" * 16,
        "0",
    ):
        await anna.press_data(anna.last.id, data)
        assert shown(anna), f"after {data!r} there is a way on"
    assert house.bookings() == before


async def test_made_up_buttons_of_the_wizard_are_answered_and_book_nothing(house: House, anna: Person) -> None:
    """The prefix of the running window is known to its guest: everything behind it may be forged."""
    for step in ("count", "date", "confirmation"):
        await walk(anna, step)
        prefix = (anna.last.buttons[0].data or "").partition("\x1d")[0]
        for forged in (
            "party:0",
            "party:-2",
            "party:9",
            "party:999999999999999999999",
            "party:two",
            "party:",
            "party",
            "table:0",
            "table:999",
            "table:x",
            "calendar:0",
            "calendar:x",
            "calendar:99999999999999",
            "calendar:-99999999999999",
            "calendar:1",
            "calendar:+",
            "calendar:-",
            "calendar:M",
            "calendar:MONTH202613",
            "calendar:Y",
            "calendar:YEAR0",
            "tables:-1",
            "tables:1000000",
            "tables:x",
            "tables_after:9999",
            "time:1-1-1",
            "time:x",
            "time:99999999999-1-1",
            f"time:{date(2026, 11, 28).toordinal()}-99-0",
            f"time:{date(2026, 11, 26).toordinal()}-7-0",
            f"time:{date(2027, 11, 26).toordinal()}-7-0",
            "other_day:1-2-3-4",
            "any_instead",
            "confirm",
            "nobody",
            "",
        ):
            await anna.press_data(anna.last.id, f"{prefix}\x1d{forged}")
            assert shown(anna), f"at {step} after {forged!r} there is a way on"
    assert set(house.statuses()) <= {"booked", "expired", "held"}
    for booking in house.bookings():
        assert booking.service_date == date(2026, 11, 28)
        assert booking.party == 2


async def test_a_guest_who_sends_an_admins_button_is_refused(house: House, anna: Person, owner: Person) -> None:
    await walk(anna)
    await owner.send("/start")
    await owner.press("Админ-панель")
    buttons = [the_button(owner, "Админ-панель")] if "Админ-панель" in shown(owner) else ["admin:panel"]
    buttons += [button.data or "" for button in owner.last.buttons if "На главную" not in button.text]
    await owner.press("Брони")
    buttons += [button.data or "" for button in owner.last.buttons if "На главную" not in button.text]
    await owner.press("28 нояб.")
    buttons += [the_button(owner, "18:00")]
    assert len(buttons) > 12
    await anna.send("/start")
    assert "Админ-панель" not in shown(anna)
    for data in buttons:
        await anna.press_data(anna.last.id, data)
        assert "только сотрудникам" in anna.last.text, data
        assert "Админ-панель" not in shown(anna)
    assert [line for line in house.log.splitlines() if "WARNING" in line and f"user={anna.id}" in line]


async def test_made_up_buttons_of_the_panel_break_nothing(owner: Person) -> None:
    await owner.send("/start")
    for data in (
        *("admin:kitchen", "day:0::0", "day:-1::0", "day:99999999::0", "day:1::0", "day:3652059::0", "day:::"),
        *("day:739949:eaten:0", "day:739949:booked:999999", "seen:1:739949::0", "seen:0:1::0", "guests:-1"),
        *("guests:999999", "guests:x", "seen:9223372036854775807:1::0", "day:739949:held:0"),
    ):
        await owner.press_data(owner.last.id, data)
        assert shown(owner), f"after {data!r} there is a way on"


@pytest.mark.usefixtures("texts_read_once")
async def test_an_owner_of_yesterday_has_no_panel_at_the_next_tap(tmp_path: Path, db_url: str) -> None:
    async with open_street() as chat:
        async with serve(tmp_path, db_url, chat) as house:
            owner, host, anna = await house.owner(), await house.host(), await house.anna()
            await owner.send("/start")
            await owner.press("Админ-панель")
            assert "Статистика по броням" in shown(owner)
        async with serve(tmp_path, db_url, chat, admin_ids=f"[{HOST}]") as house:
            await owner.press("Статистика по броням")
            assert "только сотрудникам" in owner.last.text
            assert "Админ-панель" not in shown(owner)
            await walk(anna)
            await host.wait_for("Новая бронь")
            await house.quiet()
            assert received(owner, "Новая бронь") == []
