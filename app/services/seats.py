"""Getting cells for a booking, within the transaction of whoever asks."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.dao.bookings import StoredBooking
from app.dao.cells import StoredStay
from app.dao.database import WriteDao
from app.dao.users import StoredUser
from app.domain.booking import BookingStatus
from app.domain.errors import SlotTaken
from app.domain.schedule import Sitting
from app.domain.seating import Occupancy, Table, free_offers


def occupancy_of(stays: Iterable[StoredStay], since: datetime) -> Occupancy:
    """What is taken. A hold whose time is up takes nothing."""
    occupancy = Occupancy(since)
    for stay in stays:
        if stay.expired_hold_until is None:
            occupancy.take(stay.table_id, stay.starts_at, stay.ends_at)
    return occupancy


class Seats:
    """The tables of one venue as they are at `now`; holds whose time is up are taken over."""

    def __init__(self, dao: WriteDao, now: datetime) -> None:
        self._dao = dao
        self._now = now

    async def hold(
        self, user: StoredUser, sitting: Sitting, tables: Sequence[Table], *, venue_id: int, party: int, until: datetime
    ) -> StoredBooking | None:
        """The first of `tables` that is free; if somebody is faster there, the next one. None: all are taken."""
        stays = await self._stays(tables, sitting)
        for offer in free_offers([sitting], tables, occupancy_of(stays, sitting.starts_at), now=self._now):
            for table in offer.tables:
                async with self._dao.attempt() as attempt:
                    booking_id = await self._add_hold(user, sitting, venue_id=venue_id, party=party, until=until)
                    if await self._take(booking_id, table, sitting, stays):
                        await self._dao.bookings.seat_at(booking_id, table.id)
                        return StoredBooking(
                            id=booking_id,
                            venue_id=venue_id,
                            slot_id=sitting.slot_id,
                            service_date=sitting.service_date,
                            starts_at=sitting.starts_at,
                            ends_at=sitting.ends_at,
                            party_size=party,
                            status=BookingStatus.HELD,
                            hold_until=until,
                            created_at=self._now,
                            hidden_at=None,
                            user=user,
                            tables=(table,),
                        )
                    attempt.give_up()
        return None

    async def take_again(self, booking: StoredBooking, offered: Sequence[Table]) -> None:
        """A hold whose time is up becomes a booking, if its tables are still offered and free. Raises SlotTaken."""
        sitting = Sitting(booking.slot_id, booking.service_date, booking.starts_at, booking.ends_at)
        tables = [table for table in offered if table.id in {old.id for old in booking.tables}]
        if not await self._dao.bookings.confirm_expired(booking.id, now=self._now):
            raise SlotTaken
        await self._dao.cells.free([booking.id])
        stays = await self._stays(tables, sitting)
        offers = list(free_offers([sitting], tables, occupancy_of(stays, sitting.starts_at), now=self._now))
        if not offers or len(offers[0].tables) != len(booking.tables):
            raise SlotTaken
        for table in offers[0].tables:
            if not await self._take(booking.id, table, sitting, stays):
                raise SlotTaken

    async def _stays(self, tables: Sequence[Table], sitting: Sitting) -> list[StoredStay]:
        ids = [table.id for table in tables]
        return await self._dao.cells.stays(ids, sitting.starts_at, sitting.ends_at, now=self._now)

    async def _take(self, booking_id: int, table: Table, sitting: Sitting, stays: Iterable[StoredStay]) -> bool:
        for stay in stays:
            if stay.table_id == table.id and stay.expired_hold_until is not None:
                await self._take_over(stay.booking_id, stay.expired_hold_until)
        return await self._dao.cells.take(booking_id, table.id, sitting.starts_at, sitting.ends_at)

    async def _take_over(self, booking_id: int, hold_until: datetime) -> None:
        if await self._dao.bookings.expire_hold(booking_id, now=self._now, hold_until=hold_until):
            await self._dao.cells.free([booking_id])

    async def _add_hold(self, user: StoredUser, sitting: Sitting, *, venue_id: int, party: int, until: datetime) -> int:
        values: dict[str, object] = {
            "venue_id": venue_id,
            "user_id": user.id,
            "slot_id": sitting.slot_id,
            "service_date": sitting.service_date,
            "starts_at": sitting.starts_at,
            "ends_at": sitting.ends_at,
            "party_size": party,
            "hold_until": until,
        }
        return await self._dao.bookings.add_hold(values, now=self._now)
