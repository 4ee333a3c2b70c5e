"""What the buttons of «Мои данные» do: each means whoever presses it."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from aiogram_dialog import DialogManager

from app.bot.actions import MyDataAction
from app.bot.booking.leaving import Replaces, leave_wizard
from app.bot.personal.screens import (
    forget_question,
    forgotten_screen,
    my_data_screen,
    notice_screen,
    unknown_screen,
)
from app.bot.screen import Screen, answer, show
from app.bot.storage import Record
from app.bot.talk import Talk


def personal_router() -> Router:
    router = Router(name="personal")
    router.message.register(on_command, Command("privacy"))
    router.callback_query.middleware(Replaces())
    router.callback_query.register(on_show, MyDataAction.filter(F.verb == "show"))
    router.callback_query.register(on_read, MyDataAction.filter(F.verb == "read"))
    router.callback_query.register(on_copy, MyDataAction.filter(F.verb == "copy"))
    router.callback_query.register(on_reminders, MyDataAction.filter(F.verb.in_({"reminders_on", "reminders_off"})))
    router.callback_query.register(on_follow_ups, MyDataAction.filter(F.verb.in_({"follow_ups_on", "follow_ups_off"})))
    router.callback_query.register(on_forget, MyDataAction.filter(F.verb == "forget"))
    router.callback_query.register(on_forget_now, MyDataAction.filter(F.verb == "forget_now"))
    return router


async def on_command(message: Message, bot: Bot, talk: Talk) -> None:
    await show(bot, message, await _my_data(talk))


async def on_show(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await show(bot, callback, await _my_data(talk))


async def on_read(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await show(bot, callback, notice_screen(talk.words, await talk.services.personal_data.notice()))


async def on_copy(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    """As a file below, which stays in the chat."""
    copy = await talk.services.personal_data.export(talk.actor.person)
    if copy is None:
        await show(bot, callback, unknown_screen(talk.words))
        return
    venue = await talk.services.venues.card()
    today = talk.services.clock.now().astimezone(venue.zone).date()
    file = BufferedInputFile(copy, f"my-data-{today:%Y-%m-%d}.json")
    await bot.send_document(callback.from_user.id, file, caption=talk.words.html("my-data-copy"))
    await answer(bot, callback)


async def on_reminders(callback: CallbackQuery, callback_data: MyDataAction, bot: Bot, talk: Talk) -> None:
    if await talk.services.users.find(talk.actor.person):
        await talk.services.users.set_reminders(talk.actor.person, wanted=callback_data.verb == "reminders_on")
    await show(bot, callback, await _my_data(talk))


async def on_follow_ups(callback: CallbackQuery, callback_data: MyDataAction, bot: Bot, talk: Talk) -> None:
    users = talk.services.users
    if await users.find(talk.actor.person):
        change = users.resume_follow_ups if callback_data.verb == "follow_ups_on" else users.stop_follow_ups
        await change(talk.actor.person)
    await show(bot, callback, await _my_data(talk))


async def on_forget(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    known = await talk.services.personal_data.known(talk.actor.person)
    await show(bot, callback, forget_question(talk.words, known) if known else unknown_screen(talk.words))


async def on_forget_now(
    callback: CallbackQuery, bot: Bot, dialog_manager: DialogManager, talk: Talk, record: Record
) -> None:
    """The conversation is forgotten as well: pressed or delivered again, there is nobody left to forget."""
    await talk.services.personal_data.forget(talk.actor)
    await leave_wizard(dialog_manager, here=callback.message)
    record.forgotten = True
    await show(bot, callback, forgotten_screen(talk.words))


async def _my_data(talk: Talk) -> Screen:
    known = await talk.services.personal_data.known(talk.actor.person)
    return my_data_screen(talk.words, known) if known else unknown_screen(talk.words)
