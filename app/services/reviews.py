"""Marks for visits. Each is one short transaction; refusals are domain errors."""

from datetime import datetime

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.dao.reviews import StoredReview
from app.domain.clock import Clock
from app.domain.errors import NotAllowed, NotToBeRated
from app.domain.events import ADMIN_MSG, ReviewLeft
from app.domain.people import Actor
from app.domain.review import RATED_WITHIN, comment_of, ensure_to_be_rated
from app.services.cards import found, snapshot
from app.services.plans import Plan, Plans, Policy
from app.services.views import Review


class ReviewService:
    def __init__(self, db: Database, clock: Clock, policy: Policy, plans: Plans) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans

    async def rate(self, actor: Actor, booking_id: int, stars: int) -> Review:
        """One's own visit that took place; another number corrects it, the same one changes nothing.

        The restaurant is told of a low one, once for each visit. Raises BookingNotFound, NotToBeRated.
        """
        now = self._clock.now()

        async def rate(dao: WriteDao) -> Review:
            booking = await _visit(dao, actor, booking_id, now)
            before = await self._look(dao, booking_id)
            is_new = await dao.reviews.rate(booking_id, stars, now=now)
            review = await self._review(dao, booking_id)
            if is_new and review.low and not (before and before.low):
                await _tell(dao, booking, now)
                if review.comment:
                    await _tell(dao, booking, now, commented=True)
            return review

        return await self._db.write(rate)

    async def comment(self, actor: Actor, booking_id: int, text: str) -> Review:
        """A line to one's mark; the first one stays.

        Raises BookingNotFound, NotToBeRated, NothingSaid, CommentTooLong.
        """
        now, words = self._clock.now(), comment_of(text)

        async def comment(dao: WriteDao) -> Review:
            booking = await _visit(dao, actor, booking_id, now)
            is_new = await dao.reviews.comment(booking_id, words, now=now)
            review = await self._review(dao, booking_id)
            if is_new and review.low:
                await _tell(dao, booking, now, commented=True)
            return review

        return await self._db.write(comment)

    async def own(self, actor: Actor, booking_id: int) -> Review:
        """What the guest has said. Raises BookingNotFound, NotToBeRated."""
        async with self._db.read() as dao:
            found(await dao.bookings.get_own(actor.person, booking_id))
            return await self._review(dao, booking_id)

    async def seen_by(self, actor: Actor, booking_id: int) -> Review | None:
        """What staff reads of a booking. Raises NotAllowed, BookingNotFound."""
        if not actor.is_staff_of(self._policy.venue_id):
            raise NotAllowed
        async with self._db.read() as dao:
            found(await dao.bookings.get_of_venue(self._policy.venue_id, booking_id))
            return await self._look(dao, booking_id)

    async def left_for(self, booking_id: int) -> Review | None:
        """For the service itself: what a notice reads before it is sent."""
        async with self._db.read() as dao:
            return await self._look(dao, booking_id)

    async def _review(self, dao: ReadDao, booking_id: int) -> Review:
        review = await self._look(dao, booking_id)
        if review is None:
            raise NotToBeRated(days=RATED_WITHIN.days)
        return review

    async def _look(self, dao: ReadDao, booking_id: int) -> Review | None:
        plan, stored = await self._plans.get(dao, self._policy.venue_id), await dao.reviews.get(booking_id)
        return _view(booking_id, stored, plan) if stored else None


async def _visit(dao: WriteDao, actor: Actor, booking_id: int, now: datetime) -> StoredBooking:
    """Read under the guest's lock: who is forgotten at this very moment says nothing more."""
    await dao.users.find_locked(actor.person)
    booking = found(await dao.bookings.get_own(actor.person, booking_id))
    ensure_to_be_rated(booking.status, booking.ends_at, now=now)
    return booking


async def _tell(dao: WriteDao, booking: StoredBooking, now: datetime, *, commented: bool = False) -> None:
    """Once of the stars and once of the words; by their own id, since a restored database may count anew."""
    event = ReviewLeft(occurred_at=now, booking=snapshot(booking), commented=commented)
    key = f"review:{booking.id}:{'words' if commented else 'stars'}"
    await dao.outbox.put(ADMIN_MSG, event, now=now, dedup_key=key)


def _view(booking_id: int, review: StoredReview, plan: Plan) -> Review:
    return Review(booking_id, review.stars, review.comment, low=review.stars <= plan.policy.low_mark)
