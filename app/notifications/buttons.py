"""What the buttons under notices say."""

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from pydantic import Field

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


class Decision(CallbackData, prefix="decide"):
    """Staff's answer to a request: of a large party for a table, or of a guest who cancels too late."""

    verb: Literal["accept", "decline", "let_go", "keep"]
    booking_id: Annotated[int, Field(ge=1, le=2**63 - 1)]


def request_buttons(words: Words, booking_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_decide(words, "button-accept", Decision(verb="accept", booking_id=booking_id))],
            [_decide(words, "button-decline", Decision(verb="decline", booking_id=booking_id))],
        ]
    )


def cancel_request_buttons(words: Words, booking_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_decide(words, "button-let-go", Decision(verb="let_go", booking_id=booking_id))],
            [_decide(words, "button-keep-booking", Decision(verb="keep", booking_id=booking_id))],
        ]
    )


def again_button(words: Words) -> InlineKeyboardMarkup:
    again = InlineKeyboardButton(text=words.say("button-book-again"), callback_data=FollowUpAction(verb="again").pack())
    return InlineKeyboardMarkup(inline_keyboard=[[again]])


def _decide(words: Words, text: str, decision: Decision) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words.say(text), callback_data=decision.pack())
