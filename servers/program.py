"""Programs of this repository as servers: the service in a role of its own, and the playground."""

import http.client
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from servers.guard import Guard
from servers.server import Server

ROOT = Path(__file__).resolve().parent.parent


class Program(Server):
    """`python -m …`; ready when an address of its own answers 200."""

    def __init__(self, guard: Guard, folder: Path, *arguments: str, ready: str, settings: Mapping[str, str]) -> None:
        """`{port}` in arguments and settings is the port it was given."""
        super().__init__(guard, folder=folder)
        self._arguments = arguments
        self._ready = ready
        self.settings = settings

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", *(argument.format(port=self.port) for argument in self._arguments)]

    def environment(self) -> Mapping[str, str]:
        ours = {name: value.format(port=self.port) for name, value in self.settings.items()}
        return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **ours}

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", self._ready)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
