"""A copy of the SQLite database, made while guests book, and a service that goes on with it."""

import asyncio
from pathlib import Path

import pytest

from app import backup
from tests.e2e.house import SATURDAY, SUNDAY, House, open_street, serve
from tests.e2e.wizard import Wish, received, walk

THANKS = "Спасибо, что были у нас"
AFTERNOON = "16:00 – 18:00"


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_copy_that_was_made_while_guests_booked_is_sound_and_the_service_goes_on_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, copy = tmp_path / "db.sqlite3", tmp_path / "copies" / "noon.sqlite3"
    db_url = f"sqlite+aiosqlite:///{file}"
    monkeypatch.setenv("DB_URL", db_url)
    async with open_street() as chat:
        async with serve(tmp_path, db_url, chat) as house:
            anna, boris, owner = await house.anna(), await house.boris(), await house.owner()
            await walk(anna, wish=Wish(sitting=AFTERNOON))
            await owner.wait_for("Новая бронь")
            await house.quiet()
            crowd = [asyncio.create_task(walk(guest)) for guest in await house.guests(6)]
            assert await asyncio.to_thread(backup.main, [str(copy)]) == 0
            await asyncio.gather(*crowd)
            await walk(boris, wish=Wish(day=SUNDAY, sitting=AFTERNOON))
            await house.quiet()
        restore(copy, file)
        async with serve(tmp_path, db_url, chat) as house:
            kept = house.bookings()
            assert kept[0].guest == anna.id
            assert boris.id not in {booking.guest for booking in kept}
            assert house.number("SELECT count(*) FROM table_cells") == 8 * len(live(house))
            await walk(boris, wish=Wish(day=SUNDAY, sitting=AFTERNOON))
            await house.at(SATURDAY, "19:01")
            await anna.wait_for(THANKS)
            await house.at(SUNDAY, "19:01")
            await boris.wait_for(THANKS)
            await house.quiet()
            for guest in (anna, boris):
                assert len(received(guest, THANKS)) == 1
            assert len([text for text in received(owner, "Новая бронь") if "Анна" in text]) == 1
            assert len([text for text in received(owner, "Новая бронь") if "Борис" in text]) == 2
            assert {booking.status for booking in house.bookings()} <= {"completed", "held", "expired"}


def restore(copy: Path, file: Path) -> None:
    """As docs/operations.md has it."""
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    copy.replace(file)


def live(house: House) -> list[int]:
    return [booking.id for booking in house.bookings() if booking.status in {"held", "booked"}]


@pytest.mark.parametrize(
    ("db_url", "target", "said"),
    [
        ("sqlite+aiosqlite:///{folder}/none.sqlite3", "copy", "which is not there"),
        ("postgresql+asyncpg://db.example/bites", "copy", "pg_dump"),
        ("sqlite+aiosqlite:///{folder}/noise", "noise", "name another file"),
        ("sqlite+aiosqlite:///{folder}/noise", "copy", "cannot be made: file is not a database"),
        ("sqlite+aiosqlite:///{folder}/noise", "noise/copy", "cannot be made"),
        ("sqlite+aiosqlite:///{folder}/noise", "n" * 300, "cannot be made"),
        ("mysql://db", "copy", "DB_URL should start with"),
    ],
)
def test_what_cannot_be_copied_is_one_sentence_and_leaves_nothing_behind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    db_url: str,
    target: str,
    said: str,
) -> None:
    (tmp_path / "noise").write_bytes(b"noise" * 1000)
    monkeypatch.setenv("DB_URL", db_url.format(folder=tmp_path))
    assert backup.main([str(tmp_path / target)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["noise"]
