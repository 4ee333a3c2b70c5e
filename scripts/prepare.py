"""Makes what the project needs out of a bare Python: `.venv` with the locked packages, and programs for the tests.

Runs with Python's standard library alone, on Linux, macOS and Windows. A second run finds everything done.
"""

from __future__ import annotations  # so that an old Python gets as far as to say that it is too old

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NEEDED_PYTHON = (3, 11)

LOCK = ROOT / "requirements.txt"
DEV_LOCK = ROOT / "requirements-dev.txt"

# What tests and `make cluster` start, where it may lie outside of PATH, and Debian's package of it.
PROGRAMS = {
    "initdb": ("/usr/lib/postgresql/*/bin", "postgresql"),
    "rabbitmq-server": ("/usr/sbin", "rabbitmq-server"),
    "redis-server": ("/usr/bin", "redis-server"),
    "nginx": ("/usr/sbin", "nginx-light"),
    "chromium": ("/usr/bin", "chromium"),
    "promtool": ("/usr/bin", "prometheus"),
}


class NotPreparedError(Exception):
    """One sentence: what is missing, and what to do about it."""


def prepare(*, dev: bool = False) -> Path:
    """The Python to go on with. Raises NotPreparedError."""
    if sys.version_info < NEEDED_PYTHON:
        raise NotPreparedError(
            f"Python {'.'.join(map(str, NEEDED_PYTHON))} or later is needed, and this is {sys.version.split()[0]}.",
        )
    locks = [LOCK, DEV_LOCK] if dev else [LOCK]
    if _works(PYTHON) and all(_mark(lock).exists() and _mark(lock).read_text() == _state(lock) for lock in locks):
        return PYTHON
    _make_venv()
    _install(locks)
    for lock in locks:
        _mark(lock).write_text(_state(lock))
    return PYTHON


def prepare_programs() -> None:
    """Installs what the tests start where it may, and names the rest."""
    missing = {name: package for name, (folder, package) in PROGRAMS.items() if not _is_installed(name, folder)}
    if missing and _may_use_apt():
        _apt_install(*missing.values())
        missing = {name: package for name, package in missing.items() if not _is_installed(name, PROGRAMS[name][0])}
    for name, package in missing.items():
        _say(f"Not installed: {name} (package {package} in Debian). Whatever needs it will say so.")


def _mark(lock: Path) -> Path:
    """Says which state of the lock file was installed."""
    return VENV / f"installed-{lock.name}"


def _state(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _works(python: Path) -> bool:
    """False also for an environment whose Python was removed or moved since."""
    return python.exists() and _run([str(python), "-c", ""], quiet=True) == 0


def _make_venv() -> None:
    if _works(PYTHON):
        return
    _say("Making .venv …")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if _run(command, quiet=True) == 0:
        return
    if _may_use_apt():
        _apt_install("python3-venv")
    if _run(command) != 0:
        raise NotPreparedError("Python's venv module does not work here: in Debian, install the package python3-venv.")


def _install(locks: Sequence[Path]) -> None:
    """With uv, which takes seconds; with pip where uv cannot be had."""
    _say(f"Installing {' and '.join(lock.name for lock in locks)} …")
    wanted = [argument for lock in locks for argument in ("--requirement", str(lock))]
    pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    uv = shutil.which("uv")
    if not uv and _run([*pip, "uv"], quiet=True) == 0:
        uv = str(PYTHON.with_name("uv.exe" if os.name == "nt" else "uv"))
    if uv and _run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *wanted]) == 0:
        return
    if _run([*pip, *wanted]) != 0:
        raise NotPreparedError("The packages could not be installed: see above what pip says.")


def _is_installed(name: str, folder: str) -> bool:
    beside = Path("/").glob(f"{folder[1:]}/{name}")
    return shutil.which(name) is not None or any(beside)


def _may_use_apt() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(*packages: str) -> None:
    _say(f"Installing {', '.join(packages)} …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "--quiet=2", "update"],
        ["apt-get", "--quiet=2", "--yes", "--no-install-recommends", "install", *packages],
    ):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def _run(command: Sequence[str], *, quiet: bool = False) -> int:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, check=False).returncode


def _say(what: str) -> None:
    print(what, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python scripts/prepare.py", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    arguments = parser.parse_args()
    try:
        prepare(dev=arguments.dev)
    except NotPreparedError as reason:
        print(reason, file=sys.stderr)
        return 1
    if arguments.dev:
        prepare_programs()
    return 0


if __name__ == "__main__":
    sys.exit(main())
