"""Servers for tests that want them: each is started by the first one that asks, once for each pytest process.

A test that wants one is `slow`.
"""

from collections.abc import Iterator

import pytest

from tests.servers.guard import Guard
from tests.servers.postgres import Postgres
from tests.servers.rabbitmq import RabbitMQ
from tests.servers.redis import Redis
from tests.servers.server import find_program

pytest_plugins = ["tests.servers.schema"]

_SLOW_FIXTURES = {"guard", "chromium_path"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and _SLOW_FIXTURES.intersection(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def guard() -> Iterator[Guard]:
    guard = Guard()
    yield guard
    guard.close()


@pytest.fixture(scope="session")
def postgres(guard: Guard) -> Iterator[Postgres]:
    server = Postgres(guard)
    server.start()
    yield server
    server.close()


@pytest.fixture
def postgres_database(postgres: Postgres) -> Iterator[str]:
    """DB_URL of an empty database of the test's own."""
    postgres.start()
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture(scope="session")
def rabbitmq(guard: Guard) -> Iterator[RabbitMQ]:
    server = RabbitMQ(guard)
    server.start()
    yield server
    server.close()


@pytest.fixture
def rabbitmq_vhost(rabbitmq: RabbitMQ) -> Iterator[str]:
    """VHOST of the test's own, without queues."""
    rabbitmq.start()
    with rabbitmq.vhost() as name:
        yield name


@pytest.fixture(scope="session")
def redis_server(guard: Guard) -> Iterator[Redis]:
    server = Redis(guard)
    server.start()
    yield server
    server.close()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """REDIS_URL of an empty Redis."""
    redis_server.clear()
    return redis_server.url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return find_program("chromium", "/usr/bin")
