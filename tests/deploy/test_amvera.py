"""The start on Amvera: what has to outlive a rebuild is in the mount that does."""

import os
import subprocess
from pathlib import Path

import pytest

from servers.program import ROOT

IN_THE_MOUNT = ["sqlite+aiosqlite:////data/db.sqlite3", "sqlite:////data/jobs.sqlite", "/data/log.txt"]
STORES = ["postgresql+asyncpg://db/bites", "postgresql+psycopg://db/bites", ""]
ELSEWHERE = ["sqlite+aiosqlite:///data/db.sqlite3", "sqlite:////tmp/jobs.sqlite", "data/log.txt"]
NAMES = ["DB_URL", "STORE_URL", "LOG_FILE"]


@pytest.mark.skipif(os.name == "nt", reason="Amvera runs Linux")
@pytest.mark.parametrize(
    ("chosen", "used", "warned"),
    [
        ({}, IN_THE_MOUNT, []),
        (dict(zip(NAMES, STORES, strict=True)), STORES, []),
        (dict(zip(NAMES, ELSEWHERE, strict=True)), ELSEWHERE, NAMES),
    ],
    ids=["by itself", "with stores elsewhere", "with files elsewhere"],
)
def test_stores_and_log_are_in_the_mount_or_a_warning_names_them(
    tmp_path: Path, chosen: dict[str, str], used: list[str], warned: list[str]
) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$*" "$DB_URL" "$STORE_URL" "$LOG_FILE"\n')
    python.chmod(0o755)
    started = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "amvera.sh"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", **chosen},
        capture_output=True,
        text=True,
        check=True,
    )
    assert started.stdout.splitlines() == ["-m app --host 0.0.0.0 --port 80", *used]
    warnings = started.stderr.splitlines()
    assert [line.split()[1] for line in warnings] == warned
    assert all("is not in /data" in line for line in warnings)


def test_amvera_runs_it_with_the_mount_and_the_port_that_it_names() -> None:
    said = (ROOT / "amvera.yml").read_text("utf-8")
    for line in ("command: sh scripts/amvera.sh", "persistenceMount: /data", "containerPort: 80"):
        assert f"\n  {line}\n" in said
