"""What history costs: that the comparison is made on both engines, not what it says; that is for an idle machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_quick_comparison_tells_of_each_step_on_both_engines() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth", "--quick"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        capture_output=True,
        text=True,
        check=False,
    )
    if "is not installed" in run.stderr and os.environ.get("CI") != "true":
        pytest.skip(run.stderr.splitlines()[-1])
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.findall(r"^\w+", run.stdout, re.MULTILINE) == ["SQLite", "PostgreSQL"]
    for step in ("search", "booking", "my bookings", "cancel", "sweeps"):
        assert len(re.findall(rf"^  {step} +\d+\.\d\d +\d+\.\d\d", run.stdout, re.MULTILINE)) == 2
