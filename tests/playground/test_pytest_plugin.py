"""The plugin's fixtures, as the tests of another bot use them."""

import json
import urllib.request

import pytest

from playground.client import Person, Playground
from playground.pytest_plugin import PlaygroundServer
from tests.playground.bot_side import TOKEN


async def test_people_are_in_the_playground(
    playground: Playground, guest: Person, second_guest: Person, owner: Person
) -> None:
    assert [person.id for person in (guest, second_guest, owner)] == [1001, 1002, 9001]
    assert [bot["id"] for bot in playground.bots.values()] == [42]


def test_a_bot_that_needs_no_loop_has_a_server(playground_server: PlaygroundServer) -> None:
    with urllib.request.urlopen(f"{playground_server.base_url}/bot{TOKEN}/getMe") as answer:  # noqa: S310 - it is ours
        assert json.load(answer)["result"]["id"] == 42


@pytest.mark.parametrize("name", ["Emma", "Paul"])
async def test_tests_share_it_with_people_of_their_own(
    shared_playground: Playground, playground_server: PlaygroundServer, name: str
) -> None:
    assert shared_playground.page_url == playground_server.page_url
    newcomer = await shared_playground.join(first_name=name)
    await newcomer.send("привет", wait=False)
    assert [message.text for message in newcomer.messages] == ["привет"]


def test_a_project_sets_the_token(playground_token: str) -> None:
    assert playground_token == TOKEN


@pytest.mark.slow
def test_another_project_needs_one_line(pytester: pytest.Pytester) -> None:
    """Also in pytest-asyncio's strict mode."""
    pytester.makeconftest('pytest_plugins = ["playground.pytest_plugin"]')
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.asyncio
        async def test_bot(playground, guest):
            await guest.send("hello", wait=False)
            assert guest.messages[0].text == "hello"
        """
    )
    pytester.runpytest_inprocess(
        "-p", "no:cacheprovider", "-o", "asyncio_mode=strict", "-o", "asyncio_default_fixture_loop_scope=function"
    ).assert_outcomes(passed=1)
