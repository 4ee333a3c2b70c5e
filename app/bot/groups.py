"""Groups and channels: the bot says once that it works in private chats, and is silent from then on."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineKeyboardButton, Message

from app.bot.screen import Screen, answer, send
from app.bot.talk import Talk
from app.texts import Words

_TOLD = "told"
_ELSEWHERE = F.chat.type != ChatType.PRIVATE
_SAYS_SOMETHING = F.content_type.in_(
    {
        *(ContentType.TEXT, ContentType.PHOTO, ContentType.VIDEO, ContentType.ANIMATION, ContentType.AUDIO),
        *(ContentType.VOICE, ContentType.VIDEO_NOTE, ContentType.DOCUMENT, ContentType.STICKER, ContentType.DICE),
        *(ContentType.CONTACT, ContentType.LOCATION, ContentType.VENUE, ContentType.POLL),
    }
)
_PRESENT = F.new_chat_member.status.in_({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR})


def groups_router() -> Router:
    """Takes whatever does not come from a private chat."""
    router = Router(name="groups")
    router.my_chat_member.register(on_added, _ELSEWHERE, _PRESENT)
    router.channel_post.register(on_message, _SAYS_SOMETHING)
    router.message.register(on_message, _ELSEWHERE, _SAYS_SOMETHING)
    router.message.register(on_nothing, _ELSEWHERE)
    router.edited_message.register(on_nothing, _ELSEWHERE)
    router.callback_query.register(on_press_nowhere, ~F.message)
    router.callback_query.register(on_press, F.message.chat.type != ChatType.PRIVATE)
    return router


def private_only_screen(words: Words, username: str) -> Screen:
    way = InlineKeyboardButton(text=words.say("button-private"), url=f"https://t.me/{username}")
    return Screen(words.html("private-only"), [[way]])


async def on_added(event: ChatMemberUpdated, bot: Bot, talk: Talk) -> None:
    await _explain_once(bot, event.chat.id, talk)


async def on_message(message: Message, bot: Bot, talk: Talk) -> None:
    await _explain_once(bot, message.chat.id, talk)


async def on_press(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    await answer(bot, callback, talk.words.say("private-only"))


async def on_press_nowhere(callback: CallbackQuery, bot: Bot, talk: Talk) -> None:
    """On a message that was sent by way of this bot into some chat, by a version of it that did so."""
    await answer(bot, callback, talk.words.say("outdated-elsewhere"))


async def on_nothing(_: Message) -> None:
    """Somebody joined, a title changed: nothing was said to us."""


async def _explain_once(bot: Bot, chat_id: int, talk: Talk) -> None:
    if _TOLD not in talk.notes:
        talk.notes[_TOLD] = True
        await send(bot, chat_id, private_only_screen(talk.words, (await bot.me()).username or ""))
