"""Words into Telegram: one message to one chat, within the limits of the Bot API."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from aiogram import Bot
from aiogram.client.telegram import PRODUCTION
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
)
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions
from aiolimiter import AsyncLimiter
from loguru import logger

_A_SECOND = 25
"""Messages a second to all chats together: Telegram allows 30, and the conversation needs some of them."""
_AT_ONCE = 3
"""Of those 25, so that never more than 28 go out within a second."""
_BURST = 20
"""Messages to one chat that may go out at once; after them one a second."""
_EARLY = 0.1
"""Seconds by which a message may come again before its time: clocks differ."""
_REMEMBERED_CHATS = 10_000
_TIMEOUT = timedelta(seconds=15)
_AFTER_FAILURE = timedelta(seconds=1)


class Delivery(StrEnum):
    """What became of a message that need not be tried again."""

    SENT = "sent"
    BLOCKED = "blocked"
    """The person has blocked the bot or is gone."""
    REFUSED = "refused"
    """Telegram will never take it: there is no such chat, for example."""


@dataclass(frozen=True, slots=True)
class Sent:
    """`message_id` is that of the chat's new message; None: there is none."""

    delivery: Delivery
    message_id: int | None = None


class SendLater(Exception):
    """Not now. `after` is what Telegram asks for; None leaves it to the queue's growing pauses.

    In `trouble` somebody did not take it; otherwise it is not its turn, as happens every evening.
    """

    def __init__(self, reason: str, after: timedelta | None = None, *, trouble: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.trouble = trouble


def _nobody_counts(_outcome: str) -> None:
    """Where no metrics are kept."""


class _ChatPace:
    """One message a second, after a burst. A message that has to come again is promised its second."""

    def __init__(self) -> None:
        self._free_at = 0.0
        self._promised: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds after which the message should come again; 0: it may go out."""
        if self._promised and self._promised[0] <= now + _EARLY:
            self._promised.popleft()
            return 0
        self._free_at = max(self._free_at, now) + 1
        wait = self._free_at - _BURST - now
        if wait <= 0:
            return 0
        self._promised.append(now + wait)
        return wait


class TelegramSender:
    """Sends and says what became of it. A chat that has to wait delays no other one: its messages come again.

    `on_outcome` hears of each try: a value of `Delivery`, or `later`.
    """

    def __init__(self, bot: Bot, *, on_outcome: Callable[[str], None] = _nobody_counts) -> None:
        self._bot = bot
        self._on_outcome = on_outcome
        self._everybody = AsyncLimiter(_AT_ONCE, _AT_ONCE / _A_SECOND)
        self._chat = lru_cache(_REMEMBERED_CHATS)(lambda _chat_id: _ChatPace())
        self._resting: dict[int, float] = {}

    async def send(
        self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None = None, *, bulk: bool = False
    ) -> Delivery:
        """`text` is HTML; in `bulk` it goes out only when nothing else wants to.

        Raises SendLater on 429, when the network or Telegram fails, and when it is not the message's turn.
        """
        return (await self._post(chat_id, text, buttons, bulk=bulk)).delivery

    async def post(self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None = None) -> Sent:
        """As `send`, of a message that is going to be edited."""
        return await self._post(chat_id, text, buttons, bulk=False)

    async def edit(self, chat_id: int, message_id: int, text: str, buttons: InlineKeyboardMarkup | None) -> None:
        """In place of that message and its buttons; where that cannot be, it stays as it is."""
        try:
            await self._wait_for_turn(chat_id, bulk=False)
            await self._bot.edit_message_text(
                text, chat_id=chat_id, message_id=message_id, parse_mode="HTML", reply_markup=buttons
            )
        except (SendLater, AiogramError) as error:
            logger.info("A message in chat {} stays as it is: {}", chat_id, error)

    async def _post(self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None, *, bulk: bool) -> Sent:
        try:
            self._ensure_rested(chat_id)
            await self._wait_for_turn(chat_id, bulk=bulk)
            sent = await self._try(chat_id, text, buttons)
        except SendLater:
            self._on_outcome("later")
            raise
        self._on_outcome(sent.delivery)
        return sent

    async def _wait_for_turn(self, chat_id: int, *, bulk: bool) -> None:
        """Telegram's limits are known beforehand; another Bot API server says with 429 what is too much."""
        if self._bot.session.api.base == PRODUCTION.base:
            if bulk and not self._everybody.has_capacity():
                raise SendLater("what is urgent goes first")
            if wait := self._chat(chat_id).wait(asyncio.get_running_loop().time()):
                raise SendLater("the chat has had many messages", timedelta(seconds=wait))
            await self._everybody.acquire()

    async def _try(self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None) -> Sent:
        try:
            message = await self._bot.send_message(
                chat_id,
                text,
                parse_mode="HTML",
                reply_markup=buttons,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                request_timeout=int(_TIMEOUT.total_seconds()),
            )
        except TelegramForbiddenError as error:
            logger.info("Chat {} takes no messages until its next /start: {}", chat_id, error.message)
            return Sent(Delivery.BLOCKED)
        except (TelegramBadRequest, TelegramNotFound, TelegramMigrateToChat) as error:
            logger.warning("Telegram refuses a message to chat {} for good: {}", chat_id, error.message)
            return Sent(Delivery.REFUSED)
        except TelegramRetryAfter as error:
            after = timedelta(seconds=error.retry_after)
            self._rest(chat_id, after)
            raise SendLater(f"Telegram asks for a pause of {error.retry_after} s", after, trouble=True) from error
        except AiogramError as error:
            self._rest(chat_id, _AFTER_FAILURE)
            raise SendLater(f"{type(error).__name__}: {error}", trouble=True) from error
        logger.info("A message was sent to chat {}", chat_id)
        return Sent(Delivery.SENT, message.message_id)

    def _rest(self, chat_id: int, pause: timedelta) -> None:
        self._resting[chat_id] = asyncio.get_running_loop().time() + pause.total_seconds()

    def _ensure_rested(self, chat_id: int) -> None:
        until = self._resting.get(chat_id)
        if until is None:
            return
        left = until - asyncio.get_running_loop().time()
        if left > 0:
            raise SendLater("the chat has to rest", timedelta(seconds=left))
        del self._resting[chat_id]
