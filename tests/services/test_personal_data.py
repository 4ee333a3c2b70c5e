"""What is kept of a guest: shown, given as a copy, and forgotten for good."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.dao.database import Database, WriteDao
from app.dao.models import Base, BookingRow, ReviewRow, UserRow, WaitingRow
from app.domain.booking import BookingStatus
from app.domain.errors import BookingChanged, StaffNotForgotten, VisitGoingOn
from app.domain.events import (
    USER_MSG,
    AdminNotice,
    BookingCanceled,
    FollowUp,
    GuestNotice,
    Message,
    Recipient,
)
from app.domain.people import Actor, Language, Person
from app.domain.policy import CancelUntil
from app.domain.privacy import STANDARD
from app.services import Services
from app.services.views import BookingCard
from tests.services.house import (
    AFTERNOON,
    EVENING,
    LATE,
    OWNER,
    POLICY,
    TODAY,
    TOMORROW,
    ManualClock,
    guest,
    services_of,
)
from tests.services.records import read_records

ANNA = Actor(Person(771001, "Аннушка", "Редкая", "rare_anna"), agrees_to=STANDARD)
HERS = ("771001", "Аннушка", "Редкая", "rare_anna", "+79161234567", "на пыльцу", "мимо кассы")
"""What tells that it was her."""
EVENING_BEGINS = datetime(2026, 11, 21, 15, tzinfo=UTC)
TABLES = {"users", "bookings", "reviews", "waiting", "outbox", "dialogs"}
"""Where it is."""


async def book(services: Services, who: Actor = ANNA, *, slot: int = EVENING, days: int = 1) -> BookingCard:
    held = await services.bookings.hold(who, party=2, day=TODAY + timedelta(days=days), slot_id=slot)
    return await services.bookings.book(who, held.id)


async def everything(database: Database) -> dict[str, str]:
    """All rows of each table, as somebody would look through them for a word."""
    async with database.read() as dao:
        return {
            table.name: "\n".join(map(_readable, await dao._session.rows(select(*table.c))))
            for table in Base.metadata.sorted_tables
        }


def _readable(row: Any) -> str:
    values = [value.decode() if isinstance(value, bytes) else value for value in row]
    return json.dumps(values, default=str, ensure_ascii=False)


async def told(services: Services, message: Message, card: BookingCard, **more: Any) -> None:
    await services.messages.put(USER_MSG, message, booking_id=card.id, **more)


async def a_rich_past(services: Services, database: Database, clock: ManualClock) -> tuple[BookingCard, BookingCard]:
    """A visit of hers with wishes and a mark, one to come, one cancelled, a waiting; what she was and will be told."""
    await services.users.meet(ANNA.person)
    past = await book(services, slot=LATE, days=0)
    canceled = await book(services, days=2)
    await services.bookings.cancel(ANNA, canceled.id)
    clock.advance(hours=20)
    await services.bookings.complete_due()
    coming = await book(services, days=3)

    async def leave_traces(dao: WriteDao) -> None:
        session, anna = dao._session, past.guest.user_id
        now = {"created_at": clock.now(), "changed_at": clock.now()}
        await session.send(update(UserRow).where(UserRow.id == anna).values(phone="+79161234567"))
        wishes = {"allergies": "на пыльцу", "high_chairs": 1}
        await session.send(update(BookingRow).where(BookingRow.user_id == anna).values(wishes=wishes))
        review = {"booking_id": past.id, "stars": 2, "comment": "Сдача мимо кассы", **now}
        await session.send(insert(ReviewRow).values(review))
        day = {"service_date": TOMORROW, "earliest": coming.starts_at, "latest": coming.ends_at}
        waiting = {"venue_id": 1, "user_id": anna, "party_size": 2, "status": "waiting", "message_id": 771001, **day}
        await session.send(insert(WaitingRow).values({**waiting, **now}))

    await database.write(leave_traces)
    chat = Recipient(external_id=771001)
    tonight = coming.ends_at.astimezone(UTC)
    follow_up = FollowUp(recipient=chat, booking_id=coming.id, number=0, text="Спасибо!", planned_at=tonight)
    await told(services, follow_up, coming, available_at=tonight, dedup_key=follow_up.dedup_key)
    event = await _cancellation(database, canceled)
    await told(services, GuestNotice(recipient=chat, event=event), canceled, dedup_key="told:1")
    owner = AdminNotice(recipient=Recipient(external_id=1), event=event)
    await told(services, owner, canceled, dedup_key="notice:1:telegram:1")
    claimed = await services.messages.claim(100, lease=timedelta(minutes=1))
    await services.messages.published([one for one in claimed if b"guest_notice" in one.body])
    await services.dialogs.save("42:771001:771001", b"{}")
    return past, coming


async def _cancellation(database: Database, card: BookingCard) -> BookingCanceled:
    async with database.read() as dao:
        outbox = await dao._session.rows(select(*Base.metadata.tables["outbox"].c))
    bodies = [json.loads(row.body) for row in outbox]
    of_it = (body for body in bodies if body["kind"] == "booking_canceled" and body["booking"]["booking_id"] == card.id)
    return BookingCanceled.model_validate(next(of_it))


async def test_after_forgetting_nothing_in_any_table_tells_who_it_was_and_the_figures_stand(
    services: Services, database: Database, clock: ManualClock
) -> None:
    boris = await book(services, guest(2, "Борис"), days=4)
    past, coming = await a_rich_past(services, database, clock)
    held = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=AFTERNOON)
    before = await everything(database)
    assert {name for name, rows in before.items() if any(word in rows for word in HERS)} == TABLES
    assert [word for word in HERS if not any(word in rows for rows in before.values())] == []
    counted = await services.stats.users(OWNER)
    assert await services.personal_data.forget(ANNA)
    after = await everything(database)
    assert [(name, word) for name, rows in after.items() for word in HERS if word in rows] == []
    assert "Борис" in after["users"]
    assert "notice:1:telegram:1" in after["outbox"], "an admin's notice is nobody else's"
    assert await services.stats.users(OWNER) == counted
    records = await read_bookings(database)
    assert records == {
        boris.id: "booked",
        past.id: "completed",
        coming.id: "canceled",
        held.id: "expired",
        **{id_: "canceled" for id_ in records if id_ not in {boris.id, past.id, coming.id, held.id}},
    }
    card = await services.bookings.card(OWNER, past.id)
    assert (card.guest.erased, card.guest.full_name, card.guest.external_id) == (True, "", -past.guest.user_id)
    assert '"left"' in after["waiting"]
    assert ", 2, null," in after["reviews"], "the mark stays, its comment is gone"
    names = [row.guest.full_name for row in (await services.stats.guests(OWNER)).items]
    assert names == ["Борис"]


async def read_bookings(database: Database) -> Mapping[int, str]:
    async with database.read() as dao:
        rows = await dao._session.rows(select(BookingRow.id, BookingRow.status))
    return dict(rows)


async def test_whoever_is_forgotten_is_a_stranger_again(services: Services, clock: ManualClock) -> None:
    first = await book(services)
    assert await services.personal_data.forget(ANNA)
    assert not await services.personal_data.forget(ANNA), "pressed twice"
    assert await services.personal_data.known(ANNA.person) is None
    assert await services.personal_data.export(ANNA.person) is None
    assert await services.personal_data.to_agree(ANNA.person) == STANDARD
    assert (await services.bookings.mine(ANNA)).total == 0
    clock.advance(hours=1)
    again = await book(services)
    assert again.guest.user_id != first.guest.user_id
    assert (await services.bookings.mine(ANNA)).total == 1
    assert await services.personal_data.forget(ANNA)


async def test_the_restaurant_is_told_of_what_is_cancelled_also_after_the_deadline(
    services: Services, database: Database, clock: ManualClock
) -> None:
    def strict(policy: Any) -> Any:
        return policy.model_copy(update={"cancel_until": CancelUntil(days=1), "largest_online": 1})

    usual = await book(services)
    await services.venues.change_policy(OWNER, strict)
    pending = await book(services, days=2)
    assert pending.status is BookingStatus.PENDING
    clock.advance(hours=20)
    assert await services.personal_data.forget(ANNA)
    events = (await read_records(database)).events
    canceled = [(booking, count) for (queue, kind, booking), count in events.items() if kind == "booking_canceled"]
    assert sorted(canceled) == [(usual.id, 1), (usual.id, 1), (pending.id, 1), (pending.id, 1)]
    (await read_records(database)).ensure_consistent()


async def test_a_place_that_was_offered_goes_to_the_next(
    services: Services, database: Database, clock: ManualClock
) -> None:
    for number in range(4):
        await book(services, guest(10 + number))
    evening: dict[str, Any] = {"earliest": EVENING_BEGINS, "latest": EVENING_BEGINS, "day": TOMORROW, "party": 2}
    for who in (ANNA, guest(2, "Борис")):
        await services.waiting.join(who, **evening)
    await services.bookings.cancel(guest(10), (await services.bookings.mine(guest(10))).items[0].id)
    clock.advance(hours=1)
    [offered] = await services.offers.offer_freed()
    assert await services.personal_data.forget(ANNA)
    assert (await read_bookings(database))[offered] == "expired"
    assert ("noti_user", "offer_passed", offered) in (await read_records(database)).events
    [next_one] = await services.offers.offer_freed()
    next_card = await services.bookings.snapshot_status(next_one)
    assert next_card
    assert next_card.guest.full_name == "Борис"
    (await read_records(database)).ensure_consistent()


async def test_nobody_is_forgotten_in_the_middle_of_a_visit(services: Services, clock: ManualClock) -> None:
    await book(services, slot=LATE, days=0)
    coming = await book(services)
    clock.move_to(datetime(2026, 11, 20, 20, tzinfo=UTC))
    with pytest.raises(VisitGoingOn) as refusal:
        await services.personal_data.forget(ANNA)
    assert refusal.value.params == {"until": "00:00"}
    assert (await services.bookings.card(ANNA, coming.id)).status == "booked"
    clock.advance(hours=1)
    assert await services.personal_data.forget(ANNA)


async def test_the_owner_is_not_forgotten_as_long_as_the_settings_name_them(services: Services) -> None:
    await services.users.meet(OWNER.person)
    with pytest.raises(StaffNotForgotten):
        await services.personal_data.forget(OWNER)
    assert await services.users.find(OWNER.person)


async def test_whoever_is_seated_at_that_moment_is_not_half_forgotten(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await book(services)
    monkeypatch.setattr("app.dao.bookings.BookingWriter.move", _somebody_is_faster)
    with pytest.raises(BookingChanged):
        await services.personal_data.forget(ANNA)
    assert "Аннушка" in (await everything(database))["users"]
    assert (await services.bookings.card(ANNA, card.id)).status == "booked"


async def _somebody_is_faster(*_: object, **__: object) -> bool:
    return False


async def test_a_copy_has_all_that_is_kept_and_nothing_of_others(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await book(services, guest(2, "Борис"), days=4)
    await a_rich_past(services, database, clock)
    await services.users.choose_language(ANNA.person, Language.EN)
    copy = await services.personal_data.export(ANNA.person)
    assert copy
    text = copy.decode()
    assert [word for word in HERS if word not in text] == []
    assert "Борис" not in text
    data = json.loads(copy)
    assert list(data) == ["made_at", "venue", "complete", "person", "bookings", "waiting", "messages"]
    assert data["complete"]
    assert data["person"]["consent"] == {"version": STANDARD, "at": "2026-11-20T12:00:00+03:00"}
    assert (data["person"]["language"], data["person"]["reminders"]) == ("en", True)
    assert [booking["status"] for booking in data["bookings"]] == ["booked", "canceled", "completed"]
    assert data["bookings"][2]["review"]["stars"] == 2
    assert data["bookings"][0]["tables"] == [1]
    assert data["bookings"][0]["starts_at"] == "2026-11-23T18:00:00+03:00"
    assert [entry["status"] for entry in data["waiting"]] == ["waiting"]
    assert [(one["kind"], one["of"], one["text"], bool(one["sent_at"])) for one in data["messages"]] == [
        ("follow_up", None, "Спасибо!", False),
        ("guest_notice", "booking_canceled", None, True),
    ]
    await services.bookings.hold(ANNA, party=2, day=TODAY + timedelta(days=5), slot_id=AFTERNOON)
    known = await services.personal_data.known(ANNA.person)
    assert known
    # What is only held is no booking.
    assert (known.bookings, known.upcoming, known.waiting, known.reviews) == (3, 1, 1, 1)
    assert (known.phone, known.consent_version, known.follow_ups) == ("+79161234567", STANDARD, True)


async def test_old_acquaintances_are_forgotten_by_themselves_and_wishes_sooner(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.personal_data._BATCH", 1)
    services = services_of(database, clock, replace(POLICY, owners=frozenset({OWNER.person.external_id})))
    await services.users.meet(OWNER.person)
    past, coming = await a_rich_past(services, database, clock)
    await services.users.meet(guest(3, "Вера").person)
    assert (await services.personal_data.forget_wishes(), await services.personal_data.forget_old()) == (0, 0)
    clock.move_to(past.ends_at.astimezone(UTC) + timedelta(days=30, hours=1))
    assert await services.personal_data.forget_wishes() == 1
    clock.advance(days=10)
    assert await services.personal_data.forget_wishes() == 2
    assert "на пыльцу" not in (await everything(database))["bookings"]
    clock.move_to(coming.ends_at.astimezone(UTC) + timedelta(days=3 * 365, hours=-1))
    assert await services.personal_data.forget_old() == 1, (
        "Vera, but no owner, and Anna's last visit is not so long ago"
    )
    clock.advance(hours=2)
    await services.bookings.complete_due()
    assert await services.personal_data.forget_old() == 1
    left = await everything(database)
    assert [word for word in (*HERS, "Вера") if any(word in rows for rows in left.values())] == []
    await services.venues.change_policy(OWNER, _never)
    await services.users.meet(ANNA.person)
    clock.advance(days=10_000)
    assert (await services.personal_data.forget_wishes(), await services.personal_data.forget_old()) == (0, 0)


def _never(policy: Any) -> Any:
    return policy.model_copy(update={"forget_after_days": None, "forget_wishes_after_days": None})
