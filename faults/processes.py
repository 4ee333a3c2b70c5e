"""Processes of the service die, are replaced, or stand still."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from itertools import pairwise

from app.config import Role
from faults import audit
from faults.fault import fault
from faults.guests import Evening
from faults.site import Site
from faults.visit import Visit
from servers.program import Program

TAKEN_OVER_WITHIN = 15.0
NEVER_TAKEN_OVER = 60.0
MOST_FROZEN, MOST_SENDERS = 5, 5
"""Each of these takes its time."""


@fault()
async def web_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of a web process, started again each time."""
    await _strike(site, evening, moments, lambda: evening.chance.choice(site.services(Role.WEB)))
    return ""


@fault(repeats=True)
async def worker_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of a worker, started again each time."""
    await _strike(site, evening, moments, lambda: evening.chance.choice(site.services(Role.WORKER)))
    return ""


@fault()
async def scheduler_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of a scheduler, every other time the leading one, started again each time."""
    took = []
    for moment in range(moments):
        leader = await site.leader()
        await evening.moment()
        if moment % 2:
            await _kill_and_start(site, next(each for each in site.services(Role.SCHEDULER) if each is not leader))
        else:
            await site.kill(leader)
            took.append(await _seconds_until_other_leads(site, leader))
            await site.start(leader)
        await evening.goes_on()
    return _taken_over(evening, took)


@fault(errors=("The lock on the schedule is lost",))
async def leader_frozen(site: Site, evening: Evening, moments: int) -> str:
    """The leading scheduler stands still (SIGSTOP), its connections open; it goes on when the other one leads."""
    took = []
    for _ in range(min(moments, MOST_FROZEN)):
        leader = await site.leader()
        await evening.moment(3)
        site.freeze(leader)
        try:
            took.append(await _seconds_until_other_leads(site, leader))
        finally:
            site.thaw(leader)
        await evening.goes_on()
    return _taken_over(evening, took)


@fault(repeats=True)
async def sender_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of the worker that sends, while Telegram lets a chat have one message a second."""
    await site.chat.rate_limits("enforce")
    for _ in range(min(moments, MOST_SENDERS)):
        await evening.goes_on()
        await _kill_and_start(site, sender(site))
    await evening.goes_on()
    await site.chat.rate_limits("off")
    heard = {guest.name: guest.booked for guest in evening.guests}
    swapped = sum(_swapped([message.text for message in admin.messages], heard) for admin in site.admins)
    return f"{swapped} notices came after the one of the same guest's next booking"


@fault()
async def web_restarted(site: Site, evening: Evening, moments: int) -> str:
    """SIGTERM to one web process after the other, each started again before the next."""
    before, seen_twice = len(site.posts), evening.shown_twice
    restarts = await _restart_each(site, evening, site.services(Role.WEB), moments)
    posts = site.posts[before:]
    refused = [post for post in posts if post["status"] != HTTPStatus.OK]
    evening.findings += [f"The proxy answered {post['status']} to a {post['name']}." for post in refused]
    if twice := evening.shown_twice - seen_twice:
        evening.findings.append(f"{twice} windows were shown twice.")
    return f"{restarts} restarts, {len(posts)} posts, {len(refused)} refused"


@fault()
async def others_restarted(site: Site, evening: Evening, moments: int) -> str:
    """SIGTERM to one worker or scheduler after the other, each started again before the next."""
    return f"{await _restart_each(site, evening, site.services(Role.WORKER, Role.SCHEDULER), moments)} restarts"


async def _strike(site: Site, evening: Evening, moments: int, choose: Callable[[], Program]) -> None:
    for _ in range(moments):
        await evening.moment()
        await _kill_and_start(site, choose())
        await evening.goes_on()


async def _kill_and_start(site: Site, service: Program) -> None:
    """As compose does."""
    await site.kill(service)
    await site.start(service)


async def _restart_each(site: Site, evening: Evening, services: Sequence[Program], moments: int) -> int:
    """As an upgrade does, until there were so many restarts, and each at least once: returns how many."""
    rounds = -(-moments // len(services))
    for service in rounds * list(services):
        await evening.moment()
        await site.stop(service)
        await site.start(service)
        await evening.goes_on(1)
    return rounds * len(services)


async def _seconds_until_other_leads(site: Site, leader: Program) -> float:
    """Not for ever."""
    began = time.monotonic()
    with suppress(TimeoutError):
        async with asyncio.timeout(NEVER_TAKEN_OVER):
            await site.leader(not_=leader)
    return time.monotonic() - began


def _taken_over(evening: Evening, took: Sequence[float]) -> str:
    late = [seconds for seconds in took if seconds > TAKEN_OVER_WITHIN]
    evening.findings += [f"The other scheduler led after {seconds:.1f} s only." for seconds in late]
    return f"the other one led after {min(took):.1f} to {max(took):.1f} s"


def _swapped(texts: Iterable[str], booked: Mapping[str, Sequence[Visit]]) -> int:
    """How many notices of bookings came after one that was made later, by the same guest."""
    told = [notice for text in texts for notice in audit.notices([text], booked)]
    swapped = 0
    for guest, visits in booked.items():
        once = {visit: place for place, visit in enumerate(visits) if visits.count(visit) == 1}
        places = [once[visit] for kind, who, visit in told if (kind, who) == (audit.CREATED, guest) and visit in once]
        swapped += sum(later < earlier for earlier, later in pairwise(places))
    return swapped


def sender(site: Site) -> Program:
    """The worker that has sent the newest message: RabbitMQ gives `user_msg` to one at a time."""

    def newest(worker: Program) -> str:
        lines = worker.log.read_text("utf-8", "replace").splitlines()
        return next((line for line in reversed(lines) if "A message was sent to chat" in line), "")

    return max(site.services(Role.WORKER), key=newest)
