"""All that happens later, over a real database and a playground whose people read what is sent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from loguru import logger

from app.background.build import Background, Setup, Tempo, build_background
from app.background.delivery import Patience
from app.background.scheduler import Rhythm
from app.dao.database import Database, WriteDao
from app.domain.booking import BookingStatus
from app.domain.people import Actor, Person
from app.domain.privacy import STANDARD
from app.metrics import Metrics
from app.services import Policy, Services, ServicesFactory
from app.services.views import BookingCard
from app.texts import Texts
from playground.client import Person as Chatter
from playground.client import Playground

TOKEN = "4200000002:AAbackbackbackbackbackbackbackback"
OWNER, HOST, ANNA = 9001, 9002, 1501
FRIDAY = date(2026, 11, 27)
BEFORE_NOON = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
"""Friday, half past eleven in Moscow."""

VENUE = {
    "id": 1,
    "name": "Binary Bites",
    "about": {"ru": "О нас"},
    "greeting": {"ru": "Здравствуйте"},
    "address": {"ru": "Москва"},
    "phone": "+7 495 000-00-00",
    "time_zone": "Europe/Moscow",
    "languages": ["ru", "en"],
    "follow_ups": [
        {"after": 3600, "text": {"ru": "Спасибо, что были у нас!", "en": "Thank you!"}},
        {"after": 12 * 3600, "text": {"ru": "Промокод <BITES>"}},
    ],
    "revision": 1,
}
TABLES = [
    {"id": n, "number": n, "min_seats": 1, "max_seats": 4, "zone": "", "description": {}, "priority": 0}
    for n in range(1, 25)
]
SLOTS = [(1, "12:00", "14:00"), (2, "18:00", "20:00"), (3, "22:00", "00:00")]
LATE = 3


RHYTHM = Rhythm(sweep=timedelta(seconds=0.3), holds=timedelta(seconds=0.3))


class ManualClock:
    """Runs on from wherever it is set to."""

    def __init__(self, now: datetime) -> None:
        self.move_to(now)

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=monotonic() - self._since)

    def move_to(self, moment: datetime) -> None:
        self._moment, self._since = moment, monotonic()


def guest(number: int = ANNA, *, name: str = "Анна", username: str | None = None, language: str = "ru") -> Actor:
    return Actor(Person(number, name, username=username, language_code=language), agrees_to=STANDARD)


@dataclass
class House:
    """The service without its web: what guests do goes straight to the use cases."""

    setup: Setup
    clock: ManualClock
    chat: Playground
    texts: Texts
    metrics: Metrics = field(default_factory=Metrics)
    lines: list[str] = field(default_factory=list)
    present: bool = True
    venue: dict[str, Any] = field(default_factory=lambda: VENUE)
    slots: list[tuple[int, str, str]] = field(default_factory=lambda: SLOTS)
    background: Background = field(init=False)
    factory: ServicesFactory = field(init=False)
    services: Services = field(init=False)

    @asynccontextmanager
    async def open(
        self, *, run: bool = True, leads: bool = True, connected: bool = True, **changes: Any
    ) -> AsyncIterator["House"]:
        """Running, until the block ends; or only booking, and nothing happens later."""
        db = Database(self.setup.db_url)
        await db.start()
        await db.write(self._load)
        self.factory = ServicesFactory(
            db, self.clock, Policy(timedelta(minutes=10), 60, 5), on_change=self.metrics.booking_changed
        )
        self.services = self.factory()
        bot = Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(self.chat.base_url)))
        setup = replace(self.setup, **changes)
        self.background = build_background(
            setup, self.factory, bot, self.texts, self.clock, self.metrics, present=lambda: self.present
        )
        db.after_commit(self.background.wake)
        if run:
            await self.background.start()
            await self.until(lambda: not leads or self.background.state().scheduler == "leading")
            await self.until(lambda: not connected or self.background.state().broker in {"embedded", "connected"})
        try:
            yield self
        finally:
            await self.background.stop(timedelta(seconds=5))
            await bot.session.close()
            await db.close()

    async def _load(self, dao: WriteDao) -> None:
        await dao.seeding.load_venue(self.venue)
        await dao.seeding.load_tables(1, TABLES, now=self.clock.now())
        slots = [{"id": n, "start_time": _time(start), "end_time": _time(end)} for n, start, end in self.slots]
        await dao.seeding.load_slots(1, slots, now=self.clock.now())

    async def book(self, actor: Actor | None = None, *, slot: int = 2, day: date = FRIDAY) -> BookingCard:
        actor = actor or guest()
        await self.services.users.meet(actor.person)
        held = await self.services.bookings.hold(actor, party=2, day=day, slot_id=slot)
        return await self.services.bookings.book(actor, held.id)

    async def until(self, true: Callable[[], bool]) -> None:
        """For what nobody is told of."""
        async with asyncio.timeout(10):
            while not true():  # noqa: ASYNC110 - it is seen from outside only
                await asyncio.sleep(0.02)

    async def until_lag(self, true: Callable[[timedelta], bool]) -> None:
        """Of what is due and has not gone out."""
        async with asyncio.timeout(10):
            while not true(await self.services.messages.lag()):  # noqa: ASYNC110 - it is seen from outside only
                await asyncio.sleep(0.02)

    def said(self, *words: str) -> list[str]:
        return [line for line in self.lines if all(word in line for word in words)]


def _time(text: str) -> Any:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall time has no zone


async def status(house: House, booking_id: int) -> BookingStatus:
    card = await house.services.bookings.snapshot_status(booking_id)
    assert card
    return card.status


async def becomes(house: House, booking_id: int, wanted: BookingStatus) -> None:
    async with asyncio.timeout(10):
        while await status(house, booking_id) is not wanted:  # noqa: ASYNC110 - the table is all that shows it
            await asyncio.sleep(0.05)


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load()


@pytest.fixture
async def chat() -> AsyncIterator[Playground]:
    async with Playground.start(token=TOKEN) as playground:
        yield playground


@pytest.fixture
async def owner(chat: Playground) -> Chatter:
    return await chat.join(id=OWNER, first_name="Ольга", started=True)


@pytest.fixture
async def host(chat: Playground) -> Chatter:
    return await chat.join(id=HOST, first_name="Глеб", started=True)


@pytest.fixture
async def anna(chat: Playground) -> Chatter:
    return await chat.join(id=ANNA, first_name="Анна", started=True)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(BEFORE_NOON)


@pytest.fixture
def house(tmp_path: Path, chat: Playground, texts: Texts, clock: ManualClock, migrated_sqlite: str) -> Iterator[House]:
    quick = Tempo(sweep=timedelta(seconds=0.2), patience=Patience(first=timedelta(seconds=0.1)), rhythm=RHYTHM)
    setup = Setup(
        admins=[OWNER, HOST],
        roles={"web", "worker", "scheduler"},
        rabbitmq_url=None,
        store_url=f"sqlite:///{tmp_path}/jobs.sqlite",
        db_url=migrated_sqlite,
        clock_moves=True,
        announce=False,
        tempo=quick,
    )
    house = House(setup, clock, chat, texts)
    handler = logger.add(house.lines.append, format="{level} {extra} {message}", level="DEBUG")
    yield house
    logger.remove(handler)
