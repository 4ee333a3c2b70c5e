"""RabbitMQ is away, dies, hangs up, or takes no more. Guests go on booking: what is to be told waits in the outbox."""

import asyncio

from app.config import Role
from faults.fault import fault
from faults.guests import Evening
from faults.site import Site

AWAY, BRIEFLY = 60.0, 20.0
MOST_KILLS = 5
"""Each takes it some seconds to be back."""
_OLD_ENOUGH = 2.0
"""RabbitMQ 3.10 loses a quorum queue that is killed in the second after it got its leader."""


@fault()
async def rabbitmq_stopped(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - once is long enough
    """RabbitMQ is stopped for a minute."""
    rabbitmq = site.topology.rabbitmq
    before = evening.booked
    await site.stop(rabbitmq)
    await asyncio.gather(site.outage(AWAY), evening.goes_on())
    meanwhile = evening.booked - before
    await site.start(rabbitmq)
    await evening.goes_on()
    return f"{meanwhile} bookings meanwhile"


@fault()
async def rabbitmq_killed(site: Site, evening: Evening, moments: int) -> str:
    """`kill -9` of RabbitMQ, started again each time."""
    rabbitmq = site.topology.rabbitmq
    kills = min(moments, MOST_KILLS)
    for _ in range(kills):
        await asyncio.sleep(_OLD_ENOUGH)
        await evening.moment()
        await site.kill(rabbitmq)
        await evening.goes_on()
        await site.start(rabbitmq)
        await evening.goes_on()
    return f"{kills} kills"


@fault()
async def rabbitmq_connections_cut(site: Site, evening: Evening, moments: int) -> str:
    """RabbitMQ closes all connections."""
    for _ in range(moments):
        await evening.moment()
        await asyncio.to_thread(site.topology.rabbitmq.cut)
        await evening.goes_on()
    return f"{moments} times"


@fault()
async def rabbitmq_queue_full(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - the same
    """No worker is there, each queue may hold a few messages, and RabbitMQ refuses all others."""
    rabbitmq, workers = site.topology.rabbitmq, site.services(Role.WORKER)
    await asyncio.to_thread(rabbitmq.limit, 2)
    await site.stop(*workers)
    await evening.goes_on(5)
    _, nothing = await site.until(lambda: _none_refused(site))
    await site.outage(BRIEFLY)
    refused = len(await _refused(site))
    if nothing:
        evening.findings.append(nothing)
    await asyncio.to_thread(rabbitmq.limit, None)
    await site.start(*workers)
    await evening.goes_on()
    return f"{refused} messages were refused at the end"


@fault()
async def rabbitmq_out_of_memory(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - the same
    """RabbitMQ's memory alarm blocks all that publish."""
    rabbitmq = site.topology.rabbitmq
    before = evening.booked
    await asyncio.to_thread(rabbitmq.alarm, on=True)
    try:
        await asyncio.gather(site.outage(BRIEFLY), evening.goes_on())
    finally:
        await asyncio.to_thread(rabbitmq.alarm, on=False)
    meanwhile = evening.booked - before
    await evening.goes_on()
    return f"{meanwhile} bookings meanwhile"


async def _none_refused(site: Site) -> str:
    return "" if await _refused(site) else "RabbitMQ refused nothing."


async def _refused(site: Site) -> list[int]:
    rows = await site.rows(
        "SELECT id FROM outbox WHERE published_at IS NULL AND last_error LIKE 'RabbitMQ refused it%'"
    )
    return [row["id"] for row in rows]
