"""Redis forgets, dies, is away, or stands still. Nobody is answered without it, and Telegram posts again."""

import asyncio

from faults.fault import fault
from faults.guests import Evening
from faults.site import Site

AWAY, BRIEFLY = 30.0, 15.0


@fault()
async def redis_flushed(site: Site, evening: Evening, moments: int) -> str:
    """`FLUSHALL`: locks are gone while updates are in work."""
    for _ in range(moments):
        await evening.moment()
        await asyncio.to_thread(site.topology.redis.clear)
        await evening.goes_on(1)
    return f"{moments} times"


@fault()
async def redis_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of Redis, started again each time."""
    for _ in range(moments):
        await evening.moment()
        await site.kill(site.topology.redis)
        await site.start(site.topology.redis)
        await evening.goes_on(1)
    return f"{moments} kills"


@fault()
async def redis_stopped(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - once is long enough
    """Redis is stopped for half a minute."""
    await site.stop(site.topology.redis)
    await site.outage(AWAY)
    await site.start(site.topology.redis)
    await evening.goes_on()
    return ""


@fault()
async def redis_frozen(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - the same
    """Redis stands still (SIGSTOP) with its connections open."""
    site.freeze(site.topology.redis)
    try:
        await site.outage(BRIEFLY)
    finally:
        site.thaw(site.topology.redis)
    await evening.goes_on()
    return ""
