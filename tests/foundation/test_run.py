"""`make run`: one command, and the bot is chatting."""

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from filelock import FileLock

from app.config import ROOT
from playground.client import Playground

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """It is about the usual ports, that another worker's test would take."""
    lock = ROOT / "data" / "run.lock"
    lock.parent.mkdir(exist_ok=True)
    with FileLock(lock):
        yield


@contextmanager
def running(**environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, ROOT / "scripts" / "run.py"],
        env={"PATH": "/usr/bin:/bin", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


def page_address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/chat/\S+", line):
            return found[0]
    pytest.fail(f"it did not start: {process.communicate()}")


def status(address: str) -> int | None:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - the address is ours
            return int(answer.status)
    except urllib.error.URLError:
        return None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_where_to_chat_and_stops_both_when_asked(how: signal.Signals) -> None:
    with running() as process:
        address = page_address(process)
        assert status(address) == 200
        process.send_signal(how)
        output, errors = process.communicate(timeout=40)
        assert output.endswith("Stopped.\n")
        assert errors == ""
        assert process.returncode == 0
    assert status(address) is None


async def test_the_next_run_goes_on_where_the_last_one_ended() -> None:
    with running() as process:
        before = await chat_with(page_address(process), says="/start")
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=40) == 0
    assert "/start" in before
    with running() as process:
        assert await chat_with(page_address(process)) == before


async def chat_with(page: str, *, says: str | None = None) -> list[str]:
    """The first guest's chat as it stands then."""
    async with Playground.connect(page) as chat:
        guest = await chat.join("guest")
        if says:
            await guest.send(says)
        return [message.text for message in guest.messages]


def test_busy_ports_are_replaced() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8081))
        except OSError:
            pass  # somebody else takes it already, which will do
        else:
            taken.listen()
        with running() as process:
            address = page_address(process)
            assert ":8081/" not in address
            assert status(address) == 200


def test_a_service_that_cannot_start_ends_it_and_says_why() -> None:
    with running(TIMEZONE="Mars/Olympus") as process:
        _, errors = process.communicate(timeout=40)
        assert "The service ended with exit code 2." in errors
        assert "TIMEZONE should be an IANA time zone" in errors
        assert process.returncode == 2
