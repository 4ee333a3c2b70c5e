"""Conversations survive a restart and are forgotten when they were abandoned."""

from app.services import Services
from tests.services.house import ManualClock


async def test_a_conversation_is_remembered_as_it_was_last_saved(services: Services) -> None:
    assert await services.dialogs.load("1:2:3") is None
    await services.dialogs.save("1:2:3", b"first")
    await services.dialogs.save("1:2:3", b"second")
    await services.dialogs.save("1:2:4", b"another")
    assert await services.dialogs.load("1:2:3") == b"second"


async def test_abandoned_conversations_are_forgotten_after_thirty_days(services: Services, clock: ManualClock) -> None:
    for number in range(600):
        await services.dialogs.save(f"1:{number}", b"old")
    clock.advance(days=29)
    await services.dialogs.save("1:0", b"still talking")
    assert await services.dialogs.delete_older_than(30) == 0
    clock.advance(days=2)
    assert await services.dialogs.delete_older_than(30) == 599
    assert await services.dialogs.load("1:0") == b"still talking"


async def test_what_the_deployment_knows_of_its_webhook_is_not_forgotten(
    services: Services, clock: ManualClock
) -> None:
    await services.dialogs.save("webhook-secrets:1", b"noted")
    clock.advance(days=365)
    assert await services.dialogs.delete_older_than(30) == 0
