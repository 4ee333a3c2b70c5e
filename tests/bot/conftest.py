from collections.abc import AsyncIterator, Iterator

import pytest
from loguru import logger

from app.texts import Texts
from tests.bot.people import OWNER, House, Person, open_house


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()


@pytest.fixture
def log() -> Iterator[list[str]]:
    """Lines as `LEVEL message`."""
    lines: list[str] = []
    number = logger.add(lambda line: lines.append(str(line).rstrip()), level="INFO", format="{level} {message}")
    yield lines
    logger.remove(number)


@pytest.fixture
async def house(migrated_sqlite: str, texts: Texts) -> AsyncIterator[House]:
    async with open_house(migrated_sqlite, texts) as house:
        yield house


@pytest.fixture
def guest(house: House) -> Person:
    return Person(house, 1001, first_name="Анна", username="anna")


@pytest.fixture
def other_guest(house: House) -> Person:
    return Person(house, 1002, first_name="Борис")


@pytest.fixture
def owner(house: House) -> Person:
    return Person(house, OWNER, first_name="Ольга")
