"""A house for each story: by default over SQLite, with the restaurant that is shipped, on a Friday at noon."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.texts import Texts
from playground.client import Person
from tests.e2e.house import House, open_house

Opening = Callable[..., AbstractAsyncContextManager[House]]

BOTH_DATABASES = pytest.mark.parametrize(
    "db_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)


@pytest.fixture
def db_url(request: pytest.FixtureRequest) -> str:
    kind = {"sqlite": "sqlite", "postgresql": "postgres"}[getattr(request, "param", "sqlite")]
    return str(request.getfixturevalue(f"migrated_{kind}"))


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()


@pytest.fixture
def texts_read_once(texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read them takes longer than all the rest of a start."""
    monkeypatch.setattr(Texts, "load", lambda: texts)


@pytest.fixture
def opening(tmp_path: Path, db_url: str, texts_read_once: None) -> Opening:  # noqa: ARG001 - it has to be before
    """Opens a house with other settings or contents; what must always be true is checked when it closes."""

    @asynccontextmanager
    async def opened(**chosen: Any) -> AsyncIterator[House]:
        async with open_house(tmp_path, db_url, **chosen) as house:
            yield house

    return opened


@pytest.fixture
async def house(opening: Opening) -> AsyncIterator[House]:
    async with opening() as house:
        yield house


@pytest.fixture
async def anna(house: House) -> Person:
    return await house.anna()


@pytest.fixture
async def boris(house: House) -> Person:
    return await house.boris()


@pytest.fixture
async def owner(house: House) -> Person:
    return await house.owner()


@pytest.fixture
async def host(house: House) -> Person:
    return await house.host()
