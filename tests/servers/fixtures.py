"""Servers for tests that want them: each is started by the first one that asks, once for each pytest process.

A test that wants one is `slow`. Where a program is missing, it is skipped by name; with CI=true it fails.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

from servers.guard import Guard
from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ
from servers.redis import Redis
from servers.server import NotInstalledError, Server, find_program
from tests.discretion import ensure_discreet_logs

pytest_plugins = ["tests.servers.schema"]

S = TypeVar("S", bound=Server)

_SLOW_FIXTURES = {"guard", "chromium_path"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and _SLOW_FIXTURES.intersection(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@contextmanager
def _missing_named() -> Iterator[None]:
    try:
        yield
    except NotInstalledError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    with _missing_named():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    with _missing_named():
        return (yield)


@pytest.fixture(scope="session")
def guard() -> Iterator[Guard]:
    guard = Guard()
    yield guard
    guard.close()


@contextmanager
def _running(server: S) -> Iterator[S]:
    server.start()
    yield server
    server.close()
    ensure_discreet_logs(server.folder)


@pytest.fixture(scope="session")
def postgres(guard: Guard) -> Iterator[Postgres]:
    with _running(Postgres(guard)) as server:
        yield server


@pytest.fixture
def postgres_database(postgres: Postgres) -> Iterator[str]:
    """DB_URL of an empty database of the test's own."""
    postgres.start()
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture(scope="session")
def rabbitmq(guard: Guard) -> Iterator[RabbitMQ]:
    with _running(RabbitMQ(guard)) as server:
        yield server


@pytest.fixture
def rabbitmq_vhost(rabbitmq: RabbitMQ) -> Iterator[str]:
    """VHOST of the test's own, without queues."""
    rabbitmq.start()
    with rabbitmq.vhost() as name:
        yield name


@pytest.fixture(scope="session")
def redis_server(guard: Guard) -> Iterator[Redis]:
    with _running(Redis(guard)) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """REDIS_URL of an empty Redis."""
    redis_server.clear()
    return redis_server.url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return find_program("chromium", "/usr/bin")
