"""What a venue's policy changes for guests, and what it never lets happen."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.dao.database import Database
from app.domain.booking import BookingStatus
from app.domain.errors import (
    BookingChanged,
    BookingNotFound,
    CancelTooLate,
    DayNotOffered,
    DomainError,
    NoTableForParty,
    NotAllowed,
    OverlappingBooking,
    PartyTooLarge,
    SlotTaken,
    TooSoon,
)
from app.domain.people import Actor
from app.domain.policy import VenuePolicy
from app.services import Services
from app.services.views import BookingCard, DayState
from tests.services.house import (
    AFTERNOON,
    EVENING,
    EVERY_DAY,
    LATE,
    OWNER,
    TODAY,
    TOMORROW,
    ManualClock,
    furnish,
    guest,
    table,
    together,
)
from tests.services.records import read_records

GRID = {"every": 15, "turn_times": [{"up_to": 2, "minutes": 90}, {"up_to": 9, "minutes": 120}], "buffer_minutes": 15}
ANNA, BORIS = guest(1, "Анна"), guest(2, "Борис")

Book = Callable[..., Awaitable[BookingCard]]


def at(wall_time: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-21T{wall_time}:00+03:00")


async def hold(services: Services, who: Actor = ANNA, **wish: Any) -> BookingCard:
    if "start" in wish:
        wish["starts_at"] = at(wish.pop("start"))
    elif "slot_id" not in wish:
        wish["slot_id"] = EVENING
    return await services.bookings.hold(who, **{"party": 2, "day": TOMORROW, **wish})


async def book(services: Services, who: Actor = ANNA, **wish: Any) -> BookingCard:
    return await services.bookings.book(who, (await hold(services, who, **wish)).id)


async def starts(services: Services, **wish: Any) -> list[str]:
    sittings = await services.availability.sittings(TOMORROW, **{"party": 2, **wish})
    return [f"{sitting.starts_at:%H:%M}" for sitting in sittings]


async def kinds(database: Database, queue: str) -> list[str]:
    events = (await read_records(database)).events
    return sorted(kind for (found, kind, _), count in events.items() if found == queue for _ in range(count))


# -- a grid of start times


async def test_a_table_is_free_again_after_the_visit_and_its_buffer(services: Services, database: Database) -> None:
    await furnish(database, tables=[table(1, 2)], policy={"hours": EVERY_DAY, "grid": GRID})
    booked = await book(services, start="18:15")
    assert (booked.starts_at, booked.ends_at) == (at("18:15"), at("19:45"))
    found = await starts(services)
    assert found[0] == "12:00"
    assert found[-1] == "22:30", "the last one ends at closing"
    assert [start for start in found if "16:15" <= start <= "20:15"] == ["16:15", "16:30", "20:00", "20:15"]
    (await read_records(database)).ensure_consistent()
    with pytest.raises(SlotTaken):
        await hold(services, BORIS, start="19:45")
    with pytest.raises(DayNotOffered):
        await hold(services, BORIS, start="20:10")
    with pytest.raises(DayNotOffered):
        await hold(services, BORIS, slot_id=EVENING)
    await book(services, BORIS, start="20:00")


async def test_a_hold_on_the_grid_that_ran_out_takes_its_buffer_again(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, tables=[table(1, 2)], policy={"hours": EVERY_DAY, "grid": GRID})
    late = await hold(services, start="18:15")
    clock.advance(minutes=11)
    await services.bookings.expire_holds()
    await services.bookings.book(ANNA, late.id)
    (await read_records(database)).ensure_consistent()
    assert "19:45" not in await starts(services)


async def test_a_day_that_is_closed_says_so_and_other_hours_are_kept(services: Services, database: Database) -> None:
    exceptions = [
        {"date": f"{TOMORROW}", "closed": True, "note": {"ru": "Корпоратив", "en": "A party"}},
        {"date": f"{TOMORROW + timedelta(days=1)}", "hours": "10:00-12:00"},
    ]
    await furnish(database, policy={"exceptions": exceptions})
    last = TOMORROW + timedelta(days=2)
    month = await services.availability.month(TOMORROW, last, party=2)
    assert [*month.values()] == [DayState.CLOSED, DayState.FREE, DayState.FREE]
    notes = await services.availability.notes(TOMORROW, last)
    assert {day: (note.closed, note.text["en"]) for day, note in notes.items()} == {TOMORROW: (True, "A party")}
    assert await starts(services) == []
    (other,) = await services.availability.sittings(TOMORROW + timedelta(days=1), party=2)
    assert f"{other.starts_at:%H:%M}" == "10:00"
    with pytest.raises(DayNotOffered):
        await hold(services)


async def test_a_table_is_booked_so_long_before_and_so_far_ahead(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, policy={"lead_minutes": 120, "horizon_days": 3})
    assert (await services.availability.days())[1] == TODAY + timedelta(days=3)
    clock.move_to(at("16:00"))
    assert await starts(services) == ["22:00"]
    with pytest.raises(TooSoon) as refusal:
        await hold(services)
    assert refusal.value.params == {"minutes": 120}
    clock.move_to(at("20:00"))
    assert await services.availability.month(TOMORROW, TOMORROW, party=2) == {TOMORROW: DayState.OVER}


# -- tables together


async def test_two_tables_are_put_together_for_a_party_that_no_table_fits(
    services: Services, database: Database
) -> None:
    await furnish(database, tables=[table(1, 4), table(2, 4), table(3, 2)], combinations=[together(1, 2, seats=8)])
    assert await services.availability.largest_party() == 8
    assert await services.availability.tables(7) == []
    assert [one.max_seats for one in await services.availability.combinations(7)] == [8]
    booked = await book(services, party=7)
    assert [found.number for found in booked.tables] == [1, 2]
    for table_id in (101, 102):
        with pytest.raises(SlotTaken):
            await hold(services, BORIS, table_id=table_id)
    (await read_records(database)).ensure_consistent()
    with pytest.raises(PartyTooLarge):
        await hold(services, BORIS, party=9)
    await services.bookings.cancel(ANNA, booked.id)
    await book(services, BORIS, table_id=101)
    with pytest.raises(SlotTaken):
        await hold(services, party=7)


async def test_a_single_table_comes_first_and_tables_of_a_combination_that_is_gone_are_not_offered(
    services: Services, database: Database
) -> None:
    tables = [table(1, 4), table(2, 4), table(3, 8)]
    await furnish(database, tables=tables, combinations=[together(1, 2, seats=7)])
    assert [found.number for found in (await book(services, party=7)).tables] == [3]
    assert [found.number for found in (await book(services, BORIS, party=7)).tables] == [1, 2]
    late = await hold(services, guest(3), party=7, slot_id=LATE)
    assert [found.number for found in late.tables] == [3]
    await furnish(database, tables=tables[1:], combinations=[together(1, 2, seats=7)])
    assert await services.availability.combinations(7) == []


async def test_of_a_hundred_guests_at_the_last_combination_and_its_members_nobody_shares_a_seat(
    services: Services, database: Database
) -> None:
    await furnish(database, tables=[table(1, 4), table(2, 4)], combinations=[together(1, 2, seats=8)])

    async def wish(number: int) -> BookingCard | DomainError:
        try:
            return await book(services, guest(number), party=7 if number % 2 else 3)
        except DomainError as refusal:
            return refusal

    outcomes = await asyncio.gather(*map(wish, range(100)))
    got = [card for card in outcomes if isinstance(card, BookingCard)]
    assert sum(len(card.tables) for card in got) == 2
    assert {type(refusal) for refusal in outcomes if isinstance(refusal, DomainError)} == {SlotTaken}
    (await read_records(database)).ensure_consistent()


# -- how many may arrive at once


async def test_who_misses_the_last_table_gets_tables_that_are_put_together(
    services: Services, database: Database
) -> None:
    await furnish(database, tables=[table(1, 2), table(2, 1), table(3, 1)], combinations=[together(2, 3, seats=2)])
    for slot_id in (AFTERNOON, EVENING, LATE):
        held = await asyncio.gather(*(hold(services, guest(number), slot_id=slot_id) for number in range(2)))
        assert sorted(len(one.tables) for one in held) == [1, 2]
    (await read_records(database)).ensure_consistent()


async def test_no_more_guests_arrive_at_once_however_many_ask_at_once(services: Services, database: Database) -> None:
    tables = [table(number, 4) for number in range(1, 13)]
    await furnish(database, tables=tables, policy={"hours": EVERY_DAY, "grid": GRID, "pacing": 10})
    assert await services.availability.largest_party() == 4
    outcomes = await asyncio.gather(
        *(hold(services, guest(number), party=4, start="18:00") for number in range(8)), return_exceptions=True
    )
    assert sum(isinstance(outcome, BookingCard) for outcome in outcomes) == 2
    assert "18:00" not in await starts(services, party=4)
    assert {"17:45", "18:15"} <= {*await starts(services, party=4)}
    assert "18:00" in await starts(services, party=2)


async def test_a_party_that_could_never_arrive_is_given_the_phone(services: Services, database: Database) -> None:
    await furnish(database, policy={"pacing": 5})
    assert await services.availability.largest_party() == 5
    with pytest.raises(PartyTooLarge):
        await services.availability.sittings(TOMORROW, party=6)


async def test_a_party_of_a_size_that_no_table_is_for_is_not_called_too_large(
    services: Services, database: Database
) -> None:
    await furnish(
        database,
        tables=[table(1, 4, min_seats=2), table(2, 4, min_seats=2)],
        combinations=[{**together(1, 2, seats=8), "min_seats": 6}],
    )
    for party in (1, 5):
        with pytest.raises(NoTableForParty):
            await services.availability.tables(party)
    assert [one.max_seats for one in await services.availability.combinations(7)] == [8]


# -- what the house has changed while somebody holds a table


@pytest.mark.parametrize("minutes", [5, 20])
async def test_what_is_held_is_not_booked_once_the_house_has_closed_that_day(
    services: Services, database: Database, clock: ManualClock, minutes: int
) -> None:
    held = await hold(services)
    clock.advance(minutes=minutes)
    await furnish(database, policy={"exceptions": [{"date": f"{TOMORROW}", "closed": True}]})
    with pytest.raises(DayNotOffered):
        await services.bookings.book(ANNA, held.id)
    await furnish(database)
    assert (await services.bookings.book(ANNA, held.id)).status is BookingStatus.BOOKED
    (await read_records(database)).ensure_consistent()


@pytest.mark.parametrize("minutes", [5, 20])
async def test_a_table_that_was_put_away_is_not_booked_by_who_holds_it(
    services: Services, database: Database, clock: ManualClock, minutes: int
) -> None:
    held, booked = await hold(services, table_id=101), await book(services, BORIS, table_id=101, slot_id=LATE)
    clock.advance(minutes=minutes)
    await furnish(database, tables=[table(2, 2), table(3, 4)])
    with pytest.raises(SlotTaken):
        await services.bookings.book(ANNA, held.id)
    assert (await services.bookings.card(BORIS, booked.id)).status is BookingStatus.BOOKED, "what is agreed on stands"
    assert [one.number for one in (await book(services)).tables] == [2]
    (await read_records(database)).ensure_consistent()


async def test_a_sitting_with_another_id_is_the_same_sitting(services: Services, database: Database) -> None:
    held = await hold(services)
    await furnish(database, slots=[{"id": 77, "start_time": time(18), "end_time": time(20)}])
    assert (await services.bookings.book(ANNA, held.id)).status is BookingStatus.BOOKED


async def test_a_hold_that_ran_out_is_not_booked_later_than_anybody_may(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, policy={"lead_minutes": 60})
    clock.move_to(at("16:55"))
    held, late = await hold(services), await hold(services, BORIS)
    clock.move_to(at("17:01"))
    assert (await services.bookings.book(ANNA, held.id)).status is BookingStatus.BOOKED
    clock.move_to(at("17:06"))
    with pytest.raises(TooSoon):
        await services.bookings.book(BORIS, late.id)


# -- large parties wait for the restaurant


@pytest.fixture
async def asking(database: Database) -> None:
    policy = {"largest_online": 4, "pending_hours": 5, "cancel_until": {"days": 1}}
    await furnish(database, tables=[table(1, 6)], policy=policy)


@pytest.mark.usefixtures("asking")
async def test_a_large_party_waits_and_its_table_is_taken_meanwhile(
    services: Services, database: Database, clock: ManualClock
) -> None:
    pending = await book(services, party=5)
    assert (pending.status, pending.can_cancel) == (BookingStatus.PENDING, True)
    assert pending.hold_until == clock.now() + timedelta(hours=5)
    assert await services.bookings.book(ANNA, pending.id) == pending, "pressed twice"
    assert await kinds(database, "admin_msg") == ["booking_requested"]
    assert await kinds(database, "noti_user") == []
    assert [card.id for card in (await services.bookings.mine(ANNA)).items] == [pending.id]
    with pytest.raises(SlotTaken):
        await hold(services, BORIS)
    accepted = await services.decisions.accept(OWNER, pending.id)
    assert (accepted.status, accepted.hold_until) == (BookingStatus.BOOKED, None)
    assert await services.decisions.accept(OWNER, pending.id) == accepted, "pressed twice, or by two owners"
    assert await kinds(database, "noti_user") == ["booking_accepted"]
    with pytest.raises(BookingChanged):
        await services.decisions.decline(OWNER, pending.id)
    clock.advance(hours=6)
    assert await services.bookings.expire_holds() == 0
    (await read_records(database)).ensure_consistent()


@pytest.mark.usefixtures("asking")
async def test_a_declined_party_leaves_its_table_to_others(services: Services, database: Database) -> None:
    pending = await book(services, party=5)
    declined = await services.decisions.decline(OWNER, pending.id)
    assert declined.status is BookingStatus.DECLINED
    assert await services.decisions.decline(OWNER, pending.id) == declined
    assert await kinds(database, "noti_user") == ["booking_declined"]
    with pytest.raises(BookingChanged) as refusal:
        await services.decisions.accept(OWNER, pending.id)
    assert refusal.value.params == {"status": "declined"}
    with pytest.raises(BookingChanged):
        await services.bookings.book(ANNA, pending.id)
    await book(services, BORIS)
    (await read_records(database)).ensure_consistent()


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("found_by", ["the sweep", "another guest"])
async def test_a_request_that_nobody_answers_lapses_and_both_sides_are_told_once(
    services: Services, database: Database, clock: ManualClock, found_by: str
) -> None:
    pending = await book(services, party=5)
    clock.advance(hours=5)
    with pytest.raises(BookingChanged) as refusal:
        await services.decisions.accept(OWNER, pending.id)
    assert refusal.value.params == {"status": "expired"}
    if found_by == "the sweep":
        assert await services.bookings.expire_holds() == 1
    else:
        await book(services, BORIS)
    assert await services.bookings.expire_holds() == 0
    assert (await kinds(database, "admin_msg")).count("booking_lapsed") == 1
    assert (await kinds(database, "noti_user")).count("booking_lapsed") == 1
    (await read_records(database)).ensure_consistent()


@pytest.mark.usefixtures("asking")
async def test_a_request_lapses_when_its_visit_begins_and_is_never_completed(
    services: Services, clock: ManualClock
) -> None:
    clock.move_to(at("17:00"))
    pending = await book(services, party=5)
    assert pending.hold_until == at("18:00")
    clock.move_to(at("21:00"))
    assert await services.bookings.complete_due() == []
    assert not await services.bookings.complete(pending.id)


@pytest.mark.usefixtures("asking")
async def test_a_guest_withdraws_a_request_at_any_time(services: Services, clock: ManualClock) -> None:
    clock.move_to(at("17:00"))
    pending = await book(services, party=5)
    assert (await services.bookings.cancel(ANNA, pending.id)).status is BookingStatus.CANCELED
    await hold(services, BORIS)


@pytest.mark.usefixtures("asking")
async def test_a_request_that_has_lapsed_is_not_withdrawn_but_told_as_lapsed(
    services: Services, database: Database, clock: ManualClock
) -> None:
    pending = await book(services, party=5)
    clock.advance(hours=5)
    for late in (services.bookings.cancel, services.decisions.ask_to_cancel):
        with pytest.raises(BookingChanged) as refusal:
            await late(ANNA, pending.id)
        assert refusal.value.params == {"status": "expired"}
    with pytest.raises(BookingNotFound):
        await services.bookings.hide(ANNA, pending.id)
    assert await services.bookings.expire_holds() == 1
    assert await kinds(database, "admin_msg") == ["booking_lapsed", "booking_requested"]


@pytest.mark.usefixtures("asking")
async def test_only_staff_decide(services: Services) -> None:
    pending = await book(services, party=5)
    decisions = services.decisions
    for decide in (decisions.accept, decisions.decline, decisions.refuse_to_cancel):
        for stranger in (ANNA, BORIS):
            with pytest.raises(NotAllowed):
                await decide(stranger, pending.id)
        with pytest.raises(BookingNotFound):
            await decide(OWNER, 999)


@pytest.mark.usefixtures("asking")
async def test_an_answer_and_a_change_of_mind_at_once_have_one_winner(services: Services, database: Database) -> None:
    for number in range(5):
        pending = await book(services, guest(number), party=5)
        outcomes = await asyncio.gather(
            services.decisions.accept(OWNER, pending.id),
            services.decisions.decline(OWNER, pending.id),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, BookingChanged) for outcome in outcomes) == 1
        (await read_records(database)).ensure_consistent()
        card = await services.bookings.card(OWNER, pending.id)
        if card.status is BookingStatus.BOOKED:
            await services.bookings.cancel(OWNER, pending.id)


# -- too late to cancel


async def test_after_the_deadline_the_restaurant_decides(
    services: Services, database: Database, clock: ManualClock
) -> None:
    await furnish(database, policy={"cancel_until": {"hours": 3}})
    booked = await book(services)
    assert (booked.can_cancel, booked.cancel_until) == (True, at("15:00"))
    clock.move_to(at("15:00"))
    card = await services.bookings.card(ANNA, booked.id)
    assert (card.can_cancel, card.can_ask_to_cancel) == (False, True)
    for late in (services.bookings.cancel, services.bookings.hide):
        with pytest.raises(CancelTooLate):
            await late(ANNA, booked.id)
    for _ in range(2):
        asked = await services.decisions.ask_to_cancel(ANNA, booked.id)
        assert (asked.status, asked.cancel_requested) == (BookingStatus.BOOKED, True)
    assert (await kinds(database, "admin_msg")).count("cancel_requested") == 1
    for _ in range(2):
        kept = await services.decisions.refuse_to_cancel(OWNER, booked.id)
        assert not kept.cancel_requested
    assert (await kinds(database, "noti_user")).count("cancel_refused") == 1
    await services.decisions.ask_to_cancel(ANNA, booked.id)
    assert (await services.bookings.cancel(OWNER, booked.id)).status is BookingStatus.CANCELED
    with pytest.raises(BookingChanged):
        await services.decisions.refuse_to_cancel(OWNER, booked.id)
    with pytest.raises(BookingChanged):
        await services.decisions.ask_to_cancel(ANNA, booked.id)
    with pytest.raises(BookingNotFound):
        await services.decisions.ask_to_cancel(BORIS, booked.id)


# -- one guest in two places


async def test_nobody_sits_at_two_tables_at_the_same_time_unless_the_house_allows_it(
    services: Services, database: Database, clock: ManualClock
) -> None:
    late = await hold(services)
    clock.advance(minutes=11)
    first = await book(services)
    with pytest.raises(OverlappingBooking):
        await hold(services)
    with pytest.raises(OverlappingBooking):
        await services.bookings.book(ANNA, late.id)
    await book(services, slot_id=AFTERNOON)
    await book(services, BORIS)
    one, other = [await book(services, OWNER, slot_id=AFTERNOON) for _ in range(2)]
    assert one.starts_at == other.starts_at, "staff may"
    await furnish(database, policy={"overlapping_bookings": True})
    assert (await book(services)).starts_at == first.starts_at


async def test_one_who_confirms_two_holds_at_once_gets_one(services: Services, clock: ManualClock) -> None:
    held = []
    for table_id in (101, 102):
        held.append((await hold(services, table_id=table_id)).id)
        clock.advance(minutes=11)
    outcomes = await asyncio.gather(
        *(services.bookings.book(ANNA, booking_id) for booking_id in held), return_exceptions=True
    )
    assert sum(isinstance(outcome, OverlappingBooking) for outcome in outcomes) == 1


# -- what else is there


async def test_instead_of_a_taken_start_the_nearest_ones_come_first_then_the_better_fit_then_other_days(
    services: Services, database: Database
) -> None:
    await furnish(database, tables=[table(1, 2), table(2, 6)], policy={"hours": EVERY_DAY, "grid": GRID})
    (wanted,) = [one for one in await services.availability.sittings(TOMORROW, party=2) if one.starts_at == at("18:00")]
    for number in (1, 2):
        await book(services, guest(number), start="18:00")
    await book(services, guest(3), start="16:00", table_id=101)
    found = await services.availability.alternatives(wanted, party=2, same_day=3, other_days=2)
    days = [f"{one.starts_at:%d %H:%M}" for one in found]
    assert days == [
        "21 19:45",
        "21 16:15",
        "21 20:00",
        "20 18:00",
        "22 18:00",
    ]


# -- the owner changes it


async def test_a_change_of_the_policy_is_seen_at_once_and_only_staff_make_it(services: Services) -> None:
    assert await starts(services) == ["10:00", "16:00", "18:00", "22:00"]

    def dinner_only(policy: VenuePolicy) -> VenuePolicy:
        return VenuePolicy.model_validate({**policy.model_dump(), "hours": dict.fromkeys(EVERY_DAY, "17:00-24:00")})

    with pytest.raises(NotAllowed):
        await services.venues.change_policy(ANNA, dinner_only)
    await services.venues.change_policy(OWNER, dinner_only)
    assert await starts(services) == ["18:00", "22:00"]
    assert (await services.venues.policy()).hours is not None


async def test_a_search_asks_the_database_twice_at_most(services: Services, database: Database) -> None:
    tables = [table(number, 2 + number % 5) for number in range(1, 61)]
    policy = {"hours": EVERY_DAY, "grid": GRID, "pacing": 30}
    await furnish(database, tables=tables, combinations=[together(1, 2, seats=9)], policy=policy)
    for number, start in enumerate(("12:00", "14:15", "16:30", "18:45", "21:00")):
        await book(services, guest(number), party=9, start=start)
    (wanted, *_) = await services.availability.sittings(TOMORROW, party=2)
    searches = (
        services.availability.sittings(TOMORROW, party=2),
        services.availability.month(TODAY, TODAY + timedelta(days=30), party=2),
        services.availability.month(TODAY, TODAY + timedelta(days=30), party=9),
        services.availability.sittings(TOMORROW, party=9),
        services.availability.other_days(TOMORROW, party=2),
        services.availability.alternatives(wanted, party=2),
    )
    told: list[object] = []
    for search in searches:
        sent: list[str] = []

        def hear(_c: object, _cursor: object, statement: str, *_: object, heard: list[str] = sent) -> None:
            heard.append(statement)

        event.listen(Engine, "before_cursor_execute", hear)
        found = await search
        event.remove(Engine, "before_cursor_execute", hear)
        assert 1 <= len(sent) <= 2
        told.append(found)
    assert [month[TOMORROW] for month in told[1:3] if isinstance(month, dict)] == [DayState.FREE, DayState.FULL]
