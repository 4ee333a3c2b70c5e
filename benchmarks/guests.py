"""Guests who book: whole conversations over the real webhook, each pressing the buttons that the bot really sent."""

import asyncio
import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp
import orjson

from benchmarks.bot_api import BotApi, Chat
from benchmarks.visits import Visit

PATIENCE = 20.0
"""How long, in seconds, a guest waits for an answer before giving up; Telegram redelivers as long."""

_MONTHS = ("январ", "феврал", "март", "апрел", "ма[йя]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")


class GaveUp(Exception):
    """A conversation that led nowhere, and at which point."""


@dataclass
class Round:
    """What came of one round; times in seconds."""

    acknowledged: list[float] = field(default_factory=list)
    """From posting an update until its 200."""
    replied: list[float] = field(default_factory=list)
    """From posting an update until the first visible call at the Bot API."""
    booked: list[int] = field(default_factory=list)
    """The ids of the guests who have booked."""
    lost: list[str] = field(default_factory=list)
    """Why the others have not."""
    began: float = field(default_factory=time.perf_counter)
    lasted: float = 0.0


class Telegram:
    """Delivers updates to the webhook that the bot has set."""

    def __init__(self, api: BotApi, webhook: dict[str, Any], session: aiohttp.ClientSession) -> None:
        self.api = api
        self._session = session
        self.url = webhook["url"]
        self._headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": webhook.get("secret_token", ""),
        }
        self._update_ids = itertools.count(100_000_000)
        self._user_ids = itertools.count(500_000_000)

    def newcomer(self, result: Round) -> "Guest":
        return Guest(next(self._user_ids), self, result)

    async def deliver(self, kind: str, content: dict[str, Any]) -> None:
        """Post one update until it is accepted, as long as the guest has patience."""
        body = orjson.dumps({"update_id": next(self._update_ids), kind: content})
        until = time.perf_counter() + PATIENCE
        while (status := await self._post(body)) != HTTPStatus.OK:
            if status < HTTPStatus.INTERNAL_SERVER_ERROR or time.perf_counter() > until:
                raise GaveUp(f"the webhook answered {status}")
            await asyncio.sleep(1)

    async def _post(self, body: bytes) -> int:
        try:
            async with self._session.post(self.url, data=body, headers=self._headers) as response:
                await response.read()
                return response.status
        except aiohttp.ClientConnectionError:
            return HTTPStatus.BAD_GATEWAY


class Guest:
    """A person who has never been here, in a private chat with the bot."""

    def __init__(self, user_id: int, telegram: Telegram, result: Round) -> None:
        self.id = user_id
        self._person = {"id": user_id, "is_bot": False, "first_name": f"Гость {user_id}", "language_code": "ru"}
        self._private = {"id": user_id, "type": "private", "first_name": f"Гость {user_id}"}
        self._telegram = telegram
        self._chat: Chat = telegram.api.chat(user_id)
        self._result = result

    async def book(self, visit: Visit) -> None:
        """The seven steps. Raises GaveUp if they do not end in a booking."""
        await self.say("/start")
        await self.press("Забронировать столик")
        await self.press(str(visit.party))
        await self.press("Любой подходящий" if visit.table is None else f"Стол №{visit.table}")
        await self._turn_calendar_to(visit)
        await self.press(str(visit.day.day))
        await self.press(f"{visit.start} – {visit.end}")
        await self.press("Всё верно")
        if self._find("Всё верно") or self._find(f"{visit.start} – {visit.end}"):
            raise GaveUp(f"not booked: {self._seen()}")
        self._result.booked.append(self.id)

    async def look_in(self) -> None:
        """Begin a booking and never come back."""
        await self.say("/start")
        await self.press("Забронировать столик")

    async def cancel(self, visit: Visit) -> None:
        """The booking made just now."""
        for words in ("Мои брони", visit.start, "Отменить бронь", "Да, отменить"):
            await self.press(words)

    async def say(self, text: str) -> None:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        message = {"message_id": 1, "date": int(time.time()), "chat": self._private, "from": self._person}
        await self._do("message", message | {"text": text, "entities": entities})

    async def press(self, words: str) -> None:
        """Press the button with these words on the newest message; an emoji may stand before them."""
        if (button := self._find(words)) is None:
            raise GaveUp(f"no button {words!r}: {self._seen()}")
        await self._press(button)

    async def _press(self, button: dict[str, Any]) -> None:
        query = {
            "id": str(time.perf_counter_ns()),
            "from": self._person,
            "message": self._chat.window,
            "chat_instance": str(self.id),
            "data": button["callback_data"],
        }
        await self._do("callback_query", query)

    async def _do(self, kind: str, content: dict[str, Any]) -> None:
        self._chat.expect()
        posted = time.perf_counter()
        await self._telegram.deliver(kind, content)
        self._result.acknowledged.append(time.perf_counter() - posted)
        try:
            await asyncio.wait_for(self._chat.changed.wait(), PATIENCE)
        except TimeoutError:
            raise GaveUp(f"no answer to {content.get('text') or content.get('data')!r}") from None
        if self._chat.changed_at is not None:
            self._result.replied.append(self._chat.changed_at - posted)

    async def _turn_calendar_to(self, visit: Visit) -> None:
        """Turn the pages until the month of the visit is shown."""
        wanted = visit.day.month - 1
        while (shown := self._month_shown()) != wanted:
            following = [button for button in self._buttons() if re.search(_MONTHS[(shown + 1) % 12], _words(button))]
            if not following:
                raise GaveUp(f"no way to the next month: {self._seen()}")
            await self._press(following[-1])

    def _month_shown(self) -> int:
        """From 0: the month that the calendar names first."""
        for button in self._buttons():
            for index, stem in enumerate(_MONTHS):
                if re.search(stem, _words(button)):
                    return index
        raise GaveUp(f"no calendar: {self._seen()}")

    def _buttons(self) -> Iterator[dict[str, Any]]:
        if self._chat.window:
            for row in self._chat.window["reply_markup"]["inline_keyboard"]:
                yield from row

    def _find(self, words: str) -> dict[str, Any] | None:
        whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        return next((button for button in self._buttons() if whole.search(button["text"])), None)

    def _seen(self) -> str:
        text = self._chat.window["text"] if self._chat.window else "nothing"
        return f"{text!r} with {' | '.join(button['text'] for button in self._buttons())}"


def _words(button: dict[str, Any]) -> str:
    return str(button["text"]).lower()


async def play_bookings(telegram: Telegram, visits: Iterator[Visit], *, guests: int, conversations: int) -> Round:
    """`guests` at a time, one after another, until `conversations` are over."""
    result = Round()
    wanted = itertools.islice(visits, conversations)

    async def one_after_another() -> None:
        for visit in wanted:
            try:
                await telegram.newcomer(result).book(visit)
            except GaveUp as reason:
                result.lost.append(str(reason))

    await asyncio.gather(*(one_after_another() for _ in range(guests)))
    result.lasted = time.perf_counter() - result.began
    return result


async def come_and_go(telegram: Telegram, visits: Iterator[Visit], *, guests: int, conversations: int) -> Round:
    """As `play_bookings`, but every tenth guest cancels what was booked, and the others never finish."""
    result = Round()
    numbers = iter(range(conversations))

    async def one_after_another() -> None:
        for number in numbers:
            guest = telegram.newcomer(result)
            try:
                if number % 10:
                    await guest.look_in()
                else:
                    visit = next(visits)
                    await guest.book(visit)
                    await guest.cancel(visit)
            except GaveUp as reason:
                result.lost.append(str(reason))

    await asyncio.gather(*(one_after_another() for _ in range(guests)))
    result.lasted = time.perf_counter() - result.began
    return result


async def abandon_dialogs(telegram: Telegram, *, guests: int, dialogs: int) -> Round:
    """`dialogs` people begin to book and leave it at that, `guests` at a time."""
    result = Round()
    people = iter(range(dialogs))

    async def one_after_another() -> None:
        for _ in people:
            await telegram.newcomer(result).look_in()

    await asyncio.gather(*(one_after_another() for _ in range(guests)))
    result.lasted = time.perf_counter() - result.began
    return result
