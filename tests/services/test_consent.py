"""No booking is kept of somebody who has not seen what is kept of them."""

from datetime import timedelta

import pytest

from app.dao.database import Database
from app.dao.users import StoredUser
from app.domain.errors import ConsentNeeded
from app.domain.people import Actor
from app.domain.privacy import STANDARD
from app.services import Services
from tests.services.house import EVENING, NOON, OWNER, TOMORROW, ManualClock, furnish, guest

NEXT = {"version": "2", "date": "2026-12-01", "text": {"ru": "Храним всё.", "en": "We keep it all."}}


async def stored(database: Database, who: Actor) -> StoredUser:
    async with database.read() as dao:
        user = await dao.users.find(who.person.channel, who.person.external_id)
    assert user is not None
    return user


async def held(services: Services, who: Actor, days: int = 0) -> int:
    card = await services.bookings.hold(who, party=2, day=TOMORROW + timedelta(days=days), slot_id=EVENING)
    return card.id


@pytest.mark.parametrize("seen", [None, "", "standard-0", STANDARD + " "])
async def test_without_having_seen_the_text_as_it_stands_nothing_is_booked(
    services: Services, database: Database, seen: str | None
) -> None:
    anna = guest().agreeing_to(seen)
    hold = await held(services, anna)
    with pytest.raises(ConsentNeeded):
        await services.bookings.book(anna, hold)
    assert (await services.bookings.card(anna, hold)).status == "held"
    assert (await stored(database, anna)).consent_version is None
    assert await services.personal_data.to_agree(anna.person) == STANDARD
    assert (await services.bookings.book(anna.agreeing_to(STANDARD), hold)).status == "booked"


async def test_what_was_agreed_to_is_kept_with_its_moment_and_asked_again_when_it_changes(
    services: Services, database: Database, clock: ManualClock
) -> None:
    anna = guest()
    unasked = anna.agreeing_to(None)
    first = await held(services, anna)
    await services.bookings.book(anna, first)
    assert (await stored(database, anna)).consent_at == NOON
    clock.advance(hours=1)
    await services.bookings.book(unasked, first)
    await services.bookings.book(unasked, await held(services, unasked, days=1))
    assert (await stored(database, anna)).consent_at == NOON
    await furnish(database, privacy=NEXT)
    hold = await held(services, anna, days=2)
    for stale in (unasked, anna):
        with pytest.raises(ConsentNeeded):
            await services.bookings.book(stale, hold)
    assert (await stored(database, anna)).consent_version == STANDARD
    assert await services.personal_data.to_agree(anna.person) == "2"
    await services.bookings.book(anna.agreeing_to("2"), hold)
    agreed = await stored(database, anna)
    assert (agreed.consent_version, agreed.consent_at) == ("2", clock.now())
    assert await services.personal_data.to_agree(anna.person) is None


async def test_the_text_is_the_venues_own_or_says_what_its_policy_does(services: Services, database: Database) -> None:
    usual = await services.personal_data.notice()
    assert (usual.version, usual.text, usual.forget_after_days) == (STANDARD, {}, 3 * 365)
    await services.venues.change_policy(OWNER, lambda policy: policy.model_copy(update={"forget_after_days": None}))
    other = await services.personal_data.notice()
    assert (other.version, other.forget_after_days) == ("standard-1-0-30", None)
    await furnish(database, privacy=NEXT)
    own = await services.personal_data.notice()
    assert (own.version, own.dated.isoformat(), own.text["en"]) == ("2", "2026-12-01", "We keep it all.")
