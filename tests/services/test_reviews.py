"""What a guest may say of a visit, and which of it the owners hear."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.dao.database import Database, WriteDao
from app.domain.booking import BookingStatus
from app.domain.errors import BookingNotFound, CommentTooLong, DomainError, NotAllowed, NothingSaid, NotToBeRated
from app.domain.people import Actor
from app.domain.review import LONGEST_COMMENT
from app.services import Services
from app.services.views import Review
from tests.services.house import EVENING, MORNING, OWNER, TOMORROW, ManualClock, furnish, guest, services_of
from tests.services.records import read_records

ANNA, BORIS = guest(1, "Анна"), guest(2, "Борис")


async def visit(services: Services, clock: ManualClock, who: Actor = ANNA, *, slot: int = EVENING) -> int:
    """One that has just ended, and nobody has noticed yet."""
    held = await services.bookings.hold(who, party=2, day=TOMORROW, slot_id=slot)
    booked = await services.bookings.book(who, held.id)
    clock.move_to(booked.ends_at)
    return booked.id


async def told(database: Database) -> int:
    return (await read_records(database)).events["admin_msg", "review_left", 1]


async def test_a_mark_is_kept_corrected_and_told_once_if_it_is_low(
    services: Services, clock: ManualClock, database: Database
) -> None:
    booking = await visit(services, clock)
    for stars, low, notices in ((5, False, 0), (4, False, 0), (3, True, 1), (3, True, 1), (1, True, 1), (5, False, 1)):
        expected = Review(booking, stars, None, low=low)
        assert await services.reviews.rate(ANNA, booking, stars) == expected
        assert await services.reviews.own(ANNA, booking) == expected
        assert await services.reviews.seen_by(OWNER, booking) == expected
        assert await services.reviews.left_for(booking) == expected
        assert await told(database) == notices
        await services.bookings.complete_due()


async def test_a_low_mark_is_told_once_also_when_its_notice_is_long_tidied_away(
    services: Services, clock: ManualClock, database: Database
) -> None:
    booking = await visit(services, clock)
    await services.reviews.rate(ANNA, booking, 1)
    claimed = await services.messages.claim(100, lease=timedelta(seconds=30))
    await services.messages.published(claimed)
    clock.advance(days=20)
    await services.messages.tidy()
    assert await told(database) == 0
    await services.reviews.rate(ANNA, booking, 2)
    assert await told(database) == 0


async def test_who_is_forgotten_at_that_moment_leaves_no_line(migrated_postgres: str, clock: ManualClock) -> None:
    """On SQLite writers take turns anyway."""
    database = Database(migrated_postgres)
    await database.start()
    await furnish(database)
    services = services_of(database, clock)
    booking = await visit(services, clock)
    await services.reviews.rate(ANNA, booking, 5)

    async def forget(dao: WriteDao) -> asyncio.Task[Review]:
        user = await dao.users.find_locked(ANNA.person)
        assert user
        comment = asyncio.create_task(services.reviews.comment(ANNA, booking, "Мы с Олей были в восторге"))
        await asyncio.wait([comment], timeout=0.1)
        await dao.personal.erase(user.id, now=clock.now())
        return comment

    comment = await database.write(forget)
    with pytest.raises(BookingNotFound):
        await comment
    left = await services.reviews.left_for(booking)
    assert left
    assert left.comment is None
    await database.close()


async def test_the_first_line_stays_and_is_told_if_the_mark_is_low(
    services: Services, clock: ManualClock, database: Database
) -> None:
    booking = await visit(services, clock)
    await services.reviews.rate(ANNA, booking, 2)
    said = await services.reviews.comment(
        ANNA, booking, "  Суп\n\n был \0холодный 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f "
    )
    assert said.comment == "Суп был холодный 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert await services.reviews.comment(ANNA, booking, "И второе") == said
    assert await told(database) == 2


async def test_a_line_to_a_good_mark_is_told_when_the_mark_turns_low(
    services: Services, clock: ManualClock, database: Database
) -> None:
    booking = await visit(services, clock)
    await services.reviews.rate(ANNA, booking, 4)
    await services.reviews.comment(ANNA, booking, "👨‍👩‍👧 довольны")
    assert await told(database) == 0
    turned = await services.reviews.rate(ANNA, booking, 1)
    assert turned == Review(booking, 1, "👨‍👩‍👧 довольны", low=True)
    assert await told(database) == 2


async def test_the_owner_decides_which_marks_are_low(
    services: Services, clock: ManualClock, database: Database
) -> None:
    await furnish(database, policy={"low_mark": 0})
    booking = await visit(services, clock)
    assert not (await services.reviews.rate(ANNA, booking, 1)).low
    assert await told(database) == 0


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", NothingSaid),
        (" \n\u200b\u202e\0 ", NothingSaid),
        ("\u200d", NothingSaid),
        ("я" * (LONGEST_COMMENT + 1), CommentTooLong),
    ],
)
async def test_a_line_can_be_read_and_is_short(text: str, refusal: type[DomainError], services: Services) -> None:
    with pytest.raises(refusal):
        await services.reviews.comment(ANNA, 1, text)


async def test_only_ones_own_visit_that_took_place_is_rated(
    services: Services, clock: ManualClock, database: Database
) -> None:
    held = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=EVENING)
    booking = (await services.bookings.book(ANNA, held.id)).id
    canceled = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=MORNING)
    await services.bookings.book(ANNA, canceled.id)
    await services.bookings.cancel(ANNA, canceled.id)
    clock.move_to(held.ends_at - timedelta(seconds=1))
    await refused(services, ANNA, booking, NotToBeRated)
    clock.move_to(held.ends_at)
    await refused(services, ANNA, canceled.id, NotToBeRated)
    for stranger in (BORIS, OWNER):
        await refused(services, stranger, booking, BookingNotFound)
    await refused(services, ANNA, 404, BookingNotFound)
    with pytest.raises(NotToBeRated):
        await services.reviews.comment(ANNA, booking, "Без звёзд")
    clock.advance(days=30, seconds=1)
    await refused(services, ANNA, booking, NotToBeRated)
    assert await services.reviews.left_for(booking) is None
    assert await told(database) == 0


async def refused(services: Services, who: Actor, booking: int, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        await services.reviews.rate(who, booking, 1)


async def test_a_guest_who_did_not_come_has_nothing_to_rate(
    services: Services, clock: ManualClock, database: Database
) -> None:
    booking = await visit(services, clock)
    now = clock.now()

    async def miss(dao: WriteDao) -> bool:
        stored = await dao.bookings.get(booking)
        return stored is not None and await dao.bookings.move(stored, BookingStatus.NO_SHOW, now=now)

    assert await database.write(miss)
    await refused(services, ANNA, booking, NotToBeRated)


async def test_marks_are_averaged_of_a_month_and_of_all_time(services: Services, clock: ManualClock) -> None:
    assert await marks(services) == (0, None, 0, None)
    for number, (stars, slot) in enumerate(((1, MORNING), (4, EVENING))):
        booking = await visit(services, clock, guest(number + 10), slot=slot)
        await services.reviews.rate(guest(number + 10), booking, stars)
    assert await marks(services) == (2, 2.5, 2, 2.5)
    clock.advance(days=30, hours=-1)
    assert await marks(services) == (2, 2.5, 1, 4.0)
    clock.advance(hours=2)
    assert await marks(services) == (2, 2.5, 0, None)


async def marks(services: Services) -> tuple[Any, ...]:
    stats = await services.stats.bookings(OWNER)
    return stats.marks.count, stats.marks.average, stats.recent_marks.count, stats.recent_marks.average


async def test_only_staff_reads_what_others_said(services: Services, clock: ManualClock) -> None:
    booking = await visit(services, clock)
    await services.reviews.rate(ANNA, booking, 5)
    for reader in (ANNA, BORIS):
        with pytest.raises(NotAllowed):
            await services.reviews.seen_by(reader, booking)
    with pytest.raises(BookingNotFound):
        await services.reviews.own(BORIS, booking)
