"""One message to a person, ready to be sent."""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from app.texts import Html


@dataclass(frozen=True, slots=True)
class Letter:
    text: Html
    buttons: InlineKeyboardMarkup | None = None
