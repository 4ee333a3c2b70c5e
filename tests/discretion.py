"""No log of any test shows a secret: what is captured of each test, and every log file of the run.

Whoever gives a secret to the service or the playground tells it to `keep_secret`; bots' tokens are known anyway.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.config import Settings
from servers.discretion import leaks, shows_secret

_SECRETS: set[str] = set()
_PASSWORD = re.compile(r"://[^:/@ ]*:([^/@ ]+)@")


def keep_secret(*secrets: str) -> None:
    _SECRETS.update(secrets)


def keep_secrets_of(environment: Mapping[str, str]) -> None:
    """Of a process that gets it; the process may refuse it."""
    settings = {name.lower(): environment.get(name.upper(), "") for name in Settings.model_fields}
    with suppress(ValidationError):
        keep_secret(*Settings(_env_file=None, **settings).secrets)  # type: ignore[arg-type]  # as the environment gives them
    keep_secret(*(environment.get(name, "") for name in ("BOT_TOKEN", "WEBHOOK_SECRET")))
    keep_secret(*_PASSWORD.findall(" ".join(environment.values())))


def ensure_discreet(said: str, whose: str) -> None:
    if shows_secret(said.encode(errors="replace"), _SECRETS):
        raise AssertionError(f"{whose} shows a secret")


def ensure_discreet_logs(folder: Path) -> None:
    """All below it that is called a log."""
    found = list(leaks((file for file in folder.rglob("*log*") if file.is_file()), _SECRETS))
    if found:
        raise AssertionError("\n".join(found))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Once for each test, when it is over: then the report has all that was captured."""
    report = yield
    if call.when == "teardown" and report.passed and isinstance(item, pytest.Function):
        try:
            ensure_discreet(f"{report.capstdout}{report.capstderr}", f"what {item.name} says")
            if isinstance(folder := item.funcargs.get("tmp_path"), Path):
                ensure_discreet_logs(folder)
        except AssertionError as leak:
            report.outcome, report.longrepr = "failed", str(leak)
    return report


@pytest.fixture(scope="session", autouse=True)
def _all_logs_are_discreet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield
    ensure_discreet_logs(tmp_path_factory.getbasetemp())
