"""Nobody's booking is kept without their word on what else is kept of them."""

from datetime import datetime

from app.dao.database import WriteDao
from app.dao.users import StoredUser
from app.domain.errors import ConsentNeeded
from app.domain.people import Actor
from app.services.plans import Plan


async def ensure_agreed(dao: WriteDao, plan: Plan, user: StoredUser, actor: Actor, *, now: datetime) -> None:
    """For whatever keeps something of a guest, in its transaction: they have agreed to the text, or do so now.

    The version comes with the actor (`Actor.agreeing_to`), not with each use case: it says what a person has seen, and
    goes with them through every door. Whoever forgets to hand it on is refused, never let through. A window that
    asks for consent notes the version it shows (`personal_data.to_agree`) and acts with that one, so a text that was
    changed between showing and pressing is shown anew. Raises ConsentNeeded.
    """
    version = plan.privacy.version
    if user.consent_version == version:
        return
    if actor.agrees_to != version:
        raise ConsentNeeded
    await dao.users.change(user.channel, user.external_id, consent_version=version, consent_at=now)
