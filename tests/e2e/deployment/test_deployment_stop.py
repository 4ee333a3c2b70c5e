"""Starting and stopping: who is told, who is still served, and how the process ends."""

import re
import signal
import time
from datetime import datetime
from pathlib import Path

import pytest

from playground.client import Person, Playground
from tests.e2e.deployment.conftest import Deploying
from tests.e2e.deployment.process import Deployment, Service, new_file, open_deployment
from tests.e2e.wizard import received, walk

pytestmark = pytest.mark.slow

STARTED, STOPPED = "Бот запущен", "Бот остановлен"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_finishes_what_is_in_work_takes_nothing_new_and_loses_nothing(
    deployment: Deployment, anna: Person, boris: Person, owner: Person, number: int
) -> None:
    service = await deployment.start()
    await walk(anna, "confirmation")
    with deployment.locked():
        tap = await anna.press("Всё верно", wait=False)
        await service.until_in_work()
        service.process.command.send_signal(number)
        await service.until_closed()
        late = await boris.send("/start", wait=False)
    assert (await anna.settled(tap)).attempts == 1
    assert "Готово, столик ваш!" in anna.last.text
    assert await service.stop(number) == 0
    assert late.outcome is None
    assert "Traceback" not in service.said
    await deployment.start()
    assert (await boris.settled(late)).outcome == "acknowledged"
    await owner.wait_for("Новая бронь")
    await deployment.quiet()
    assert deployment.statuses() == ["booked"]
    assert len(received(owner, "Новая бронь")) == 1


async def test_the_admins_are_told_of_a_start_and_a_stop_once_in_five_minutes(
    deploying: Deploying, owner: Person
) -> None:
    async with deploying(NOTIFY_ADMINS_ON_START="1") as deployment:
        for _ in range(2):
            service = await deployment.start()
            await owner.wait_for(STARTED)
            await deployment.quiet()
            assert await service.stop() == 0
        assert (len(received(owner, STARTED)), len(received(owner, STOPPED))) == (1, 1)
        await deployment.later(minutes=6)
        service = await deployment.start()
        await owner.wait_for(lambda owner: len(received(owner, STARTED)) == 2)
        assert await service.stop(signal.SIGINT) == 0
        assert len(received(owner, STOPPED)) == 2


async def test_a_bot_api_that_hangs_delays_the_stop_by_three_seconds_at_most(
    deploying: Deploying, chat: Playground, anna: Person
) -> None:
    async with deploying(NOTIFY_ADMINS_ON_START="1") as deployment:
        service = await deployment.start()
        await anna.send("/start")
        await deployment.quiet()
        await chat.fail("hang", count=1000)
        assert await service.stop() == 0
        assert "Not all admins are told of the stop" in service.said
        assert _seconds_between(service, "Stopping", "Stopped") < 4


async def test_what_cannot_be_finished_in_time_is_given_up_and_comes_again(
    deploying: Deploying, chat: Playground, anna: Person
) -> None:
    async with deploying(STOP_TIMEOUT="1") as deployment:
        deployment.expect_error("cut off in its middle")
        service = await deployment.start()
        await anna.send("/start")
        await chat.fail("hang", chat_id=anna.id)
        sent = await anna.send("/help", wait=False)
        await service.until_in_work()
        signaled = time.monotonic()
        assert await service.stop() == 0
        assert time.monotonic() - signaled < 3
        assert 1 <= _seconds_between(service, "Stopping", "Stopped") < 2
        assert "Traceback" not in service.said
        await deployment.start()
        assert (await anna.settled(sent)).outcome == "acknowledged"
        assert "Что я умею" in anna.last.text


async def test_a_first_start_makes_everything_and_a_second_one_doubles_nothing(
    deployment: Deployment, chat: Playground, anna: Person, tmp_path: Path
) -> None:
    assert not (tmp_path / "new").exists()
    made = ("tables", "time_slots", "venues", "users")
    contents = []
    for _ in range(2):
        service = await deployment.start()
        await anna.send("/start")
        contents.append([deployment.number(f"SELECT count(*) FROM {table}") for table in made])  # noqa: S608 - words of ours
        assert await service.stop() == 0
    assert contents == [[12, 9, 1, 1]] * 2
    assert chat.world.trace.calls["setWebhook"] == 1


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        ({"BOT_TOKEN": ""}, "BOT_TOKEN is missing"),
        ({"BASE_URL": "example.org"}, "BASE_URL should be an address"),
        ({"WEB_CONCURRENCY": "2"}, "WEB_CONCURRENCY above 1 needs a DB_URL of PostgreSQL"),
    ],
)
async def test_a_settings_mistake_is_one_sentence_that_names_the_setting(
    tmp_path: Path, chat: Playground, mistake: dict[str, str], sentence: str
) -> None:
    async with open_deployment(tmp_path, new_file(tmp_path), chat, **mistake) as deployment:
        refused = await deployment.launch()
        assert await refused.ended() == 2
        assert refused.said.startswith(sentence)
        assert refused.said.count("\n") == 1
    assert not (tmp_path / "new").exists()


async def test_a_mistake_in_a_file_of_the_owner_names_file_entry_and_field_and_changes_nothing(
    deployment: Deployment, tmp_path: Path
) -> None:
    service = await deployment.start()
    assert await service.stop() == 0
    tables = tmp_path / "tables.json"
    tables.write_text('[{"id": 1, "capacity": 2, "description": "a"}, {"id": 7, "capacity": "x", "description": "b"}]')
    refused = await deployment.launch(TABLES_JSON=str(tables), INIT_DB="1")
    assert await refused.ended() == 2
    assert "tables.json: entry 2 (id 7), field capacity" in refused.said
    assert "Traceback" not in refused.said
    assert deployment.number("SELECT count(*) FROM tables WHERE retired_at IS NULL") == 12


def _seconds_between(service: Service, first: str, last: str) -> float:
    """By the log."""
    moments = []
    for words in (first, last):
        [line] = [line for line in service.said.splitlines() if re.search(rf" {words}\b", line)]
        moments.append(datetime.fromisoformat(line[:23]))
    return (moments[1] - moments[0]).total_seconds()
