"""What a search costs: that it is measured on both engines, not what it says; that is for an idle machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_quick_run_tells_of_a_day_and_of_a_month_on_both_engines() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.search", "--quick"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        capture_output=True,
        text=True,
        check=False,
    )
    if "is not installed" in run.stderr and os.environ.get("CI") != "true":
        pytest.skip(run.stderr.splitlines()[-1])
    assert run.returncode == 0, run.stdout + run.stderr
    for search in ("a day", "a month", "a day, 12", "a month, 12", "all days"):
        assert len(re.findall(rf"^  {search} +(?:\d+\.\d +){{5}}× +\d", run.stdout, re.MULTILINE)) == 2
