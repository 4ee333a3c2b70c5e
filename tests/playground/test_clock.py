"""One clock that is moved, and shared through a file."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from playground.client import Playground
from playground.clock import Clock

DAY = 86_400


def test_the_offset_is_in_the_file_and_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "new" / "clock"
    clock = Clock(file)
    assert file.read_text() == "0.000\n"
    clock.move(add=DAY)
    clock.move(add=0.5)
    assert float(file.read_text()) == DAY + 0.5
    assert Clock(file).now() == pytest.approx(time.time() + DAY, abs=2)
    assert [path.name for path in file.parent.iterdir()] == ["clock"]


def test_an_empty_file_is_no_offset(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.touch()
    assert Clock(file).offset == 0


def test_it_can_be_set_to_a_moment() -> None:
    clock = Clock()
    moment = datetime(2030, 5, 1, 18, tzinfo=UTC)
    clock.move(to=moment)
    assert clock.unix() == pytest.approx(moment.timestamp(), abs=1)
    clock.move(to=moment.replace(tzinfo=None))
    assert clock.iso().startswith("2030-05-01T18:00:0")
    clock.move(offset=0)
    assert clock.unix() == pytest.approx(time.time(), abs=1)


async def test_who_sleeps_wakes_when_the_moment_is_reached() -> None:
    clock = Clock()
    sleeper = asyncio.create_task(clock.sleep_until(clock.now() + DAY))
    await asyncio.sleep(0)
    clock.move(add=DAY / 2)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.move(add=DAY / 2)
    await asyncio.wait_for(sleeper, 5)
    await clock.sleep_until(clock.now() + 0.001)


async def test_messages_bear_the_time_of_the_clock(chat: Playground) -> None:
    guest = await chat.join("guest")
    await chat.move_clock(to=datetime.now(UTC) + timedelta(days=7))
    await guest.send("через неделю", wait=False)
    assert guest.messages[-1].body["date"] == pytest.approx(time.time() + 7 * DAY, abs=3)
    assert chat.clock.offset == pytest.approx(7 * DAY, abs=3)
