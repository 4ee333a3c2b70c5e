"""A guest's one hold, and whether there is room for one more booking of theirs; the guest's row is locked."""

from datetime import datetime

from app.dao.database import WriteDao
from app.dao.users import StoredUser
from app.domain.booking import ensure_room_for_one_more
from app.domain.errors import OverlappingBooking
from app.domain.people import Actor
from app.services.plans import Plan, Policy


async def give_up_hold(dao: WriteDao, user_id: int, now: datetime) -> bool:
    """True if there was one that was still good."""
    held = await dao.bookings.hold_of(user_id)
    return held is not None and await give_up(dao, held.id, now) and held.hold_until > now


async def give_up(dao: WriteDao, hold_id: int, now: datetime) -> bool:
    """False: it is none any more."""
    if not await dao.bookings.give_up_hold(hold_id, now=now):
        return False
    await dao.cells.free([hold_id])
    return True


async def ensure_room(  # noqa: PLR0913 - who, when, and by whose rules
    dao: WriteDao,
    plan: Plan,
    policy: Policy,
    actor: Actor,
    user: StoredUser,
    stay: tuple[datetime, datetime],
    *,
    now: datetime,
    without: int | None = None,
) -> None:
    """A booking that moves, `without`, is not in its own way; staff may be at two tables at the same time.

    Raises TooManyBookings, OverlappingBooking.
    """
    starts_at, ends_at = stay
    standing, at_that_time = await dao.bookings.standing(user.id, starts_at, ends_at, now=now, without=without)
    ensure_room_for_one_more(standing, limit=policy.max_live_bookings)
    if at_that_time and not (plan.policy.overlapping_bookings or actor.is_staff_of(plan.card.id)):
        raise OverlappingBooking
