"""Redis, without anything on disk."""

import socket
from collections.abc import Sequence
from pathlib import Path

from servers.guard import Guard
from servers.server import Server, find_program


class Redis(Server):
    """It forgets everything when it ends."""

    def __init__(self, guard: Guard, *, folder: Path | None = None) -> None:
        self._program = find_program("redis-server")
        super().__init__(guard, folder=folder)

    def command(self) -> Sequence[str]:
        return [
            *(self._program, "--port", str(self.port), "--bind", self.host),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
        ]

    def is_ready(self) -> bool:
        return self._ask("PING").startswith(b"+PONG")

    def clear(self) -> None:
        self.start()
        self._ask("FLUSHALL")

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def _ask(self, command: str) -> bytes:
        try:
            with socket.create_connection((self.host, self.port), timeout=5) as connection:
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(100)
        except OSError:
            return b""
