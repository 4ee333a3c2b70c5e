"""A secret in any log fails the run, and is not shown once more by saying so."""

from pathlib import Path

import pytest

from servers.discretion import leaks

TOKEN = "4200000011:AA" + "discreetdiscreetdiscreetdiscreet0"
LEAKING = {
    "the log file of a test": "def test_it(tmp_path): (tmp_path / 'log-1.txt').write_text(TOKEN)",
    "what a test prints": "def test_it(): print('token', TOKEN)",
    "what a fixture says at the end": """
        import sys, pytest
        @pytest.fixture
        def service(): yield; sys.stderr.write(TOKEN)
        def test_it(service): pass
    """,
}


@pytest.mark.parametrize("code", LEAKING.values(), ids=LEAKING)
def test_a_test_that_leaks_fails(pytester: pytest.Pytester, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    parts = f"{TOKEN[:20]!r} + {TOKEN[20:]!r}"
    pytester.makepyfile(code.replace("TOKEN", f"({parts})"))
    result = pytester.runpytest("-p", "tests.discretion", "-o", "asyncio_default_fixture_loop_scope=function")
    for log in pytester.path.rglob("log*"):
        if log.is_file():
            log.unlink()
    capsys.readouterr()  # or this very run fails
    assert result.ret
    result.stdout.fnmatch_lines(["*shows a secret*"])


@pytest.mark.parametrize(
    "line",
    [
        "pass/word of the house",
        "redis://:pass%2Fword%20of%20the%20house@localhost",
        TOKEN,
        TOKEN.replace(":", "%3A"),
        "AAdiscreet-part-of-a-token",
    ],
)
def test_every_form_of_a_secret_is_found(tmp_path: Path, line: str) -> None:
    log = tmp_path / "said.txt"
    log.write_text(f"2026-11-22 INFO {line} and more\n")
    [sentence] = leaks([log], ["pass/word of the house", "42:AAdiscreet-part-of-a-token"])
    assert sentence == f"{log} shows a secret."


def test_ordinary_lines_and_short_words_are_no_secrets(tmp_path: Path) -> None:
    log = tmp_path / "said.txt"
    log.write_text("2026-11-22 12:00:00 127.0.0.1:5432 guest booked table 12:30, update=1000000000001:2 ***\n")
    assert not list(leaks([log], ["guest", "", "another secret"]))
