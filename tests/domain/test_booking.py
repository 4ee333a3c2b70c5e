"""A booking's life."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.booking import (
    CAME_TO_NOTHING,
    CANCELABLE,
    LAPSING,
    LIVE,
    TRANSITIONS,
    BookingStatus,
    ensure_cancelable,
    ensure_not_begun,
    ensure_room_for_one_more,
    sources_of,
)
from app.domain.errors import BookingChanged, SittingOver, TooManyBookings, VisitAlreadyStarted

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)


def test_every_status_has_its_ways_and_three_are_the_end() -> None:
    assert set(TRANSITIONS) == set(BookingStatus)
    assert {status for status, targets in TRANSITIONS.items() if not targets} == {
        BookingStatus.CANCELED,
        BookingStatus.COMPLETED,
        BookingStatus.DECLINED,
    }
    assert sources_of(BookingStatus.CANCELED) == CANCELABLE
    assert sources_of(BookingStatus.COMPLETED) == LIVE
    assert sources_of(BookingStatus.BOOKED) == CAME_TO_NOTHING | {BookingStatus.PENDING}
    assert sources_of(BookingStatus.EXPIRED) == LAPSING


@pytest.mark.parametrize("status", BookingStatus)
def test_only_a_visit_to_come_is_cancelled(status: BookingStatus) -> None:
    if status in CANCELABLE:
        ensure_cancelable(status, starts_at=LATER, now=NOW)
        with pytest.raises(VisitAlreadyStarted):
            ensure_cancelable(status, starts_at=NOW, now=NOW)
    else:
        with pytest.raises(BookingChanged) as refusal:
            ensure_cancelable(status, starts_at=LATER, now=NOW)
        assert refusal.value.params == {"status": status.value}


def test_a_sitting_is_over_for_booking_when_it_begins() -> None:
    ensure_not_begun(LATER, now=NOW)
    with pytest.raises(SittingOver):
        ensure_not_begun(NOW, now=NOW)


def test_the_last_allowed_booking_is_allowed() -> None:
    ensure_room_for_one_more(4, limit=5)
    with pytest.raises(TooManyBookings):
        ensure_room_for_one_more(5, limit=5)
