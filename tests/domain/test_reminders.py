"""When guests are reminded: at decent hours, and of what they may have forgotten."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.domain.policy import VenuePolicy
from app.domain.reminders import Reminders, Which, makes_sense_until, reminders_of
from app.domain.schedule import QUIET_FROM, QUIET_UNTIL

BOTH = Reminders()
LONG_AGO = timedelta(days=9)


def reminded(visit: str, *, zone: str = "Europe/Moscow", ago: timedelta = LONG_AGO, wanted: Reminders = BOTH) -> Any:
    """The wall times of both, and None for one that is not sent; the visit was booked so long before."""
    tz = ZoneInfo(zone)
    starts_at = datetime.fromisoformat(visit).replace(tzinfo=tz)
    found = reminders_of(starts_at, tz, wanted, agreed_at=starts_at - ago)
    walls = {which: f"{at.astimezone(tz):%d %H:%M}" for which, at in found.items()}
    return walls.get(Which.DAY_BEFORE), walls.get(Which.HOURS_BEFORE)


@pytest.mark.parametrize(
    ("visit", "day_before", "hours_before"),
    [
        ("2026-11-21 18:00", "20 18:00", "21 16:00"),
        ("2026-11-21 19:15", "20 19:15", "21 17:15"),
        ("2026-11-21 08:00", "20 10:00", None),
        ("2026-11-21 10:00", "20 10:00", None),
        ("2026-11-21 12:00", "20 12:00", "21 10:00"),
        ("2026-11-21 11:45", "20 11:45", None),
        ("2026-11-21 22:00", "20 20:00", "21 20:00"),
        ("2026-11-21 23:45", "20 20:00", "21 21:45"),
        ("2026-11-22 00:00", "20 20:00", None),
        ("2026-11-22 01:00", "20 20:00", None),
        ("2026-12-01 18:00", "30 18:00", "01 16:00"),
    ],
)
def test_the_day_before_at_a_decent_hour_and_on_the_day_unless_it_is_night(
    visit: str, day_before: str, hours_before: str | None
) -> None:
    assert reminded(visit) == (day_before, hours_before)


@pytest.mark.parametrize(
    ("ago", "both"),
    [
        ({"minutes": 10}, (None, None)),
        ({"hours": 2, "minutes": 25}, (None, None)),
        ({"hours": 3}, (None, "21 16:00")),
        ({"hours": 24, "minutes": 20}, (None, "21 16:00")),
        ({"hours": 25}, ("20 18:00", "21 16:00")),
    ],
)
def test_whoever_has_just_booked_is_not_reminded_of_it(
    ago: dict[str, int], both: tuple[str | None, str | None]
) -> None:
    assert reminded("2026-11-21 18:00", ago=timedelta(**ago)) == both


@pytest.mark.parametrize(
    ("policy", "both"),
    [
        ({}, ("20 18:00", "21 16:00")),
        ({"day_before": False}, (None, "21 16:00")),
        ({"hours_before": None}, ("20 18:00", None)),
        ({"hours_before": False}, ("20 18:00", None)),
        ({"day_before": False, "hours_before": False}, (None, None)),
        ({"hours_before": 5}, ("20 18:00", "21 13:00")),
        ({"hours_before": 12}, ("20 18:00", None)),
    ],
)
def test_the_venue_decides_which_are_sent(policy: dict[str, Any], both: tuple[str | None, str | None]) -> None:
    wanted = VenuePolicy.model_validate({"reminders": policy}).reminders
    assert reminded("2026-11-21 18:00", wanted=wanted) == both


@pytest.mark.parametrize("policy", [{"hours_before": 0}, {"hours_before": 13}, {"hours_before": True}, {"week": 1}])
def test_a_mistake_of_the_owner_is_not_taken(policy: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VenuePolicy.model_validate({"reminders": policy})


def test_a_policy_is_kept_as_it_was_written() -> None:
    policy = VenuePolicy.model_validate({"reminders": {"hours_before": False}})
    stored = policy.model_dump(mode="json", exclude_defaults=True)
    assert stored == {"reminders": {"hours_before": None}}
    assert VenuePolicy.model_validate(stored) == policy


@pytest.mark.parametrize(
    ("zone", "visit", "both"),
    [
        ("Europe/Berlin", "2027-03-28 18:00", ("27 18:00", "28 16:00")),
        ("Europe/Berlin", "2027-10-31 18:00", ("30 18:00", "31 16:00")),
        ("Europe/Berlin", "2027-03-28 12:00", ("27 12:00", "28 10:00")),
        ("Asia/Kathmandu", "2026-11-21 20:30", ("20 20:00", "21 18:30")),
        ("America/New_York", "2026-11-01 12:30", ("31 12:30", "01 10:30")),
        ("Pacific/Apia", "2026-11-21 18:00", ("20 18:00", "21 16:00")),
    ],
)
def test_clocks_that_change_change_nothing_of_it(zone: str, visit: str, both: tuple[str, str]) -> None:
    assert reminded(visit, zone=zone) == both


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 - the zone comes with the example


@given(
    MOMENTS,
    st.sampled_from(["Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    st.integers(1, 12),
)
def test_never_in_the_night_and_always_before_it_is_too_late(naive: datetime, zone: str, hours: int) -> None:
    tz, wanted = ZoneInfo(zone), Reminders(hours_before=hours)
    starts_at = naive.replace(tzinfo=tz)
    found = reminders_of(starts_at, tz, wanted, agreed_at=starts_at - LONG_AGO)
    assert Which.DAY_BEFORE in found
    for which, at in found.items():
        assert QUIET_UNTIL <= at.astimezone(tz).time() < QUIET_FROM
        assert at < makes_sense_until(which, starts_at, wanted) < starts_at
