"""How updates get here: posted by Telegram, or fetched by us. Either way the menu of commands is kept in order too."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand
from loguru import logger

from app.api.intake import UpdateIntake
from app.api.pending import watch_posts
from app.api.polling import Poller
from app.api.registration import Step, Turn, WebhookWish, let_us_fetch, persist, post_to_us, show_commands
from app.api.secrets import Memory
from app.api.webhook import Webhook

Commands = Mapping[str, Sequence[BotCommand]]
"""The menu of commands by language; "" is for everybody else."""

MOST_CONNECTIONS = 100
"""Telegram posts over no more connections than these."""

_ANSWER_WITHIN = 5


class Source(Protocol):
    @property
    def state(self) -> str:
        """In a word, for readiness."""

    async def start(self) -> None:
        """Does not wait for a Bot API that is away."""

    async def stop(self, timeout: float) -> None:  # noqa: ASYNC109 - the bound is the point of it
        """No more updates; what was fetched and is in work may finish within `timeout` seconds."""


class Posted:
    """Telegram posts to our webhook, once it has been told where that is: by one process at a time, in its `turn`."""

    def __init__(
        self,
        bot: Bot,
        wish: WebhookWish,
        memory: Memory,
        commands: Commands,
        turn: Turn,
        on_pending: Callable[[int], None],
    ) -> None:
        """`on_pending` hears once in a minute how many updates wait at Telegram."""
        self._tell = partial(post_to_us, bot, wish, memory)
        self._watch = partial(watch_posts, bot, wish.url, on_pending)
        self._told = False
        self._watching: asyncio.Task[None] | None = None
        self._setting_up = _SettingUp(self._tell_telegram, partial(show_commands, bot, commands), turn=turn)

    @property
    def state(self) -> str:
        return "webhook" if self._told else "setting up"

    async def start(self) -> None:
        self._setting_up.start()

    async def stop(self, timeout: float) -> None:  # noqa: ARG002, ASYNC109 - nothing here takes its time
        await self._setting_up.stop()
        if self._watching:
            self._watching.cancel()

    async def _tell_telegram(self) -> None:
        await self._tell()
        self._told = True
        self._watching = asyncio.create_task(self._watch(), name="posts of Telegram")


class Fetched:
    """We ask for updates, once no webhook has them."""

    def __init__(self, bot: Bot, poller: Poller, commands: Commands, *, take_over: bool) -> None:
        self._poller = poller
        self._take_over = partial(let_us_fetch, bot, take_over=take_over)
        self._setting_up = _SettingUp(self._take_over, self._poll, partial(show_commands, bot, commands))

    @property
    def state(self) -> str:
        return "polling" if self._poller.running else "setting up"

    async def start(self) -> None:
        """Raises WebhookElsewhere, if the Bot API can be asked now."""
        with suppress(AiogramError, TimeoutError):
            async with asyncio.timeout(_ANSWER_WITHIN):
                await self._take_over()
        self._setting_up.start()

    async def stop(self, timeout: float) -> None:  # noqa: ASYNC109 - the bound is the point of it
        await self._setting_up.stop()
        await self._poller.stop(timeout)

    async def _poll(self) -> None:
        self._poller.start()
        logger.info("Updates are fetched by long polling")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where updates come in, and by what way."""

    intake: UpdateIntake
    source: Source
    webhook: Webhook

    async def start(self) -> None:
        await self.source.start()

    async def stop(self, left: Callable[[], float]) -> None:
        """Takes no more updates and waits for those in work, for as many seconds as are left."""
        self.intake.stop()
        await self.source.stop(left())
        await self.intake.drain(left())


class _SettingUp:
    """What the Bot API is told, in the background."""

    def __init__(self, *steps: Step, turn: Turn = nullcontext) -> None:
        self._persist = partial(persist, *steps, turn=turn)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._persist(), name="setting up the bot")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
