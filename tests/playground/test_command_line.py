"""`python -m playground` as an operator runs it."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from playground.__main__ import NO_BOT, build_world, main, read_options
from playground.client import Playground
from playground.errors import ApiError


@asynccontextmanager
async def running(*options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, str]]:
    """The process, the address of its Bot API and of its page."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", "--port", "0", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode() for _ in range(2)]
    addresses = [re.sub(r"^.*: +", "", line).strip() for line in lines]
    try:
        yield process, addresses[0], addresses[1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        assert process._transport.close() is None  # type: ignore[attr-defined]  # nobody else closes its pipes


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_it_prints_the_page_and_stops_cleanly_with_a_page_open(ending: signal.Signals, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    options = ("--token", "42:secret,bites_bot,Binary Bites", "--clock-offset-file", str(file), "--key", "k")
    async with running(*options) as (process, base_url, page_url):
        assert page_url == f"{base_url}/chat/k/"
        async with aiohttp.ClientSession() as http, http.get(f"{base_url}/bot42:secret/getMe") as response:
            me = (await response.json())["result"]
            assert (me["username"], me["first_name"]) == ("bites_bot", "Binary Bites")
        async with Playground.connect(page_url) as chat:
            await chat.move_clock(add=60)
            assert float(file.read_text()) == 60
            process.send_signal(ending)
            assert await asyncio.wait_for(process.wait(), 10) == 0


def test_a_taken_port_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["--port", str(taken.getsockname()[1])]) == 2
    assert re.fullmatch(r"The playground cannot start: .*in use.*\n", capsys.readouterr().err)


def test_a_wrong_token_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--token", "nonsense"]) == 2
    assert capsys.readouterr().err == (
        "The playground cannot start: «nonsense» is no bot token: digits, a colon and some letters are expected\n"
    )


def test_a_bot_has_one_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--token", "42:old", "--token", "42:new"]) == 2
    assert capsys.readouterr().err == ("The playground cannot start: bot 42 is here already, and a bot has one token\n")
    world = build_world(read_options(["--any-token"]))
    assert world.bot_of("42:old") is world.bot_of("42:new")
    assert [bot.token for bot in world.bots] == ["42:new"]


def test_people_can_be_added(capsys: pytest.CaptureFixture[str]) -> None:
    world = build_world(read_options(["--persona", '{"id": 1003, "first_name": "Emma", "language": "en"}']))
    assert [persona.first_name for persona in world.personas.values()] == ["Анна", "Борис", "Ольга", "Павел", "Emma"]
    assert not world.any_token
    assert build_world(read_options(["--any-token"])).any_token
    for wrong in ("{", '{"id": 1}', "[]"):
        with pytest.raises(SystemExit):
            read_options(["--persona", wrong])
        assert "a persona is JSON like" in capsys.readouterr().err


@pytest.mark.slow
async def test_without_a_token_no_bot_may_connect_and_the_operator_is_told() -> None:
    async with running() as (process, base_url, _):
        assert process.stdout is not None
        assert (await process.stdout.readline()).decode() == f"{NO_BOT}\n"
        async with aiohttp.ClientSession() as http, http.get(f"{base_url}/bot42:secret/getMe") as response:
            assert (response.status, (await response.json())["description"]) == (401, "Unauthorized")


def test_a_bot_that_is_refused_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    world = build_world(read_options([]))
    for token in ("42:secret", "42:secret", "43:secret"):
        with pytest.raises(ApiError):
            world.bot_of(token)
    assert [record.getMessage() for record in caplog.records] == [
        f"Bot {number} is not known here: start the playground with --token TOKEN or --any-token" for number in (42, 43)
    ]
