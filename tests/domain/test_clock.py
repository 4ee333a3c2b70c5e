"""The clock of a demonstration can be moved."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.clock import SystemClock
from app.domain.people import Language, Person


def test_the_systems_time_is_told_in_utc() -> None:
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert SystemClock().offset == timedelta()


def test_a_moved_clock_is_seen_at_once(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    clock = SystemClock(file)
    for content, offset in (("3600", timedelta(hours=1)), ("-1.5\n", timedelta(seconds=-1.5))):
        file.write_text(content)
        assert clock.offset == offset
        assert abs(clock.now() - datetime.now(UTC) - offset) < timedelta(seconds=5)


@pytest.mark.parametrize("content", [None, "", "tomorrow", "1e999", "inf"])
def test_a_clock_that_nobody_moved_rightly_stands_as_it_is(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "offset"
    if content is not None:
        file.write_text(content)
    assert SystemClock(file).offset == timedelta()


@pytest.mark.parametrize(
    ("code", "language"),
    [("en", Language.EN), ("EN-gb", Language.EN), ("ru", Language.RU), ("uk", Language.RU), (None, Language.RU)],
)
def test_english_clients_read_english_and_all_others_russian(code: str | None, language: Language) -> None:
    assert Language.of(code) is language


def test_a_person_without_a_last_name_is_called_by_the_first() -> None:
    assert Person(1, "Анна").full_name == "Анна"
    assert Person(1, "Анна", "Иванова").full_name == "Анна Иванова"
