"""What a bot on aiogram and the persons it talks to see of each other."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction, ChatMemberStatus, ContentType
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendDice
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    MenuButtonCommands,
    MenuButtonDefault,
    MenuButtonWebApp,
    MessageOriginUser,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    WebAppInfo,
)
from pydantic import BaseModel

from playground.client import Person, Playground
from playground.types import Json
from tests.playground.bot_side import TOKEN, Api
from tests.playground.pictures import picture


def keyboard(text: str = "Да", data: str = "yes") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)]])


def same(received: BaseModel | None, expected: BaseModel) -> bool:
    """What came with an answer also knows the bot it came through."""
    return received is not None and received.model_dump() == expected.model_dump()


@pytest.fixture
async def bot(chat: Playground, guest: Person) -> AsyncIterator[Bot]:
    await guest.send("/start", wait=False)
    async with Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(chat.base_url))) as bot:
        yield bot


async def test_the_bot_learns_who_it_is(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (42, True, "bot42_bot")
    assert await bot.log_out()
    assert await bot.close()


async def test_a_message_with_everything(bot: Bot, guest: Person) -> None:
    sent = await bot.send_message(
        guest.id,
        "<b>Стол</b> №1 https://example.org",
        parse_mode="HTML",
        reply_markup=keyboard(),
        protect_content=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(message_id=guest.messages[0].id),
    )
    assert sent.text == "Стол №1 https://example.org"
    assert sent.html_text == "<b>Стол</b> №1 https://example.org"
    assert same(sent.reply_markup, keyboard())
    assert sent.has_protected_content
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/start"
    assert sent.chat.first_name == "Анна"
    assert guest.last.text == sent.text
    assert guest.buttons == ["Да"]


async def test_edits_stay_in_place(bot: Bot, guest: Person) -> None:
    sent = await bot.send_message(guest.id, "раз", reply_markup=keyboard())
    edited = await bot.edit_message_text("два", chat_id=guest.id, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("два", None)
    assert edited.edit_date
    again = await bot.edit_message_reply_markup(
        chat_id=guest.id, message_id=sent.message_id, reply_markup=keyboard("Нет", "no")
    )
    assert not isinstance(again, bool)
    assert again.text == "два"
    assert guest.buttons == ["Нет"]
    assert guest.last.edited
    assert [message.text for message in guest.messages] == ["/start", "два"]


async def test_pictures_and_documents_can_be_sent_named_again_and_downloaded(bot: Bot, guest: Person) -> None:
    sent = await bot.send_photo(
        guest.id, BufferedInputFile(picture(), "plan.png"), caption="*План*", parse_mode="MarkdownV2",
        show_caption_above_media=True,
    )  # fmt: skip
    assert sent.photo is not None
    assert (sent.photo[0].width, sent.photo[0].height, sent.caption) == (30, 20, "План")
    again = await bot.send_photo(guest.id, sent.photo[0].file_id)
    assert again.photo == sent.photo
    captioned = await bot.edit_message_caption(chat_id=guest.id, message_id=again.message_id, caption="Зал")
    assert not isinstance(captioned, bool)
    assert captioned.caption == guest.last.text == "Зал"
    document = await bot.send_document(guest.id, BufferedInputFile("день,гость".encode(), "guests"))
    assert document.document is not None
    assert document.document.file_name == "guests"
    file = await bot.get_file(document.document.file_id)
    assert file.file_path is not None
    content = await bot.download_file(file.file_path)
    assert content is not None
    assert content.read() == "день,гость".encode()


@pytest.mark.usefixtures("chat")
async def test_copies_and_forwards(bot: Bot, guest: Person) -> None:
    original = guest.messages[0].id
    copy = await bot.copy_message(guest.id, guest.id, original)
    assert guest.last.id == copy.message_id
    assert guest.last.text == "/start"
    forwarded = await bot.forward_message(guest.id, guest.id, original)
    assert isinstance(forwarded.forward_origin, MessageOriginUser)
    assert forwarded.forward_origin.sender_user.id == guest.id
    photo = await bot.send_photo(guest.id, BufferedInputFile(picture(), "plan.png"), caption="было")
    await bot.copy_message(guest.id, guest.id, photo.message_id, caption="стало")
    assert guest.last.text == "стало"
    assert "photo" in guest.last.body


async def test_deleted_messages_are_gone_from_the_chat(bot: Bot, guest: Person) -> None:
    numbers = [(await bot.send_message(guest.id, str(number))).message_id for number in range(4)]
    assert await bot.delete_message(guest.id, numbers[0])
    assert await bot.delete_messages(guest.id, [*numbers[1:3], 777])
    assert [message.text for message in guest.messages] == ["/start", "3"]


async def test_a_press_its_toast_and_its_alert(bot: Bot, guest: Person) -> None:
    await bot.send_message(guest.id, "?", reply_markup=keyboard())
    for _ in range(2):
        await guest.press("Да", wait=False)
    updates = [update for update in await bot.get_updates() if update.callback_query]
    first, second = (update.callback_query for update in updates)
    assert first is not None
    assert second is not None
    assert (first.data, first.message and first.message.message_id) == ("yes", guest.last.id)
    assert await bot.answer_callback_query(first.id, "Готово")
    assert await bot.answer_callback_query(first.id, "Второй раз не видно")
    assert await bot.answer_callback_query(second.id, "Важно", show_alert=True)
    assert [(toast.text, toast.alert) for toast in guest.toasts] == [("Готово", False), ("Важно", True)]


async def test_typing_is_seen(bot: Bot, guest: Person) -> None:
    assert await bot.send_chat_action(guest.id, ChatAction.TYPING)
    assert guest.typing == ["typing"]


async def test_reply_keyboards_are_seen_but_not_returned(bot: Bot, guest: Person) -> None:
    markup = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Меню"), KeyboardButton(text="Помощь")]])
    sent = await bot.send_message(guest.id, "выбирайте", reply_markup=markup)
    assert sent.reply_markup is None
    assert guest.keyboard == ["Меню", "Помощь"]
    await guest.press("Помощь", wait=False)
    assert guest.messages[-1].text == "Помощь"
    await bot.send_message(guest.id, "убрали", reply_markup=ReplyKeyboardRemove())
    assert guest.keyboard == []


async def test_commands_by_scope_and_language(bot: Bot, chat: Playground, guest: Person) -> None:
    owner = await chat.join("owner")
    start, book, rule = (BotCommand(command=name, description=name) for name in ("start", "book", "rule"))
    await bot.set_my_commands([start])
    assert [command["command"] for command in guest.commands] == ["start"]
    await bot.set_my_commands([start, book], scope=BotCommandScopeAllPrivateChats(), language_code="ru")
    assert [command["command"] for command in guest.commands] == ["start", "book"]
    await bot.set_my_commands([rule], scope=BotCommandScopeChat(chat_id=owner.id))
    await bot.set_my_commands([rule], scope=BotCommandScopeChatMember(chat_id=owner.id, user_id=5))
    assert [command["command"] for command in owner.commands] == ["rule"]
    known = await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="ru")
    assert [command.command for command in known] == ["start", "book"]
    assert await bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats(), language_code="ru")
    assert await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats()) == []
    assert [command["command"] for command in guest.commands] == ["start"]


async def test_menu_buttons(bot: Bot, guest: Person) -> None:
    assert same(await bot.get_chat_menu_button(), MenuButtonCommands())
    app = MenuButtonWebApp(text="План", web_app=WebAppInfo(url="https://example.org"))
    await bot.set_chat_menu_button(guest.id, app)
    assert same(await bot.get_chat_menu_button(guest.id), app)
    await bot.set_chat_menu_button(menu_button=MenuButtonDefault())
    assert same(await bot.get_chat_menu_button(), MenuButtonDefault())


async def test_a_chat_is_described(bot: Bot, guest: Person) -> None:
    info = await bot.get_chat(guest.id)
    assert (info.first_name, info.last_name, info.username) == ("Анна", "Иванова", "anna")


@pytest.mark.usefixtures("chat")
async def test_each_thing_a_person_can_do_is_an_update_aiogram_understands(bot: Bot, guest: Person) -> None:
    await guest.act("photo", wait=False, caption="фото")
    await guest.act("document", wait=False, name="a.txt", file="0LA=", caption="файл")
    await guest.act("sticker", wait=False)
    await guest.act("contact", wait=False, phone_number="+79160000000")
    await guest.act("contact", wait=False, phone_number="+79160000001", first_name="Пётр", user_id=5)
    await guest.act("location", wait=False, latitude=55.75, longitude=37.62)
    await guest.act("forward", wait=False, text="переслано", from_name="Кто-то")
    own = [update.message for update in await bot.get_updates() if update.message]
    assert [message.content_type for message in own] == [
        ContentType.TEXT,
        ContentType.PHOTO,
        ContentType.DOCUMENT,
        ContentType.STICKER,
        ContentType.CONTACT,
        ContentType.CONTACT,
        ContentType.LOCATION,
        ContentType.TEXT,
    ]
    assert own[4].contact is not None
    assert own[5].contact is not None
    assert (own[4].contact.user_id, own[5].contact.user_id) == (guest.id, 5)
    assert own[7].forward_origin is not None


async def test_rooms_edits_and_blocks_are_updates_too(bot: Bot, chat: Playground, guest: Person) -> None:
    await bot.get_updates(offset=-1)
    await guest.edit(guest.messages[0].id, "/start again", wait=False)
    group = await chat.do({"do": "group_message", "persona": guest.id, "text": "всем привет", "title": "Повара"})
    await chat.do({"do": "group_message", "persona": guest.id, "text": "и снова", "title": "Повара"})
    await chat.do({"do": "channel_post", "persona": guest.id, "text": "новости", "title": "Канал"})
    await guest.block(wait=False)
    updates = await bot.get_updates()
    assert [update.event_type for update in updates] == [
        "message",
        "edited_message",
        "message",
        "message",
        "channel_post",
        "my_chat_member",
    ]
    assert updates[2].message is not None
    assert updates[2].message.chat.type == "supergroup"
    assert updates[5].my_chat_member is not None
    assert updates[5].my_chat_member.new_chat_member.status == ChatMemberStatus.KICKED
    answer = await bot.send_message(group["chat_id"], "я работаю в личных сообщениях")
    assert answer.chat.title == "Повара"
    assert updates[4].channel_post is not None
    post = await bot.send_message(updates[4].channel_post.chat.id, "принято")
    assert post.from_user is None
    assert post.sender_chat is not None
    await guest.block(blocked=False, wait=False)
    assert (await guest.block(blocked=False, wait=False)).update_id is None
    assert not guest.blocked


async def test_an_update_made_by_hand_arrives_as_it_is(bot: Bot, chat: Playground, api: Api) -> None:
    await bot.get_updates(offset=-1)
    await chat.do({"do": "raw_update", "update": {"message": {"from": {"id": 1001}, "text": "без чата"}}})
    await chat.do({"do": "raw_update", "update": {"something_new": [1, 2]}})
    updates = await api.result("getUpdates")
    assert updates[-2]["message"] == {"from": {"id": 1001}, "text": "без чата"}
    assert updates[-1]["something_new"] == [1, 2]


async def test_errors_become_the_exceptions_of_aiogram(bot: Bot, chat: Playground, guest: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(5, "?")
    await chat.fail("429", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as too_fast:
        await bot.send_message(guest.id, "?")
    assert too_fast.value.retry_after == 7
    await chat.fail("500", count=2)
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(guest.id, "?")
    await chat.fail("500", chat_id=1002)
    assert await bot.send_message(guest.id, "мимо")
    await guest.block(wait=False)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(guest.id, "?")
    async with Bot("43:other", bot.session) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


async def test_a_method_the_playground_lacks_is_refused_by_name_and_counted(
    bot: Bot, chat: Playground, guest: Person, api: Api
) -> None:
    told: list[Json] = []
    chat.subscribe(told.append)
    with pytest.raises(TelegramServerError, match="the playground does not know how to do sendDice yet"):
        await bot(SendDice(chat_id=guest.id))
    assert chat.world.trace.unsupported == {"sendDice": 1}
    [event] = [event for event in told if event["type"] == "unsupported"]
    assert (event["method"], event["count"]) == ("sendDice", 1)
    answer = await api("sendNonsense")
    assert (answer.status, answer.body["description"]) == (404, "Not Found: method not found")
