"""Time: clocks change, jump, differ, or go on while the service sleeps."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta

from app.config import Role
from faults.audit import FOLLOW_UPS
from faults.fault import fault
from faults.guests import SITTING, Evening, Guest
from faults.site import ZONE, Site
from faults.wizard import Wish, walk

SPRING, AUTUMN = date(2027, 3, 27), date(2027, 10, 30)
"""Saturdays: in the night that follows clocks go forward, and back."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
JUMPS, SLEEPS = 5, 4
"""Each of these takes its time."""
_LOOKER = 29_001


@fault(eve=SPRING - DAY)
async def clocks_go_forward(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - there is one such night
    """Clocks go forward in the night, in a restaurant that is open; guests book for it and in it."""
    return await _through_the_night(site, evening, SPRING, ["23:30 – 01:30", "01:30 – 03:30", "03:30 – 04:30"])


@fault(eve=AUTUMN - DAY)
async def clocks_go_back(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - the same
    """Clocks go back in the night, in a restaurant that is open; guests book for it and in it."""
    night = ["23:30 – 01:30", "01:30 – 02:30", "02:30 – 02:30", "03:30 – 04:30"]
    return await _through_the_night(site, evening, AUTUMN, night)


@fault()
async def clock_jumps(site: Site, evening: Evening, moments: int) -> str:
    """The clock of all machines jumps an hour back, and later an hour ahead."""
    jumps = min(moments, JUMPS)
    for by in jumps * (-HOUR, HOUR):  # what was due in the moment before waits until then, for an hour at most
        await evening.moment()
        await site.at(site.now() + by)
        await evening.goes_on()
    return f"{2 * jumps} jumps"


@fault()
async def clocks_differ(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - they differ all the time
    """The clocks of one web process and the leading scheduler are an hour ahead, a worker's an hour behind."""
    (_, web), (worker, _) = site.services(Role.WEB), site.services(Role.WORKER)
    apart = {web: HOUR, await site.leader(): HOUR, worker: -HOUR}
    for service, by in apart.items():
        site.set_apart(service, by)
        await evening.goes_on()
    await site.at(site.now() + HOUR)  # as time services do: forward
    for service in apart:
        site.set_together(service)
    await evening.goes_on()
    return ""


@fault(errors=("The lock on the schedule is lost",))
async def asleep(site: Site, evening: Evening, moments: int) -> str:
    """Every process stands still, or is stopped, while visits end and messages after them fall due."""
    sleeps = min(moments, SLEEPS)
    for number in range(sleeps):
        await evening.goes_on(4)
        await site.next_day()
        await evening.goes_on()
        async with _stopped(site) if number % 2 else _still(site):
            await site.outage(20)
            await site.at(site.now() + DAY - HOUR)  # Telegram forgets what it could not post for a day
        evening.time_has_passed()
        await evening.all_go_on()
        evening.forgive()
        evening.findings += _out_of_order(evening)
    return f"{sleeps} times 23 hours"


@asynccontextmanager
async def _still(site: Site) -> AsyncIterator[None]:
    for service in site.services():
        site.freeze(service)
    yield
    for service in site.services():
        site.thaw(service)


@asynccontextmanager
async def _stopped(site: Site) -> AsyncIterator[None]:
    await site.stop(*site.services())
    yield
    await site.start(*site.services())


async def _through_the_night(site: Site, evening: Evening, day: date, night: list[str]) -> str:
    """From noon to the noon after it, for guests who booked that day's sittings the day before."""
    await evening.goes_on(4)
    await site.at(datetime.combine(day, time(12), ZONE))
    await evening.goes_on()
    shown = await _sittings(site, day)
    if shown[-len(night) :] != night or max(Counter(shown).values()) > 1:
        evening.findings.append(f"That night's sittings are shown as {shown}.")
    midnight = datetime.combine(day + DAY, time(), ZONE).astimezone(UTC)
    for hours in (-0.5, 0.8, 1.8, 2.8, 3.8, 12):
        await site.at(midnight + hours * HOUR)
        await evening.goes_on(1)
    evening.time_has_passed()
    return f"sittings {', '.join(night)}"


async def _sittings(site: Site, day: date) -> list[str]:
    """As the wizard shows them to one more guest."""
    looker = Guest(await site.chat.join(id=_LOOKER), site, random.Random(0), 0)
    await walk(looker, "time", Wish(day=day))
    return [found[0] for text in looker.buttons if (found := SITTING.search(text))]


def _out_of_order(evening: Evening) -> Iterator[str]:
    """Messages after the one visit of a guest: of several visits they may alternate."""
    for guest in evening.guests:
        said = [message.text for message in guest.person.messages if not message.outgoing]
        numbers = [number for text in said for number, words in enumerate(FOLLOW_UPS) if words in text]
        if numbers.count(0) == 1 and numbers != sorted(numbers):
            yield f"{guest.name} got the messages after a visit in the order {numbers}."
