"""The whole product on this machine, with nothing to set up: the service, and the playground to chat with it.

`make run`, or `python scripts/run.py` where there is no make. Ctrl-C stops both.
"""

from __future__ import annotations  # so that an old Python gets as far as to say that it is too old

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FrameType

from prepare import ROOT, NotPreparedError, prepare

HOST = "127.0.0.1"
SERVICE_PORT, PLAYGROUND_PORT = 8000, 8081
BOT_NAME = "binary_bites_bot,Binary Bites"
READY_WITHIN = 120
STOP_WITHIN = 30
SHOWN_LINES = 20
# What a shell may set for the service here; everything else is decided below, and `.env` is for a real bot.
YOURS = {
    *("TIMEZONE", "HOLD_MINUTES", "BOOKING_HORIZON_DAYS", "MAX_LIVE_BOOKINGS", "INIT_DB"),
    *("TABLES_JSON", "SLOTS_JSON", "VENUE_JSON", "FOLLOWUPS_JSON"),
    *("LOG_LEVEL", "LOG_STYLE", "FORMAT_LOG", "DOCS_ENABLED", "NOTIFY_ADMINS_ON_START"),
}


class EndedError(Exception):
    """A process ended that should go on."""

    def __init__(self, program: Program, code: int) -> None:
        super().__init__(f"The {program.name} ended with exit code {code}. The last it said:\n\n{program.last_lines()}")
        self.code = code


class NotReadyError(Exception):
    """The service did not become ready in time."""


@dataclass(frozen=True)
class Place:
    """Where this run keeps its things and can be reached."""

    service_port: int
    playground_port: int

    @property
    def folder(self) -> Path:
        """A second run at the same time, on another port, has data of its own."""
        usual = self.service_port == SERVICE_PORT
        return ROOT / "data" / ("playground" if usual else f"playground-{self.service_port}")

    @property
    def clock(self) -> Path:
        return self.folder / "clock-offset"

    @cached_property
    def token(self) -> str:
        return f"42:PLAYGROUND{self._kept_secret('token')}"

    @cached_property
    def key(self) -> str:
        return self._kept_secret("key")

    @property
    def page(self) -> str:
        return f"http://{HOST}:{self.playground_port}/chat/{self.key}/"

    def _kept_secret(self, name: str) -> str:
        """The same at the next run, so that chats go on and an open page finds its way back."""
        file = self.folder / name
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(12), "utf-8")
        return file.read_text("utf-8")


class Program:
    """One of the two processes, with what it says in a file."""

    def __init__(self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.output = folder / f"{name}.out"
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us: we stop them one after the other. On Windows it is the only way to stop them.
                start_new_session=os.name != "nt",
            )

    def ensure_running(self) -> None:
        code = self._process.poll()
        if code is not None:
            raise EndedError(self, code)

    def stop(self) -> None:
        if os.name != "nt":
            self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_lines(self) -> str:
        return "\n".join(self.output.read_text("utf-8", "replace").splitlines()[-SHOWN_LINES:])


def main() -> int:
    _on_signals(_interrupt)
    try:
        python = prepare()
        place = Place(_free_port(SERVICE_PORT), _free_port(PLAYGROUND_PORT))
        with _started(python, place) as programs:
            _wait_until_ready(place, programs)
            _announce(python, place)
            while True:
                _ensure_running(programs)
                time.sleep(0.5)
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 0
    except EndedError as reason:
        print(reason, file=sys.stderr)
        return reason.code if reason.code > 0 else 1
    except (NotPreparedError, NotReadyError) as reason:
        print(reason, file=sys.stderr)
        return 1


@contextmanager
def _started(python: Path, place: Place) -> Iterator[list[Program]]:
    """The service is stopped first: what it says last should still be heard."""
    place.folder.mkdir(parents=True, exist_ok=True)
    playground = [
        *(
            str(python),
            "-m",
            "playground",
            "--port",
            str(place.playground_port),
            "--token",
            f"{place.token},{BOT_NAME}",
        ),
        *(f"--key={place.key}", "--clock-offset-file", str(place.clock), "--history", str(place.folder / "chats.json")),
    ]
    service = [str(python), "-m", "app", "--host", HOST, "--port", str(place.service_port)]
    programs: list[Program] = []
    try:
        programs.append(Program("playground", playground, place.folder, _plain_environment()))
        programs.append(Program("service", service, place.folder, _service_environment(place)))
        yield programs
    finally:
        _on_signals(signal.SIG_IGN)
        for program in reversed(programs):
            program.stop()


def _plain_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def _service_environment(place: Place) -> dict[str, str]:
    """An empty setting is the default, whatever `.env` says."""
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    return {
        **_plain_environment(),
        **{name: os.environ.get(name, "") if name in YOURS else "" for name in names},
        "WEB_CONCURRENCY": "1",  # uvicorn reads it too, and takes no empty one
        "BOT_TOKEN": place.token,
        "ADMIN_IDS": "[9001, 9002]",
        "BASE_URL": f"http://{HOST}:{place.service_port}",
        "TELEGRAM_API_URL": f"http://{HOST}:{place.playground_port}",
        "CLOCK_OFFSET_FILE": str(place.clock),
        "DB_URL": f"sqlite+aiosqlite:///{place.folder / 'db.sqlite3'}",
        "STORE_URL": f"sqlite:///{place.folder / 'jobs.sqlite'}",
        "LOG_FILE": str(place.folder / "log.txt"),
    }


def _wait_until_ready(place: Place, programs: Sequence[Program]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not (_answers(place.playground_port, "/") and _answers(place.service_port, "/health/ready", 200)):
        _ensure_running(programs)
        if time.monotonic() > deadline:
            said = programs[-1].last_lines()
            raise NotReadyError(f"The service is not ready after {READY_WITHIN} s. The last it said:\n\n{said}")
        time.sleep(0.1)


def _ensure_running(programs: Sequence[Program]) -> None:
    for program in programs:
        program.ensure_running()


def _answers(port: int, path: str, status: int | None = None) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return status in {None, connection.getresponse().status}
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_port(wanted: int) -> int:
    """The wanted one, or any other when somebody listens there."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise NotReadyError("No port is free on this machine.")


def _announce(python: Path, place: Place) -> None:
    lines = [
        "Binary Bites is ready. Open the chat in a browser:",
        "",
        f"    {place.page}",
        "",
        "Or chat in a terminal:",
        "",
        f"    {python.relative_to(ROOT)} -m playground.terminal {place.page}",
        "",
        f"Log:  {(place.folder / 'log.txt').relative_to(ROOT)}",
        "Stop: Ctrl-C",
    ]
    rule = "-" * max(map(len, lines))
    print("", rule, *lines, rule, sep="\n", flush=True)


def _on_signals(action: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Ctrl-C, also in the background of a shell, a polite kill, and a terminal that was closed."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), action)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
