"""Midnight, the turn of the month, clocks that are put forward and back, and the restaurant's own time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from playground.client import Person
from tests.e2e.conftest import Opening
from tests.e2e.house import FRIDAY, MOSCOW, SATURDAY, House
from tests.e2e.wizard import EVENING, Wish, calendar, keyboard, shown, turn_to, walk

pytestmark = pytest.mark.slow

LAST_OF_NOVEMBER, FIRST_OF_DECEMBER = date(2026, 11, 30), date(2026, 12, 1)


async def test_over_midnight_yesterday_cannot_be_booked_any_more(house: House, anna: Person) -> None:
    """The service day ends at 05:00: until then the night belongs to the day before."""
    await house.at(FRIDAY, "21:00")
    for step in ("date", "time"):
        await walk(anna, step, Wish(day=FRIDAY))
        await house.at(SATURDAY, "05:30")
        await anna.press("27" if step == "date" else "22:00 – 00:00")
        assert any(words in anna.last.text for words in ("не открыта", "уже началось")), step
        assert house.bookings() == []
        if step == "date":
            assert calendar(anna)[0] == "28"
        await anna.send("/start")
        await house.at(FRIDAY, "21:00")


async def test_a_confirmation_left_open_over_the_visits_start_books_nothing(house: House, anna: Person) -> None:
    await walk(anna, "confirmation", Wish(day=FRIDAY, sitting="22:00 – 00:00"))
    await house.at(FRIDAY, "22:00")
    await anna.press("Всё верно")
    assert "уже началось" in anna.last.text
    assert "booked" not in house.statuses()
    assert shown(anna)


async def test_the_calendar_left_open_over_the_night_goes_on_with_today(house: House, anna: Person) -> None:
    await walk(anna, "date", Wish(day=FRIDAY))
    await house.at(SATURDAY, "12:00")
    await anna.press("28")
    assert "Суббота, 28 ноября" in anna.last.text
    assert shown(anna)[0] == "14:00 – 16:00"
    await anna.press(EVENING)
    await anna.press("Всё верно")
    assert house.statuses() == ["booked"]


async def test_late_in_the_evening_today_is_over_and_blank(house: House, anna: Person) -> None:
    await house.at(FRIDAY, "22:30")
    await walk(anna, "date")
    assert calendar(anna)[0] == "28"


async def test_a_sitting_to_midnight_belongs_to_its_evening(house: House, anna: Person, owner: Person) -> None:
    await walk(anna, wish=Wish(day=LAST_OF_NOVEMBER, sitting="22:00 – 00:00"))
    assert "Понедельник, 30 ноября" in anna.last.text
    [booking] = house.bookings()
    assert booking.service_date == LAST_OF_NOVEMBER
    assert booking.ends_at == datetime(2026, 12, 1, tzinfo=MOSCOW)
    await house.at(FIRST_OF_DECEMBER, "00:00")
    await house.until_status("completed")
    await owner.send("/start")
    await owner.press("Админ-панель")
    await owner.press("Брони")
    assert "30 ноября" in owner.last.text
    assert any("22:00" in text for text in shown(owner)), "at midnight it is still that evening"


async def test_on_the_last_day_of_a_month_the_next_one_is_a_page_away(house: House, anna: Person) -> None:
    await house.at(LAST_OF_NOVEMBER, "23:00")
    await walk(anna, "date")
    assert keyboard(anna)[0] in (["Ноябрь 2026"], ["Декабрь 2026"])
    await turn_to(anna, FIRST_OF_DECEMBER)
    await anna.press("1")
    await anna.press(EVENING)
    await anna.press("Всё верно")
    assert "Вторник, 1 декабря" in anna.last.text


async def test_a_horizon_of_a_year_reaches_the_leap_day(opening: Opening) -> None:
    async with opening(booking_horizon_days=730) as house:
        anna = await house.anna()
        leap = date(2028, 2, 29)
        await walk(anna, wish=Wish(day=leap))
        assert "Вторник, 29 февраля" in anna.last.text
        assert [booking.service_date for booking in house.bookings()] == [leap]


@pytest.mark.parametrize(
    ("day", "nominal", "begins"),
    [(date(2027, 3, 28), ("02:30", "03:30"), "01:30"), (date(2027, 10, 31), ("02:00", "03:00"), "00:00")],
    ids=["put forward", "put back"],
)
async def test_when_clocks_change_a_sitting_keeps_its_length(
    opening: Opening, day: date, nominal: tuple[str, str], begins: str
) -> None:
    """In Berlin 02:30 does not exist on the one night, and 02:00 is twice in the other; `begins` is in UTC."""
    contents = {
        "slots_json": [{"id": 1, "start_time": nominal[0], "end_time": nominal[1]}],
        "venue_json": {
            "name": "Nachtcafé",
            "about": "ночное кафе",
            "greeting": "Здравствуйте!",
            "address": "Берлин",
            "phone": "+49 30 000000",
            "time_zone": "Europe/Berlin",
        },
    }
    berlin = ZoneInfo("Europe/Berlin")
    evening_before = date.fromordinal(day.toordinal() - 1)
    noon = datetime(evening_before.year, evening_before.month, evening_before.day, 12, tzinfo=berlin)
    async with opening(now=noon, contents=contents) as house:
        anna = await house.anna()
        await walk(anna, "time", Wish(day=evening_before))
        assert len(anna.buttons) == 3
        [sitting] = [text for text in anna.buttons if "–" in text]
        await anna.press(sitting)
        await anna.press("Всё верно")
        assert "Готово" in anna.last.text
        [booking] = house.bookings()
        assert f"{booking.starts_at.astimezone(UTC):%H:%M}" == begins
        assert (booking.ends_at - booking.starts_at).total_seconds() == 3600
        assert f"{day.day} " in anna.last.text, "the guest reads the day on which they come"


async def test_visits_that_ended_while_the_service_was_down_are_completed(opening: Opening) -> None:
    async with opening() as house:
        await walk(await house.anna(), wish=Wish(day=FRIDAY))
        await house.quiet()
    after = datetime.combine(SATURDAY, datetime.min.time().replace(hour=12), MOSCOW)
    async with opening(now=after) as house:
        await house.until_status("completed")
