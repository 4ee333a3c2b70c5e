"""When a venue's house is open, for how long one may stay, and until when one may change one's mind."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.domain.booking import BookingStatus, may_cancel_alone
from app.domain.policy import VenuePolicy
from app.domain.schedule import CELL, TimeSlot, cells_between, service_day, since_day_began, sittings_on

MOSCOW = ZoneInfo("Europe/Moscow")
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)
NEW_YEAR = date(2026, 12, 31)
EVENING = datetime(2026, 11, 21, 18, tzinfo=MOSCOW)
SITTINGS = [TimeSlot(1, time(12), time(14)), TimeSlot(2, time(18), time(20)), TimeSlot(3, time(22), time(0))]
HOURS = {"fri": "12:00-02:00", "sat": ["12:00-15:00", "18:00-24:00"]}
GRID = {"every": 30, "turn_times": [{"up_to": 4, "minutes": 120}, {"up_to": 2, "minutes": 90}]}

TURN = {"up_to": 2, "minutes": 90}


def policy(**fields: Any) -> VenuePolicy:
    return VenuePolicy.model_validate(fields)


def starts(venue: VenuePolicy, day: date, party: int = 2) -> list[str]:
    return [f"{slot.start:%H:%M}" for slot in venue.slots_on(day, party, SITTINGS)]


def test_without_a_policy_every_sitting_is_offered_every_day() -> None:
    for day in (FRIDAY, MONDAY, NEW_YEAR):
        assert policy().slots_on(day, 2, SITTINGS) == SITTINGS


def test_sittings_are_offered_while_the_house_is_open() -> None:
    venue = policy(hours={**HOURS, "mon": "13:00-23:00"})
    assert starts(venue, FRIDAY) == ["12:00", "18:00", "22:00"]
    assert starts(venue, MONDAY) == ["18:00"]
    assert starts(venue, date(2026, 11, 22)) == [], "on Sundays it is closed"


def test_on_a_grid_visits_begin_every_half_hour_and_end_by_closing() -> None:
    venue = policy(hours=HOURS, grid=GRID)
    assert starts(venue, SATURDAY, 2) == [
        *("12:00", "12:30", "13:00", "13:30"),
        *("18:00", "18:30", "19:00", "19:30", "20:00", "20:30", "21:00", "21:30", "22:00", "22:30"),
    ]
    assert starts(venue, SATURDAY, 4)[-1] == "22:00", "four stay longer than two"
    assert starts(venue, SATURDAY, 9)[-1] == "22:00", "nine as long as four"
    assert starts(venue, FRIDAY)[-1] == "00:30", "Friday ends on Saturday at two"
    assert starts(venue, MONDAY) == []


def test_a_date_may_be_unlike_its_weekday() -> None:
    note = {"ru": "Корпоратив", "en": "A company's party"}
    exceptions = [
        {"date": "2026-12-31", "closed": True, "note": note},
        {"date": "2026-11-20", "hours": "10:00-13:00"},
        {"date": "2026-11-21", "note": "Живая музыка"},
    ]
    venue = policy(hours=HOURS, grid=GRID, exceptions=exceptions)
    assert (starts(venue, NEW_YEAR), venue.note_on(NEW_YEAR)) == ([], note)
    assert starts(venue, FRIDAY) == ["10:00", "10:30", "11:00", "11:30"]
    assert venue.note_on(FRIDAY) == venue.note_on(MONDAY) == {}
    assert starts(venue, SATURDAY)[0] == "12:00"
    assert venue.note_on(SATURDAY) == {"ru": "Живая музыка"}


@pytest.mark.parametrize(
    ("cancel_until", "deadline"),
    [
        (None, EVENING),
        ({"hours": 3}, EVENING - timedelta(hours=3)),
        ({"days": 0}, EVENING),
        ({"days": 1}, datetime(2026, 11, 21, tzinfo=MOSCOW)),
        ({"days": 2}, datetime(2026, 11, 20, tzinfo=MOSCOW)),
    ],
)
def test_guests_change_their_mind_until_the_deadline(cancel_until: dict[str, int] | None, deadline: datetime) -> None:
    found = policy(cancel_until=cancel_until).cancel_deadline(EVENING, SATURDAY, MOSCOW)
    assert found == deadline
    for status, alone in ((BookingStatus.BOOKED, False), (BookingStatus.PENDING, True)):
        assert may_cancel_alone(status, deadline=deadline, now=deadline) is alone
        assert may_cancel_alone(status, deadline=deadline, now=deadline - timedelta(seconds=1))


def test_a_booking_after_midnight_has_the_deadline_of_its_evening() -> None:
    night = datetime(2026, 11, 22, 1, tzinfo=MOSCOW)
    found = policy(cancel_until={"days": 1}).cancel_deadline(night, SATURDAY, MOSCOW)
    assert found == datetime(2026, 11, 21, tzinfo=MOSCOW)


def test_a_large_party_waits_for_the_restaurant_and_never_past_its_own_visit() -> None:
    venue = policy(largest_online=6, pending_hours=24)
    assert [party for party in range(1, 9) if venue.asks_first(party)] == [7, 8]
    assert not policy().asks_first(100)
    assert venue.pending_until(EVENING, now=EVENING - timedelta(days=3)) == EVENING - timedelta(days=2)
    assert venue.pending_until(EVENING, now=EVENING - timedelta(hours=1)) == EVENING


@pytest.mark.parametrize(
    ("fields", "where", "why"),
    [
        ({"grid": {"every": 15}}, (), "a grid needs hours"),
        ({"hours": HOURS, "grid": {"every": 20}}, ("grid", "every"), "Input should be 15, 30 or 60"),
        ({"hours": {"fri": "12:00-06:00"}}, ("hours", "fri", 0), "should end by 05:00"),
        ({"hours": {"fri": ["12:00-15:00", "14:00-18:00"]}}, ("hours", "fri"), "should not overlap"),
        ({"hours": {"fri": "noon"}}, ("hours", "fri", 0), 'should be like "12:00-24:00"'),
        ({"hours": {"fri": "12:00-15:00-18:00"}}, ("hours", "fri", 0), 'should be like "12:00-24:00"'),
        ({"hours": {"fri": "12:10-14:00"}}, ("hours", "fri", 0, "opens"), "should be on a quarter of an hour"),
        ({"hours": {"frei": []}}, ("hours", "frei", "[key]"), "Input should be 'mon'"),
        ({"exceptions": [{"date": "2026-12-31"}]}, ("exceptions", 0), "one of closed, hours and note"),
        ({"exceptions": [{"date": "31.12.2026", "closed": True}]}, ("exceptions", 0, "date"), "valid date"),
        ({"exceptions": [{"date": "2026-12-31", "closed": True, "hours": "12:00-15:00"}]}, ("exceptions", 0), "has no"),
        ({"exceptions": [{"date": "2026-12-31", "closed": True}] * 2}, (), "2026-12-31 is there twice"),
        ({"exceptions": [{"date": "2026-12-31", "note": {"en": "x"}}]}, ("exceptions", 0, "note"), 'Russian: "ru"'),
        ({"hours": HOURS, "grid": GRID | {"buffer_minutes": 10}}, ("grid", "buffer_minutes"), "a multiple of 15"),
        (
            {"hours": HOURS, "grid": GRID | {"turn_times": [TURN, TURN]}},
            ("grid", "turn_times"),
            "up_to 2 is there twice",
        ),
        ({"hours": {"fri": "12:00-13:00"}, "grid": GRID | {"turn_times": [TURN]}}, (), "90 minutes does not fit into"),
        ({"exceptions": [{"date": 0, "closed": True}]}, ("exceptions", 0, "date"), "valid date"),
        ({"exceptions": [{"date": "2026-12-31", "closed": 1}]}, ("exceptions", 0, "closed"), "valid boolean"),
        ({"cancel_until": {}}, ("cancel_until",), "either hours or days"),
        ({"pacing": 0}, ("pacing",), "greater than or equal to 1"),
        ({"horizon": 30}, ("horizon",), "Extra inputs"),
    ],
)
def test_a_mistake_is_named_with_its_field(fields: dict[str, Any], where: tuple[str | int, ...], why: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        policy(**fields)
    (first, *_) = refusal.value.errors()
    assert first["loc"] == where
    assert why in first["msg"]


def test_what_is_kept_as_json_is_the_same_policy() -> None:
    venue = policy(
        hours=HOURS,
        grid=GRID,
        exceptions=[{"date": "2026-12-31", "closed": True, "note": "Закрыто"}, {"date": "2027-01-01", "hours": []}],
        cancel_until={"days": 1},
        pacing=20,
    )
    assert VenuePolicy.model_validate(venue.model_dump(mode="json", exclude_defaults=True)) == venue
    assert policy().model_dump(mode="json", exclude_defaults=True) == {}


QUARTERS = st.integers(0, 95).map(lambda quarter: (datetime(2026, 1, 1, tzinfo=UTC) + quarter * CELL).time())


@given(
    opens=QUARTERS,
    length=st.integers(1, 96),
    every=st.sampled_from([15, 30, 60]),
    turn=st.integers(1, 48),
    zone=st.sampled_from([MOSCOW, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")]),
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)) | st.sampled_from([date(2026, 3, 28), date(2026, 10, 24)]),
)
def test_every_start_on_a_grid_lies_in_its_service_day_and_on_whole_cells(
    opens: time, length: int, every: int, turn: int, zone: ZoneInfo, day: date
) -> None:
    length = min(length, (timedelta(days=1) - since_day_began(opens)) // CELL)
    closes = (datetime.combine(day, opens) + length * CELL).time()
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), f"{opens:%H:%M}-{closes:%H:%M}")
    venue = policy(
        hours=hours,
        exceptions=[{"date": "2020-01-01", "hours": "05:00-05:00"}],  # somewhen even the longest visit fits
        grid={"every": every, "turn_times": [{"up_to": 9, "minutes": 15 * turn}]},
    )
    slots = venue.slots_on(day, 2, ())
    assert len(slots) == (max(0, length - turn) * 15 // every + 1 if length >= turn else 0)
    sittings = sittings_on(slots, day, zone)
    assert len({sitting.starts_at for sitting in sittings}) == len(sittings)
    for sitting in sittings:
        assert service_day(sitting.starts_at, zone) == day
        cells = cells_between(sitting.starts_at, sitting.ends_at)
        assert (cells[0], len(cells)) == (sitting.starts_at, turn)
