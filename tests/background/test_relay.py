"""What the relay has claimed when its process stops is not kept from whoever comes next."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from app.background.delivery import Done, Verdict
from app.background.relay import Relay
from app.services.messages import MessageService, QueuedMessage
from tests.background.conftest import House

LEASE = timedelta(seconds=30)
NEVER = timedelta(hours=1)


def relay_of(house: House, forward: Any) -> Relay:
    return Relay(house.factory, forward, bulk=False, ready=lambda: True, sweep=NEVER)


async def test_what_has_not_arrived_at_the_end_is_given_back_untried_and_what_others_claimed_is_theirs(
    house: House,
) -> None:
    asked = asyncio.Event()

    async def forward(_: QueuedMessage) -> Verdict:
        asked.set()
        await asyncio.Event().wait()
        return Done()

    async with house.open(run=False):
        await house.book()
        (theirs,) = await house.services.messages.claim(1, lease=LEASE)
        relay = relay_of(house, forward)
        running = asyncio.create_task(relay.run())
        await asked.wait()
        await relay.close(timedelta())
        await running
        (ours,) = await house.services.messages.claim(10, lease=LEASE)
        assert (ours.id != theirs.id, ours.attempts) == (True, 1)


async def test_what_is_being_claimed_when_the_end_comes_still_arrives(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, goes_on = asyncio.Event(), asyncio.Event()
    arrived: list[int] = []
    claim = MessageService.claim

    async def claim_slowly(messages: MessageService, *args: Any, **options: Any) -> list[QueuedMessage]:
        rows = await claim(messages, *args, **options)
        claimed.set()
        await goes_on.wait()
        return rows

    async def forward(row: QueuedMessage) -> Verdict:
        await asyncio.sleep(0.05)  # longer than it takes to close the relay
        arrived.append(row.id)
        return Done()

    async with house.open(run=False):
        await house.book()
        monkeypatch.setattr(MessageService, "claim", claim_slowly)
        relay = relay_of(house, forward)
        running = asyncio.create_task(relay.run())
        await claimed.wait()
        closing = asyncio.create_task(relay.close(timedelta(seconds=5)))
        await asyncio.sleep(0)  # it waits for what is being claimed
        goes_on.set()
        await asyncio.gather(closing, running)
        assert len(arrived) == 2
        assert not await house.services.messages.lag()


async def test_a_mistake_of_ours_is_logged_and_the_message_comes_again_after_its_lease(house: House) -> None:
    def forward(_: QueuedMessage) -> Awaitable[Verdict]:
        raise ZeroDivisionError

    async with house.open(run=False):
        await house.book()
        relay = relay_of(house, forward)
        running = asyncio.create_task(relay.run())
        await house.until(lambda: len(house.said("ERROR", "keeps its lease")) == 2)
        await relay.close(timedelta(seconds=5))
        await running
        house.clock.move_to(house.clock.now() + LEASE)
        assert [row.attempts for row in await house.services.messages.claim(10, lease=LEASE)] == [2, 2]
