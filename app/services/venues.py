"""The venue as guests read about it."""

from collections.abc import Callable

from app.dao.database import Database, WriteDao
from app.dao.venues import StoredFollowUp
from app.domain.errors import NotAllowed
from app.domain.people import Actor
from app.domain.policy import VenuePolicy
from app.services.plans import Plans
from app.services.views import FollowUpPlan, VenueCard


class VenueService:
    def __init__(self, db: Database, plans: Plans, venue_id: int) -> None:
        self._db = db
        self._plans = plans
        self._venue_id = venue_id

    async def card(self) -> VenueCard:
        """Empty texts if no venue was ever loaded."""
        return (await self._plans.read(self._venue_id)).card

    async def follow_ups(self) -> tuple[FollowUpPlan, ...]:
        """What is said after a visit, in the order of the owner's file."""
        plan = await self._plans.read(self._venue_id)
        return tuple(_view(entry) for entry in plan.follow_ups)

    async def policy(self) -> VenuePolicy:
        return (await self._plans.read(self._venue_id)).policy

    async def change_policy(self, actor: Actor, change: Callable[[VenuePolicy], VenuePolicy]) -> VenuePolicy:
        """As it stands when nobody else changes it: `change` gets that and may run twice. Raises NotAllowed."""
        if not actor.is_staff_of(self._venue_id):
            raise NotAllowed

        async def change_it(dao: WriteDao) -> VenuePolicy:
            await dao.venues.lock(self._venue_id)
            policy = change((await dao.venues.get(self._venue_id)).policy)
            await dao.venues.set_policy(self._venue_id, policy)
            return policy

        return await self._db.write(change_it)


def _view(entry: StoredFollowUp) -> FollowUpPlan:
    return FollowUpPlan(entry.after, entry.text)
