"""The benchmark itself: that it plays and judges, not how fast anything is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_quick_run_books_for_everybody_and_finds_no_contradiction(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", str(figures)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "CPU per booking, 10 guests, × baseline" in run.stdout
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["lost"] == found["contradictions"] == []
    for load in found["loads"].values():
        for bot in ("baseline", "service"):
            assert load[bot]["bookings_per_s"] > 0
