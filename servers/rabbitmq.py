"""RabbitMQ, with a node name, ports and a name server of its own."""

import base64
import json
import os
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote

from servers.guard import Guard
from servers.server import Server, find_program, free_port

_NUMBERS = count(1)
_CONFIGURATION = """
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
management_agent.disable_metrics_collector = true
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {prometheus}
log.console = true
log.console.level = warning
log.file = false
"""


class RabbitMQ(Server):
    """A node with the plugins of management and metrics; user and password are both `guest`.

    A quorum queue that was declared less than a second before `kill()` has no leader after `start()`: its first
    term was not on disk yet. Let a message go through it, and a moment pass, before you kill.
    """

    user = password = "guest"  # noqa: S105 - what the server has by itself

    def __init__(self, guard: Guard, *, folder: Path | None = None) -> None:
        # Debian's rabbitmq-server on PATH is a wrapper that goes on as another user in another folder.
        self._program = find_program("rabbitmq-server", "/usr/sbin", "/opt/homebrew/sbin")
        if os.access("/usr/lib/rabbitmq/bin/rabbitmq-server", os.X_OK):
            self._program = "/usr/lib/rabbitmq/bin/rabbitmq-server"
        self._control = str(Path(self._program).with_name("rabbitmqctl"))
        self._epmd = find_program("epmd", "/usr/lib/erlang/bin")
        super().__init__(guard, folder=folder)
        self.management_port, self.prometheus_port = free_port(), free_port()
        self._distribution_port, self._epmd_port = free_port(), free_port()
        (self.folder / "plugins").write_text("[rabbitmq_management, rabbitmq_prometheus].")
        (self.folder / "rabbitmq.conf").write_text(
            _CONFIGURATION.format(port=self.port, management=self.management_port, prometheus=self.prometheus_port),
        )
        self._names: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        return [self._program]

    def environment(self) -> Mapping[str, str]:
        return {
            "ERL_EPMD_ADDRESS": self.host,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_FEATURE_FLAGS_FILE": str(self.folder / "feature_flags"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_NODENAME": "test@localhost",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_QUORUM_DIR": str(self.folder / "quorum"),
            # What a queue holds is counted once a second.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 -rabbit quorum_tick_interval 1000",
            # No shell of the start script between us and the server.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def start(self) -> None:
        if self._names is None:
            self._names = self._launch([self._epmd])
            # Who finds no name server starts one that nobody ends.
            self.wait(lambda: self.answers(self._epmd_port))
        super().start()

    def close(self) -> None:
        super().close()
        if self._names:
            self._names.kill()
            self._names.wait()

    def is_ready(self) -> bool:
        if not self.answers():
            return False
        try:
            self._manage("GET", "overview")
        except (HTTPError, URLError, ConnectionError):
            return False
        return True

    def url(self, vhost: str) -> str:
        return f"amqp://{self.user}:{self.password}@{self.host}:{self.port}/{quote(vhost, safe='')}"

    @contextmanager
    def vhost(self) -> Iterator[str]:
        """The name of a new, empty virtual host, deleted on leaving the block."""
        name = f"test-{next(_NUMBERS)}"
        self._manage("PUT", f"vhosts/{name}")
        yield name
        self.start()
        self._manage("DELETE", f"vhosts/{name}")

    def unfinished(self) -> dict[str, int]:
        """By queue, all vhosts together: messages that wait or are in work, as counted within the last second."""
        counted: Counter[str] = Counter()
        for queue in json.loads(self._manage("GET", "queues?disable_stats=true&enable_queue_totals=true")):
            counted[queue["name"]] += queue.get("messages", 0)
        return dict(counted)

    def cut(self) -> None:
        """Closes all connections, as an operator may."""
        self._manage("DELETE", f"connections/username/{self.user}")

    def limit(self, messages: int | None, *, vhost: str = "/") -> None:
        """No queue takes more than so many and one; None: as many as they like."""
        policy = f"policies/{quote(vhost, safe='')}/full"
        if messages is None:
            self._manage("DELETE", policy)
        else:
            self._manage("PUT", policy, {"pattern": "^[a-z_]+$", "definition": {"max-length": messages}})

    def alarm(self, *, on: bool) -> None:
        """Out of memory, it takes nothing from connections that publish."""
        environment = {**os.environ, "HOME": str(self.folder), **self.environment()}
        allowed = "0" if on else "0.4"
        subprocess.run(
            [self._control, "set_vm_memory_high_watermark", allowed],
            env=environment,
            user=self._run_as(),
            capture_output=True,
            check=True,
        )

    def _manage(self, method: str, path: str, body: object = None) -> bytes:
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(
            f"http://{self.host}:{self.management_port}/api/{path}",
            method=method,
            headers={"Authorization": f"Basic {login}"},
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
            return bytes(answer.read())
