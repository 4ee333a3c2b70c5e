"""Local evenings and instants: also when clocks change."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.schedule import (
    CELL,
    TimeSlot,
    after_quiet_hours,
    cells_between,
    service_day,
    sitting_on,
    sittings_on,
)

ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Europe/Moscow")]
CHANGES = [
    (zone, day)
    for zone in map(ZoneInfo, ("Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo"))
    for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(3 * 365))
    if len({datetime.combine(day + timedelta(days=n), time(), zone).utcoffset() for n in range(2)}) > 1
]
BERLIN, MOSCOW = ZONES[0], ZONES[3]
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
QUARTERS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def test_a_sitting_may_end_after_midnight() -> None:
    late = sitting_on(TimeSlot(1, time(22), time(0)), date(2026, 11, 20), MOSCOW)
    assert late.starts_at == datetime(2026, 11, 20, 19, tzinfo=UTC)
    assert late.ends_at == datetime(2026, 11, 20, 21, tzinfo=UTC)


def test_a_sitting_after_midnight_belongs_to_the_evening_before() -> None:
    night = sitting_on(TimeSlot(1, time(1), time(3)), date(2026, 11, 20), MOSCOW)
    assert night.service_date == date(2026, 11, 20)
    assert night.starts_at.astimezone(MOSCOW).date() == date(2026, 11, 21)


def test_sittings_come_as_they_begin() -> None:
    slots = [TimeSlot(1, time(1), time(3)), TimeSlot(2, time(22), time(0)), TimeSlot(3, time(6), time(8))]
    assert [sitting.slot_id for sitting in sittings_on(slots, date(2026, 11, 20), MOSCOW)] == [3, 2, 1]


def test_a_start_that_a_clock_change_skips_moves_forward() -> None:
    skipped = sitting_on(TimeSlot(1, time(2, 30), time(4)), date(2026, 3, 28), BERLIN)
    assert skipped.starts_at.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"
    assert skipped.ends_at - skipped.starts_at == timedelta(hours=1, minutes=30)


def test_of_a_start_that_comes_twice_the_first_counts() -> None:
    doubled = sitting_on(TimeSlot(1, time(2, 30), time(4)), date(2026, 10, 24), BERLIN)
    assert doubled.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.sampled_from(CHANGES), st.sampled_from([timedelta(minutes=30), timedelta(hours=1)]))
def test_when_clocks_change_no_sitting_is_offered_twice(change: tuple[ZoneInfo, date], length: timedelta) -> None:
    zone, day = change
    starts = [datetime.combine(day, time()) + length * n for n in range(timedelta(days=1) // length)]
    slots = [TimeSlot(n, start.time(), (start + length).time()) for n, start in enumerate(starts)]
    for service_date in (day - timedelta(days=1), day):
        sittings = sittings_on(slots, service_date, zone)
        times = [(sitting.starts_at, sitting.ends_at) for sitting in sittings]
        assert times == sorted(set(times))
        assert {slot.start for slot in slots if _is_there(service_date, slot, zone)} <= {
            slots[sitting.slot_id or 0].start for sitting in sittings
        }


def _is_there(service_date: date, slot: TimeSlot, zone: ZoneInfo) -> bool:
    """The clocks do show that time."""
    return sitting_on(slot, service_date, zone).starts_at.astimezone(zone).time() == slot.start


@given(DAYS, QUARTERS, QUARTERS, st.sampled_from(ZONES))
def test_a_sitting_lasts_what_it_says_and_lies_on_whole_cells(
    day: date, start: time, end: time, zone: ZoneInfo
) -> None:
    slot = TimeSlot(1, start, end)
    sitting = sitting_on(slot, day, zone)
    cells = cells_between(sitting.starts_at, sitting.ends_at)
    assert sitting.ends_at - sitting.starts_at == slot.length
    assert cells[0] == sitting.starts_at
    assert cells[-1] + CELL == sitting.ends_at
    assert len(cells) * CELL == slot.length
    assert service_day(sitting.starts_at, zone) == day


@given(MOMENTS, st.integers(1, 600))
def test_a_stay_touches_every_cell_that_it_has_a_part_of(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    cells = cells_between(start, end)
    assert cells[0] <= start < cells[0] + CELL
    assert cells[-1] < end <= cells[-1] + CELL
    assert all(later - earlier == CELL for earlier, later in itertools.pairwise(cells))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-21T04:59:59+03:00", date(2026, 11, 20)),
        ("2026-11-21T05:00:00+03:00", date(2026, 11, 21)),
        ("2026-11-21T23:59:59+03:00", date(2026, 11, 21)),
    ],
)
def test_the_service_day_begins_at_five(moment: str, day: date) -> None:
    assert service_day(datetime.fromisoformat(moment), MOSCOW) == day


@given(MOMENTS, st.sampled_from(ZONES))
def test_nobody_is_written_to_at_night(moment: datetime, zone: ZoneInfo) -> None:
    sent = after_quiet_hours(moment, zone)
    assert sent >= moment
    assert time(10) <= sent.astimezone(zone).time() < time(22)
    assert sent - moment <= timedelta(hours=13)
    assert after_quiet_hours(sent, zone) == sent
