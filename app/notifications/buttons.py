"""What the buttons under notices say."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from app.texts import Words


class FollowUpAction(CallbackData, prefix="fu"):
    """The guest's answer to a message after the visit: come again, or be left alone."""

    verb: Literal["again", "stop"]


def follow_up_buttons(words: Words) -> InlineKeyboardMarkup:
    again = InlineKeyboardButton(text=words.say("button-book-again"), callback_data=FollowUpAction(verb="again").pack())
    stop = InlineKeyboardButton(
        text=words.say("button-no-follow-ups"), callback_data=FollowUpAction(verb="stop").pack()
    )
    return InlineKeyboardMarkup(inline_keyboard=[[again], [stop]])
