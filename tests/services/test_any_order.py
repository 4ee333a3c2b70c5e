"""Whatever several guests do in whatever order, at once or one after another, the house stays in order."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as play
from sqlalchemy import select, text

from app.dao.database import Database, WriteDao
from app.dao.models import Base, WaitingRow
from app.dao.venues import stored_policy
from app.domain.booking import CAME_TO_NOTHING, OCCUPYING, STANDING, TRANSITIONS, BookingStatus, Lateness
from app.domain.errors import DomainError, SlotTaken
from app.domain.policy import VenuePolicy
from app.domain.schedule import CELL, TimeSlot, cells_between, service_day, sitting_on
from app.domain.waiting import WaitingStatus
from app.services import Policy, Services
from app.services.views import BookingCard
from tests.services.house import EVERY_DAY, OWNER, ManualClock, furnish, guest, services_of, table
from tests.services.records import Record, Records, read_records

T = TypeVar("T")

STEPS = int(os.environ.get("RANDOM_STEPS", "1000"))
"""On each database; `make random-steps` takes more."""
STEPS_OF_AN_EVENING = 30
POLICY = Policy(hold=timedelta(minutes=10), horizon_days=30, max_live_bookings=2)
TABLES = [table(1, 2), table(2, 2, priority=-1), table(3, 4)]
TABLE_IDS = [101, 102, 103]
SEATS = {101: 2, 102: 2, 103: 4}
COMBINATIONS = {(101, 102): 4, (102, 103): 6}
SLOTS = [
    TimeSlot(1, time(12), time(14)),
    TimeSlot(2, time(14), time(15, 45)),
    TimeSlot(3, time(22), time(0, 30)),
    TimeSlot(4, time(1, 30), time(3, 30)),  # clocks change within it
    TimeSlot(5, time(3, 30), time(4, 45)),  # begins before the one above has ended, when the clock goes forward
]
GRID_SLOTS = {
    minutes: [TimeSlot(None, start.time(), (start + timedelta(minutes=minutes)).time()) for start in starts]
    for minutes, starts in {
        90: [datetime(2026, 1, 1, 12) + timedelta(minutes=30 * n) for n in range(26)],  # noqa: DTZ001 - wall times
        120: [datetime(2026, 1, 1, 12) + timedelta(minutes=30 * n) for n in range(25)],  # noqa: DTZ001 - the same
    }.items()
}
"""From noon to two at night."""
GRID: dict[str, object] = {
    "hours": dict.fromkeys(EVERY_DAY, "12:00-02:00"),
    "grid": {
        "every": 30,
        "turn_times": [{"up_to": 2, "minutes": 90}, {"up_to": 9, "minutes": 120}],
        "buffer_minutes": 15,
    },
}
POLICIES: list[dict[str, object]] = [
    {},
    {"pacing": 5, "largest_online": 3, "pending_hours": 2, "cancel_until": {"hours": 2}, "lead_minutes": 45},
    GRID,
    {**GRID, "pacing": 4, "largest_online": 3, "pending_hours": 2, "cancel_until": {"days": 1}},
]
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Europe/Moscow"]
STARTS = st.one_of(
    st.sampled_from([datetime(2026, month, day, 20, tzinfo=UTC) for month, day in ((3, 27), (10, 24), (10, 31))]),
    st.integers(0, 500 * 24 * 4).map(lambda quarters: datetime(2026, 1, 1, tzinfo=UTC) + quarters * CELL),
)
GUESTS = st.integers(1, 3)
BOOKINGS = st.integers(0, 9)
"""The latest, the one before it, … No bundle: how many there are may depend on who was faster, and draws must not."""
PARTIES = st.integers(1, 7)
DAYS = st.integers(-1, 3) | st.sampled_from([29, 30, 31])
NUMBERS = st.integers(0, 25)
"""Of a slot, among those of that day."""
WISHED_TABLES = st.none() | st.sampled_from(TABLE_IDS)

ANNOUNCED = {
    BookingStatus.BOOKED: [("admin_msg", "booking_created"), ("noti_user", "booking_created")],
    BookingStatus.PENDING: [("admin_msg", "booking_requested")],
    BookingStatus.DECLINED: [("noti_user", "booking_declined")],
    BookingStatus.CANCELED: [("admin_msg", "booking_canceled"), ("noti_user", "booking_canceled")],
    BookingStatus.COMPLETED: [("noti_user", "booking_completed")],
}
ANNOUNCED_OF_PENDING = {
    BookingStatus.BOOKED: [("noti_user", "booking_accepted")],
    BookingStatus.EXPIRED: [("admin_msg", "booking_lapsed"), ("noti_user", "booking_lapsed")],
}
OF_WAITING = {"waiting_offer", "offer_passed"}
"""What they are told has tests of its own."""
Choice = int | datetime | None
"""A slot's id, a start on the grid."""


@dataclass
class Place:
    """A database that the machine's runs share, and the event loop it lives in."""

    database: Database
    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)


class Evening(RuleBasedStateMachine):
    place: ClassVar[Place]

    @initialize(zone=st.sampled_from(ZONES), start=STARTS, policy=st.sampled_from(POLICIES), together=st.booleans())
    def open(self, zone: str, start: datetime, policy: dict[str, object], *, together: bool) -> None:
        self.zone = ZoneInfo(zone)
        self.clock = ManualClock(start)
        self.seen: dict[int, Record] = {}
        self.announced: Counter[tuple[str, str, int]] = Counter()
        self.policy = _closing(VenuePolicy.model_validate(policy), self.today + timedelta(days=2))
        self.combinations = COMBINATIONS if together else {}
        self.there = {*TABLE_IDS}
        self.place.run(self._begin())

    @rule(who=GUESTS, party=PARTIES, days=DAYS, number=NUMBERS, table_id=WISHED_TABLES)
    def hold(self, who: int, party: int, days: int, number: int, table_id: int | None) -> None:
        day = self.today + timedelta(days=days)
        choice = self._choice(day, party, number)
        expected = self._free(day, party, table_id)
        mine = self._held_by(who)
        held = self._do(self._hold(who, party, day, choice, table_id))
        if isinstance(held, SlotTaken):
            assert choice not in expected
        elif not isinstance(held, DomainError):
            assert choice in expected or mine
            assert held.starts_at > self.clock.now()
            assert self.today <= held.service_date <= self.today + timedelta(days=30)

    @rule(party=st.integers(1, 6), days=st.integers(0, 2), number=NUMBERS, table_id=WISHED_TABLES)
    def all_want_the_same_at_once(self, party: int, days: int, number: int, table_id: int | None) -> None:
        day = self.today + timedelta(days=days)
        choice = self._choice(day, party, number)
        self.place.run(_gather([self._hold(who, party, day, choice, table_id) for who in (1, 2, 3)]))

    @rule(booking=BOOKINGS, party=PARTIES, days=DAYS, number=NUMBERS, table_id=WISHED_TABLES)
    def hold_to_move(self, booking: int, party: int, days: int, number: int, table_id: int | None) -> None:
        day, chosen = self.today + timedelta(days=days), self._pick(booking)
        choice = self._choice(day, party, number)
        expected = self._free(day, party, table_id, without=chosen)
        who = self._guest_of(chosen)
        mine = self._held_by(who)
        held = self._do(self._hold(who, party, day, choice, table_id, replaces=chosen))
        if isinstance(held, SlotTaken):
            assert choice not in expected
        elif not isinstance(held, DomainError):
            assert choice in expected or mine

    @rule(who=GUESTS, hold=BOOKINGS)
    def move(self, who: int, hold: int) -> None:
        chosen = self._pick_move(hold)
        moved = self._do(self.services.moves.move(guest(who), chosen))
        if not isinstance(moved, DomainError):
            assert moved.guest.external_id == guest(who).person.external_id

    @rule(hold=BOOKINGS)
    def move_and_something_else_at_once(self, hold: int) -> None:
        chosen = self._pick_move(hold)
        replaced = self.seen[chosen].replaces if chosen else None
        who = guest(self._guest_of(chosen))
        cancel, move = self.services.bookings.cancel, self.services.moves.move
        self.place.run(_gather([move(who, chosen), move(who, chosen), cancel(OWNER, replaced or 0)]))

    @rule(booking=BOOKINGS)
    def accept(self, booking: int) -> None:
        self._do(self.services.decisions.accept(OWNER, self._pick(booking)))

    @rule(booking=BOOKINGS)
    def answer_both_ways_at_once(self, booking: int) -> None:
        decisions, chosen = self.services.decisions, self._pick(booking)
        self.place.run(_gather([decisions.decline(OWNER, chosen), decisions.accept(OWNER, chosen)]))

    @rule(booking=BOOKINGS)
    def decline(self, booking: int) -> None:
        self._do(self.services.decisions.decline(OWNER, self._pick(booking)))

    @rule(who=GUESTS, booking=BOOKINGS)
    def ask_to_cancel(self, who: int, booking: int) -> None:
        self._do(self.services.decisions.ask_to_cancel(guest(who), self._pick(booking)))

    @rule(booking=BOOKINGS)
    def refuse_to_cancel(self, booking: int) -> None:
        self._do(self.services.decisions.refuse_to_cancel(OWNER, self._pick(booking)))

    @rule(who=GUESTS)
    def release(self, who: int) -> None:
        self._do(self.services.bookings.release(guest(who)))
        assert self._held_by(who) is None

    @rule(who=GUESTS, booking=BOOKINGS)
    def book(self, who: int, booking: int) -> None:
        chosen = self._pick(booking)
        booked = self._do(self.services.bookings.book(guest(who), chosen))
        if not isinstance(booked, DomainError):
            assert booked.status in STANDING
            if self.seen[chosen].status in CAME_TO_NOTHING:
                assert self.there.issuperset(table.id for table in booked.tables)
                assert self._slots(booked.service_date, booked.party_size)
            assert booked.guest.external_id == guest(who).person.external_id

    @rule(booking=BOOKINGS)
    def book_twice_at_once(self, booking: int) -> None:
        chosen = self._pick(booking)
        owner = guest(self._guest_of(chosen))
        self.place.run(_gather([self.services.bookings.book(owner, chosen) for _ in range(2)]))

    @rule(who=GUESTS | st.none(), booking=BOOKINGS)
    def cancel(self, who: int | None, booking: int) -> None:
        canceled = self._do(self.services.bookings.cancel(guest(who) if who else OWNER, self._pick(booking)))
        if who and not isinstance(canceled, DomainError):
            assert canceled.guest.external_id == guest(who).person.external_id

    @rule(who=GUESTS, booking=BOOKINGS)
    def hide(self, who: int, booking: int) -> None:
        self._do(self.services.bookings.hide(guest(who), self._pick(booking)))

    @rule(booking=BOOKINGS)
    def cancel_and_complete_at_once(self, booking: int) -> None:
        bookings, chosen = self.services.bookings, self._pick(booking)
        self.place.run(_gather([bookings.cancel(OWNER, chosen), bookings.complete(chosen)]))

    @rule(who=GUESTS, booking=BOOKINGS)
    def promise_to_come(self, who: int, booking: int) -> None:
        promised = self._do(self.services.visits.confirm(guest(who), self._pick(booking)))
        if not isinstance(promised, DomainError):
            assert promised.status is BookingStatus.CONFIRMED

    @rule(booking=BOOKINGS, minutes=st.sampled_from([10, 20, 30]))
    def cancel_and_be_late_at_once(self, booking: int, minutes: Lateness) -> None:
        chosen = self._pick(booking)
        owner = guest(self._guest_of(chosen))
        self.place.run(
            _gather([self.services.visits.late(owner, chosen, minutes), self.services.bookings.cancel(OWNER, chosen)])
        )

    @rule(days=st.integers(0, 3))
    def the_house_closes_or_opens_a_day(self, days: int) -> None:
        self.policy = _closing(self.policy, self.today + timedelta(days=days))
        self.place.run(self.services.venues.change_policy(OWNER, lambda _: self.policy))

    @rule(table_id=st.sampled_from(TABLE_IDS))
    def a_table_is_put_away_or_back(self, table_id: int) -> None:
        self.there ^= {table_id}
        self.place.run(self._furnish())

    @rule(who=GUESTS, booking=BOOKINGS, days=st.integers(0, 2))
    def the_house_closes_while_a_guest_books(self, who: int, booking: int, days: int) -> None:
        self.policy = _closing(self.policy, self.today + timedelta(days=days))
        book = self.services.bookings.book(guest(who), self._pick(booking))
        self.place.run(_gather([self.services.venues.change_policy(OWNER, lambda _: self.policy), book]))

    @rule(first=GUESTS, second=GUESTS, days=st.integers(0, 3), number=NUMBERS)
    def one_waits_for_what_another_one_has(self, first: int, second: int, days: int, number: int) -> None:
        """The largest table, without which there is none for the second."""
        day, party = self.today + timedelta(days=days), 5 if self.combinations else 4
        held = self._do(self._hold(first, 3, day, self._choice(day, 3, number), 103))
        if not isinstance(held, DomainError):
            self._do(self.services.bookings.book(guest(first), held.id))
            start = held.starts_at
            self._do(self.services.waiting.join(guest(second), party=party, day=day, earliest=start, latest=start))

    @rule(days=st.none() | st.integers(0, 3))
    def offer_what_is_freed(self, days: int | None) -> None:
        day = None if days is None else self.today + timedelta(days=days)
        self._do(self.services.offers.offer_freed(day))

    @rule(booking=BOOKINGS)
    def cancel_and_offer_at_once(self, booking: int) -> None:
        offers, cancel = self.services.offers.offer_freed, self.services.bookings.cancel
        self.place.run(_gather([offers(), cancel(OWNER, self._pick_waited_for(booking)), offers()]))

    @rule(booking=BOOKINGS)
    def answer_an_offer_both_ways_at_once(self, booking: int) -> None:
        chosen = self._pick_offer(booking)
        who = guest(self._guest_of(chosen))
        self.place.run(_gather([self.services.waiting.decline(who, chosen), self.services.bookings.book(who, chosen)]))

    @rule(who=GUESTS, booking=BOOKINGS)
    def accept_an_offer(self, who: int, booking: int) -> None:
        self._do(self.services.bookings.book(guest(who), self._pick_offer(booking)))

    @rule(who=GUESTS)
    def wait_no_longer(self, who: int) -> None:
        for entry in self.place.run(self.services.waiting.mine(guest(who))):
            self._do(self.services.waiting.leave(guest(who), entry.id))

    @rule()
    def complete_due(self) -> None:
        self._do(self.services.bookings.complete_due())

    @rule()
    def expire_holds(self) -> None:
        self._do(self.services.bookings.expire_holds())

    @rule(minutes=st.sampled_from([1, 5, 11, 60, 180, 24 * 60, 7 * 24 * 60, 45 * 24 * 60, 170 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(party=PARTIES, days=DAYS, table_id=WISHED_TABLES, without=st.none() | BOOKINGS)
    def search_tells_what_is_free(self, party: int, days: int, table_id: int | None, without: int | None) -> None:
        day = self.today + timedelta(days=days)
        without = None if without is None else self._pick(without)
        search = self.services.availability.sittings(day, party=party, table_id=table_id, without=without)
        found = self._do(search)
        offered = set() if isinstance(found, DomainError) else {one.slot_id or one.starts_at for one in found}
        assert offered == self._free(day, party, table_id, without=without)

    @invariant()
    def everything_is_in_order(self) -> None:
        if not hasattr(self, "clock"):
            return
        records = self.place.run(read_records(self.place.database))
        records.ensure_consistent()
        self._note_changes(records)
        told = {event: count for event, count in records.events.items() if event[1] not in OF_WAITING}
        assert told == self.announced
        self._ensure_limits(records)
        self.seen = records.bookings

    def _pick(self, number: int) -> int:
        """Of the bookings there are; an id that nobody has, if there are none."""
        ids = sorted(self.seen, reverse=True)
        return ids[number % len(ids)] if ids else 0

    def _pick_move(self, number: int) -> int:
        """The same of the holds for a move."""
        ids = sorted((record.id for record in self.seen.values() if record.replaces), reverse=True)
        return ids[number % len(ids)] if ids else 0

    def _pick_waited_for(self, number: int) -> int:
        """The same of those at whose time somebody waits; any, if nobody does."""
        times = set(self.place.run(self._entries(WaitingStatus.WAITING)).values())
        standing = [record for record in self.seen.values() if record.status in STANDING]
        ids = sorted((record.id for record in standing if record.starts_at in times), reverse=True)
        return ids[number % len(ids)] if ids else self._pick(number)

    def _pick_offer(self, number: int) -> int:
        """The same of what was offered to those who wait."""
        ids = sorted((record.id for record in self.seen.values() if record.waiting), reverse=True)
        return ids[number % len(ids)] if ids else 0

    @property
    def today(self) -> date:
        return service_day(self.clock.now(), self.zone)

    def _note_changes(self, records: Records) -> None:
        """Statuses only move along the machine; from each change follow its events."""
        for record in records.bookings.values():
            before = self.seen.get(record.id)
            status = before.status if before else BookingStatus.HELD
            asked = before is not None and before.cancel_requested
            if before and record.sequence != before.sequence:
                assert record.sequence == before.sequence + 1
                self.announced.update((queue, "booking_moved", record.id) for queue in ("admin_msg", "noti_user"))
                status, asked = BookingStatus.BOOKED, False  # what was promised or asked was of the old place
            if record.status is not status:
                assert record.status in TRANSITIONS[status]
                announced = ANNOUNCED_OF_PENDING if status is BookingStatus.PENDING else {}
                events = announced.get(record.status) or ANNOUNCED.get(record.status) or []
                self.announced.update((*event, record.id) for event in events)
            if record.cancel_requested is not asked:
                event = ("noti_user", "cancel_refused") if asked else ("admin_msg", "cancel_requested")
                self.announced[(*event, record.id)] += 1
            if record.late_minutes and record.late_minutes != (before.late_minutes if before else 0):
                self.announced["admin_msg", "guest_late", record.id] += 1
            if record.hidden and not (before and before.hidden):
                self.announced["admin_msg", "booking_hidden", record.id] += 1
            assert not (before and before.hidden and not record.hidden)
            assert record.seats >= record.party_size
            assert len(record.tables) == 1 or record.tables in self.combinations

    def _ensure_limits(self, records: Records) -> None:
        now, bookings = self.clock.now(), records.bookings.values()
        held = [record for record in bookings if record.status is BookingStatus.HELD]
        holds = Counter(record.user_id for record in held if record.waiting is None)
        assert max(holds.values(), default=0) <= 1
        offers = Counter(record.waiting for record in held if record.waiting)
        offered = self.place.run(self._entries(WaitingStatus.OFFERED))
        assert offers == Counter(offered.keys()), "an offer is a real hold"
        standing = [record for record in bookings if record.status in STANDING and record.blocks(now)]
        to_come = Counter(record.user_id for record in standing if record.ends_at > now)
        assert max(to_come.values(), default=0) <= POLICY.max_live_bookings
        for one, other in combinations(standing, 2):
            assert one.user_id != other.user_id or one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
        arriving, arriving_moved = Counter[datetime](), Counter[datetime]()
        moving = {record.replaces for record in bookings if record.blocks(now)}
        for record in bookings:
            if record.blocks(now) and not record.replaces:
                arriving[record.starts_at] += record.party_size
            if record.blocks(now) and record.id not in moving:
                arriving_moved[record.starts_at] += record.party_size
            if record.status is BookingStatus.PENDING:
                assert record.hold_until is not None
                assert record.hold_until <= record.starts_at
        for guests in (arriving, arriving_moved):
            assert max(guests.values(), default=0) <= (self.policy.pacing or 1000)
        assert set(OCCUPYING) >= {record.status for record in bookings if records.cells.get(record.id)}

    def _slots(self, day: date, party: int) -> list[TimeSlot]:
        if self.policy.exception_on(day):
            return []
        return GRID_SLOTS[90 if party <= 2 else 120] if self.policy.grid else SLOTS

    def _choice(self, day: date, party: int, number: int) -> Choice:
        slots = self._slots(day, party) or SLOTS[:1]
        slot = slots[number % len(slots)]
        return slot.id or sitting_on(slot, day, self.zone).starts_at

    def _hold(
        self, who: int, party: int, day: date, choice: Choice, table_id: int | None, replaces: int | None = None
    ) -> Coroutine[Any, Any, BookingCard]:
        wish: dict[str, Any] = {"slot_id": choice} if isinstance(choice, int) else {"starts_at": choice}
        wish |= {"table_id": table_id, "replaces": replaces}
        return self.services.bookings.hold(guest(who), party=party, day=day, **wish)

    def _guest_of(self, booking: int) -> int:
        user_id = self.seen[booking].user_id if booking else self.user_ids[1]
        return next(who for who, known in self.user_ids.items() if known == user_id)

    def _free(self, day: date, party: int, table_id: int | None, *, without: int | None = None) -> set[Choice]:
        """What can be had, by a way of finding out that shares nothing with the service."""
        if not self.today <= day <= self.today + timedelta(days=30):
            return set()
        now = self.clock.now()
        blocking = [record for record in self.seen.values() if record.blocks(now) and record.id != without]
        taken = {cell for record in blocking for cell in record.occupied}
        seatings: list[tuple[int, ...]] = [
            (number,) for number in self.there if SEATS[number] >= party and table_id in {None, number}
        ]
        if table_id is None:
            together = {tables: seats for tables, seats in self.combinations.items() if self.there.issuperset(tables)}
            seatings += [tables for tables, seats in together.items() if seats >= party]
        buffer = timedelta(minutes=15) if self.policy.grid else timedelta()
        free: set[Choice] = set()
        for slot in self._slots(day, party):
            sitting = sitting_on(slot, day, self.zone)
            arriving = sum(record.party_size for record in blocking if record.starts_at == sitting.starts_at)
            cells = cells_between(sitting.starts_at, sitting.ends_at + buffer)
            if (
                sitting.starts_at > now + timedelta(minutes=self.policy.lead_minutes)
                and arriving + party <= (self.policy.pacing or 1000)
                and any(all((t, cell) not in taken for t in tables for cell in cells) for tables in seatings)
            ):
                free.add(slot.id or sitting.starts_at)
        return free

    def _held_by(self, who: int) -> Record | None:
        records = self.place.run(read_records(self.place.database)).bookings.values()
        held = (record for record in records if record.status is BookingStatus.HELD and record.waiting is None)
        return next((record for record in held if record.user_id == self.user_ids[who]), None)

    def _do(self, work: Coroutine[Any, Any, T]) -> T | DomainError:
        """What was done, or the refusal."""
        return self.place.run(_gather([work]))[0]

    async def _entries(self, status: WaitingStatus) -> dict[int, datetime]:
        """Of the waiting list, and from when on each of them would come."""
        async with self.place.database.read() as dao:
            query = select(WaitingRow.id, WaitingRow.earliest).where(WaitingRow.status == status)
            return {row[0]: row[1] for row in await dao._session.rows(query)}

    async def _begin(self) -> None:
        self.services: Services = services_of(self.place.database, self.clock, POLICY)
        await self.place.database.write(_empty)
        await self._furnish()
        self.user_ids = {who: (await self.services.users.meet(guest(who).person)).id for who in (1, 2, 3)}

    async def _furnish(self) -> None:
        """As the owner's files are loaded, again and again."""
        slots = [{"id": slot.id, "start_time": slot.start, "end_time": slot.end} for slot in SLOTS]
        await furnish(
            self.place.database,
            now=self.clock.now(),
            zone=self.zone.key,
            tables=[one for one in TABLES if one["id"] in self.there],
            slots=slots,
            policy=stored_policy(self.policy),
            combinations=[
                {"name": f"{tables}", "tables": tables, "seats": seats, "min_seats": 1}
                for tables, seats in self.combinations.items()
            ],
        )


def _closing(policy: VenuePolicy, day: date) -> VenuePolicy:
    """That day too; or open again, if it was closed."""
    closed = {exception.date for exception in policy.exceptions} ^ {day}
    exceptions = [{"date": f"{one}", "closed": True} for one in sorted(closed)]
    return VenuePolicy.model_validate({**stored_policy(policy), "exceptions": exceptions})


async def _empty(dao: WriteDao) -> None:
    for name in reversed([found.name for found in Base.metadata.sorted_tables]):
        await dao._session.send(text(f"DELETE FROM {name}"))  # noqa: S608 - our own tables


async def _gather(works: list[Coroutine[Any, Any, T]]) -> list[T | DomainError]:
    """All of them at once; anything but a result or a refusal is a fault."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, DomainError):
            raise outcome
    return outcomes  # type: ignore[return-value] # the others are results and refusals


@pytest.fixture
def play_at(db_url: str) -> Iterator[Callable[[int], None]]:
    with asyncio.Runner() as runner:
        database = Database(db_url)
        runner.run(database.start())

        class EveningHere(Evening):
            place = Place(database, runner)

        def run(examples: int) -> None:
            budget = settings(
                max_examples=examples,
                stateful_step_count=STEPS_OF_AN_EVENING,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            )
            play(EveningHere, settings=budget)

        yield run
        runner.run(database.close())


def test_whatever_guests_do_no_table_is_sold_twice_and_every_change_is_told(play_at: Callable[[int], None]) -> None:
    play_at(STEPS // STEPS_OF_AN_EVENING)
