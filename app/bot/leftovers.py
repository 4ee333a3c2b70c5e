"""Whatever nobody else understood in a private chat: it is answered, and there is a way on."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject

from app.bot.keyboard import is_keyboard_up, lower_keyboard
from app.bot.menu import menu_rows
from app.bot.screen import Screen, show
from app.bot.talk import Talk


def leftovers_router() -> Router:
    router = Router(name="leftovers")
    router.message.register(on_message)
    router.callback_query.register(on_press)
    blocked = F.new_chat_member.status == ChatMemberStatus.KICKED
    router.my_chat_member.register(on_blocked, F.chat.type == ChatType.PRIVATE, blocked)
    return router


async def on_message(message: Message, bot: Bot, talk: Talk) -> None:
    if message.contact or message.text == talk.words.say("button-not-now") or is_keyboard_up(talk):
        await lower_keyboard(bot, message.chat.id, talk, "contact-not-asked")
    await show(bot, message, Screen(talk.words.html("unexpected-idle"), menu_rows(talk.words, owner=talk.is_owner)))


async def on_press(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    """A button of an earlier version of this bot, or of a game, which says nothing."""
    await show(bot, callback, Screen(talk.words.html("outdated"), menu_rows(talk.words, owner=talk.is_owner)))


async def on_blocked(_: ChatMemberUpdated, talk: Talk) -> None:
    person = talk.actor.person
    await talk.services.users.mark_blocked(person.channel, person.external_id)


async def as_if_new(message: Message, **data: Any) -> Any:
    """An edited message says what it says now."""
    router: Router = data["event_router"]
    return await router.propagate_event("message", message, **data)


async def forget_reply(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
) -> Any:
    """A reply is a message like any other; dialogs would look for the window it replies to, which may be long gone."""
    if isinstance(event, Message) and event.reply_to_message:
        event = event.model_copy(update={"reply_to_message": None})
    return await handler(event, data)
