"""Turning the pages of a list."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from app.bot.screen import button
from app.services.views import Page
from app.texts import Words

T = TypeVar("T")


def page_row(words: Words, page: Page[Any], to: Callable[[int], CallbackData]) -> list[InlineKeyboardButton]:
    """Back and forth; nothing where there is one page only. The buttons name the page they lead to."""
    row = []
    if page.number > 0:
        text = words.say("button-previous-page", number=page.number, total=page.pages)
        row.append(button(text, to(page.number - 1)))
    if page.number < page.pages - 1:
        text = words.say("button-next-page", number=page.number + 2, total=page.pages)
        row.append(button(text, to(page.number + 1)))
    return row


async def page_at(number: int, read: Callable[[int], Awaitable[Page[T]]]) -> Page[T]:
    """That page, or the last one if the list has become shorter than the button knew."""
    page = await read(number)
    return page if page.items or not page.total else await read(page.pages - 1)
