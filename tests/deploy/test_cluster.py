"""`make cluster`: the whole deployment on this machine, to chat with."""

import asyncio
import re
import signal
import socket
import sys
from datetime import UTC
from pathlib import Path

import pytest

from playground.client import Playground
from servers.guard import Guard
from servers.program import ROOT
from tests.e2e.house import NOON
from tests.e2e.wizard import walk


@pytest.fixture
def folder(guard: Guard) -> Path:
    return guard.folder("cluster")


@pytest.mark.timeout(240)
async def test_a_guest_books_in_it_the_owner_is_told_and_ctrl_c_leaves_nothing_behind(folder: Path) -> None:
    command = (sys.executable, "-m", "scripts.cluster", "--folder", str(folder))
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert started.stdout
    try:
        said = (await started.stdout.readuntil(b"Ctrl-C\n")).decode()
        second = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
        refusal = (await second.communicate())[1].decode()
        assert (second.returncode, refusal) == (
            1,
            f"Another cluster keeps its data in {folder}: stop it, or choose another --folder.\n",
        )
        [page] = re.findall(r"http://\S+/chat/\S+", said)
        async with Playground.connect(page) as chat:
            await chat.move_clock(to=NOON.astimezone(UTC))
            guest, owner = await chat.join("guest"), await chat.join("owner")
            await walk(guest)
            assert "Готово, столик ваш!" in guest.last.text
            await owner.wait_for("Новая бронь", timeout=20)
        started.send_signal(signal.SIGINT)
        assert (await started.communicate())[0].endswith(b"Stopped.\n")
        assert started.returncode == 0
    finally:
        if started.returncode is None:
            started.kill()
            await started.communicate()
    ports = [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", said)]
    assert len(ports) == 9
    assert not any(listens(port) for port in ports)
    assert troubles(folder) == []


def troubles(folder: Path) -> list[str]:
    """RabbitMQ may break off one of several that declare the same new queue at once; it comes back by itself."""
    logs = [log.read_text("utf-8") for log in folder.glob("*-[12]/log")]
    assert len(logs) == 6
    return [
        line
        for log in logs
        for line in log.splitlines()
        if re.search(r"WARNING| ERROR |Traceback", line) and "ConnectionInternalError" not in line
    ]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
