"""A real server as a process of ours: it can be started, stopped, killed and started again."""

import getpass
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from servers.guard import Guard

START_TIMEOUT = 60
STOP_TIMEOUT = 30
# Below the ports that the system hands out by itself: a killed server finds its own one free again.
_PORTS = range(15_000, 30_000)


class NotInstalledError(Exception):
    """A program is missing: one sentence that names it."""


class NotStartedError(Exception):
    """A server ended at once or never answered; with the last that it said."""


def find_program(name: str, *folders: str) -> str:
    """Its path. Raises NotInstalledError."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))
    if not found:
        raise NotInstalledError(f"{name} is not installed: `make prepare` installs it where it may")
    return found


def free_port() -> int:
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - not a secret
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server(ABC):
    """One program on ports of its own, bound to 127.0.0.1."""

    host = "127.0.0.1"

    def __init__(self, guard: Guard, *, folder: Path | None = None, user: str | None = None) -> None:
        """Without a `folder`, which is kept, it has one for as long as the guard lives."""
        self._guard = guard
        self._user = user or getpass.getuser()
        self.port = free_port()
        self.folder = folder or guard.folder(type(self).__name__.lower())
        self.folder.mkdir(parents=True, exist_ok=True)
        if user:
            shutil.chown(self.folder, user, pwd.getpwnam(user).pw_gid)
        self.log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str]: ...

    @abstractmethod
    def is_ready(self) -> bool: ...

    def environment(self) -> Mapping[str, str]:
        return {}

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """None while it was not started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns when it answers. Nothing happens if it runs already."""
        if self.running:
            return
        self._process = self._launch(self.command())
        self.wait(lambda: not self.running or self.is_ready())
        if not self.running:
            raise self._not_started()

    def stop(self) -> None:
        """As an operator would: what it holds is written down first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It holds what it holds, and does nothing."""
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        self._tell(signal.SIGCONT)

    def close(self) -> None:
        """Nothing of it is needed any more."""
        self.kill()

    def answers(self, port: int | None = None) -> bool:
        try:
            socket.create_connection((self.host, port or self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def wait(self, until: Callable[[], bool]) -> None:
        """Raises NotStartedError."""
        deadline = time.monotonic() + START_TIMEOUT
        while not until():
            if time.monotonic() > deadline:
                raise self._not_started()
            time.sleep(0.02)

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]

    def run(self, *command: str) -> None:
        """Runs a program to its end, as the server's user."""
        done = subprocess.run(command, user=self._run_as(), cwd=self.folder, capture_output=True, check=False)
        if done.returncode:
            raise NotStartedError(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')}")

    def _not_started(self) -> NotStartedError:
        return NotStartedError(f"{self.folder.name} did not start. The last it said:\n\n{self.last_words()}")

    def _launch(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", **self.environment()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._run_as(),
                start_new_session=True,
            )
        self._guard.watch(process.pid)
        return process

    def _run_as(self) -> str | None:
        return self._user if self._user != getpass.getuser() else None

    def _tell(self, sign: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, sign)

    def _end(self, sign: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, sign)
        process.wait(STOP_TIMEOUT)
        deadline = time.monotonic() + STOP_TIMEOUT
        while self.answers() and time.monotonic() < deadline:
            time.sleep(0.02)
        self._guard.forget(process.pid)
