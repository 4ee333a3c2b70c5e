"""A guest who does not get into the chat any more writes to the restaurant, and the operator answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app import personal_data
from app.config import Settings
from app.services import Services
from tests.services.house import LATE, OWNER, TODAY, TOMORROW, ManualClock, guest

Command = Callable[..., Awaitable[tuple[int, str, str]]]
ANNA = guest(1, "Анна")
TOKEN = "4200000001:AAtesttesttesttesttesttesttesttest00"
HER_NUMBER = str(ANNA.person.external_id)


@pytest.fixture
def command(
    db_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """As `python -m app.personal_data` at the time of the test: exit code, output, errors."""
    monkeypatch.setattr("app.config.ENV_FILE", None)
    monkeypatch.setattr("app.personal_data.SystemClock", lambda _: clock)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("ADMIN_IDS", f"[{OWNER.person.external_id}]")
    monkeypatch.setenv("DB_URL", db_url)

    async def run(*arguments: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(personal_data.main, arguments)
        return code, *capsys.readouterr()

    return run


async def test_an_operator_hands_out_a_copy_and_forgets(services: Services, command: Command) -> None:
    held = await services.bookings.hold(ANNA, party=2, day=TOMORROW, slot_id=LATE)
    await services.bookings.book(ANNA, held.id)
    code, copy, _ = await command("copy", HER_NUMBER)
    assert (code, json.loads(copy)["person"]["first_name"]) == (0, "Анна")
    code, _, _ = await command("forget", HER_NUMBER)
    assert code == 0
    assert await services.users.find(ANNA.person) is None
    for what in ("copy", "forget"):
        code, said, why = await command(what, HER_NUMBER)
        assert (code, said) == (1, "")
        assert f"Nobody of number {HER_NUMBER} is known" in why


async def test_what_the_bot_refuses_the_command_refuses(
    services: Services, command: Command, clock: ManualClock
) -> None:
    await services.users.meet(OWNER.person)
    code, _, why = await command("forget", str(OWNER.person.external_id))
    assert (code, "StaffNotForgotten" in why) == (1, True)
    held = await services.bookings.hold(ANNA, party=2, day=TODAY, slot_id=LATE)
    await services.bookings.book(ANNA, held.id)
    clock.advance(hours=11)
    code, _, why = await command("forget", HER_NUMBER)
    assert code == 1
    assert "VisitGoingOn {'until': '00:00'}" in why


async def test_without_a_database_it_says_so(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"sqlite+aiosqlite:///{tmp_path}/nothing.sqlite3"
    monkeypatch.setattr("app.personal_data.load_settings", lambda: Settings(bot_token=TOKEN, db_url=nowhere))
    code, _, why = await command("copy", HER_NUMBER)
    assert (code, "which is not there" in why) == (2, True)
