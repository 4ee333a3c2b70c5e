"""The only keyboard in place of the letters: it sends the guest's own contact. It never outlives its question."""

from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.api.internal.widgets import MarkupFactory

from app.bot.talk import Talk
from app.bot.widgets import words_in
from app.texts import Words

_UP = "keyboard_is_up"


class ContactMarkup(MarkupFactory):
    """Instead of buttons under the window."""

    async def render_markup(
        self,
        data: dict[str, object],
        manager: DialogManager,  # noqa: ARG002 - aiogram-dialog's signature
        keyboard: RawKeyboard,  # noqa: ARG002 - the same
    ) -> ReplyKeyboardMarkup:
        return contact_keyboard(words_in(data))


def contact_keyboard(words: Words) -> ReplyKeyboardMarkup:
    own = KeyboardButton(text=words.say("button-send-phone"), request_contact=True)
    return ReplyKeyboardMarkup(
        keyboard=[[own], [KeyboardButton(text=words.say("button-not-now"))]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def note_keyboard(talk: Talk) -> None:
    """It is shown from now on."""
    talk.notes[_UP] = True


def is_keyboard_up(talk: Talk) -> bool:
    return _UP in talk.notes


async def lower_keyboard(bot: Bot, chat_id: int, talk: Talk, notice: str) -> None:
    """Only a message can do it, so it has something to say: `notice` names the text."""
    with suppress(TelegramAPIError):  # it is still noted then, and the next way out tries it again
        await bot.send_message(chat_id, talk.words.html(notice), reply_markup=ReplyKeyboardRemove())
        talk.notes.pop(_UP, None)
