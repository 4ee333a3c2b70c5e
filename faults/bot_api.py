"""The Bot API is away, or answers what nobody can use."""

from faults.fault import fault
from faults.guests import Evening
from faults.site import Site

MOST_ROUNDS, MOST_HANGING = 8, 4
"""Each of these takes its time."""
FEW, MANY = 3, 12
"""Calls in a row that fail."""


@fault()
async def bot_api_away(site: Site, evening: Evening, moments: int) -> str:  # noqa: ARG001 - once is long enough
    """No call of the Bot API is answered and no update comes for 60 s."""
    await evening.moment()
    await site.chat.network(down=True)
    await site.outage(60)
    await site.chat.network(down=False)
    await evening.goes_on()
    return ""


@fault()
async def bot_api_hangs(site: Site, evening: Evening, moments: int) -> str:
    """Up to three calls of the Bot API in a row are never answered."""
    return await _fails(site, evening, min(moments, MOST_HANGING), "hang", most=FEW)


@fault()
async def bot_api_500(site: Site, evening: Evening, moments: int) -> str:
    """Up to a dozen calls of the Bot API in a row are answered with 500."""
    return await _fails(site, evening, min(moments, MOST_ROUNDS), "500", most=MANY)


@fault()
async def bot_api_429(site: Site, evening: Evening, moments: int) -> str:
    """Up to a dozen calls of the Bot API in a row are answered with 429 and a pause of 1 to 5 s."""
    return await _fails(site, evening, min(moments, MOST_ROUNDS), "429", most=MANY)


@fault()
async def bot_api_garbage(site: Site, evening: Evening, moments: int) -> str:
    """Up to a dozen calls of the Bot API in a row are answered with a page of HTML."""
    return await _fails(site, evening, min(moments, MOST_ROUNDS), "garbage", most=MANY)


@fault()
async def bot_api_cuts(site: Site, evening: Evening, moments: int) -> str:
    """Up to a dozen calls of the Bot API in a row are cut off without an answer."""
    return await _fails(site, evening, min(moments, MOST_ROUNDS), "drop", most=MANY)


async def _fails(site: Site, evening: Evening, rounds: int, kind: str, *, most: int) -> str:
    failed = 0
    for _ in range(rounds):
        await evening.moment()
        calls = evening.chance.randint(1, most)
        await site.chat.fail(kind, calls, retry_after=evening.chance.randint(1, 5))
        failed += calls
        await evening.goes_on()
    return f"{failed} calls"
