"""What the Bot API is told once: where to post updates, or that we fetch them; and the menu of commands."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.types import BotCommand, WebhookInfo
from aiogram.utils.backoff import Backoff, BackoffConfig
from loguru import logger

from app.api.secrets import Memory, Secrets
from app.domain.errors import StoreUnavailable

_PAUSES = BackoffConfig(min_delay=1, max_delay=60, factor=2, jitter=0.1)

Step = Callable[[], Awaitable[None]]
Turn = Callable[[], AbstractAsyncContextManager[None]]
"""Held by one process at a time: the others then find done what it did."""


class WebhookElsewhere(Exception):
    """Updates go to another service of the same bot: one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class WebhookWish:
    """How updates are to be posted."""

    url: str
    secret: str
    allowed_updates: Sequence[str]
    max_connections: int

    def is_met_by(self, info: WebhookInfo) -> bool:
        """As far as Telegram tells: it never tells the secret."""
        return (
            info.url == self.url
            and set(info.allowed_updates or ()) == set(self.allowed_updates)
            and info.max_connections == self.max_connections
        )

    @property
    def fingerprint(self) -> bytes:
        """Tells secrets apart without giving them away."""
        return hashlib.sha256(f"{self.url} {self.secret}".encode()).hexdigest().encode()


async def post_to_us(bot: Bot, wish: WebhookWish, memory: Memory) -> None:
    """Sets the webhook if it differs. What waits at Telegram is never dropped.

    That it is set is noted last: whatever breaks off in between, the next one tells Telegram again.
    """
    key = f"webhook:{bot.id}"
    secrets = Secrets(wish.secret, memory, bot.id)
    info = await bot.get_webhook_info()
    if wish.is_met_by(info) and await memory.load(key) == wish.fingerprint:
        await secrets.note_ours()
        logger.info("Telegram posts updates to {} as before; {} wait there", wish.url, info.pending_update_count)
        return
    await memory.save(key, b"")
    await secrets.note_ours()
    await bot.set_webhook(
        wish.url,
        secret_token=wish.secret,
        allowed_updates=list(wish.allowed_updates),
        max_connections=wish.max_connections,
    )
    await secrets.let_go_of_others()
    await memory.save(key, wish.fingerprint)
    logger.info("Telegram now posts updates to {}; {} waited there", wish.url, info.pending_update_count)


async def let_us_fetch(bot: Bot, *, take_over: bool) -> None:
    """Makes sure that no webhook is set. Raises WebhookElsewhere if there is one and it is not to be taken over."""
    info = await bot.get_webhook_info()
    if not info.url:
        return
    if not take_over:
        raise WebhookElsewhere(
            f"BASE_URL is empty, so updates would be fetched, but Telegram posts them to {info.url}: "
            "set BASE_URL, or TAKE_OVER_WEBHOOK=1 to remove that webhook."
        )
    await bot.delete_webhook()
    logger.warning("The webhook at {} was removed, because of TAKE_OVER_WEBHOOK", info.url)


async def show_commands(bot: Bot, commands: Mapping[str, Sequence[BotCommand]]) -> None:
    """Sets the menu of commands of each language that differs; the language "" is for everybody else."""
    changed = []
    for language, wanted in commands.items():
        code = language or None
        shown = await bot.get_my_commands(language_code=code)
        if [command.model_dump() for command in shown] != [command.model_dump() for command in wanted]:
            await bot.set_my_commands(list(wanted), language_code=code)
            changed.append(language or "all")
    if changed:
        logger.info("The menu of commands was set for the languages: {}", ", ".join(changed))


async def persist(*steps: Step, turn: Turn = nullcontext) -> None:
    """Takes the steps in order, each in a `turn` of its own, and again with growing pauses until it succeeds."""
    for step in steps:
        pauses = Backoff(_PAUSES)
        while not await _succeeds(step, turn, pauses):
            pass


async def _succeeds(step: Step, turn: Turn, pauses: Backoff) -> bool:
    try:
        async with turn():
            await step()
    except Exception as error:  # noqa: BLE001 - whatever it is, the bot must not fall silent; it is logged
        pause = next(pauses)
        if isinstance(error, TelegramRetryAfter):
            pause = max(pause, error.retry_after)
        _explain(error, pause)
        await asyncio.sleep(pause)
        return False
    return True


def _explain(error: Exception, pause: float) -> None:
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound):
        logger.error("The Bot API does not know BOT_TOKEN, it may have been revoked; trying again in {:.0f} s", pause)
    elif isinstance(error, WebhookElsewhere):
        logger.error("{} Looking again in {:.0f} s", error, pause)
    elif isinstance(error, AiogramError | StoreUnavailable):
        logger.warning("The bot cannot be set up yet, trying again in {:.0f} s: {}", pause, error)
    else:
        logger.opt(exception=error).error("The bot cannot be set up because of a bug, trying again in {:.0f} s", pause)
