"""One message to a person, ready to be sent."""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from app.texts import Html


@dataclass(frozen=True, slots=True)
class Letter:
    """`instead` comes in place of the earlier message that it speaks of."""

    text: Html
    buttons: InlineKeyboardMarkup | None = None
    instead: "Letter | None" = None
