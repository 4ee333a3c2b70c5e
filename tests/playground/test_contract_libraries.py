"""Every method, called by aiogram and by python-telegram-bot, whose own models read the answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

import aiogram.methods
import aiogram.types
import pytest
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from pydantic import BaseModel

from playground.chats import Callback
from playground.client import Person, Playground
from playground.methods import METHODS
from playground.methods.known import KNOWN
from tests.playground.bot_side import TOKEN, Api
from tests.playground.pictures import picture

TRUE = {
    "answerCallbackQuery", "answerPreCheckoutQuery", "answerShippingQuery", "close", "deleteMessage", "deleteMessages",
    "deleteMyCommands", "deleteWebhook", "leaveChat", "logOut", "pinChatMessage", "refundStarPayment", "sendChatAction",
    "setChatMenuButton", "setMessageReaction", "setMyCommands", "setMyDescription", "setMyName",
    "setMyShortDescription", "setWebhook", "unpinAllChatMessages", "unpinChatMessage",
}  # fmt: skip
MESSAGE = {
    "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup", "editMessageText", "forwardMessage",
    "sendAnimation", "sendAudio", "sendContact", "sendDocument", "sendInvoice", "sendLocation", "sendMessage",
    "sendPhoto", "sendSticker", "sendVenue", "sendVideo", "sendVideoNote", "sendVoice",
}  # fmt: skip
OTHER = {
    "answerWebAppQuery": "SentWebAppMessage",
    "copyMessage": "MessageId",
    "copyMessages": "[MessageId]",
    "createInvoiceLink": "str",
    "forwardMessages": "[MessageId]",
    "getChat": "ChatFullInfo",
    "getChatAdministrators": "[ChatMemberOwner]",
    "getChatMember": "ChatMemberMember",
    "getChatMemberCount": "int",
    "getChatMenuButton": "MenuButtonCommands",
    "getFile": "File",
    "getMe": "User",
    "getMyCommands": "[BotCommand]",
    "getMyDescription": "BotDescription",
    "getMyName": "BotName",
    "getMyShortDescription": "BotShortDescription",
    "getUpdates": "[Update]",
    "getUserProfilePhotos": "UserProfilePhotos",
    "getWebhookInfo": "WebhookInfo",
    "sendMediaGroup": "[Message]",
}
EXPECTED = dict.fromkeys(TRUE, "True") | dict.fromkeys(MESSAGE, "Message") | OTHER


@dataclass
class Scene:
    """Things to call methods with; `types` is the library's module of types, whose names are those of the Bot API."""

    types: ModuleType
    file: Any
    person: int
    room: int
    webhook: str
    texts: list[int]
    photos: list[int]
    file_id: str
    queries: dict[str, str]
    used: dict[str, Iterator[int]] = field(default_factory=dict)

    def text(self) -> dict[str, int]:
        """The chat and a message in it that nobody has touched."""
        return self._next("text", self.texts)

    def photo(self) -> dict[str, int]:
        return self._next("photo", self.photos)

    def _next(self, kind: str, numbers: list[int]) -> dict[str, int]:
        return {"chat_id": self.person, "message_id": next(self.used.setdefault(kind, iter(numbers)))}

    def picture(self) -> Any:
        return self.file(picture(), filename="plan.png")


def calls(scene: Scene) -> dict[str, dict[str, Any]]:
    """Arguments for each method, in the order to call them."""
    t, to = scene.types, {"chat_id": scene.person}
    keyboard = t.InlineKeyboardMarkup(inline_keyboard=[[t.InlineKeyboardButton(text="Да", callback_data="yes")]])
    invoice = {
        "title": "Депозит",
        "description": "За столик",
        "payload": "table-1",
        "provider_token": "1:TEST",
        "currency": "RUB",
        "prices": [t.LabeledPrice(label="Депозит", amount=100_000)],
        "need_name": True,
    }
    option = t.ShippingOption(id="courier", title="Курьер", prices=[t.LabeledPrice(label="Курьер", amount=30_000)])
    article = t.InlineQueryResultArticle(
        id="1", title="Столик", input_message_content=t.InputTextMessageContent(message_text="Столик у окна")
    )
    place = {"latitude": 55.75, "longitude": 37.62}
    both = {**to, "from_chat_id": scene.person, "message_ids": scene.texts[-2:]}
    return {
        "getMe": {},
        "getUpdates": {},
        "setWebhook": {"url": scene.webhook},
        "getWebhookInfo": {},
        "deleteWebhook": {},
        "sendMessage": {**to, "text": "<b>Стол</b> №1", "parse_mode": "HTML", "reply_markup": keyboard},
        "sendPhoto": {**to, "photo": scene.picture(), "caption": "План"},
        "sendDocument": {**to, "document": scene.file(b"day,guest", filename="guests.csv")},
        "sendVideo": {**to, "video": scene.file(b"film", filename="hall.mp4"), "duration": 3, "width": 640},
        "sendAnimation": {**to, "animation": scene.file(b"film", filename="hall.gif"), "has_spoiler": True},
        "sendAudio": {**to, "audio": scene.file(b"song", filename="jazz.mp3"), "performer": "Трио", "title": "Вечер"},
        "sendVoice": {**to, "voice": scene.file(b"word", filename="word.ogg"), "duration": 2},
        "sendVideoNote": {**to, "video_note": scene.file(b"round", filename="round.mp4"), "length": 240},
        "sendSticker": {**to, "sticker": scene.picture(), "emoji": "👍"},
        "sendMediaGroup": {**to, "media": [t.InputMediaPhoto(media=scene.picture(), caption=str(n)) for n in range(2)]},
        "sendLocation": {**to, **place, "horizontal_accuracy": 50.5},
        "sendVenue": {**to, **place, "title": "Бистро", "address": "Тверская, 1", "foursquare_id": "4b"},
        "sendContact": {**to, "phone_number": "+79160000000", "first_name": "Бистро", "last_name": "Байт"},
        "sendInvoice": {**to, **invoice},
        "sendChatAction": {**to, "action": "typing"},
        "createInvoiceLink": invoice,
        "answerShippingQuery": {
            "shipping_query_id": scene.queries["shipping"],
            "ok": True,
            "shipping_options": [option],
        },
        "answerPreCheckoutQuery": {"pre_checkout_query_id": scene.queries["checkout"], "ok": True},
        "refundStarPayment": {"user_id": scene.person, "telegram_payment_charge_id": scene.queries["charge"]},
        "answerCallbackQuery": {"callback_query_id": scene.queries["press"], "text": "Готово", "show_alert": True},
        "answerWebAppQuery": {"web_app_query_id": scene.queries["web_app"], "result": article},
        "editMessageText": {**scene.text(), "text": "Стол №2", "reply_markup": keyboard},
        "editMessageReplyMarkup": {**scene.text(), "reply_markup": keyboard},
        "editMessageCaption": {**scene.photo(), "caption": "Зал"},
        "editMessageMedia": {**scene.photo(), "media": t.InputMediaDocument(media=scene.file(b"x", filename="x.txt"))},
        "setMessageReaction": {**scene.text(), "reaction": [t.ReactionTypeEmoji(emoji="🔥")]},
        "pinChatMessage": scene.text(),
        "getChat": to,
        "unpinChatMessage": to,
        "unpinAllChatMessages": to,
        "copyMessage": {**scene.text(), "from_chat_id": scene.person},
        "forwardMessage": {**scene.text(), "from_chat_id": scene.person},
        "copyMessages": both,
        "forwardMessages": both,
        "deleteMessage": scene.text(),
        "deleteMessages": {**to, "message_ids": scene.texts},
        "getFile": {"file_id": scene.file_id},
        "getUserProfilePhotos": {"user_id": scene.person},
        "getChatMember": {"chat_id": scene.room, "user_id": 42},
        "getChatAdministrators": {"chat_id": scene.room},
        "getChatMemberCount": {"chat_id": scene.room},
        "leaveChat": {"chat_id": scene.room},
        "setMyCommands": {"commands": [t.BotCommand(command="start", description="Начать")]},
        "getMyCommands": {},
        "deleteMyCommands": {"language_code": "ru"},
        "setMyName": {"name": "Официант"},
        "getMyName": {"language_code": "ru"},
        "setMyDescription": {"description": "Бронирует столики"},
        "getMyDescription": {},
        "setMyShortDescription": {"short_description": "Столики"},
        "getMyShortDescription": {},
        "setChatMenuButton": {**to, "menu_button": t.MenuButtonCommands()},
        "getChatMenuButton": to,
        "close": {},
        "logOut": {},
    }


async def set_scene(chat: Playground, guest: Person, api: Api, types: ModuleType, file: Any) -> Scene:
    await guest.send("/start", wait=False)
    room = await chat.do({"do": "group_message", "persona": guest.id, "text": "всем привет", "title": "Повара"})
    for _ in range(2):
        await guest.act("photo", wait=False)
    file_id = guest.messages[-1].body["photo"][0]["file_id"]
    texts = [(await api.result("sendMessage", chat_id=guest.id, text=str(n)))["message_id"] for n in range(9)]
    photos = [(await api.result("sendPhoto", chat_id=guest.id, photo=file_id))["message_id"] for _ in range(2)]
    pressed = await chat.do({"do": "press", "persona": guest.id, "message_id": texts[0], "data": "x"})
    queries = {"press": pressed["callback_query_id"], "web_app": "web-app-query"}
    for kind, flexible in (("shipping", True), ("checkout", False)):
        queries[kind] = await pay(chat, guest, api, flexible=flexible)
    [bot] = chat.world.bots
    paid = await pay(chat, guest, api, flexible=False)
    await api.result("answerPreCheckoutQuery", pre_checkout_query_id=paid, ok=True)
    await guest.wait_for(lambda person: "successful_payment" in person.messages[-1].body)
    queries["charge"] = guest.messages[-1].body["successful_payment"]["telegram_payment_charge_id"]
    bot.web_app_queries["web-app-query"] = Callback(chat.world.personas[guest.id], chat.clock.now() + 60)
    webhook = "http://127.0.0.1:9/hook"
    return Scene(types, file, guest.id, room["chat_id"], webhook, texts, photos, file_id, queries)


async def pay(chat: Playground, guest: Person, api: Api, *, flexible: bool) -> str:
    prices = [{"label": "Депозит", "amount": 100}]
    details = {"title": "a", "description": "b", "payload": "c", "currency": "XTR", "prices": prices}
    invoice = await api.result("sendInvoice", chat_id=guest.id, is_flexible=flexible, **details)
    paid = await chat.do({"do": "pay", "persona": guest.id, "message_id": invoice["message_id"]})
    return str(paid["query_id"])


def shape(result: Any) -> str:
    if isinstance(result, bool | int | str):
        return str(result) if isinstance(result, bool) else type(result).__name__
    if isinstance(result, list | tuple):
        return f"[{', '.join(sorted({shape(item) for item in result}))}]"
    return type(result).__name__


def unknown_fields(value: Any) -> set[str]:
    """What aiogram's models do not know, in all of them."""
    if isinstance(value, list):
        return {name for item in value for name in unknown_fields(item)}
    if not isinstance(value, BaseModel):
        return set()
    inside = {name for each in dict(value).values() for name in unknown_fields(each)}
    return inside | set(value.model_extra or ())


def test_every_method_of_aiogram_is_known_and_the_implemented_ones_are_these() -> None:
    classes = [getattr(aiogram.methods, name) for name in aiogram.methods.__all__]
    names = {cls.__api_method__ for cls in classes if issubclass(cls, TelegramMethod) and cls is not TelegramMethod}
    assert names == KNOWN
    assert set(METHODS) == set(EXPECTED)


@pytest.mark.slow
async def test_aiogram_reads_every_answer(chat: Playground, guest: Person, api: Api) -> None:
    scene = await set_scene(chat, guest, api, aiogram.types, aiogram.types.BufferedInputFile)
    shapes = {}
    async with Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(chat.base_url))) as bot:
        for name, arguments in calls(scene).items():
            method = getattr(aiogram.methods, name[0].upper() + name[1:])
            result = await bot(method(**arguments))
            assert unknown_fields(result) == set(), name
            shapes[name] = shape(result)
    assert shapes == EXPECTED


@pytest.mark.slow
async def test_python_telegram_bot_reads_every_answer(chat: Playground, guest: Person, api: Api) -> None:
    scene = await set_scene(chat, guest, api, telegram, partial(telegram.InputFile, attach=True))
    shapes = {}
    bot_api, files = f"{chat.base_url}/bot", f"{chat.base_url}/file/bot"
    async with telegram.Bot(TOKEN, base_url=bot_api, base_file_url=files) as bot:
        for name, arguments in calls(scene).items():
            method = getattr(bot, re.sub("(?=[A-Z])", "_", name).lower())
            shapes[name] = shape(await method(**arguments))
    assert shapes == EXPECTED
