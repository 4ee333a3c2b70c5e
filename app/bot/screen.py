"""A message with buttons that needs no dialog: its buttons say all that is needed and work for ever."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from loguru import logger

from app.texts import Html

NOT_MODIFIED = "message is not modified"
_CANNOT_EDIT = (
    *("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"),
    "no text in the message to edit",  # it is a picture or a file
)

Row = Sequence[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class Screen:
    text: Html
    rows: Sequence[Row]

    @property
    def markup(self) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in self.rows if row])

    def after(self, notice: Html) -> "Screen":
        """The same with a line before it."""
        return Screen(Html(f"{notice}\n\n{self.text}"), self.rows)


def button(text: str, action: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=action.pack())


async def show(bot: Bot, event: Message | CallbackQuery, screen: Screen) -> None:
    """After a press: in place of the message with that button, and only then is the press answered. Else a new one."""
    if isinstance(event, Message):
        await send(bot, event.chat.id, screen)
        return
    await replace(bot, event, screen)
    await answer(bot, event)


async def answer(bot: Bot, press: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Ends the waiting mark on the button. Pressed too long ago it ended by itself, and that is no trouble."""
    try:
        await bot.answer_callback_query(press.id, text=text, show_alert=alert)
    except TelegramAPIError as error:
        logger.debug("A press is not answered: {}", error)


async def exchange(bot: Bot, press: CallbackQuery, instead: InlineKeyboardButton) -> None:
    """The pressed button becomes another one, where the message can still be changed. The press is not answered."""
    message = press.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    rows = [
        [instead if button.callback_data == press.data else button for button in row]
        for row in message.reply_markup.inline_keyboard
    ]
    markup = InlineKeyboardMarkup(inline_keyboard=rows)
    try:
        await bot.edit_message_reply_markup(chat_id=message.chat.id, message_id=message.message_id, reply_markup=markup)
    except TelegramBadRequest as error:
        logger.debug("A button stays as it was: {}", error)


async def replace(bot: Bot, press: CallbackQuery, screen: Screen) -> None:
    """In place of the message with the pressed button; the press is not answered yet."""
    if not isinstance(press.message, Message):
        await send(bot, press.message.chat.id if press.message else press.from_user.id, screen)
        return
    chat_id, message_id = press.message.chat.id, press.message.message_id
    try:
        await bot.edit_message_text(screen.text, chat_id=chat_id, message_id=message_id, reply_markup=screen.markup)
    except TelegramBadRequest as error:
        if any(reason in error.message for reason in _CANNOT_EDIT):
            await send(bot, chat_id, screen)
        elif NOT_MODIFIED not in error.message:
            raise


async def send(bot: Bot, chat_id: int, screen: Screen) -> None:
    await bot.send_message(chat_id, screen.text, reply_markup=screen.markup)
