"""Messages on their way: each is claimed by one, waits as long as it should, and has its effects once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.dao.database import Database
from app.domain.errors import SlotTaken
from app.domain.events import ADMIN_MSG, FOLLOW_UP_KEY, NOTI_USER, USER_MSG, AdminText, FollowUp, Recipient
from app.services import Services
from app.services.messages import Backlog, Effects, Outgoing
from tests.services.house import EVENING, NOON, TOMORROW, ManualClock, furnish, guest, services_of

LEASE = timedelta(seconds=30)


def line(text: str = "hello") -> AdminText:
    return AdminText(text=text)


def follow_up(number: int, booking_id: int = 1) -> FollowUp:
    return FollowUp(
        recipient=Recipient(external_id=5), booking_id=booking_id, number=number, text="Спасибо!", planned_at=NOON
    )


async def claimed(services: Services, limit: int = 100) -> list[str]:
    return [message.message_id for message in await services.messages.claim(limit, lease=LEASE)]


async def put_and_fail(effects: Effects) -> None:
    await effects.put(USER_MSG, line())
    raise SlotTaken


async def test_messages_are_claimed_in_order_and_only_once(services: Services) -> None:
    lines = [line(str(number)) for number in range(3)]
    for message in lines:
        await services.messages.put(ADMIN_MSG, message)
    first = await services.messages.claim(2, lease=LEASE)
    assert [message.message_id for message in first] == [message.message_id for message in lines[:2]]
    assert (first[0].queue, first[0].attempts) == (ADMIN_MSG, 1)
    assert AdminText.model_validate_json(first[0].body) == lines[0]
    assert await claimed(services) == [lines[2].message_id]


async def test_many_claimants_at_once_share_the_work(services: Services) -> None:
    ids = []
    for number in range(20):
        message = line(str(number))
        ids.append(message.message_id)
        await services.messages.put(ADMIN_MSG, message)
    shares = await asyncio.gather(*(claimed(services, 5) for _ in range(6)))
    assert sorted(message_id for share in shares for message_id in share) == sorted(ids)


async def test_what_a_crash_left_is_not_forgotten_when_the_clock_is_moved_back(
    services: Services, clock: ManualClock
) -> None:
    message = line()
    await services.messages.put(ADMIN_MSG, message)
    clock.advance(hours=5)
    assert await claimed(services) == [message.message_id]
    clock.advance(seconds=-10)
    assert await claimed(services) == [], "as the clock of another machine may differ"
    clock.advance(hours=-4)
    assert await claimed(services) == [message.message_id]


async def test_what_a_crash_left_is_claimed_again_after_the_lease(services: Services, clock: ManualClock) -> None:
    message = line()
    await services.messages.put(ADMIN_MSG, message)
    await claimed(services)
    assert await claimed(services) == []
    clock.advance(seconds=30)
    (again,) = await services.messages.claim(10, lease=LEASE)
    assert (again.message_id, again.attempts) == (message.message_id, 2)


async def test_what_is_given_back_is_due_at_once_unless_somebody_else_has_claimed_it_since(
    services: Services, clock: ManualClock
) -> None:
    for text in ("mine", "theirs", "done"):
        await services.messages.put(ADMIN_MSG, line(text))
    mine, theirs, done = await services.messages.claim(10, lease=LEASE)
    await services.messages.published([done])
    clock.advance(seconds=31)
    mine, theirs = await services.messages.claim(10, lease=LEASE)
    clock.advance(seconds=31)
    (again, _) = await services.messages.claim(10, lease=LEASE)
    await services.messages.give_back([again, theirs, done])
    (free,) = await services.messages.claim(10, lease=LEASE)
    assert (free.id, free.attempts) == (mine.id, 3)


async def test_a_message_is_done_put_off_or_given_up(services: Services, clock: ManualClock) -> None:
    for text in ("done", "later", "dead"):
        await services.messages.put(ADMIN_MSG, line(text))
    done, later, dead = await services.messages.claim(10, lease=LEASE)
    await services.messages.published([done])
    await services.messages.retry_at(later.id, clock.now() + timedelta(minutes=5), "429")
    await services.messages.dead(dead.id, "no such chat")
    clock.advance(minutes=4)
    assert await claimed(services) == []
    clock.advance(minutes=1)
    assert await claimed(services) == [later.message_id]


async def test_the_lag_is_the_age_of_the_oldest_message_that_is_due(services: Services, clock: ManualClock) -> None:
    assert await services.messages.lag() == timedelta()
    await services.messages.put(ADMIN_MSG, line(), available_at=clock.now() + timedelta(hours=1))
    clock.advance(minutes=61)
    assert await services.messages.lag() == timedelta(minutes=1)
    await services.messages.published(await services.messages.claim(1, lease=LEASE))
    assert await services.messages.lag() == timedelta()


async def test_what_waits_is_told_by_its_urgency_and_what_was_given_up_by_its_queue(
    services: Services, clock: ManualClock
) -> None:
    for minutes, key in ((0, None), (1, f"{FOLLOW_UP_KEY}1:0"), (2, f"{FOLLOW_UP_KEY}1:1")):
        when = clock.now() + timedelta(minutes=minutes)
        await services.messages.put(USER_MSG, line(), available_at=when, dedup_key=key)
    clock.advance(minutes=5)
    assert await services.messages.backlogs() == (Backlog(1, timedelta(minutes=5)), Backlog(2, timedelta(minutes=4)))
    [urgent] = await services.messages.claim(1, lease=LEASE)
    await services.messages.dead(urgent.id, "no such chat")
    assert (await services.messages.backlogs())[0] == Backlog()
    assert await services.messages.dead_letters() == {ADMIN_MSG: 0, NOTI_USER: 0, USER_MSG: 1}


async def test_what_may_be_said_once_is_put_once(services: Services) -> None:
    for _ in range(2):
        await services.messages.put(USER_MSG, line(), dedup_key="thanks")
    same = line()
    for queue in (ADMIN_MSG, ADMIN_MSG, USER_MSG):
        await services.messages.put(queue, same)
    assert len(await claimed(services)) == 3


async def test_several_are_put_at_once_in_their_order_each_once_and_when_it_is_due(
    services: Services, clock: ManualClock
) -> None:
    first, second, later = line("1"), line("2"), line("later")
    several = [
        *(Outgoing(first, dedup_key="first"), Outgoing(line("first again"), dedup_key="first")),
        *(Outgoing(later, clock.now() + timedelta(minutes=5)), Outgoing(second)),
    ]
    for name in ("m1", "m2"):
        await services.messages.once("a", name, lambda effects: effects.put_all(USER_MSG, several))
    assert await claimed(services) == [first.message_id, second.message_id]
    clock.advance(minutes=5)
    assert later.message_id in await claimed(services)
    assert await services.messages.once("a", "m3", lambda effects: effects.put_all(USER_MSG, []))


async def test_a_message_has_its_effects_once_for_each_consumer(services: Services) -> None:
    done = [
        await services.messages.once(consumer, "m1", lambda effects: effects.put(USER_MSG, line()))
        for consumer in ("a", "a", "b")
    ]
    assert done == [True, False, True]
    assert len(await claimed(services)) == 2


async def test_a_failed_consumer_leaves_neither_mark_nor_effects(services: Services) -> None:
    with pytest.raises(SlotTaken):
        await services.messages.once("a", "m1", put_and_fail)
    assert await claimed(services) == []
    assert await services.messages.once("a", "m1")


async def test_follow_ups_that_wait_are_taken_back_and_others_stay(services: Services, clock: ManualClock) -> None:
    soon = clock.now() + timedelta(hours=1)

    async def plan(effects: Effects) -> None:
        for booking_id in (1, 2):
            message = follow_up(0, booking_id)
            await effects.put(USER_MSG, message, available_at=soon, dedup_key=message.dedup_key, booking_id=booking_id)
        await effects.put(USER_MSG, line(), dedup_key="notice:1", booking_id=1)

    await services.messages.once("plan", "m1", plan)
    await services.messages.once("plan", "m2", lambda effects: effects.drop_planned(1))
    clock.advance(hours=2)
    left = [*await services.messages.claim(10, lease=LEASE, bulk=True), *await services.messages.claim(10, lease=LEASE)]
    assert [(b'"follow_up"' in message.body, b'"booking_id":2' in message.body) for message in left] == [
        (True, True),
        (False, False),
    ]


async def test_a_notice_of_the_deployment_is_allowed_once_in_a_while(services: Services, clock: ManualClock) -> None:
    every = timedelta(minutes=5)
    asked = [services.messages.notice_allowed("service_started", every=every) for _ in range(5)]
    assert sorted(await asyncio.gather(*asked)) == [False] * 4 + [True]
    assert await services.messages.notice_allowed("service_stopped", every=every)
    clock.advance(minutes=5)
    assert await services.messages.notice_allowed("service_started", every=every)


async def test_old_messages_are_tidied_and_those_that_wait_are_kept(services: Services, clock: ManualClock) -> None:
    for text in ("published", "waiting"):
        await services.messages.put(ADMIN_MSG, line(text))
    (published, _) = await services.messages.claim(2, lease=LEASE)
    await services.messages.published([published])
    await services.messages.once("a", "m1")
    clock.advance(days=13)
    assert await services.messages.tidy() == 0
    clock.advance(days=2)
    assert await services.messages.tidy() == 2
    assert len(await claimed(services)) == 1


@pytest.fixture
async def woken(db_url: str) -> AsyncIterator[tuple[Services, list[str]]]:
    calls: list[str] = []
    database = Database(db_url, on_outbox=lambda: calls.append("woken"))
    await database.start()
    await furnish(database)
    yield services_of(database, ManualClock()), calls
    await database.close()


async def test_whoever_publishes_is_woken_by_a_commit_and_by_nothing_else(
    woken: tuple[Services, list[str]],
) -> None:
    services, calls = woken
    held = await services.bookings.hold(guest(), party=2, day=TOMORROW, slot_id=EVENING)
    await services.messages.put(ADMIN_MSG, line(), available_at=NOON + timedelta(days=1))
    with pytest.raises(SlotTaken):
        await services.messages.once("a", "m1", put_and_fail)
    assert calls == []
    await services.bookings.book(guest(), held.id)
    assert calls == ["woken"]
