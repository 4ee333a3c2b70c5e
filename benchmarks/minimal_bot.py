"""A bot that does next to nothing, in bare aiogram: two calls for each update, as most bots have them."""

import argparse
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

BUTTONS = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text=f"{row} {column}", callback_data=f"{row}:{column}") for column in range(3)]
        for row in range(3)
    ]
)


async def on_message(message: Message) -> None:
    answer = await message.answer(
        f"<b>{message.text}</b>, said {message.chat.first_name}", parse_mode="HTML", reply_markup=BUTTONS
    )
    await answer.edit_text("What next?", reply_markup=BUTTONS)


async def on_press(callback: CallbackQuery, bot: Bot) -> None:
    await callback.answer()
    await bot.send_message(callback.from_user.id, f"You have pressed <i>{callback.data}</i>", parse_mode="HTML")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.minimal_bot", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]), limit=1000)
    bot = Bot(os.environ["BOT_TOKEN"], session)
    dispatcher = Dispatcher()
    dispatcher.message.register(on_message)
    dispatcher.callback_query.register(on_press)

    async def on_startup() -> None:
        await bot.set_webhook(f"http://127.0.0.1:{port}/", max_connections=100)

    dispatcher.startup.register(on_startup)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(app, "/")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
