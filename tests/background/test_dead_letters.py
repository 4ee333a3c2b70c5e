"""What an operator sees of messages that were given up, and how they are tried once more."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aio_pika
import pytest

from app import dead_letters
from app.background.delivery import Patience
from app.domain.events import ADMIN_MSG, USER_MSG
from playground.client import Person, Playground
from servers.rabbitmq import RabbitMQ
from tests.background.conftest import TOKEN, House

pytestmark = pytest.mark.slow

Command = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def command(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """As `python -m app.dead_letters`: exit code, output, errors."""
    monkeypatch.setattr("app.config.ENV_FILE", None)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)

    async def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("DB_URL", house.setup.db_url)
        if url := house.setup.rabbitmq_url:
            parts = urlsplit(url)
            monkeypatch.setenv("RABBITMQ_HOST", parts.hostname or "")
            monkeypatch.setenv("RABBITMQ_PORT", str(parts.port))
            monkeypatch.setenv("VHOST", unquote(parts.path[1:]))
        code = await asyncio.to_thread(dead_letters.main, arguments)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def over_rabbitmq(house: House, rabbitmq: RabbitMQ, rabbitmq_vhost: str) -> House:
    house.setup = replace(house.setup, rabbitmq_url=rabbitmq.url(rabbitmq_vhost))
    return house


@pytest.fixture(params=["house", "over_rabbitmq"])
def either(request: pytest.FixtureRequest) -> House:
    """Gives up what Telegram has refused twice."""
    house: House = request.getfixturevalue(request.param)
    impatient = replace(house.setup.tempo, patience=Patience(first=timedelta(seconds=0.1), sends=2))
    house.setup = replace(house.setup, tempo=impatient)
    return house


def ids(listed: str) -> Sequence[str]:
    return [line.split()[1] for line in listed.splitlines()[1:]]


async def test_what_was_given_up_is_listed_shown_and_told_once_after_a_replay(
    either: House, owner: Person, chat: Playground, command: Command
) -> None:
    async with either.open(admins=[owner.id]):
        assert await command("list") == (0, "There are no dead letters.\n", "")
        await chat.fail("500", chat_id=owner.id)
        await either.book()
        await either.until(lambda: bool(either.said("user_msg", "is given up")))
        listed = await _list(command, 1)
        assert "user_msg" in listed
        assert "Server" in listed or "rest" in listed
        assert str(owner.id) not in listed
        (letter,) = ids(listed)
        code, shown, _ = await command("show", letter)
        assert code == 0
        assert f'"external_id": {owner.id}' in shown
        both = await asyncio.gather(command("replay", letter), command("replay", letter))
        assert sorted(code for code, _, _ in both) in ([0, 0], [0, 1])
        assert "".join(out + err for _, out, err in both).count("is tried again") == 1
        await owner.wait_for("Новая бронь")
        assert await command("replay", "all") == (0, "", "There are no dead letters.\n")
        assert len(owner.messages) == 1


async def test_a_letter_of_another_program_is_shown_as_it_is_and_stays_where_it_was(
    over_rabbitmq: House, command: Command, rabbitmq: RabbitMQ, rabbitmq_vhost: str
) -> None:
    async with over_rabbitmq.open():
        async with await aio_pika.connect(rabbitmq.url(rabbitmq_vhost)) as connection:
            for body in (b"[1, 2]", b"\xff\xfe", b"{}"):
                queue = USER_MSG if body == b"{}" else ADMIN_MSG
                await (await connection.channel()).default_exchange.publish(aio_pika.Message(body), queue)
        listed = await _list(command, 3)
        assert listed.count("fits no schema") == 3
        code, shown, _ = await command("show", ADMIN_MSG)
        assert code == 0
        assert "\\xff\\xfe" in shown
        assert "{}" not in shown
        assert await _list(command, 3) == listed, "a look takes nothing away"
        assert (await command("replay", USER_MSG))[1].endswith("is tried again\n")
        await over_rabbitmq.until(lambda: len(over_rabbitmq.said("user_msg", "is a dead letter")) == 2)
        assert (await command("show", "nothing"))[::2] == (1, "There is no dead letter nothing.\n")


async def test_what_cannot_be_looked_at_is_one_sentence(house: House, command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    sqlite = "sqlite+aiosqlite:///"
    refused: list[tuple[dict[str, Any], str]] = [
        ({"db_url": f"{sqlite}{tmp_path}/gone"}, f"DB_URL names {tmp_path}/gone, which is not there"),
        ({"db_url": f"{sqlite}{tmp_path}/empty"}, "DB_URL names a database of revision none"),
        ({"rabbitmq_url": "amqp://guest:guest@127.0.0.1:1/%2F"}, "RabbitMQ cannot be worked with"),
    ]
    for changes, sentence in refused:
        house.setup, before = replace(house.setup, **changes), house.setup
        code, out, error = await command("list")
        assert (code, out, error.count("\n")) == (2, "", 1)
        assert error.startswith(sentence)
        house.setup = before


async def _list(command: Command, how_many: int) -> str:
    """Once RabbitMQ has moved them there."""
    async with asyncio.timeout(10):
        while len(ids(listed := (await command("list"))[1])) != how_many:  # noqa: ASYNC110 - the command is all that shows it
            await asyncio.sleep(0.1)
    return listed
