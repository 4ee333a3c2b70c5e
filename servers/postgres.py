"""PostgreSQL, without the care for power cuts that makes it slow; what is committed survives its own `kill()`."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil
import psycopg

from servers.guard import Guard
from servers.server import Server, find_program

AFTER_RESTORE = Path(__file__).resolve().parent.parent / "deploy" / "after-restore.sql"
_NUMBERS = count(1)


class Postgres(Server):
    """A cluster whose superuser `postgres` needs no password."""

    def __init__(self, guard: Guard, *, folder: Path | None = None) -> None:
        places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
        self._initdb = find_program("initdb", *map(str, places))
        self._postgres = str(Path(self._initdb).resolve().with_name("postgres"))
        # It refuses to run as root.
        super().__init__(guard, folder=folder, user="postgres" if os.geteuid() == 0 else None)
        self._cluster = self.folder / "cluster"

    def start(self) -> None:
        if not self._cluster.exists():
            self.run(
                *(self._initdb, "--pgdata", str(self._cluster), "--username=postgres"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            )
        super().start()

    def command(self) -> Sequence[str]:
        settings = {
            "port": self.port,
            "listen_addresses": self.host,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
        }
        return [self._postgres, "-D", str(self._cluster), *(f"--{name}={value}" for name, value in settings.items())]

    def is_ready(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str, driver: str = "asyncpg") -> str:
        return f"postgresql+{driver}://postgres@{self.host}:{self.port}/{database}"

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """The name of a new database, by default an empty one, dropped on leaving the block."""
        name = f"test_{next(_NUMBERS)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield name
        self.start()
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def kill(self) -> None:
        """All of it: as long as one of its processes is left, it cannot be started again."""
        children = self._family()[1:]
        super().kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()

    def stop(self) -> None:
        """As its image does: at SIGTERM it would wait until the last client has gone."""
        self._end(signal.SIGINT)

    def dump(self, database: str, file: Path) -> None:
        """As docs/operations.md has it, at any time; the server's user has to be able to write there."""
        self.run(self._client("pg_dump"), *self._place, "--format=custom", f"--file={file}", database)

    def restore(self, database: str, file: Path) -> None:
        """As it is written there too. The one that is there keeps another name."""
        self._execute(f"ALTER DATABASE {database} RENAME TO {database}_before")
        self._execute(f"CREATE DATABASE {database}")
        self.run(self._client("pg_restore"), *self._place, f"--dbname={database}", "--exit-on-error", str(file))
        self._execute(AFTER_RESTORE.read_text("utf-8"), database)

    def keep(self, database: str) -> None:
        """Makes it, unless it is there."""
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if known is None:
            self._execute(f"CREATE DATABASE {database}")

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """As with a full disk, or a standby after a switch; open connections hear of it within milliseconds."""
        try:
            self._execute("ALTER SYSTEM SET default_transaction_read_only = on")
            self._execute("SELECT pg_reload_conf()")
            yield
        finally:
            self._execute("ALTER SYSTEM RESET default_transaction_read_only")
            self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def silent(self) -> Iterator[None]:
        """It keeps its connections and says nothing. Each of its processes has a group of its own."""
        everyone = self._family()
        for process in everyone:
            process.suspend()
        try:
            yield
        finally:
            for process in everyone:
                process.resume()

    def _family(self) -> Sequence[psutil.Process]:
        if self._process is None or self._process.poll() is not None:
            return ()
        parent = psutil.Process(self._process.pid)
        return parent, *parent.children()

    def cut_off(self, database: str) -> int:
        """Ends all connections to it, and returns how many there were."""
        with self._connect() as connection:
            ended = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [database]
            ).fetchone()
        return int(ended[0]) if ended else 0

    def _tell(self, sign: signal.Signals) -> None:
        """Each of its processes leads a group of its own."""
        super()._tell(sign)
        if not self.running:
            return
        for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            os.kill(int(child), sign)

    @property
    def _place(self) -> Sequence[str]:
        return f"--host={self.host}", f"--port={self.port}", "--username=postgres"

    def _client(self, name: str) -> str:
        return str(Path(self._postgres).with_name(name))

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user="postgres",
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _execute(self, statement: str, database: str = "postgres") -> None:
        with self._connect(database) as connection:
            connection.execute(statement.encode())
