"""PostgreSQL is away, cuts connections, takes nothing new, or says nothing."""

import asyncio

from sqlalchemy import make_url

from faults.fault import fault
from faults.guests import Evening
from faults.site import Site

MOST_KILLED, MOST_CUT, MOST_ROUNDS = 5, 10, 2
"""Each of these takes its time."""
CUTS = 5
"""In a row, a moment apart."""
LOST = ("The lock on the schedule is lost", "The job store fails", "The schedule cannot start")


@fault(errors=LOST)
async def postgres_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of PostgreSQL, started again each time."""
    for _ in range(min(moments, MOST_KILLED)):
        await evening.moment()
        await site.kill(site.topology.postgres)
        await site.start(site.topology.postgres)
        await evening.goes_on()
    return ""


@fault(errors=LOST)
async def postgres_away(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - once is long enough
    """PostgreSQL stopped for 60 s."""
    await evening.moment()
    await site.stop(site.topology.postgres)
    await site.outage(60)
    await site.start(site.topology.postgres)
    await evening.goes_on()
    return ""


@fault(errors=LOST)
async def connections_cut(site: Site, evening: Evening, moments: int) -> str:
    """All connections to the database ended (pg_terminate_backend), five times in a row each time."""
    database = make_url(site.settings.db_url.get_secret_value()).database or ""
    cut = 0
    for _ in range(min(moments, MOST_CUT)):
        for _ in range(CUTS):
            await evening.moment(0.4)
            cut += await asyncio.to_thread(site.topology.postgres.cut_off, database)
        await evening.goes_on()
    return f"{cut} connections"


@fault(errors=LOST)
async def postgres_takes_nothing(site: Site, evening: Evening, moments: int) -> str:
    """PostgreSQL can only be read for 30 s, as with a full disk."""
    for _ in range(min(moments, MOST_ROUNDS)):
        await evening.moment()
        with site.topology.postgres.read_only():
            await site.outage(30)
        await evening.goes_on()
    return ""


@fault(errors=LOST)
async def postgres_frozen(site: Site, evening: Evening, moments: int) -> str:
    """All of PostgreSQL stands still (SIGSTOP) for 30 s, its connections open."""
    for _ in range(min(moments, MOST_ROUNDS)):
        await evening.moment()
        site.freeze(site.topology.postgres)
        try:
            await site.outage(30)
        finally:
            site.thaw(site.topology.postgres)
        await evening.goes_on()
    return ""
