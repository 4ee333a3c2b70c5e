"""What an operator, and a guest meanwhile, notice of starting, running and stopping the service."""

import asyncio
import os
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import httpx
import pytest

import app.main
from app.config import unknown_env_keys
from app.domain.errors import DatabaseInUse
from app.server import main
from playground.client import Person, Playground
from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ
from servers.redis import Redis
from servers.server import free_port
from tests.foundation.service import TOKEN, environment, forked, inside, process, started

pytestmark = pytest.mark.slow


@pytest.fixture
async def telegram() -> AsyncIterator[Playground]:
    async with Playground.start(token=TOKEN) as playground:
        yield playground


@pytest.fixture
async def guest(telegram: Playground) -> Person:
    return await telegram.join("guest")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def posted(tmp_path: Path, telegram: Playground, port: int) -> dict[str, str]:
    """Settings of a service with a webhook."""
    return environment(tmp_path, telegram.base_url, BASE_URL=f"http://127.0.0.1:{port}")


@pytest.fixture
def fetching(tmp_path: Path, telegram: Playground) -> dict[str, str]:
    """Settings of a service with long polling."""
    return environment(tmp_path, telegram.base_url)


def log_of(folder: Path) -> str:
    return (folder / "log.txt").read_text("utf-8")


@asynccontextmanager
async def busy(folder: Path) -> AsyncIterator[None]:
    """Whoever wants to write to the database has to wait until the block is left."""
    with closing(
        sqlite3.connect(folder / "new" / "db.sqlite3", isolation_level=None, check_same_thread=False)
    ) as connection:
        await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        yield


async def in_work(port: int) -> None:
    """Returns when an update is in work."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http, asyncio.timeout(10):
        while "bites_updates_in_work 1.0" not in (await http.get("/metrics")).text:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)


async def refusal(telegram: Playground) -> str:
    """What the webhook answered, when it has refused an update."""
    updates = telegram.world.bot_of(TOKEN).updates
    async with asyncio.timeout(20):
        while updates.last_error is None:  # noqa: ASYNC110 - the playground tells it only when it is asked
            await asyncio.sleep(0.01)
    return updates.last_error.message


def refused(env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence that a start ends with, in this process."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert main(["--port", str(free_port())]) == 2
    return one_sentence(capsys.readouterr().err)


def one_sentence(said: str) -> str:
    lines = [line for line in said.splitlines() if " INFO " not in line]
    assert len(lines) == 1, said
    assert lines[0].endswith(".")
    return lines[0]


async def test_a_guest_is_answered_by_webhook_and_the_log_reads_well(
    posted: dict[str, str], port: int, guest: Person, telegram: Playground, tmp_path: Path
) -> None:
    async with inside(posted, port) as http:
        assert (await guest.send("/start")).outcome == "acknowledged"
        assert "Binary Bites" in guest.last.text
        while (ready := await http.get("/health/ready")).json()["updates"] == "setting up":
            pass  # the first update may be answered before what was told to Telegram is noted
        assert (ready.status_code, ready.json()["status"], ready.json()["updates"]) == (200, "ready", "webhook")
        metrics = (await http.get("/metrics")).text
    assert 'bites_updates_total{kind="message",outcome="handled"} 1.0' in metrics
    assert 'bites_bookings{status="booked"} 0.0' in metrics
    assert 'bites_waiting{status="offered"} 0.0' in metrics
    log = log_of(tmp_path)
    assert "Started: roles scheduler, web, worker" in log
    assert f"Telegram now posts updates to http://127.0.0.1:{port}/webhook" in log
    assert log.index("Stopping") < log.index("Stopped")
    assert TOKEN not in log
    assert "Traceback" not in log
    assert telegram.world.bot_of(TOKEN).updates.webhook


async def test_a_guest_is_answered_by_long_polling(fetching: dict[str, str], port: int, guest: Person) -> None:
    async with inside(fetching, port) as http:
        assert (await guest.send("/start")).outcome == "acknowledged"
        assert "Binary Bites" in guest.last.text
        assert (await http.get("/health/ready")).json()["updates"] == "polling"


async def test_nothing_else_is_served(posted: dict[str, str], port: int) -> None:
    async with inside(posted, port) as http:
        assert (await http.get("/health/live")).status_code == 200
        for path in ("/", "/docs", "/redoc", "/openapi.json", "/webhook/", "/health", "/asyncapi", "/static/x"):
            assert (await http.get(path)).status_code == 404
        assert (await http.get("/webhook")).status_code == 405
        assert (await http.post("/webhook", json={"update_id": 1})).status_code == 403


async def test_the_documentation_is_there_where_it_is_wanted(posted: dict[str, str], port: int) -> None:
    async with inside({**posted, "DOCS_ENABLED": "1"}, port) as http:
        assert (await http.get("/docs")).status_code == 200
        assert "/health/ready" in (await http.get("/openapi.json")).json()["paths"]


async def test_behind_a_proxy_only_telegrams_networks_may_post(
    posted: dict[str, str], port: int, guest: Person, telegram: Playground
) -> None:
    proxied = {**posted, "TRUSTED_PROXIES": "127.0.0.1", "WEBHOOK_NETWORKS": '["192.0.2.0/24"]'}
    async with inside(proxied, port):
        await guest.send("/start", wait=False)
        assert "403" in await refusal(telegram)


async def test_a_second_start_doubles_nothing(posted: dict[str, str], port: int, guest: Person, tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        async with inside(posted, port):
            await guest.send("/start")
        with closing(sqlite3.connect(tmp_path / "new" / "db.sqlite3")) as database:
            counts.append(
                [database.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("tables", "time_slots")]  # noqa: S608 - two words of ours
            )
    assert counts == [[(12,), (9,)]] * 2
    assert log_of(tmp_path).count("Telegram now posts") == 1
    assert log_of(tmp_path).count("as before") == 1


async def test_a_bot_api_that_is_away_at_the_start_delays_nobody(
    posted: dict[str, str], port: int, guest: Person, telegram: Playground, tmp_path: Path
) -> None:
    await telegram.fail("500", 2)
    waiting = await guest.send("/start", wait=False)
    async with inside(posted, port) as http:
        assert (await http.get("/health/ready")).status_code == 200
        assert (await guest.settled(waiting)).outcome == "acknowledged"
    assert "cannot be set up yet" in log_of(tmp_path)


async def test_while_the_database_is_busy_telegram_is_asked_to_come_again(
    posted: dict[str, str], port: int, guest: Person, telegram: Playground, tmp_path: Path
) -> None:
    async with inside(posted, port):
        await guest.send("/help")
        async with busy(tmp_path):
            sent = await guest.send("/start", wait=False)
            assert "503" in await refusal(telegram)
        delivery = await guest.settled(sent)
        assert (delivery.outcome, delivery.retries > 0) == ("acknowledged", True)
    assert "a store is away" in log_of(tmp_path)


async def test_misspelt_settings_are_named(
    posted: dict[str, str], port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("BOT_TOKEN=1:abc\nBOT_TOKNE=secret\nADMIN_ID=5\n")
    monkeypatch.setattr(app.main, "unknown_env_keys", partial(unknown_env_keys, tmp_path / ".env"))
    async with inside(posted, port):
        pass
    assert "Unknown settings in .env, misspelt perhaps: BOT_TOKNE, ADMIN_ID" in log_of(tmp_path)


async def test_a_stop_finishes_what_is_in_work_and_exits_with_0(
    posted: dict[str, str], port: int, guest: Person, tmp_path: Path
) -> None:
    async with started(posted, port) as service:
        await guest.send("/help")
        async with busy(tmp_path):
            sent = await guest.send("/start", wait=False)
            await in_work(port)
            service.command.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.3)  # uvicorn has closed its listener by then, and waits
        assert await service.ends() == 0
        assert "Stopped" in service.said
        assert "Traceback" not in service.said
    assert (await guest.settled(sent)).attempts == 1
    assert "Binary Bites" in guest.last.text


async def test_ctrl_c_while_polling_finishes_and_confirms(
    fetching: dict[str, str], port: int, guest: Person, tmp_path: Path
) -> None:
    async with started(fetching, port) as service:
        async with busy(tmp_path):
            sent = await guest.send("/start", wait=False)
            await in_work(port)
            service.command.send_signal(signal.SIGINT)
            await service.says("Stopping")
        assert await service.ends() == 0
    assert (await guest.settled(sent)).attempts >= 1
    assert "Binary Bites" in guest.last.text


@pytest.fixture
def shared(
    posted: dict[str, str], postgres_database: str, rabbitmq: RabbitMQ, rabbitmq_vhost: str, redis_url: str
) -> dict[str, str]:
    """Settings of a deployment of several processes."""
    return {
        **posted,
        "DB_URL": postgres_database,
        "RABBITMQ_HOST": rabbitmq.host,
        "RABBITMQ_PORT": str(rabbitmq.port),
        "VHOST": rabbitmq_vhost,
        "REDIS_URL": redis_url,
        "LOG_FILE": "",
    }


async def test_roles_in_processes_of_their_own_work_together(
    shared: dict[str, str], telegram: Playground, guest: Person, port: int, redis_server: Redis
) -> None:
    owner = await telegram.join("owner")
    await owner.send("/start", wait=False)
    health = free_port()
    web = {**shared, "ROLES": "web"}
    worker = {**shared, "ROLES": "worker", "HEALTH_PORT": str(health)}
    scheduler = {**shared, "ROLES": "scheduler"}
    async with (
        started(web, port),
        started(worker, port),
        forked(env=scheduler) as leading,
        httpx.AsyncClient() as http,
    ):
        await owner.wait_for("Бот запущен", timeout=30)
        assert (await guest.send("/start")).outcome == "acknowledged"
        assert (await http.get(f"http://127.0.0.1:{health}/health/ready")).json() == {
            "status": "ready",
            "database": "ok",
            "redis": "ok",
            "broker": "connected",
            "scheduler": "off",
            "outbox_lag": 0.0,
            "updates": "off",
        }
        assert (await http.post(f"http://127.0.0.1:{health}/webhook")).status_code == 404
        redis_server.kill()
        ready = await http.get(f"http://127.0.0.1:{port}/health/ready")
        assert (ready.status_code, ready.json()["redis"]) == (503, "away")
        assert await leading.ends(signal.SIGTERM) == 0
        await owner.wait_for("Бот остановлен")


@pytest.mark.parametrize("webhook", [True, False])
async def test_a_kill_in_the_middle_loses_nothing(
    posted: dict[str, str], fetching: dict[str, str], port: int, guest: Person, tmp_path: Path, *, webhook: bool
) -> None:
    env = posted if webhook else fetching
    async with started(env, port) as killed:
        await guest.send("/help")
        async with busy(tmp_path):
            sent = await guest.send("/start", wait=False)
            await in_work(port)
            assert await killed.ends(signal.SIGKILL) == -signal.SIGKILL
    async with started(env, port) as restarted:
        assert (await guest.settled(sent)).outcome == "acknowledged"
        assert "Binary Bites" in guest.last.text
        assert await restarted.ends(signal.SIGTERM) == 0


async def test_a_stop_with_nothing_in_work_is_quick(posted: dict[str, str], port: int) -> None:
    async with started(posted, port) as service:
        async with asyncio.timeout(10):
            assert await service.ends(signal.SIGTERM) == 0


async def test_uvicorn_runs_it_too_and_stops_in_time(
    posted: dict[str, str], port: int, guest: Person, telegram: Playground
) -> None:
    env = {**posted, "STOP_TIMEOUT": "1"}
    async with process("-m", "uvicorn", "app.main:app", "--port", str(port), env=env) as service:
        await service.says("Started: roles")
        assert (await guest.send("/start")).outcome == "acknowledged"
        await telegram.fail("hang", chat_id=guest.id)
        await guest.send("/help", wait=False)
        await in_work(port)
        async with asyncio.timeout(5):
            await service.ends(signal.SIGTERM)
        assert "message was cut off in its middle" in service.said
        assert "Stopped" in service.said
        assert "Traceback" not in service.said


async def test_uvicorn_tells_a_mistake_in_one_sentence_too(posted: dict[str, str], port: int) -> None:
    env = {**posted, "BASE_URL": "nonsense"}
    async with process("-m", "uvicorn", "app.main:app", "--port", str(port), env=env) as service:
        assert await service.ends() != 0
        assert "BASE_URL should be an address" in service.said
        assert "Traceback" not in service.said


async def test_making_the_application_does_nothing(tmp_path: Path) -> None:
    code = "from app.main import app; import sys; print(type(app).__name__, file=sys.stderr)"
    async with process(
        "-c", code, env={"BOT_TOKEN": "", "PYTHONPATH": str(app.main.__file__)[: -len("app/main.py")]}, cwd=tmp_path
    ) as service:
        assert await service.ends() == 0
        assert service.said == "FastAPI\n"
    assert not [*os.scandir(tmp_path)]


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("BOT_TOKEN", "", "BOT_TOKEN is missing"),
        ("BOT_TOKEN", "hello", "BOT_TOKEN does not look like"),
        ("BASE_URL", "example.org", "BASE_URL should be an address"),
        ("ROLES", "web,worker", "ROLES may be split"),
        ("WEB_CONCURRENCY", "2", "WEB_CONCURRENCY above 1 needs"),
        ("TIMEZONE", "Europe/Moskau", "TIMEZONE should be an IANA time zone"),
        ("STOP_TIMEOUT", "soon", "STOP_TIMEOUT should be"),
    ],
)
def test_a_settings_mistake_is_one_sentence_and_exit_code_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    value: str,
    words: str,
) -> None:
    env = environment(tmp_path, "http://127.0.0.1:9", **{setting: value})
    assert words in refused(env, monkeypatch, capsys)
    assert not list(tmp_path.iterdir())


async def test_a_machine_without_time_zones_is_one_sentence(posted: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "tzdata.py").write_text("raise ImportError('as if it were not installed')")
    env = {**posted, "PYTHONTZPATH": "", "PYTHONPATH": str(tmp_path)}
    async with process("-m", "app", env=env) as service:
        assert await service.ends() == 2
        assert service.said == "TIMEZONE cannot be looked up, because no time zone is known here: install tzdata.\n"


@pytest.mark.parametrize(
    ("setting", "scheme"), [("LOG_FILE", ""), ("DB_URL", "sqlite+aiosqlite:///"), ("STORE_URL", "sqlite:///")]
)
def test_a_file_that_cannot_be_written_is_one_sentence_that_names_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: str, scheme: str
) -> None:
    (tmp_path / "occupied").write_text("no directory")
    env = environment(tmp_path, "http://127.0.0.1:9", **{setting: f"{scheme}{tmp_path}/occupied/file"})
    assert refused(env, monkeypatch, capsys).startswith(setting)


def test_a_database_server_that_is_away_is_one_sentence_that_names_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql+asyncpg://bites:db-secret@127.0.0.1:{free_port()}/bites"
    sentence = refused(environment(tmp_path, "http://127.0.0.1:9", DB_URL=url), monkeypatch, capsys)
    assert sentence.startswith("DB_URL does not lead to a database")
    assert "db-secret" not in sentence


def store_that_is_no_database(folder: Path, _: Postgres) -> str:
    (folder / "notes.txt").write_text("No database, but long enough to be taken for one. " * 100)
    return f"sqlite:///{folder}/notes.txt"


def store_that_is_away(_: Path, __: Postgres) -> str:
    return f"postgresql+psycopg://bites:db-secret@127.0.0.1:{free_port()}/bites"


def store_that_was_never_made(_: Path, postgres: Postgres) -> str:
    return f"postgresql+psycopg://postgres:db-secret@{postgres.host}:{postgres.port}/nobody_made_this"


def store_of_a_stranger(_: Path, postgres: Postgres) -> str:
    return f"postgresql+psycopg://stranger:db-secret@{postgres.host}:{postgres.port}/postgres"


@pytest.mark.parametrize(
    "store", [store_that_is_no_database, store_that_is_away, store_that_was_never_made, store_of_a_stranger]
)
def test_a_job_store_that_cannot_be_used_is_one_sentence_that_names_its_setting(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    postgres: Postgres,
    store: Callable[[Path, Postgres], str],
) -> None:
    env = environment(tmp_path, "http://127.0.0.1:9", STORE_URL=store(tmp_path, postgres))
    sentence = refused(env, monkeypatch, capsys)
    assert sentence.startswith("STORE_URL does not lead to a job store")
    assert "db-secret" not in sentence


def test_a_mistake_in_a_seed_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tables.json").write_text('[{"id": 1, "capacity": 0, "description": ""}]')
    env = environment(tmp_path, "http://127.0.0.1:9", TABLES_JSON=str(tmp_path / "tables.json"))
    sentence = refused(env, monkeypatch, capsys)
    assert "tables.json" in sentence
    assert "capacity" in sentence


def test_a_database_of_another_program_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").mkdir()
    with closing(sqlite3.connect(tmp_path / "new" / "db.sqlite3")) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('f00f00f00f00')")
        database.commit()
    assert "revision f00f00f00f00" in refused(environment(tmp_path, "http://127.0.0.1:9"), monkeypatch, capsys)


def test_a_port_in_use_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(tmp_path, "http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        assert main(["--port", str(number)]) == 2
    assert one_sentence(capsys.readouterr().err).startswith(f"Port {number} of 127.0.0.1 cannot be listened on")
    assert not (tmp_path / "new").exists()


async def test_a_second_process_on_the_same_file_is_refused(posted: dict[str, str], port: int) -> None:
    async with started(posted, port), forked("--port", str(free_port()), env=posted) as second:
        assert await second.ends() == 2
        assert "which another process is using" in one_sentence(second.said)


async def test_a_second_process_with_nothing_to_share_but_postgresql_is_refused(
    posted: dict[str, str], port: int, guest: Person, postgres_database: str
) -> None:
    env = {**posted, "DB_URL": postgres_database, "STOP_TIMEOUT": "0"}
    async with inside(env, port) as http:
        with pytest.raises(DatabaseInUse, match="need REDIS_URL, where they lock a user's updates, and RABBITMQ_HOST"):
            await inside(env, free_port()).__aenter__()
        assert (await guest.send("/start")).outcome == "acknowledged"
        assert (await http.get("/health/ready")).json()["status"] == "ready"


async def test_polling_is_refused_while_another_host_has_the_updates(
    posted: dict[str, str], fetching: dict[str, str], port: int, guest: Person
) -> None:
    async with inside(posted, port):
        await guest.send("/start")
    async with forked("--port", str(port), env=fetching) as refusing:
        assert await refusing.ends() == 2
        assert "TAKE_OVER_WEBHOOK=1" in one_sentence(refusing.said)
    async with inside({**fetching, "TAKE_OVER_WEBHOOK": "1"}, port):
        assert (await guest.send("/start")).outcome == "acknowledged"
