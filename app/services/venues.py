"""The venue as guests read about it."""

from app.dao.database import Database
from app.dao.venues import StoredFollowUp
from app.services.plans import Plans
from app.services.views import FollowUpPlan, VenueCard


class VenueService:
    def __init__(self, db: Database, plans: Plans, venue_id: int) -> None:
        self._db = db
        self._plans = plans
        self._venue_id = venue_id

    async def card(self) -> VenueCard:
        """Empty texts if no venue was ever loaded."""
        async with self._db.read() as dao:
            return (await self._plans.get(dao, self._venue_id)).card

    async def follow_ups(self) -> tuple[FollowUpPlan, ...]:
        """What is said after a visit, in the order of the owner's file."""
        async with self._db.read() as dao:
            plan = await self._plans.get(dao, self._venue_id)
        return tuple(_view(entry) for entry in plan.follow_ups)


def _view(entry: StoredFollowUp) -> FollowUpPlan:
    return FollowUpPlan(entry.after, entry.text)
