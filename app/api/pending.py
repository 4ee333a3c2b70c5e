"""What Telegram says of its posts to us, asked now and then: where none gets through, nobody else would notice."""

import asyncio
from collections.abc import Callable

from aiogram import Bot
from aiogram.exceptions import AiogramError
from loguru import logger

_EVERY = 60.0


async def watch_posts(bot: Bot, url: str, tell: Callable[[int], None], *, every: float = _EVERY) -> None:
    """Until cancelled. `tell` hears how many updates wait at Telegram; the log, why, and if others are posted to."""
    seen, failed_at = url, None
    while True:
        await asyncio.sleep(every)
        try:
            info = await bot.get_webhook_info()
        except AiogramError as error:
            logger.debug("Telegram does not say what waits there: {}", error)
            continue
        tell(info.pending_update_count)
        if info.url not in {url, seen}:
            logger.error("Telegram posts updates to {} now: another program has taken the bot", info.url or "nobody")
        if info.pending_update_count and info.last_error_date != failed_at:
            reason, waiting = info.last_error_message, info.pending_update_count
            logger.warning("Telegram could not post an update ({}); {} wait there", reason, waiting)
        seen, failed_at = info.url, info.last_error_date
