"""What docs/operations.md tells an operator to do, done while guests book: an upgrade, a new secret, a restore."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import make_url

from app.config import Role
from faults import audit
from faults.fault import fault
from faults.guests import Evening
from faults.play import play
from faults.site import Site, open_site
from faults.visit import Visit
from playground.client import Person
from servers.guard import Guard
from servers.program import Program
from tests.dao.next_version import upgrade_beyond

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.asyncio(loop_scope="module")]

NEW_SECRET = "the-secret-that-comes-after-it"


@pytest.fixture(scope="module")
def folder(guard: Guard) -> Path:
    return guard.folder("operations")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(guard: Guard, folder: Path) -> AsyncIterator[Site]:
    async with open_site(guard, folder, pace=0.05) as site:
        yield site


async def exchange(site: Site, service: Program, **settings: str) -> None:
    """As an orchestrator does: one ends, the next one is there when it is ready."""
    service.settings = {**service.settings, **settings}
    await site.stop(service)
    await site.start(service)


async def test_a_dump_made_while_guests_booked_is_restored_and_the_service_goes_on_with_it(site: Site) -> None:
    database = make_url(site.settings.db_url.get_secret_value()).database or ""
    postgres, dump = site.topology.postgres, site.topology.postgres.folder / "dump"
    await site.next_day()
    evening_began = heard_until_now(site)
    chance = random.Random(2)  # noqa: S311 - no secret
    async with Evening(site, chance, guests=4) as evening:
        before = visits(evening)
        await asyncio.to_thread(postgres.dump, database, dump)
        after = visits(evening)
        await evening.goes_on()
        await site.kill(*site.services(Role.WORKER, Role.SCHEDULER))
        await evening.goes_on(4)
    assert (await site.until(lambda: nothing_waits(site), seconds=10))[1] == ""
    await site.stop(*site.services(Role.WEB))
    await asyncio.to_thread(postgres.restore, database, dump)
    restored, seen = heard_until_now(site), {guest.name: len(guest.person.messages) for guest in evening.guests}
    await site.start(*site.services())
    assert (await site.until_well())[1] == ""

    stored = audit.bookings(site.read, list(before))
    kept = {(booking.guest, booking.visit) for booking in stored if booking.status == "booked"}
    assert {(name, visit) for name in before for visit in before[name] & after[name]} <= kept
    assert {(name, visit) for name, found in visits(evening).items() for visit in found} - kept, "later ones are lost"
    assert [*audit.wrong_cells(site.read), *audit.double_bookings(stored)] == []
    for guest in evening.guests:
        guest.doubts = guest.visits | {visit for name, visit in kept if name == guest.name}
        await guest.look_up()
    assert list(audit.wrong_bookings(stored, visits(evening))) == []
    everything = audit.wrong_notices(stored, heard_since(site, evening_began), repeats=True)
    assert [sentence for sentence in everything if "was never told" in sentence] == []
    afterwards = audit.wrong_notices(stored, heard_since(site, restored), repeats=True)
    assert [sentence for sentence in afterwards if "what is not so" in sentence] == []

    await site.next_day(4)
    assert (await site.until(lambda: left_to_do(site)))[1] == ""
    assert (await site.until_well())[1] == ""
    stored = audit.bookings(site.read, list(before))
    thanked = {guest.name: texts(guest.person, seen[guest.name]) for guest in evening.guests}
    assert list(audit.wrong_follow_ups(stored, thanked, repeats=False)) == []
    assert [*audit.wrong_cells(site.read), *audit.queued(await site.unfinished())] == []


def visits(evening: Evening) -> dict[str, set[Visit]]:
    """What each guest believes to have booked."""
    return {guest.name: set(guest.visits) for guest in evening.guests}


def heard_until_now(site: Site) -> dict[str, int]:
    return {admin.name: len(admin.messages) for admin in site.admins}


def heard_since(site: Site, since: dict[str, int]) -> dict[str, list[str]]:
    return {admin.name: texts(admin, since[admin.name]) for admin in site.admins}


def texts(person: Person, since: int) -> list[str]:
    return [message.text for message in person.messages[since:] if not message.outgoing]


async def nothing_waits(site: Site) -> str:
    return "" if any((await site.unfinished()).values()) else "nothing of the last bookings is in RabbitMQ"


async def left_to_do(site: Site) -> str:
    return " ".join([*audit.unfinished_visits(site.read, site.now()), *audit.unsent(site.read, site.now())])


async def test_versions_and_the_webhooks_secret_are_exchanged_without_one_refused_update(
    site: Site, folder: Path
) -> None:
    (folder / "later").mkdir()

    @fault()
    async def exchanged(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - as any fault
        """All processes, one after another, on a database that a later version has upgraded."""
        first, second = site.services(Role.WEB)
        pairs = zip(site.services(Role.WORKER), site.services(Role.SCHEDULER), strict=True)
        await asyncio.to_thread(
            upgrade_beyond,
            site.settings.db_url.get_secret_value(),
            folder / "later",
            "ALTER TABLE bookings ADD COLUMN parking TEXT",
            "ALTER TABLE users ADD COLUMN points INTEGER NOT NULL DEFAULT 0",
            "CREATE TABLE gifts (id INTEGER PRIMARY KEY, user_id BIGINT REFERENCES users (id))",
        )
        await evening.goes_on()
        await exchange(site, first, WEBHOOK_SECRET=NEW_SECRET)
        await evening.goes_on()
        await exchange(site, second)  # it was restarted in between, with the old secret
        await evening.goes_on()
        await exchange(site, second, WEBHOOK_SECRET=NEW_SECRET)
        for pair in pairs:
            await asyncio.gather(*(exchange(site, service) for service in pair))
        await evening.goes_on()
        return ""

    outcome = await play(site, [exchanged], seed=1, moments=1, guests=4)
    assert outcome.findings == []
    assert [post["status"] for post in site.posts if post["status"] != 200] == []
    for service in site.services():
        log = service.log.read_text("utf-8")
        assert "made by a later version" in log
        assert "rejected with 403" not in log
        assert NEW_SECRET not in log
