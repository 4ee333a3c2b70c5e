"""One line per event, on the console and in a rotated file: with the ids it belongs to, without a secret in it."""

import logging
import os
import re
import string
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import orjson
from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

DEFAULT_FORMAT = (
    "<green>{time:YYYY-MM-DD HH:mm:ss.SSS}</green> "
    "<level>{level: <8}</level> <cyan>{name}</cyan> <level>{message}</level>"
)
KEPT_FILES = 10

_IDS = ("update", "user", "booking")
_HIDDEN = "***"
_TOKEN = re.compile(r"[0-9]+(:|%3A)[A-Za-z0-9_-]{35}", re.IGNORECASE)
_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s/@]+@")
_CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]")
_SHORT = 8
# They speak of every request, job or statement; below DEBUG a line of our own says what matters.
_CHATTY = ("uvicorn.access", "aiogram.event", "apscheduler", "alembic", "httpx")
# It reports each exception of ours before passing it on to where we do.
_REPEATS_US = "aiogram_dialog.window"
# They tell of each try to reach RabbitMQ, with tracebacks; one line of ours says that it is away, one that it is back.
_TOLD_BY_US = ("aiormq", "aio_pika")
_SPEAK_THROUGH_US = ("uvicorn", "uvicorn.error", "uvicorn.access")
_FIELDS = {
    *("time", "elapsed", "level", "message", "exception", "extra"),
    *("name", "module", "file", "function", "line", "process", "thread"),
}


def setup_logging(
    level: str = "INFO",
    *,
    style: Literal["text", "json"] = "text",
    template: str | None = None,
    file: Path | None = None,
    rotation: str = "10 MB",
    secrets: Iterable[str] = (),
) -> None:
    """From here on everything that is logged, also by libraries, goes to stderr and `file`."""
    redact = _redactor(secrets)
    line = "{extra[json]}" if style == "json" else template or DEFAULT_FORMAT
    logger.remove()
    logger.configure(patcher=_as_json(redact) if style == "json" else _as_text(redact))
    # No queue between: a line costs less than handing it to another thread, and none is lost on kill -9.
    logger.add(sys.stderr, level=level, format=line, backtrace=False, diagnose=False)
    if file:
        logger.add(
            file,
            level=level,
            format=line,
            rotation=rotation,
            retention=KEPT_FILES,
            encoding="utf-8",
            backtrace=False,
            diagnose=False,
        )
    _take_over_stdlib(level)


def shutdown_logging() -> None:
    """Write what is left and close the file."""
    _let_stdlib_go()
    logger.complete()
    logger.remove()


def ensure_format(template: str) -> None:
    """Raises ValueError if loguru could not write a line with it."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
        logger.remove(logger.add(os.devnull, delay=True, format=template))
    except ValueError as error:
        raise ValueError(f"is no format of a log line: {error}") from None
    if unknown := sorted(name for name in names if re.split(r"[.\[]", name)[0] not in _FIELDS):
        raise ValueError(f"has a field that no log line has: {{{unknown[0]}}}")


def ensure_rotation(rotation: str) -> None:
    """Raises ValueError if loguru does not know when to begin the next file."""
    try:
        logger.remove(logger.add(os.devnull, delay=True, rotation=rotation))
    except ValueError:
        raise ValueError("should be a size, a time or an interval, like 10 MB, 00:00 or 1 week") from None


class _Intercept(logging.Handler):
    """Hands on what the standard library's loggers are told."""

    def emit(self, record: logging.LogRecord) -> None:
        known = record.levelname in logging.getLevelNamesMapping()
        level: str | int = record.levelname if known else record.levelno
        if record.name == "uvicorn.access":
            level = "DEBUG"
        logger.opt(exception=record.exc_info).bind(origin=record).log(level, record.getMessage())


def _take_over_stdlib(level: str) -> None:
    number = logger.level(level).no
    _let_stdlib_go()
    logging.root.addHandler(_Intercept())
    logging.root.setLevel(number)
    for name in _SPEAK_THROUGH_US:
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
    for name in _CHATTY:
        logging.getLogger(name).setLevel(number if number <= logging.DEBUG else logging.WARNING)
    for name in _TOLD_BY_US:
        logging.getLogger(name).setLevel(number if number <= logging.DEBUG else logging.CRITICAL)
    logging.getLogger(_REPEATS_US).setLevel(logging.CRITICAL)
    logging.captureWarnings(True)


def _let_stdlib_go() -> None:
    for handler in [handler for handler in logging.root.handlers if isinstance(handler, _Intercept)]:
        logging.root.removeHandler(handler)
    logging.root.setLevel(logging.WARNING)
    logging.captureWarnings(False)


def _as_text(redact: Callable[[str], str]) -> "Callable[[Record], None]":
    """What follows the first line of a message is indented: nobody can write a line that looks like another one."""

    def shape(record: "Record") -> None:
        _take_origin(record)
        message = redact(record["message"])
        if trace := _take_traceback(record):
            message = f"{message}\n{redact(trace)}"
        if "\n" in message:
            message = message.replace("\n", "\n    ")
        ids = " ".join([f"{name}={record['extra'][name]}" for name in _IDS if name in record["extra"]])
        record["message"] = f"[{ids}] {message}" if ids else message

    return shape


def _as_json(redact: Callable[[str], str]) -> "Callable[[Record], None]":
    def shape(record: "Record") -> None:
        _take_origin(record)
        line = {
            "time": record["time"].isoformat(),
            "level": record["level"].name,
            "name": record["name"],
            "message": redact(record["message"]),
        }
        for name in _IDS:
            if name in record["extra"]:
                line[name] = record["extra"][name]
        if trace := _take_traceback(record):
            line["exception"] = redact(trace)
        record["extra"]["json"] = orjson.dumps(line, default=str).decode()

    return shape


def _take_origin(record: "Record") -> None:
    """A library's line names the library, not the handler that passed it on."""
    if origin := record["extra"].pop("origin", None):
        record["name"], record["function"], record["line"] = origin.name, origin.funcName, origin.lineno


def _take_traceback(record: "Record") -> str:
    """Taken out of the record: loguru would append its own, with secrets."""
    exception, record["exception"] = record["exception"], None
    if exception is None or exception.value is None:
        return ""
    return "".join(traceback.format_exception(exception.value)).rstrip()


def _redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Hides the given secrets, and whatever looks like a bot's token or a password in a URL."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])}
    plain = sorted((form for form in forms if len(form) >= _SHORT), key=len, reverse=True)
    short = [re.compile(rf"(?<!\w){re.escape(form)}(?!\w)") for form in forms if len(form) < _SHORT]

    def redact(text: str) -> str:
        for secret in plain:
            if secret in text:
                text = text.replace(secret, _HIDDEN)
        for pattern in short:
            text = pattern.sub(_HIDDEN, text)
        if ":" in text or "%3" in text:
            text = _PASSWORD.sub(rf"\1{_HIDDEN}@", _TOKEN.sub(_HIDDEN, text))
        return text if text.isprintable() else _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)

    return redact
