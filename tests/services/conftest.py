"""The booking core over a real database: each test that asks for one runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from app.dao.database import Database
from app.services import Services
from tests.services.house import ManualClock, furnish, services_of


@pytest.fixture(
    params=["migrated_sqlite", pytest.param("emptied_postgres", marks=pytest.mark.slow)], ids=["sqlite", "postgres"]
)
def db_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def database(db_url: str) -> AsyncIterator[Database]:
    database = Database(db_url)
    await database.start()
    await furnish(database)
    yield database
    await database.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def services(database: Database, clock: ManualClock) -> Services:
    return services_of(database, clock)
