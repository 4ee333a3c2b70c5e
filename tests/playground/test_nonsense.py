"""Actions that make no sense at all: one sentence each, and the playground goes on."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from playground.actions import Actions
from playground.client import Person, Playground
from playground.errors import ActionError
from playground.world import World

_FIELDS = """
persona bot chat text message_id data emoji payload file name caption mime_type phone_number first_name user_id
latitude longitude from_name title kind admin blocked deactivated offset add to count retry_after chat_id id last_name
username language role started update_id timeout update button keyboard_button menu button_text down mode tip_amount
"""
FIELDS = _FIELDS.split()
PLAIN = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.floats(),
    some.text(max_size=8),
    some.sampled_from([1001, 42, 10**30, float("inf"), float("nan"), "", "x" * 5000, "/start", -1, "1e999"]),
)
VALUES = some.recursive(
    PLAIN, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3)
)


@pytest.fixture
async def world(chat: Playground) -> World:
    guest = await chat.join("guest")
    await guest.send("/start", wait=False)
    return chat.world


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(action=some.data())
async def test_whatever_is_asked_for_the_answer_is_a_sentence(world: World, action: Any) -> None:
    actions = Actions(world)
    chosen = {"do": action.draw(some.sampled_from(sorted(set(actions.known) - {"wait"})))}
    for name in action.draw(some.lists(some.sampled_from(FIELDS), max_size=6)):
        chosen[name] = action.draw(VALUES)
    chosen.setdefault("persona", 1001)
    with suppress(ActionError):
        await actions.perform(chosen)
    world.clock.move(offset=0)
    assert world.clock.iso()


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"do": "clock", "add": 1e18}, "the clock goes from 1990 to 2100"),
        ({"do": "clock", "offset": "nan"}, "the clock goes from 1990 to 2100"),
        ({"do": "clock", "add": "x"}, "«clock» does not understand its fields"),
        ({"do": "send", "persona": 1001, "text": "x" * 4097}, "a message has up to 4096 letters"),
        ({"do": "add_persona", "first_name": "x", "id": -5}, "-5 is no id of a person"),
        ({"do": "add_persona", "first_name": " "}, "a name has 1 to 64 letters"),
        ({"do": "add_persona", "first_name": "x", "role": "cook"}, "a role is guest, host, owner"),
        ({"do": "raw_update", "update": []}, "«raw_update» does not understand its fields"),
        ({"do": "fail", "kind": "429", "count": float("inf")}, "«fail» does not understand its fields"),
    ],
)
async def test_what_nobody_can_do(chat: Playground, action: dict[str, Any], reason: str) -> None:
    with pytest.raises(ActionError, match=reason):
        await chat.do(action)
    assert chat.clock.offset == 0


async def test_an_update_on_its_way_is_not_delivered_again(guest: Person) -> None:
    await guest.send("жду", wait=False)
    with pytest.raises(ActionError, match="the last update is still on its way"):
        await guest.redeliver()
