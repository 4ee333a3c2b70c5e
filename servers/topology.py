"""The service of docker-compose.yml and docker-compose.local.yml as plain processes of this machine."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from app.config import Role, Settings
from servers.guard import Guard
from servers.nginx import Nginx
from servers.postgres import Postgres
from servers.program import Program
from servers.rabbitmq import RabbitMQ
from servers.redis import Redis
from servers.server import Server, free_port

PROCESSES = {Role.WEB: 2, Role.WORKER: 2, Role.SCHEDULER: 2}
SERVICE = ("app", "--host", "127.0.0.1", "--port", "{port}")
BOT = "binary_bites_bot,Binary Bites"
_DATABASE = "bites"


class Topology:
    """Stores, playground, proxy, and processes of each role; what they hold is kept in the folder."""

    def __init__(
        self,
        guard: Guard,
        folder: Path,
        *,
        page_port: int | None = None,
        processes: Mapping[Role, int] = PROCESSES,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`page_port` is the playground's; any free one, if it is not given. `settings` win over those of here."""
        self.folder = folder
        self.postgres = Postgres(guard, folder=folder / "postgres")
        self.rabbitmq = RabbitMQ(guard, folder=folder / "rabbitmq")
        self.redis = Redis(guard, folder=folder / "redis")
        self._key = _kept_secret(folder / "key")
        self._token = f"42:PLAYGROUND{_kept_secret(folder / 'token')}"
        self.playground = self._playground(guard, page_port or free_port())
        proxy_port = free_port()
        shared = {**self._settings(proxy_port, webs=processes[Role.WEB]), **(settings or {})}
        self.services: dict[Role, list[Program]] = {
            role: [self._service(guard, role, number + 1, shared) for number in range(count)]
            for role, count in processes.items()
        }
        webs = [web.port for web in self.services[Role.WEB]]
        self.proxy = Nginx(guard, webs, port=proxy_port, folder=folder / "proxy")

    @property
    def page(self) -> str:
        """The address of the chat."""
        return f"http://{self.playground.host}:{self.playground.port}/chat/{self._key}/"

    def __enter__(self) -> Self:
        """Returns when everything is ready. Raises NotStartedError; then, too, nothing is left running."""
        with ExitStack() as stack:
            stack.callback(self._stop)
            _together(lambda server: server.start(), [self.postgres, self.rabbitmq, self.redis, self.playground])
            self.postgres.keep(_DATABASE)
            _together(lambda server: server.start(), [*self._processes(), self.proxy])
            stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ended(self) -> Server | None:
        """One that has ended by itself, if there is any."""
        return next((server for server in self._all() if not server.running), None)

    def _stop(self) -> None:
        """As they depend on each other: what the service says last is still heard and stored."""
        self.proxy.stop()
        _together(lambda server: server.stop(), self._processes())
        _together(lambda server: server.stop(), [self.playground, self.postgres, self.rabbitmq, self.redis])
        self.rabbitmq.close()

    def _processes(self) -> Sequence[Server]:
        return [service for several in self.services.values() for service in several]

    def _all(self) -> Iterator[Server]:
        yield from (self.postgres, self.rabbitmq, self.redis, self.playground, self.proxy)
        yield from self._processes()

    def _playground(self, guard: Guard, port: int) -> Server:
        options = [f"--token={self._token},{BOT}", f"--key={self._key}", "--port={port}"]
        files = [f"--clock-offset-file={self._clock}", f"--history={self.folder / 'chats.json'}"]
        playground = Program(guard, self.folder / "playground", "playground", *options, *files, ready="/", settings={})
        playground.port = port
        return playground

    def _service(self, guard: Guard, role: Role, number: int, shared: Mapping[str, str]) -> Program:
        folder = self.folder / f"{role}-{number}"
        return Program(guard, folder, *SERVICE, ready="/health/ready", settings={**shared, "ROLES": role})

    def _settings(self, proxy_port: int, *, webs: int) -> Mapping[str, str]:
        """An empty setting is the default, whatever `.env` says."""
        return {
            **{name.upper(): "" for name in Settings.model_fields},
            "DB_URL": self.postgres.url(_DATABASE),
            "STORE_URL": self.postgres.url(_DATABASE, "psycopg"),
            "REDIS_URL": self.redis.url,
            "RABBITMQ_HOST": self.rabbitmq.host,
            "RABBITMQ_PORT": str(self.rabbitmq.port),
            "RABBITMQ_USERNAME": self.rabbitmq.user,
            "RABBITMQ_PASSWORD": self.rabbitmq.password,
            "VHOST": "/",
            "WEB_CONCURRENCY": str(webs),
            "HEALTH_PORT": "{port}",
            "BOT_TOKEN": self._token,
            "ADMIN_IDS": "[9001, 9002]",
            "BASE_URL": f"http://127.0.0.1:{proxy_port}",
            "TELEGRAM_API_URL": f"http://{self.playground.host}:{self.playground.port}",
            "CLOCK_OFFSET_FILE": str(self._clock),
        }

    @property
    def _clock(self) -> Path:
        return self.folder / "clock-offset"


def _together(action: Callable[[Server], None], servers: Sequence[Server]) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(action, servers))


def _kept_secret(file: Path) -> str:
    """The same at the next start, so that chats go on."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(12), "utf-8")
    return file.read_text("utf-8")
