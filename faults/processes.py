"""Processes of the service die, are replaced, or stand still."""

from app.config import Role
from faults.fault import fault
from faults.guests import Evening
from faults.site import Site
from servers.program import Program


@fault()
async def web_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of a web process, started again each time."""
    for _ in range(moments):
        await evening.moment()
        await _kill_and_start(site, evening.chance.choice(site.services(Role.WEB)))
        await evening.goes_on()
    return ""


async def _kill_and_start(site: Site, service: Program) -> None:
    """As compose does."""
    await site.kill(service)
    await site.start(service)
