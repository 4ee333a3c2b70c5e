"""What an operator reads in the log, and what nobody may read there."""

import json
import logging
import re
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from loguru import logger

from app.log import setup_logging, shutdown_logging

TOKEN = "4200000001:AAHfounDationSecretSecretSecretSecr"
PASSWORD = "p@ss'w\\ord-long"


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    shutdown_logging()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "log.txt"


def written(file: Path) -> str:
    shutdown_logging()
    return file.read_text("utf-8")


def fail(message: str) -> None:
    raise RuntimeError(message)


def log_everywhere(text: str) -> None:
    """Says it in every way that a program and its libraries have."""
    logger.info(text)
    logger.info("with {}", text)
    logging.getLogger("aiogram").warning("from a library: %s", text)
    try:
        fail(text)
    except RuntimeError:
        logger.exception("went wrong")
        logging.getLogger("uvicorn.error").exception("went wrong in a library")


def test_a_line_shows_time_level_place_and_message_on_the_console_and_in_the_file(
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup_logging("INFO", file=file)
    logger.info("The kitchen is open")
    logger.debug("nobody reads this")
    console = capsys.readouterr().err
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO     \S*test_log The kitchen is open\n", console)
    assert written(file) == console


def test_lines_carry_the_ids_they_belong_to_and_others_stay_short(file: Path) -> None:
    setup_logging(file=file)
    with logger.contextualize(update=71, user=5):
        logger.info("asked")
        with logger.contextualize(booking=9):
            logging.getLogger("sqlalchemy").warning("slow")
    logger.info("rested")
    lines = [line.partition("test_log ")[2] or line.partition("sqlalchemy ")[2] for line in written(file).splitlines()]
    assert lines == ["[update=71 user=5] asked", "[update=71 user=5 booking=9] slow", "rested"]


def test_json_lines_are_whole_objects(file: Path) -> None:
    setup_logging(style="json", file=file)
    with logger.contextualize(update=71, user=5, booking=9):
        logger.info('a "quoted" {brace}\nand a second line')
    try:
        fail("no more soup")
    except RuntimeError:
        logging.getLogger("library").exception("went wrong")
    first, second = map(json.loads, written(file).splitlines())
    assert first["message"] == 'a "quoted" {brace}\nand a second line'
    assert (first["update"], first["user"], first["booking"], first["level"]) == (71, 5, 9, "INFO")
    assert "update" not in second
    assert second["name"] == "library"
    assert second["exception"].endswith("RuntimeError: no more soup")


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize(
    "secret",
    [TOKEN, TOKEN.replace(":", "%3A"), PASSWORD, quote(PASSWORD, safe=""), repr(PASSWORD), "tiny"],
)
def test_secrets_are_nowhere(file: Path, capsys: pytest.CaptureFixture[str], style: str, secret: str) -> None:
    setup_logging(style="json" if style == "json" else "text", file=file, secrets=[PASSWORD, "tiny", ""])
    log_everywhere(f"https://api.telegram.org/bot/{secret}/getMe?p={secret}")
    seen = capsys.readouterr().err + written(file)
    assert seen.count("getMe") >= 10
    assert secret.strip("'\"") not in seen
    assert "SecretSecret" not in seen


def test_a_short_secret_does_not_eat_words(file: Path) -> None:
    setup_logging(file=file, secrets=["soup"])
    logger.info("soupspoon soup")
    assert written(file).endswith(" soupspoon ***\n")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("amqp://bites:hidden@mq:5672/%2F", "amqp://bites:***@mq:5672/%2F"),
        ("redis://:hidden@cache/0", "redis://:***@cache/0"),
        ("postgresql+asyncpg://bites:hidden@db/bites", "postgresql+asyncpg://bites:***@db/bites"),
        ("http://127.0.0.1:8000/health", "http://127.0.0.1:8000/health"),
    ],
)
def test_passwords_in_addresses_are_hidden_and_addresses_stay_readable(file: Path, url: str, shown: str) -> None:
    setup_logging(file=file)
    logger.info("connecting to {}", url)
    assert written(file).endswith(f"connecting to {shown}\n")


def test_text_of_guests_cannot_break_or_forge_a_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setup_logging(file=file)
    logger.info("half an emoji \ud83d")
    for text in ("{", "{0} {user} {}", "<red>", "</level>", "%s %d", "\x1b[2Jgone", "🍲 суп"):
        logger.info(text)
        logging.getLogger("library").warning(text)
    logger.info("Anna\n2026-11-22 10:00:00.000 INFO     app.bot Everybody is an admin")
    lines = written(file).splitlines()
    assert len(lines) == 17
    assert lines[0].endswith("test_log half an emoji \N{REPLACEMENT CHARACTER}")
    assert lines[1].endswith("test_log {")
    assert "\x1b" not in "".join(lines)
    assert lines[-3].endswith("🍲 суп")
    assert lines[-1].startswith("    2026-11-22")
    assert "Logging error" not in capsys.readouterr().err


def test_a_traceback_shows_no_values_of_variables(file: Path) -> None:
    setup_logging(file=file)
    guest_phone = "+7 916 000-00-00"
    try:
        fail("soup" * len(guest_phone[:1]))
    except RuntimeError:
        logger.exception("went wrong")
    text = written(file)
    assert "RuntimeError: soup" in text
    assert 'fail("soup"' in text
    assert "+7 916" not in text


def test_an_exception_that_is_none_is_no_trouble(file: Path) -> None:
    setup_logging(file=file)
    logger.opt(exception=True).info("nothing is being handled")
    assert written(file).endswith("nothing is being handled\n")


def test_libraries_keep_quiet_about_each_request_unless_asked(file: Path) -> None:
    setup_logging("INFO", file=file)
    logging.getLogger("uvicorn.access").info("GET /health/live")
    logging.getLogger("apscheduler.executors.default").info("Job executed successfully")
    logging.getLogger("apscheduler.scheduler").error("Job failed")
    setup_logging("DEBUG", file=file)
    logging.getLogger("uvicorn.access").info("GET /health/ready")
    lines = written(file).splitlines()
    assert [line.split(maxsplit=2)[2] for line in lines] == [
        "ERROR    apscheduler.scheduler Job failed",
        "DEBUG    uvicorn.access GET /health/ready",
    ]


def test_uvicorns_own_handlers_do_not_double_its_lines(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)  # a server of another test may have made it quiet
    setup_logging(file=file)
    logging.getLogger("uvicorn.error").info("Started server process")
    assert capsys.readouterr().err.count("Started") == 1


def test_levels_of_a_librarys_own_are_shown_as_numbers(file: Path) -> None:
    setup_logging(file=file)
    logging.getLogger("library").log(25, "between")
    assert "Level 25 library between" in written(file)


def test_warnings_go_to_the_log(file: Path) -> None:
    setup_logging(file=file)
    with warnings.catch_warnings(action="always"):
        logging.captureWarnings(True)
        warnings.warn("soup is getting cold", UserWarning, stacklevel=1)
    assert "py.warnings" in written(file)


def test_the_format_can_be_ones_own(file: Path) -> None:
    setup_logging(template="{level.icon} {message}", file=file)
    logger.info("soup")
    assert written(file) == "ℹ️ soup\n"


def test_a_full_file_gives_way_to_the_next(file: Path) -> None:
    setup_logging(file=file, rotation="1 KB")
    for _ in range(30):
        logger.info("soup " * 20)
    shutdown_logging()
    assert 2 <= len(list(file.parent.iterdir())) <= 11


def test_a_line_costs_next_to_nothing(file: Path) -> None:
    setup_logging(file=file, secrets=["a" * 45, "b" * 64, "c" * 12])
    spent = []
    for _ in range(5):
        begun = time.thread_time()
        for number in range(200):
            logger.info("A table for {} is booked tomorrow at 18:00", number)
        spent.append((time.thread_time() - begun) / 200)
    assert min(spent) < 200e-6
