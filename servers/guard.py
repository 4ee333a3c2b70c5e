"""Ends the servers of a session and removes their passing folders, however the session ends.

It reads its orders line by line and cleans up at the end of input, which also comes when the session is killed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path


class Guard:
    """The session's side of it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        self._order(f"watch {group}")

    def forget(self, group: int) -> None:
        """Its processes are gone: the number may soon be somebody else's."""
        self._order(f"forget {group}")

    def folder(self, name: str) -> Path:
        """A new one, removed at the end. Anybody may enter it: PostgreSQL does not run as root."""
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        self._order(f"remove {folder}")
        folder.chmod(0o755)
        return folder

    def close(self) -> None:
        self._process.communicate()

    def _order(self, line: str) -> None:
        if self._process.stdin:
            with self._turn:
                self._process.stdin.write(f"{line}\n")


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    groups: set[int] = set()
    folders: list[str] = []
    for line in sys.stdin:
        order, _, what = line.rstrip("\n").partition(" ")
        if order == "watch":
            groups.add(int(what))
        elif order == "forget":
            groups.discard(int(what))
        else:
            folders.append(what)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
