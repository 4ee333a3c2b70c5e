"""How windows are drawn: the new one first, then the old one goes; nothing that only tidies may fail a step."""

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery
from aiogram_dialog import ShowMode
from aiogram_dialog.api.entities import NewMessage, OldMessage
from aiogram_dialog.manager.message_manager import MessageManager
from loguru import logger

from app.bot.screen import answer


class WindowManager(MessageManager):
    async def show_message(self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None) -> OldMessage:
        """In place of what was pressed; after typed input anew below it, and the old window is deleted.

        What is only sent leaves the message with the pressed button as it is: its other buttons are still good.
        """
        if new_message.show_mode is ShowMode.SEND:
            return await super().show_message(bot, new_message, None)
        if new_message.show_mode is not ShowMode.DELETE_AND_SEND:
            return await super().show_message(bot, new_message, old_message)
        shown = await super().show_message(bot, new_message, None)
        if old_message:
            try:
                await self.remove_message_safe(bot, old_message, new_message)
            except TelegramAPIError as error:
                logger.debug("An old window stays: {}", error)
        return shown

    async def answer_callback(self, bot: Bot, callback_query: CallbackQuery) -> None:
        await answer(bot, callback_query)
