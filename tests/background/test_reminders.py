"""What a guest hears before a visit, and when nothing is said."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.booking import Lateness
from app.domain.events import USER_MSG, Recipient, Reminder
from app.domain.people import Language
from app.domain.reminders import Which
from app.services.views import BookingCard
from playground.client import Person
from tests.background.conftest import ANNA, FRIDAY, House, guest
from tests.background.test_visits import moscow, planned
from tests.dao.raw import execute

pytestmark = pytest.mark.slow

TOMORROW, TODAY = "Ждём вас завтра", "Ждём вас сегодня"
SATURDAY = FRIDAY + timedelta(days=1)


async def booked(house: House, *, slot: int = 2) -> BookingCard:
    """For Saturday, on Friday at half past eleven."""
    card = await house.book(slot=slot, day=SATURDAY)
    await planned(house)
    return card


def silent(house: House, times: int = 1) -> Callable[[], bool]:
    return lambda: f'bites_sends_total{{outcome="silent"}} {times}.0' in house.metrics.text().decode()


def of(card: BookingCard, **other: Any) -> Reminder:
    about = {
        "recipient": Recipient(external_id=ANNA),
        "booking_id": card.id,
        "sequence": 0,
        "which": Which.HOURS_BEFORE,
        "starts_at": card.starts_at,
        "planned_at": card.starts_at - timedelta(hours=2),
    }
    return Reminder.model_validate(about | other)


async def test_the_day_before_and_two_hours_before_in_the_language_of_that_day(house: House, anna: Person) -> None:
    async with house.open():
        card = await booked(house)
        house.clock.move_to(moscow(27, 17, 59))
        assert not anna.messages
        house.clock.move_to(moscow(27, 18))
        seen = await anna.wait_for(TOMORROW)
        assert "Суббота, 28 ноября" in seen.text
        assert [button.text for button in seen.buttons] == [
            "✅ Приду",
            "⏱ Опаздываю",
            "🚫 Отменить",
            "🔕 Не напоминать",
        ]
        await house.services.visits.confirm(guest(), card.id)
        await house.services.visits.late(guest(), card.id, Lateness.TWENTY)
        await house.services.users.choose_language(guest().person, Language.EN)
        house.clock.move_to(moscow(28, 16))
        seen = await anna.wait_for("expecting you today at 18:00")
        assert "20 minutes late. Your table waits until 18:35" in seen.text
        assert [button.text for button in seen.buttons] == ["⏱ Running late", "🚫 Cancel", "🔕 No reminders"]
        await house.until(lambda: len(house.said("'booking': 1", f"A message was sent to chat {ANNA}")) == 2)
        assert len(anna.messages) == 2


async def test_of_a_service_that_was_down_only_what_still_makes_sense_is_heard(house: House, anna: Person) -> None:
    async with house.open():
        await booked(house)
    house.clock.move_to(moscow(28, 9))
    async with house.open():
        await house.until(lambda: bool(house.said("it is night")))
        assert not anna.messages
        house.clock.move_to(moscow(28, 10))
        await anna.wait_for(TODAY)
    house.clock.move_to(moscow(28, 17, 50))
    async with house.open():
        await house.until(lambda: bool(house.said("Reminder hours_before is dropped")))
        assert len(anna.messages) == 1


async def test_what_no_longer_holds_is_not_said(house: House, anna: Person) -> None:
    """Whatever put it into the queue: a restored database, a move, a crash."""
    async with house.open():
        card, now = await booked(house), moscow(28, 16, 30)
        await execute(house.setup.db_url, "DELETE FROM outbox WHERE dedup_key LIKE 'reminder:%'")
        house.clock.move_to(now)
        for wrong in (
            {"sequence": 1},
            {"starts_at": card.starts_at + timedelta(hours=1)},
            {"booking_id": 999},
            {"recipient": Recipient(external_id=1)},
        ):
            await house.services.messages.put(USER_MSG, of(card, **wrong))
        await house.until(silent(house, 4))
        for status in ("canceled", "seated", "no_show", "completed", "expired", "pending"):
            until = ", hold_until = ends_at" if status == "pending" else ""
            await execute(house.setup.db_url, f"UPDATE bookings SET status = '{status}'{until}")  # noqa: S608 - a status
            await house.services.messages.put(USER_MSG, of(card))
        await house.until(silent(house, 10))
        await execute(house.setup.db_url, "UPDATE bookings SET status = 'booked'")
        await house.services.messages.put(USER_MSG, of(card))
        await anna.wait_for(TODAY)
        assert len(anna.messages) == 1


async def test_a_guest_who_cancels_or_wants_none_is_not_reminded(house: House, anna: Person) -> None:
    async with house.open():
        card = await booked(house)
        other = await house.book(guest(1502), day=SATURDAY, slot=3)
        await house.services.bookings.cancel(guest(), card.id)
        await house.services.users.set_reminders(guest(1502).person, False)
        await planned(house, 3)
        [[left]] = await execute(house.setup.db_url, "SELECT count(*) FROM outbox WHERE dedup_key LIKE 'reminder:%'")
        assert left == 2, "of the other one, who may want them again"
        house.clock.move_to(moscow(27, 20))
        await house.until(silent(house))
        await house.services.users.mark_blocked(other.guest.channel, other.guest.external_id)
        await house.services.users.set_reminders(guest(1502).person, True)
        house.clock.move_to(moscow(28, 20))
        await house.until(silent(house, 2))
        assert not anna.messages


async def test_the_venue_may_change_its_mind_about_reminders(house: House, anna: Person) -> None:
    async with house.open():
        await booked(house)
    house.venue = {**house.venue, "policy": {"reminders": {"day_before": False}}, "revision": 2}
    async with house.open():
        house.clock.move_to(moscow(27, 18))
        await house.until(silent(house))
        house.clock.move_to(moscow(28, 16))
        await anna.wait_for(TODAY)
        assert len(anna.messages) == 1


async def test_reminders_follow_a_booking_that_moves(house: House, anna: Person) -> None:
    async with house.open():
        card = await booked(house)
        held = await house.services.bookings.hold(guest(), party=2, day=SATURDAY, slot_id=3, replaces=card.id)
        await house.services.moves.move(guest(), held.id)
        await planned(house, 2)
        keys = await execute(
            house.setup.db_url, "SELECT dedup_key FROM outbox WHERE dedup_key LIKE 'reminder:%' ORDER BY id"
        )
        assert [key for [key] in keys] == ["reminder:1:1:day_before", "reminder:1:1:hours_before"]
        house.clock.move_to(moscow(27, 20))
        await anna.wait_for("Ждём вас завтра в 22:00")
        assert len(anna.messages) == 1


async def test_a_redelivered_plan_plans_nothing_twice(house: House) -> None:
    async with house.open(run=False):
        await house.book(slot=2, day=SATURDAY)
    await execute(house.setup.db_url, "UPDATE outbox SET leased_until = NULL")
    async with house.open():
        await planned(house)
        await execute(
            house.setup.db_url,
            "DELETE FROM processed_messages",
            "UPDATE outbox SET published_at = NULL WHERE queue = 'noti_user'",
        )
        await planned(house, 2)
        keys = await execute(
            house.setup.db_url, "SELECT dedup_key FROM outbox WHERE dedup_key LIKE 'reminder:%' ORDER BY id"
        )
        assert [key for [key] in keys] == ["reminder:1:0:day_before", "reminder:1:0:hours_before"]


async def test_the_host_hears_how_late_and_only_the_last_word(house: House, owner: Person) -> None:
    async with house.open(run=False):
        card = await house.book(slot=2)
        house.clock.move_to(datetime(2026, 11, 27, 13, tzinfo=UTC))
        for minutes in (Lateness.THIRTY, Lateness.TEN):
            await house.services.visits.late(guest(), card.id, minutes)
    async with house.open(admins=[owner.id]):
        seen = await owner.wait_for("Гость опаздывает на 10 минут")
        for words in ("👤 Анна", "Столик ждёт до 18:25", "2 гостя"):
            assert words in seen.text
        await house.services.visits.late(guest(), card.id, Lateness.IN_TIME)
        await owner.wait_for("Гость всё-таки придёт вовремя")
        assert not [message for message in owner.messages if "30 минут" in message.text]
