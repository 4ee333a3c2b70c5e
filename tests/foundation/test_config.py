"""What an operator can set, and the one sentence that a mistake ends in."""

import subprocess
import sys
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from app.config import (
    ROOT,
    DatabaseSettings,
    Role,
    Settings,
    SettingsError,
    load_database_url,
    load_settings,
    unknown_env_keys,
)

TOKEN = "4200000001:AAHfounDationSecretSecretSecretSecr"
POSTGRES = "postgresql+asyncpg://bites:db-secret@db.example/bites"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell in which only a token is set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)


def load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings(env_file=None)


def test_a_token_is_enough() -> None:
    settings = load_settings(env_file=None)
    assert settings.db_url.get_secret_value() == f"sqlite+aiosqlite:///{ROOT / 'data/db.sqlite3'}"
    assert settings.store_url.get_secret_value() == f"sqlite:///{ROOT / 'data/jobs.sqlite'}"
    assert settings.log_file == ROOT / "data/log.txt"
    assert settings.tables_json == ROOT / "app/dao/tables.json"
    assert settings.roles == frozenset(Role)
    assert settings.init_db is None
    assert settings.is_sqlite
    assert settings.polling
    assert settings.webhook_url is None
    assert settings.rabbitmq_url is None


MISTAKES = [
    ({"BOT_TOKEN": ""}, "BOT_TOKEN is missing"),
    ({"BOT_TOKEN": "AAHfounDationSecret"}, "BOT_TOKEN does not look like the token"),
    ({"BOT_TOKEN": TOKEN.replace(":", " ")}, "BOT_TOKEN does not look like the token"),
    ({"ADMIN_IDS": "9001"}, "ADMIN_IDS should be a JSON list"),
    ({"ADMIN_IDS": "[9001"}, "ADMIN_IDS should be a JSON list"),
    ({"ADMIN_IDS": '["anna"]'}, "ADMIN_IDS should be a valid integer"),
    ({"ADMIN_IDS": "[true]"}, "ADMIN_IDS should be a valid integer"),
    ({"ADMIN_IDS": "[-100]"}, "ADMIN_IDS should be greater than 0"),
    ({"ADMIN_IDS": "[99999999999999999999999]"}, "ADMIN_IDS should be less than"),
    ({"BASE_URL": "bites.example"}, "BASE_URL should be an address"),
    ({"BASE_URL": "http://bites.example"}, "BASE_URL should start with https://"),
    ({"BASE_URL": "https://bites.example:8000"}, "BASE_URL should have a port that Telegram calls"),
    ({"BASE_URL": "https://bites.example:port"}, "BASE_URL should be an address"),
    ({"BASE_URL": "https://bites.example/?a=b"}, "BASE_URL should be an address"),
    ({"BASE_URL": "https://bites.example/webhook/"}, "BASE_URL should not end with /webhook"),
    ({"TELEGRAM_API_URL": "localhost:8081"}, "TELEGRAM_API_URL should be an address"),
    ({"WEBHOOK_SECRET": "пароль"}, "WEBHOOK_SECRET should have 1 to 256"),
    ({"WEBHOOK_SECRET": "a" * 257}, "WEBHOOK_SECRET should have 1 to 256"),
    ({"TIMEZONE": "Mars/Olympus"}, "TIMEZONE should be an IANA time zone"),
    ({"TIMEZONE": "Europe"}, "TIMEZONE should be an IANA time zone"),
    ({"TIMEZONE": "../../etc/passwd"}, "TIMEZONE should be an IANA time zone"),
    ({"ROLES": "web,cook"}, "ROLES should be 'web', 'worker' or 'scheduler'"),
    ({"ROLES": "[]"}, "ROLES should have at least 1"),
    ({"ROLES": "web"}, "ROLES may be split over processes only with RABBITMQ_HOST"),
    ({"ROLES": "web", "RABBITMQ_HOST": "mq"}, "ROLES may be split over processes only with a DB_URL of PostgreSQL"),
    ({"WEB_CONCURRENCY": "2"}, "WEB_CONCURRENCY above 1 needs a DB_URL of PostgreSQL"),
    ({"WEB_CONCURRENCY": "2", "DB_URL": POSTGRES}, "WEB_CONCURRENCY above 1 needs REDIS_URL"),
    (
        {"WEB_CONCURRENCY": "2", "DB_URL": POSTGRES, "REDIS_URL": "redis://cache.example"},
        "WEB_CONCURRENCY above 1 needs BASE_URL",
    ),
    ({"DB_URL": "bites.db"}, "DB_URL should start with sqlite+aiosqlite:// or postgresql+asyncpg://"),
    ({"DB_URL": "postgres://bites:db-secret@db.example/bites"}, "DB_URL should start with"),
    ({"DB_URL": "sqlite+aiosqlite://"}, "DB_URL should name a file"),
    ({"DB_URL": "sqlite+aiosqlite:///:memory:"}, "DB_URL should name a file"),
    ({"DB_POOL_SIZE": "0"}, "DB_POOL_SIZE should be greater than or equal to 1"),
    ({"DB_POOL_SIZE": "5000"}, "DB_POOL_SIZE should be less than or equal to 200"),
    ({"STORE_URL": POSTGRES}, "STORE_URL should start with sqlite:// or postgresql+psycopg://"),
    ({"REDIS_URL": "http://:redis-secret@cache.example"}, "REDIS_URL should start with redis://"),
    ({"REDIS_URL": "redis://:redis-secret@cache.example:port/0"}, "REDIS_URL should be an address like redis://"),
    ({"RABBITMQ_HOST": "mq:5672"}, "RABBITMQ_HOST should be a host's name or address alone: its port is RABBITMQ_PORT"),
    ({"RABBITMQ_HOST": "amqp://mq"}, "RABBITMQ_HOST should be a host's name or address"),
    ({"RABBITMQ_PORT": "amqp"}, "RABBITMQ_PORT should be a valid integer"),
    ({"HOLD_MINUTES": "0"}, "HOLD_MINUTES should be greater than or equal to 1"),
    ({"BOOKING_HORIZON_DAYS": "100000"}, "BOOKING_HORIZON_DAYS should be less than or equal to"),
    ({"MAX_LIVE_BOOKINGS": "many"}, "MAX_LIVE_BOOKINGS should be a valid integer"),
    ({"STOP_TIMEOUT": "-1"}, "STOP_TIMEOUT should be greater than or equal to 0"),
    ({"MAX_CONCURRENT_UPDATES": "0"}, "MAX_CONCURRENT_UPDATES should be greater than or equal to 1"),
    ({"HEALTH_PORT": "70000"}, "HEALTH_PORT should be less than or equal to 65535"),
    ({"TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, "TRUSTED_PROXIES should hold addresses or networks, like 10."),
    (
        {"TRUSTED_PROXIES": "fd00::1/8"},
        "TRUSTED_PROXIES should hold addresses or networks, like 10.0.0.0/8 or fd00::/8",
    ),
    ({"WEBHOOK_NETWORKS": "[5]"}, "WEBHOOK_NETWORKS should hold addresses or networks"),
    ({"WEBHOOK_NETWORKS": "10.0.0.0/8"}, "WEBHOOK_NETWORKS should be a JSON list"),
    ({"WEBHOOK_NETWORKS": "[]"}, "WEBHOOK_NETWORKS should name at least one network"),
    ({"DOCS_ENABLED": "perhaps"}, "DOCS_ENABLED should be a valid boolean"),
    ({"INIT_DB": "2"}, "INIT_DB should be a valid boolean"),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL should be 'TRACE'"),
    ({"LOG_STYLE": "xml"}, "LOG_STYLE should be 'text' or 'json'"),
    ({"LOG_ROTATION": "often"}, "LOG_ROTATION should be a size, a time or an interval"),
    ({"FORMAT_LOG": "{message"}, "FORMAT_LOG is no format of a log line"),
    ({"FORMAT_LOG": "{weather} {message}"}, "FORMAT_LOG has a field that no log line has: {weather}"),
    ({"CLOCK_OFFSET_FILE": "data/offset"}, "CLOCK_OFFSET_FILE moves time"),
]


@pytest.mark.parametrize(("environment", "beginning"), MISTAKES, ids=[start for _, start in MISTAKES])
def test_a_mistake_is_one_sentence_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    beginning: str,
) -> None:
    with pytest.raises(SettingsError) as failure:
        load(monkeypatch, **environment)
    sentence = str(failure.value)
    assert sentence.startswith(beginning)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "secret" not in sentence.lower().replace("webhook_secret", "")


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {name.upper(): "" for name in Settings.model_fields if name not in {"bot_token", "log_file"}}
    assert load(monkeypatch, **empty) == load_settings(env_file=None)


def test_an_empty_log_file_is_console_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, LOG_FILE="").log_file is None


def test_a_public_address_turns_polling_off(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, BASE_URL="https://bites.example:8443/moscow/")
    assert not settings.polling
    assert settings.webhook_url == "https://bites.example:8443/moscow/webhook"


def test_plain_http_and_any_port_will_do_for_a_bot_api_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, TELEGRAM_API_URL="http://127.0.0.1:8081/", BASE_URL="http://127.0.0.1:8000")
    assert settings.telegram_api_url == "http://127.0.0.1:8081"
    assert settings.webhook_url == "http://127.0.0.1:8000/webhook"


def test_time_may_be_moved_with_a_bot_api_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, TELEGRAM_API_URL="http://127.0.0.1:8081", CLOCK_OFFSET_FILE="data/offset")
    assert settings.clock_offset_file == ROOT / "data/offset"


def test_the_webhook_secret_is_the_same_at_every_start_and_another_for_another_bot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = load_settings(env_file=None).secret_token
    assert first == load_settings(env_file=None).secret_token
    assert len(first.get_secret_value()) == 64
    assert load(monkeypatch, BOT_TOKEN=f"{TOKEN}x").secret_token != first
    assert load(monkeypatch, WEBHOOK_SECRET="my-own").secret_token.get_secret_value() == "my-own"


def test_roles_may_be_split_where_everything_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        ROLES="web, worker",
        WEB_CONCURRENCY="4",
        BASE_URL="https://bites.example",
        DB_URL=POSTGRES,
        STORE_URL="postgresql+psycopg://bites:db-secret@db.example/bites",
        REDIS_URL="redis://cache.example/0",
        RABBITMQ_HOST="mq.example",
    )
    assert settings.roles == {Role.WEB, Role.WORKER}
    assert settings.db_url.get_secret_value() == POSTGRES
    assert not settings.is_sqlite


def test_a_broker_password_with_odd_letters_reaches_the_broker_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        RABBITMQ_HOST="::1",
        RABBITMQ_USERNAME="bi tes",
        RABBITMQ_PASSWORD="p@ss/w:rd",
        VHOST="/bites",
    )
    assert settings.rabbitmq_url
    assert settings.rabbitmq_url.get_secret_value() == "amqp://bi%20tes:p%40ss%2Fw%3Ard@[::1]:5672/%2Fbites"


def test_proxies_are_addresses_or_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = (IPv4Network("127.0.0.1/32"), IPv4Network("10.0.0.0/8"))
    assert load(monkeypatch, TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8").trusted_proxies == wanted
    assert load(monkeypatch, TRUSTED_PROXIES='["127.0.0.1", "10.0.0.0/8"]').trusted_proxies == wanted


def test_no_secret_is_seen_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        WEBHOOK_SECRET="hook-secret",
        DB_URL=POSTGRES,
        RABBITMQ_HOST="mq",
        RABBITMQ_PASSWORD="mq-secret",
        REDIS_URL="redis://:redis%2Dsecret@cache.example",
    )
    assert "secret'" not in f"{settings!r} {settings.rabbitmq_url}".replace("secret=", "")
    assert set(settings.secrets) == {TOKEN, "hook-secret", "db-secret", "mq-secret", "redis-secret"}


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("\ufeffHOLD_MINUTES=7\nMAX_LIVE_BOOKINGS=2\n", "utf-8")
    monkeypatch.setenv("MAX_LIVE_BOOKINGS", "3")
    settings = load_settings(env_file=file)
    assert (settings.hold_minutes, settings.max_live_bookings) == (7, 3)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("HOLD_MINUTES=7\n", "utf-16")
    with pytest.raises(SettingsError, match=r"\.env cannot be read as text in UTF-8"):
        load_settings(env_file=file)


def test_misspelt_names_in_the_file_are_found(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# ours\nBOT_TOKEN=1:abc\nADMIN_ID=[1]\nhold_minutes=7\nPOSTGRES_PASSWORD=a\nGRAFANA_PASSWORD=b\nBASEURL=\n",
        "utf-8",
    )
    assert unknown_env_keys(file) == ["ADMIN_ID", "BASEURL"]
    assert unknown_env_keys(tmp_path / "absent") == []


def test_migrations_need_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    monkeypatch.setenv("DB_URL", POSTGRES)
    assert load_database_url(env_file=None) == POSTGRES
    monkeypatch.setenv("DB_URL", "mysql://db.example")
    with pytest.raises(SettingsError, match="DB_URL should start with"):
        load_database_url(env_file=None)


def test_paths_do_not_depend_on_where_it_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(monkeypatch, VENUE_JSON="my/venue.json").venue_json == ROOT / "my/venue.json"
    assert load(monkeypatch, VENUE_JSON=str(tmp_path / "venue.json")).venue_json == tmp_path / "venue.json"


def test_the_example_file_names_every_setting_once_and_nothing_else() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    names = [line.lstrip("# ").partition("=")[0] for line in lines if "=" in line.split(" ")[0] or line[:1].isupper()]
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_file_shows_the_defaults() -> None:
    example = ROOT / ".env.example"
    assert unknown_env_keys(example) == []
    assert load_settings(env_file=example) == load_settings(env_file=None)


def test_importing_does_nothing(tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import app.config, app.log"],
        cwd=ROOT,
        env={"PATH": "", "SYSTEMROOT": "", "BOT_TOKEN": "nonsense", "LOG_FILE": str(tmp_path / "log.txt")},
        capture_output=True,
        check=True,
    )
    assert (shown.stdout, shown.stderr) == (b"", b"")
    assert list(tmp_path.iterdir()) == []


def test_settings_of_the_migrations_are_settings_of_the_service() -> None:
    assert DatabaseSettings.model_fields.keys() <= Settings.model_fields.keys()
