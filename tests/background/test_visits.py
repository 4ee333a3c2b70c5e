"""What happens to a visit by itself: it is completed when it ends, and the guest hears from the house after it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.background import job_store, scheduler
from app.background.scheduler import Rhythm
from app.domain.booking import BookingStatus
from app.domain.errors import StoreUnavailable
from app.domain.events import USER_MSG, FollowUp, Recipient
from app.domain.people import Language
from playground.client import Person
from tests.background.conftest import LATE, House, becomes, guest, status

pytestmark = pytest.mark.slow

THANKS, PROMO = "Спасибо, что были у нас!", "Промокод <BITES>"


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


async def planned(house: House, messages: int = 1) -> None:
    """Until what was said of visits has been acted on."""
    await house.until(lambda: len(house.said("noti_user", "is done")) == messages)


def runs(house: House, job: str) -> float:
    """How often the job ran, as the metrics tell."""
    found = re.search(rf'bites_jobs_total{{name="{job}",outcome="done"}} (\S+)', house.metrics.text().decode())
    return float(found[1]) if found else 0


async def test_a_visit_is_not_completed_before_it_ends(house: House) -> None:
    async with house.open():
        booking = await house.book()
        await planned(house)
        house.clock.move_to(moscow(27, 19, 59))
        sweeps = runs(house, "complete_missed")
        await house.until(lambda: runs(house, "complete_missed") > sweeps + 1)
        assert await status(house, booking.id) is BookingStatus.BOOKED


async def test_a_visit_is_completed_at_its_end_without_waiting_for_a_sweep(house: House) -> None:
    async with house.open(run=False):
        booking = await house.book()
    house.clock.move_to(moscow(27, 20) - timedelta(seconds=4))
    async with house.open(tempo=replace(house.setup.tempo, rhythm=Rhythm())):
        await planned(house)
        assert await status(house, booking.id) is BookingStatus.BOOKED
        await becomes(house, booking.id, BookingStatus.COMPLETED)
        assert not house.said("found by the sweep")
    for change in ("held", "booked", "completed"):
        assert f'bites_booking_changes_total{{status="{change}"}} 1.0' in house.metrics.text().decode()


async def test_a_late_visit_is_completed_after_midnight(house: House) -> None:
    async with house.open():
        booking = await house.book(slot=LATE)
        await planned(house)
        house.clock.move_to(moscow(27, 23, 59))
        assert await status(house, booking.id) is BookingStatus.BOOKED
        house.clock.move_to(moscow(28, 0, 1))
        await becomes(house, booking.id, BookingStatus.COMPLETED)


async def test_a_visit_that_ended_while_nobody_was_there_is_completed_at_the_next_start(
    house: House, anna: Person
) -> None:
    async with house.open():
        booking = await house.book()
        await planned(house)
    house.clock.move_to(moscow(28, 12))
    for file in Path(house.setup.store_url.removeprefix("sqlite:///")).parent.glob("jobs.sqlite*"):
        file.unlink()
    async with house.open():
        await becomes(house, booking.id, BookingStatus.COMPLETED)
        await anna.wait_for(THANKS)
        await anna.wait_for(PROMO)
        assert len(anna.messages) == 2


async def test_the_guest_is_thanked_an_hour_after_the_visit(house: House, anna: Person) -> None:
    async with house.open():
        await house.book(slot=1)
        await planned(house)
        house.clock.move_to(moscow(27, 14, 30))
        assert not anna.messages
        house.clock.move_to(moscow(27, 15, 1))
        seen = await anna.wait_for(THANKS)
        assert [button.text for button in seen.buttons][-2:] == ["🍽 Забронировать снова", "🔕 Не присылать"]
        assert [button.data for button in seen.buttons] == [
            *(f"rate:{n}:1" for n in range(1, 6)),
            "repeat:below:1",
            "fu:again",
            "fu:stop",
        ]


async def test_a_visit_in_the_hour_that_comes_twice_is_told_of_and_thanked_for(
    house: House, anna: Person, owner: Person
) -> None:
    """In Berlin 02:30 comes at 00:30 and at 01:30 in UTC that night."""
    house.venue = {**house.venue, "time_zone": "Europe/Berlin"}
    house.slots = [(9, "02:30", "03:30")]
    house.clock.move_to(datetime(2027, 10, 30, 12, tzinfo=UTC))
    async with house.open():
        await house.book(slot=9, day=date(2027, 10, 30))
        await owner.wait_for("Новая бронь")
        await planned(house)
        house.clock.move_to(datetime(2027, 10, 31, 9, 1, tzinfo=UTC))
        await anna.wait_for(THANKS)


async def test_nobody_is_woken_at_night(house: House, anna: Person) -> None:
    async with house.open():
        await house.book(slot=LATE)
        await planned(house)
        house.clock.move_to(moscow(28, 1, 30))
        await house.until(lambda: bool(house.said("The visit is completed")))
        house.clock.move_to(moscow(28, 9, 59))
        assert not anna.messages
        house.clock.move_to(moscow(28, 10, 1))
        await anna.wait_for(THANKS)


async def test_what_is_due_at_night_after_a_pause_waits_for_the_morning(house: House, anna: Person) -> None:
    async with house.open():
        await house.book(slot=1)
        await planned(house)
    house.clock.move_to(moscow(27, 23))
    async with house.open():
        await house.until(lambda: bool(house.said("it is night")))
        assert not anna.messages
        house.clock.move_to(moscow(28, 10, 1))
        await anna.wait_for(THANKS)


async def test_whoever_cancels_hears_nothing_more(house: House, anna: Person) -> None:
    async with house.open():
        booking = await house.book(slot=1)
        await planned(house)
        await house.services.bookings.cancel(guest(), booking.id)
        other = await house.book(guest(1002), slot=1)
        await planned(house, messages=3)
        house.clock.move_to(moscow(28, 12))
        await becomes(house, other.id, BookingStatus.COMPLETED)
        assert await status(house, booking.id) is BookingStatus.CANCELED
        assert not anna.messages


async def test_whoever_wants_no_messages_gets_none(house: House, anna: Person) -> None:
    async with house.open():
        await house.book(slot=1)
        await planned(house)
        house.clock.move_to(moscow(27, 15, 1))
        await anna.wait_for(THANKS)
        await house.services.users.stop_follow_ups(guest().person)
        house.clock.move_to(moscow(28, 12))
        await house.until(lambda: 'outcome="silent"' in house.metrics.text().decode())
        assert len(anna.messages) == 1


async def test_after_a_week_it_makes_no_sense_any_more(house: House, anna: Person) -> None:
    async with house.open():
        await house.book(slot=1)
        await planned(house)
    house.clock.move_to(moscow(28, 12) + timedelta(days=7))
    async with house.open():
        await house.until(lambda: len(house.said("is dropped")) == 2)
        assert not anna.messages


async def test_a_guest_without_a_visit_is_not_thanked(house: House, anna: Person) -> None:
    async with house.open():
        booking = await house.book()
        early = FollowUp(
            recipient=Recipient(external_id=anna.id),
            booking_id=booking.id,
            number=7,
            text="Понравилось?",
            planned_at=house.clock.now(),
        )
        await house.services.messages.put(USER_MSG, early)
        await house.until(lambda: 'outcome="silent"' in house.metrics.text().decode())
        assert not anna.messages


async def test_the_guest_is_thanked_in_the_language_they_read_by_then(house: House, anna: Person) -> None:
    async with house.open():
        await house.book(slot=1)
        await planned(house)
        await house.services.users.choose_language(guest().person, Language.EN)
        house.clock.move_to(moscow(27, 15, 1))
        seen = await anna.wait_for("Thank you!")
        assert [button.text for button in seen.buttons][-2:] == ["🍽 Book again", "🔕 No more messages"]


async def test_a_booking_cancelled_before_anybody_planned_it_is_not_planned(house: House, anna: Person) -> None:
    async with house.open(run=False):
        booking = await house.book(slot=1)
        await house.services.bookings.cancel(guest(), booking.id)
    async with house.open():
        await planned(house, messages=2)
        house.clock.move_to(moscow(28, 12))
        sweeps = runs(house, "complete_missed")
        await house.until(lambda: runs(house, "complete_missed") > sweeps + 1)
        assert not anna.messages


async def test_a_job_store_that_fails_is_seen_and_its_work_goes_on_when_it_is_back(house: House) -> None:
    async with house.open():
        with in_job_store(house, "ALTER TABLE apscheduler_jobs RENAME TO gone"):
            await house.until(lambda: house.background.state().scheduler == "failing")
        with in_job_store(house, "ALTER TABLE gone RENAME TO apscheduler_jobs"):
            await house.until(lambda: house.background.state().scheduler == "leading")
        assert len(house.said("The job store fails")) == 1


async def test_a_job_store_that_somebody_has_locked_is_not_waited_for_without_end(
    house: House, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "_BUSY", 0.3)
    shell = make_url(postgres_database).set(drivername="postgresql").render_as_string()
    async with house.open(store_url=postgres_database.replace("+asyncpg", "+psycopg")):
        async with await psycopg.AsyncConnection.connect(shell) as somebody:
            await somebody.execute("LOCK TABLE apscheduler_jobs")
            await house.book()
            await house.until(lambda: house.background.state().scheduler == "failing")
            await house.until(lambda: bool(house.said("noti_user", "a store is away")))
        await planned(house)


def test_a_job_store_that_somebody_has_locked_ends_the_start_with_a_sentence(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_store, "_ANSWER_WITHIN", 1)
    store_url = postgres_database.replace("+asyncpg", "+psycopg")
    job_store.ensure_usable(store_url)
    with psycopg.connect(make_url(store_url).set(drivername="postgresql").render_as_string()) as somebody:
        somebody.execute("LOCK TABLE apscheduler_jobs")
        with pytest.raises(StoreUnavailable, match=r"^STORE_URL .*statement timeout"):
            job_store.ensure_usable(store_url)


async def test_without_a_job_store_bookings_go_on(house: House, owner: Person, tmp_path: Path) -> None:
    async with house.open(store_url=f"sqlite:///{tmp_path}", leads=False):
        await house.book()
        await owner.wait_for("Новая бронь")
        await house.until(lambda: bool(house.said("The schedule cannot start")))
        assert house.background.state().scheduler == "standby"


@contextmanager
def in_job_store(house: House, statement: str) -> Iterator[None]:
    with (
        closing(sqlite3.connect(house.setup.store_url.removeprefix("sqlite:///"), timeout=10)) as connection,
        connection,
    ):
        connection.execute(statement)
    yield


def test_where_the_clock_may_be_moved_nothing_waits_longer_than_ten_seconds() -> None:
    assert max(astuple(Rhythm.for_moved_clock())) <= timedelta(seconds=10)
