"""Listens for a line about a visit. Its buttons work without it."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput

from app.bot import samples
from app.bot.booking.draft import Draft, booking_of
from app.bot.booking.getters import get_words
from app.bot.booking.handlers import expected
from app.bot.booking.leaving import delete, leave_wizard
from app.bot.booking.refusals import Refusals
from app.bot.review.screens import review_screen, words_question, words_rows
from app.bot.review.state import ReviewState
from app.bot.screen import send
from app.bot.talk import Talk, talk_of
from app.bot.widgets import LastingRows, Notice, Say, WindowMarkup
from app.domain.errors import CommentTooLong, NothingSaid
from app.texts import Words


def review_dialog(preview_in: Words) -> Dialog:
    dialog = Dialog(get_words_window(), getter=get_words, preview_data={"words": preview_in})
    dialog.message.middleware(Refusals(dict.fromkeys((CommentTooLong, NothingSaid))))
    return dialog


def get_words_window() -> Window:
    return Window(
        Notice(),
        Say(lambda words, data: words_question(words, data["review"], data["phone"])),
        LastingRows(lambda words, data: words_rows(words, data["review"])),
        MessageInput(on_words, content_types=[ContentType.TEXT]),
        MessageInput(expected("review-unclear")),
        state=ReviewState.words,
        getter=get_review,
        preview_data=samples.REVIEW,
        markup_factory=WindowMarkup(),
    )


async def get_review(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    review = await talk.services.reviews.own(talk.actor, booking_of(dialog_manager))
    return {"review": review, "phone": (await talk.services.venues.card()).phone}


async def on_words(message: Message, _: Any, manager: DialogManager) -> None:
    """A mistyped command is none."""
    text, talk = message.text or "", talk_of(manager)
    if text.startswith("/"):
        Draft.of(manager).notice(NothingSaid.text_key)
        return
    review = await talk.services.reviews.comment(talk.actor, booking_of(manager), text)
    window, bot = manager.current_stack().last_message_id, manager.middleware_data["bot"]
    await leave_wizard(manager)
    screen = review_screen(talk.words, review, (await talk.services.venues.card()).phone)
    await send(bot, message.chat.id, screen.after(talk.words.html("review-written")))
    if window:
        await delete(bot, message.chat.id, window)
