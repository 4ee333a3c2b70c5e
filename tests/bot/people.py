"""People in front of the bot: they write, press, and read what is on their screen."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update

from app.bot.create_bot import build_bot, build_dispatcher
from app.bot.isolation import LocalIsolation
from app.bot.storage import Records
from app.dao.database import Database
from app.dao.init_logic import SeedFiles, seed
from app.services import Policy, ServicesFactory
from app.texts import Texts
from tests.bot.telegram import Bubble, Telegram

OWNER = 9001
NOON = datetime(2026, 11, 27, 9, tzinfo=UTC)
"""Friday at noon in Moscow."""
TODAY = date(2026, 11, 27)

_FILES = Path(__file__).parents[2] / "app" / "dao"
_update_ids = count(1000)


def next_update_id() -> int:
    return next(_update_ids)


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


@dataclass
class House:
    """One service: the bot, its database, its clock and what Telegram shows."""

    db: Database
    clock: Clock
    services: ServicesFactory
    telegram: Telegram
    bot: Bot
    texts: Texts
    owners: frozenset[int]
    cached: bool
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """As after a kill: what was only in memory is gone."""
        self.dispatcher = build_dispatcher(
            self.services,
            self.texts,
            owners=self.owners,
            isolation=LocalIsolation(),
            records=Records(cached=self.cached),
        )

    async def deliver(self, update: dict[str, Any]) -> Any:
        return await self.dispatcher.feed_update(self.bot, Update.model_validate(update, context={"bot": self.bot}))


@asynccontextmanager
async def open_house(
    db_url: str, texts: Texts, files: Mapping[str, Path] | None = None, *, cached: bool = True, seeded: bool = True
) -> AsyncIterator[House]:
    db = Database(db_url)
    await db.start()
    clock = Clock()
    usual = {name: _FILES / f"{name}.json" for name in ("venue", "tables", "slots", "followups")}
    paths = usual | dict(files or {})
    await seed(db, clock, SeedFiles(**paths), mode=seeded)
    policy = Policy(hold=timedelta(minutes=10), horizon_days=60, max_live_bookings=5)
    telegram = Telegram()
    bot = build_bot("4200000001:AAtesttesttesttesttesttesttesttest00", "http://telegram", telegram)
    try:
        yield House(db, clock, ServicesFactory(db, clock, policy), telegram, bot, texts, frozenset({OWNER}), cached)
    finally:
        await db.close()


class Person:
    """Somebody with a private chat."""

    def __init__(self, house: House, person_id: int = 1001, language: str | None = "ru", **names: Any) -> None:
        self.house = house
        self.id = person_id
        self.user = {"id": person_id, "is_bot": False, "first_name": "Анна", "language_code": language, **names}
        self.chat = {"id": person_id, "type": "private", "first_name": self.user["first_name"]}

    @property
    def bubbles(self) -> list[Bubble]:
        return list(self.house.telegram.chats[self.id].values())

    @property
    def screen(self) -> Bubble:
        """The last message of the bot."""
        return self.bubbles[-1]

    @property
    def text(self) -> str:
        return self.screen.text

    @property
    def buttons(self) -> list[str]:
        return self.screen.buttons

    @property
    def keyboard(self) -> list[str]:
        """In place of the letters."""
        return self.house.telegram.keyboards.get(self.id, [])

    def message(self, text: str | None = None, **content: Any) -> dict[str, Any]:
        said: dict[str, Any] = {"text": text} if text is not None else {}
        if text and text.startswith("/"):
            said["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        identity = {"message_id": self.house.telegram.next_id(), "date": int(NOON.timestamp())}
        return {**identity, "from": self.user, "chat": self.chat, **said, **content}

    def press_of(self, data: str, bubble: Bubble) -> dict[str, Any]:
        pressed = {"message_id": bubble.id, "date": 1, "chat": self.chat, "text": bubble.text}
        identity = {"id": str(next(_update_ids)), "from": self.user, "chat_instance": "1"}
        return {"update_id": next(_update_ids), "callback_query": {**identity, "data": data, "message": pressed}}

    async def says(self, text: str | None = None, **content: Any) -> None:
        await self.house.deliver({"update_id": next(_update_ids), "message": self.message(text, **content)})

    async def edits(self, text: str | None = None, **content: Any) -> None:
        message = self.message(text, edit_date=int(NOON.timestamp()), **content)
        await self.house.deliver({"update_id": next(_update_ids), "edited_message": message})

    async def presses(self, *labels: str) -> None:
        """One button after the other, each on the screen that is there then."""
        for label in labels:
            await self.sends(self.screen.data(label))

    async def sends(self, data: str, bubble: Bubble | None = None) -> None:
        """The data of a button, be it there or not."""
        await self.house.deliver(self.press_of(data, bubble or self.screen))

    async def books(
        self, *, party: int = 2, day: int = 28, time: str = "18:00 – 20:00", table: str | None = None
    ) -> None:
        await self.says("/start")
        await self.presses("Забронировать столик", str(party), table or "Любой подходящий", str(day), time, "Всё верно")
