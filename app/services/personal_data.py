"""What is kept of a person: what they agree to."""

from app.dao.database import Database, ReadDao
from app.domain.clock import Clock
from app.domain.people import Person
from app.services.plans import Plan, Plans, Policy
from app.services.views import PrivacyNotice


class PersonalDataService:
    def __init__(self, db: Database, clock: Clock, policy: Policy, plans: Plans) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans

    async def notice(self) -> PrivacyNotice:
        """The text as it stands."""
        async with self._db.read() as dao:
            return _notice(await self._plan(dao))

    async def to_agree(self, person: Person) -> str | None:
        """The version that they are to agree to with their next booking; None: they have."""
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            user = await dao.users.find(person.channel, person.external_id)
        version = plan.privacy.version
        return None if user and user.consent_version == version else version

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)


def _notice(plan: Plan) -> PrivacyNotice:
    return PrivacyNotice(
        version=plan.privacy.version,
        dated=plan.privacy.date,
        text={language.value: text for language, text in plan.privacy.text.items()},
        venue=plan.card,
        forget_after_days=plan.policy.forget_after_days,
        forget_wishes_after_days=plan.policy.forget_wishes_after_days,
    )
