"""Getting cells for a booking, within the transaction of whoever asks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.dao.bookings import StoredBooking
from app.dao.cells import Cell, StoredStay
from app.dao.database import WriteDao
from app.dao.users import StoredUser
from app.domain.booking import BookingStatus
from app.domain.errors import SlotTaken
from app.domain.events import OFFER_KEY, BookingLapsed, OfferPassed
from app.domain.schedule import Sitting, cells_between
from app.domain.seating import Combination, Limits, Occupancy, Offer, Seating, free_offers
from app.domain.waiting import WaitingStatus
from app.services.cards import snapshot
from app.services.plans import Fitting, Plan

_LOOKS = 3
"""Tables are gone one by one while one asks for them; what is put together then is only seen by looking again."""


def sitting_of(booking: StoredBooking) -> Sitting:
    return Sitting(booking.slot_id, booking.service_date, booking.starts_at, booking.ends_at)


def occupancy_of(
    stays: Iterable[StoredStay], since: datetime, *, now: datetime, without: int | None = None
) -> Occupancy:
    """What is taken by all bookings but that one. What was held or pending and whose time is up takes nothing."""
    occupancy = Occupancy(since)
    parties: dict[int, tuple[int, datetime]] = {}
    for booking_id, table_id, starts_at, ends_at, buffer, party, hold_until in stays:
        if booking_id != without and (hold_until is None or hold_until > now):
            occupancy.take(table_id, starts_at, ends_at + timedelta(minutes=buffer) if buffer else ends_at)
            parties[booking_id] = party, starts_at
    for party, starts_at in parties.values():
        occupancy.arrive(party, starts_at)
    return occupancy


async def lapse(dao: WriteDao, booking_id: int, hold_until: datetime, now: datetime) -> bool:
    """What was held or pending until then expires, if its time is up; False: somebody was faster."""
    booking = await dao.bookings.get(booking_id)
    if booking is None or not await dao.bookings.expire(booking_id, now=now, hold_until=hold_until):
        return False
    await dao.cells.free([booking_id])
    if booking.status is BookingStatus.PENDING:
        await dao.outbox.announce(BookingLapsed(occurred_at=now, booking=snapshot(booking)))
    if booking.waiting_id is not None:
        await _pass_on(dao, booking, booking.waiting_id, now)
    return True


async def vacate(dao: WriteDao, booking_ids: Collection[int], now: datetime) -> None:
    """Their cells are free, and so is what was held for moving them: without their own cells it is no whole stay."""
    await dao.cells.free([*booking_ids, *await dao.bookings.give_up_moves(booking_ids, now=now)])


async def _pass_on(dao: WriteDao, offer: StoredBooking, waiting_id: int, now: datetime) -> None:
    """Who was silent gives up the place in the queue as well; but not who was never asked, as the messenger is away."""
    asked = await dao.outbox.has_left(f"{OFFER_KEY}{offer.id}")
    to = WaitingStatus.PASSED if asked else WaitingStatus.WAITING
    if await dao.waiting.change([waiting_id], to, of=[WaitingStatus.OFFERED], now=now):
        passed = OfferPassed(occurred_at=now, booking=snapshot(offer), waiting_id=waiting_id, silent=asked)
        await dao.outbox.announce(passed)


class Seats:
    """The tables of one venue as they are at `now`; what has lapsed is taken over."""

    def __init__(self, dao: WriteDao, plan: Plan, now: datetime) -> None:
        self._dao = dao
        self._plan = plan
        self._now = now

    async def hold(
        self,
        user: StoredUser,
        sitting: Sitting,
        fitting: Fitting,
        *,
        party: int,
        until: datetime,
        replaces: StoredBooking | None = None,
        waiting_id: int | None = None,
    ) -> StoredBooking | None:
        """The best that is free; if somebody is faster there, the next one. None: all are taken.

        The hold may lie on the cells of the booking that it `replaces`, whose row is locked: those remain that one's,
        and the hold has the others.
        """
        limits = self._plan.limits(party)
        without = replaces.id if replaces else None
        for _ in range(_LOOKS):
            offer, stays = await self._offer(sitting, fitting, limits, without=without)
            if offer is None:
                return None
            for seating in offer.seatings:
                async with self._dao.attempt() as attempt:
                    held = await self._add_hold(
                        user, sitting, seating, limits, until=until, replaces=replaces, waiting_id=waiting_id
                    )
                    if await self._take(held, stays, besides=replaces):
                        for table in seating:
                            await self._dao.bookings.seat_at(held.id, table.id)
                        return held
                    attempt.give_up()
        return None

    async def exchange(self, moved: StoredBooking, *, held: bool) -> None:
        """A booking gives up the cells it has for those of where it is now: `held` for it, or whoever comes first's.

        Raises SlotTaken.
        """
        await vacate(self._dao, [moved.id], self._now)
        if not held:
            await self.take_again(moved)
        elif not await self._take(moved, ()):
            raise SlotTaken

    async def take_again(self, booking: StoredBooking) -> None:
        """A booking without cells gets those of its tables, if they are still offered and free. Raises SlotTaken."""
        await self._dao.cells.free([booking.id])
        limits = Limits(
            booking.party_size,
            buffer=timedelta(minutes=booking.buffer_minutes),
            pacing=self._plan.policy.pacing,
        )
        offer, stays = await self._offer(sitting_of(booking), self._same(booking.tables), limits, without=booking.id)
        if offer is None or not await self._take(booking, stays):
            raise SlotTaken

    def _same(self, tables: Seating) -> Fitting:
        offered = {table.id for table in self._plan.tables}
        if not offered.issuperset(table.id for table in tables):
            return Fitting(())
        if len(tables) == 1:
            return Fitting(tables)
        return Fitting((), [Combination("", tables, sum(table.max_seats for table in tables))])

    async def _offer(
        self, sitting: Sitting, fitting: Fitting, limits: Limits, *, without: int | None = None
    ) -> tuple[Offer | None, Sequence[StoredStay]]:
        """None: nothing is free. With what there is in that time, lapsed or not."""
        venue_id = self._plan.card.id
        if limits.pacing is not None:
            await self._dao.venues.lock(venue_id)  # no cell keeps those apart who arrive at different tables
        day = sitting.service_date
        until = sitting.ends_at + limits.buffer
        tables = fitting.to_look_at(limits)
        stays = await self._dao.cells.stays(venue_id, (day, day), sitting.starts_at, until, tables=tables)
        occupancy = occupancy_of(stays, sitting.starts_at, now=self._now, without=without)
        offers = free_offers(
            [sitting],
            fitting.tables,
            occupancy,
            now=self._now,
            combinations=fitting.combinations,
            limits=limits,
        )
        return next(offers, None), stays

    async def _take(
        self, booking: StoredBooking, stays: Iterable[StoredStay], *, besides: StoredBooking | None = None
    ) -> bool:
        await self._take_over([table.id for table in booking.tables], stays)
        cells = _cells_of(booking) - (_cells_of(besides) if besides else set())
        return await self._dao.cells.take(booking.id, cells)

    async def _take_over(self, table_ids: Collection[int], stays: Iterable[StoredStay]) -> None:
        lapsed = {
            stay.booking_id: stay.hold_until
            for stay in stays
            if stay.table_id in table_ids and stay.hold_until is not None and stay.hold_until <= self._now
        }
        for booking_id, hold_until in lapsed.items():
            await lapse(self._dao, booking_id, hold_until, self._now)

    async def _add_hold(
        self,
        user: StoredUser,
        sitting: Sitting,
        seating: Seating,
        limits: Limits,
        *,
        until: datetime,
        replaces: StoredBooking | None,
        waiting_id: int | None,
    ) -> StoredBooking:
        held = StoredBooking(
            id=0,
            venue_id=self._plan.card.id,
            slot_id=sitting.slot_id,
            service_date=sitting.service_date,
            starts_at=sitting.starts_at,
            ends_at=sitting.ends_at,
            party_size=limits.party,
            status=BookingStatus.HELD,
            hold_until=until,
            created_at=self._now,
            changed_at=self._now,
            hidden_at=None,
            buffer_minutes=limits.buffer // timedelta(minutes=1),
            cancel_requested_at=None,
            sequence=replaces.sequence if replaces else 0,
            late_minutes=0,
            wishes={},
            replaces_id=replaces.id if replaces else None,
            waiting_id=waiting_id,
            user=user,
            tables=tuple(sorted(seating, key=lambda table: table.number)),
        )
        return replace(held, id=await self._dao.bookings.add_hold(held))


def _cells_of(booking: StoredBooking) -> set[Cell]:
    until = booking.ends_at + timedelta(minutes=booking.buffer_minutes)
    return {(table.id, cell) for cell in cells_between(booking.starts_at, until) for table in booking.tables}
