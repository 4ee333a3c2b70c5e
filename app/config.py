"""Every setting of the service, from the environment or `.env`; a mistake is one sentence that names it."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import quote, unquote, urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from redis.asyncio.connection import parse_url
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.domain.schedule import zone_called
from app.log import ensure_format, ensure_rotation

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
OFFICIAL_API = "https://api.telegram.org"
WEBHOOK_PATH = "/webhook"

_DEFAULT_PASSWORD = "guest"  # noqa: S105 - RabbitMQ's own default, which it accepts from its own machine only
_OF_COMPOSE = {"POSTGRES_PASSWORD", "GRAFANA_PASSWORD"}
"""In `.env` for the compose files: the one makes a part of DB_URL of it, the other protects the dashboard."""
_WEBHOOK_PORTS = {None, 443, 80, 88, 8443}
_TELEGRAM_NETWORKS = (IPv4Network("149.154.160.0/20"), IPv4Network("91.108.4.0/22"))


class SettingsError(Exception):
    """One sentence for the operator: which setting is wrong, and what it should be."""


class Role(StrEnum):
    """What a process does: HTTP and bot, messages to people, or job store and sweeps."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


def _listed(value: Any) -> Any:
    """A JSON list, or the same without brackets and quotes: `web,worker`."""
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return [part.strip() for part in value.split(",")]
    return _json_list(value)


def _json_list(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise ValueError('should be a JSON list, like [1, 2] or ["a", "b"]')  # noqa: TRY004 - pydantic words ValueErrors only
    return found


def _network(value: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(value))
    except ValueError:
        raise ValueError("should hold addresses or networks, like 10.0.0.0/8 or fd00::/8") from None


def _from_root(path: Path) -> Path:
    return ROOT / path


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.hostname and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s?#@]", text):
        raise ValueError("should be an address like https://example.org, without user, query or fragment")
    return text.rstrip("/")


def _database(url: SecretStr, *, drivers: tuple[str, ...]) -> SecretStr:
    """The same URL with an absolute path, if it is SQLite. The driver is always written: the default one may differ."""
    wanted = f"should start with {' or '.join(f'{driver}://' for driver in drivers)}"
    try:
        parsed = make_url(url.get_secret_value())
    except (ArgumentError, ValueError):
        raise ValueError(wanted) from None
    if parsed.drivername not in drivers:
        raise ValueError(wanted)
    if parsed.get_backend_name() != "sqlite":
        return url
    if not parsed.database or parsed.database.startswith((":", "file:")):
        raise ValueError("should name a file: a database in memory is lost when the service stops")
    return SecretStr(parsed.set(database=str(ROOT / parsed.database)).render_as_string(hide_password=False))


def _job_store_url(url: SecretStr) -> SecretStr:
    return _database(url, drivers=("sqlite", "postgresql+psycopg"))


def _database_url(url: SecretStr) -> SecretStr:
    return _database(url, drivers=("sqlite+aiosqlite", "postgresql+asyncpg"))


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


RootPath = Annotated[Path, AfterValidator(_from_root)]
Address = Annotated[str, AfterValidator(_address)]
Port = Annotated[int, Field(ge=1, le=65535)]
_AnySettings = TypeVar("_AnySettings", bound="DatabaseSettings")
Networks = Annotated[tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)], ...], NoDecode]


class DatabaseSettings(BaseSettings):
    """All that the migrations need."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
        validate_default=True,
    )

    db_url: Annotated[SecretStr, AfterValidator(_database_url)] = SecretStr("sqlite+aiosqlite:///data/db.sqlite3")

    @model_validator(mode="before")
    @classmethod
    def _empty_means_default(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """`NAME=` is as good as no line at all, except where nothing is a choice of its own."""
        return {name: value for name, value in values.items() if value != "" or name == "log_file"}


class Settings(DatabaseSettings):
    """Everything that can be set. The attribute is the setting's name in lower case."""

    bot_token: SecretStr
    admin_ids: Annotated[
        tuple[Annotated[int, Field(strict=True, gt=0, lt=2**52)], ...],
        NoDecode,
        BeforeValidator(_json_list),
    ] = ()
    base_url: Address | Literal[""] = ""
    webhook_secret: SecretStr | None = None
    telegram_api_url: Address = OFFICIAL_API
    take_over_webhook: bool = False

    db_pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    init_db: bool | None = None
    tables_json: RootPath = Path("app/dao/tables.json")
    slots_json: RootPath = Path("app/dao/slots.json")
    venue_json: RootPath = Path("app/dao/venue.json")
    followups_json: RootPath = Path("app/dao/followups.json")
    store_url: Annotated[SecretStr, AfterValidator(_job_store_url)] = SecretStr("sqlite:///data/jobs.sqlite")

    rabbitmq_username: str = "guest"
    rabbitmq_password: SecretStr = SecretStr(_DEFAULT_PASSWORD)
    rabbitmq_host: str = ""
    rabbitmq_port: Port = 5672
    vhost: str = "/"
    redis_url: SecretStr | None = None

    roles: Annotated[
        frozenset[Role],
        NoDecode,
        BeforeValidator(_listed),
        Field(min_length=1),
    ] = frozenset(Role)
    web_concurrency: Annotated[int, Field(ge=1, le=1000)] = 1
    timezone: str = "Europe/Moscow"
    hold_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    booking_horizon_days: Annotated[int, Field(ge=1, le=730)] = 60
    max_live_bookings: Annotated[int, Field(ge=1, le=1000)] = 5
    notify_admins_on_start: bool = True

    stop_timeout: Annotated[float, Field(ge=0, le=600)] = 20
    max_concurrent_updates: Annotated[int, Field(ge=1, le=10_000)] = 64
    trusted_proxies: Annotated[Networks, BeforeValidator(_listed)] = ()
    webhook_networks: Annotated[Networks, BeforeValidator(_json_list)] = _TELEGRAM_NETWORKS
    health_port: Port | None = None
    docs_enabled: bool = False

    log_level: Annotated[
        Literal["TRACE", "DEBUG", "INFO", "SUCCESS", "WARNING", "ERROR", "CRITICAL"],
        BeforeValidator(_upper),
    ] = "INFO"
    log_style: Literal["text", "json"] = "text"
    format_log: str | None = None
    log_file: RootPath | None = Path("data/log.txt")
    log_rotation: str = "10 MB"

    clock_offset_file: RootPath | None = None

    @field_validator("bot_token")
    @classmethod
    def _is_a_token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]{3,}", token.get_secret_value()):
            raise ValueError("does not look like the token of a bot: copy it whole from @BotFather")
        return token

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("should have 1 to 256 letters, digits, _ or -")
        return secret

    @field_validator("rabbitmq_host")
    @classmethod
    def _is_a_host(cls, host: str) -> str:
        try:
            alone = ":" not in host or bool(IPv6Address(host))
        except ValueError:
            alone = False
        if not alone or re.search(r"[\s/@?#\[\]]", host):
            raise ValueError("should be a host's name or address alone: its port is RABBITMQ_PORT")
        return host

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        if not url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("should start with redis://, rediss:// or unix://")
        try:
            parse_url(url.get_secret_value())
        except ValueError:
            raise ValueError("should be an address like redis://host:6379/0") from None
        return url

    @field_validator("webhook_networks")
    @classmethod
    def _is_somebody(cls, networks: Networks) -> Networks:
        if not networks:
            raise ValueError("should name at least one network that may call the webhook")
        return networks

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        return zone_called(name).key

    @field_validator("log_file", mode="before")
    @classmethod
    def _nothing_is_console_only(cls, value: Any) -> Any:
        return value or None

    @field_validator("format_log")
    @classmethod
    def _is_a_format(cls, template: str | None) -> str | None:
        if template is not None:
            ensure_format(template)
        return template

    @field_validator("log_rotation")
    @classmethod
    def _is_a_rotation(cls, rotation: str) -> str:
        ensure_rotation(rotation)
        return rotation

    @model_validator(mode="after")
    def _agree_with_each_other(self) -> Self:
        self._ensure_reachable()
        self._ensure_shared()
        if self.clock_offset_file and self.official_api:
            raise ValueError("CLOCK_OFFSET_FILE moves time, so it needs a TELEGRAM_API_URL of your own")
        return self

    def _ensure_reachable(self) -> None:
        if self.base_url.endswith(WEBHOOK_PATH):
            raise ValueError(f"BASE_URL should not end with {WEBHOOK_PATH}, which is added to it")
        if not self.official_api or not self.base_url:
            return
        if urlsplit(self.base_url).scheme != "https":
            raise ValueError("BASE_URL should start with https://, or be empty for long polling")
        if urlsplit(self.base_url).port not in _WEBHOOK_PORTS:
            raise ValueError("BASE_URL should have a port that Telegram calls: 443, 80, 88 or 8443")

    def _ensure_shared(self) -> None:
        """What one process keeps to itself, several cannot share."""
        split = self.roles != frozenset(Role)
        if split and not self.rabbitmq_host:
            raise ValueError("ROLES may be split over processes only with RABBITMQ_HOST: the embedded queue serves one")
        if split and self.is_sqlite:
            raise ValueError("ROLES may be split over processes only with a DB_URL of PostgreSQL, not SQLite")
        if self.web_concurrency > 1 and self.is_sqlite:
            raise ValueError("WEB_CONCURRENCY above 1 needs a DB_URL of PostgreSQL, not SQLite")
        if self.web_concurrency > 1 and not self.redis_url:
            raise ValueError("WEB_CONCURRENCY above 1 needs REDIS_URL, where the processes lock a user's updates")
        if self.web_concurrency > 1 and self.polling and Role.WEB in self.roles:
            raise ValueError(
                "WEB_CONCURRENCY above 1 needs BASE_URL: Telegram lets one process at a time fetch updates"
            )

    @property
    def official_api(self) -> bool:
        return self.telegram_api_url == OFFICIAL_API

    @property
    def polling(self) -> bool:
        return not self.base_url

    @property
    def webhook_url(self) -> str | None:
        """What Telegram is told to call; None with long polling."""
        return self.base_url + WEBHOOK_PATH if self.base_url else None

    @property
    def secret_token(self) -> SecretStr:
        """What Telegram sends along with each update: as set, or derived, so that it is the same in every process."""
        if self.webhook_secret:
            return self.webhook_secret
        key = self.bot_token.get_secret_value().encode()
        return SecretStr(hmac.new(key, b"binary-bites/webhook", hashlib.sha256).hexdigest())

    @property
    def is_sqlite(self) -> bool:
        return self.db_url.get_secret_value().startswith("sqlite")

    @property
    def rabbitmq_url(self) -> SecretStr | None:
        """None without RABBITMQ_HOST: the embedded queue is used."""
        if not self.rabbitmq_host:
            return None
        user, password, vhost = (
            quote(part, safe="")
            for part in (self.rabbitmq_username, self.rabbitmq_password.get_secret_value(), self.vhost)
        )
        host = f"[{self.rabbitmq_host}]" if ":" in self.rabbitmq_host else self.rabbitmq_host
        return SecretStr(f"amqp://{user}:{password}@{host}:{self.rabbitmq_port}/{vhost}")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        passwords = [make_url(url.get_secret_value()).password for url in (self.db_url, self.store_url)]
        if self.redis_url:
            passwords.append(unquote(urlsplit(self.redis_url.get_secret_value()).password or ""))
        if self.rabbitmq_password.get_secret_value() != _DEFAULT_PASSWORD:
            passwords.append(self.rabbitmq_password.get_secret_value())
        tokens = (self.bot_token.get_secret_value(), self.secret_token.get_secret_value())
        return (*tokens, *(password for password in passwords if password))


def load_settings(env_file: Path | None = ENV_FILE) -> Settings:
    """What the environment and the file say, the environment first. Raises SettingsError."""
    return _load(Settings, env_file)


def load_database_url(env_file: Path | None = ENV_FILE) -> str:
    """DB_URL alone: migrations need no token. Raises SettingsError."""
    return _load(DatabaseSettings, env_file).db_url.get_secret_value()


def unknown_env_keys(env_file: Path = ENV_FILE) -> list[str]:
    """Names in the file that mean nothing here: misspelt perhaps, so whoever starts the service warns of them."""
    known = {name.upper() for name in Settings.model_fields} | _OF_COMPOSE
    return [name for name in dotenv_values(env_file, encoding="utf-8-sig") if name.upper() not in known]


def _load(kind: type[_AnySettings], env_file: Path | None) -> _AnySettings:
    try:
        return kind(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{env_file} cannot be read as text in UTF-8: {error}.") from None


def _sentence(error: ValidationError) -> str:
    """The first mistake in words. Never its value, that may be a secret."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0]).upper() if first["loc"] else ""
    if first["type"] == "missing":
        return f"{name} is missing: put the token that @BotFather gave you into .env or the environment."
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("Value ")
    return f"{name} {message}.".lstrip()
