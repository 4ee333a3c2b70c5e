"""The whole deployment on this machine: PostgreSQL, RabbitMQ, Redis, nginx, two processes of each role, the playground.

`make cluster`. What it holds stays in its folder; Ctrl-C stops everything.
"""

import signal
import sys
import time
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from servers.guard import Guard
from servers.program import ROOT
from servers.server import NotInstalledError, NotStartedError
from servers.topology import Topology

FOLDER = ROOT / "data" / "cluster"


class FolderInUseError(Exception):
    """Another cluster is at work: one sentence with the remedy."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser("python -m scripts.cluster", formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything is kept")
    folder = parser.parse_args(arguments).folder.resolve()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    guard = Guard()
    try:
        with _alone_in(folder), Topology(guard, folder) as topology:
            _announce(topology)
            while not (ended := topology.ended()):
                time.sleep(0.5)
            print(f"{ended.folder.name} has ended. The last it said:\n\n{ended.last_words()}", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 0
    except (FolderInUseError, NotInstalledError, NotStartedError) as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        guard.close()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Raises FolderInUseError."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", blocking=False):
            yield
    except Timeout:
        raise FolderInUseError(
            f"Another cluster keeps its data in {folder}: stop it, or choose another --folder."
        ) from None


def _announce(topology: Topology) -> None:
    lines = [
        "The cluster is ready. Open the chat in a browser:",
        "",
        f"    {topology.page}",
        "",
        *(
            f"{role} {number}: http://{service.host}:{service.port}/health/ready"
            for role, services in topology.services.items()
            for number, service in enumerate(services, 1)
        ),
        f"Proxy: {topology.proxy.address}",
        f"RabbitMQ: http://{topology.rabbitmq.host}:{topology.rabbitmq.management_port} (guest, guest)",
        "",
        f"Logs: {topology.folder}/*/log",
        "Stop: Ctrl-C",
    ]
    rule = "-" * max(map(len, lines))
    print("", rule, *lines, rule, sep="\n", flush=True)


def _interrupt(_: int, __: FrameType | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
