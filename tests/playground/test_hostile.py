"""Whatever a request holds, the answer is one of the Bot API's, and the page can still be drawn."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiogram.methods
import orjson
import pytest

from playground.arguments import Arguments, Upload, read_arguments
from playground.clock import Clock
from playground.errors import ApiError
from playground.methods import METHODS, perform
from playground.people import default_personas
from playground.types import Json
from playground.world import World
from tests.playground.pictures import picture

pytestmark = pytest.mark.slow

DIGITS = "9" * 5000
HOSTILE: tuple[Any, ...] = (
    "", "x", "-1", DIGITS, "1e999", "٣", "{", "null", "[[[]]]", "\x00", "я" * 5000, "attach://", "http://[", "https://",
    "tg://user?id=1", 0, -1, 1.5, 2**63, True, None, [], [1], [[]], [None], [{}], ["x"] * 101, {}, {"type": []},
)  # fmt: skip
LEAVES: tuple[Any, ...] = ("", DIGITS, "http://[", -1, 2.5, None, [], {})
BUTTONS = [
    {"text": "x", "url": "https://example.org", "style": "danger", "icon_custom_emoji_id": "5"},
    {"text": "x", "callback_data": "x"},
    {"text": "x", "web_app": {"url": "https://example.org"}},
    {"text": "x", "login_url": {"url": "https://example.org", "bot_username": "x_bot"}},
    {"text": "x", "copy_text": {"text": "x"}},
    {"text": "x", "switch_inline_query_chosen_chat": {"query": "x", "allow_user_chats": True}},
]
KEYS = [
    "x",
    {"text": "x", "request_contact": True},
    {"text": "x", "web_app": {"url": "https://example.org"}},
    {"text": "x", "request_chat": {"request_id": 1}},
    {"text": "x", "request_poll": {"type": "quiz"}},
]
PRICES = [{"label": "x", "amount": 100}]
ENTITIES = [
    {"type": "bold", "offset": 0, "length": 1},
    {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org"},
    {"type": "text_mention", "offset": 0, "length": 1, "user": {"id": 1001}},
]
MEDIA = {"type": "photo", "media": "attach://it", "caption": "x", "caption_entities": ENTITIES, "has_spoiler": True}
SAID = {"message_text": "x", "entities": ENTITIES, "link_preview_options": {"is_disabled": True}}
NESTED: dict[str, list[tuple[str, Any]]] = {
    "sendMessage": [
        ("reply_markup", {"inline_keyboard": [BUTTONS]}),
        ("reply_markup", {"keyboard": [KEYS], "input_field_placeholder": "x", "is_persistent": True}),
        ("reply_markup", {"force_reply": True, "selective": True, "input_field_placeholder": "x"}),
        ("reply_parameters", {"message_id": 1, "chat_id": 1001, "quote": "x", "quote_entities": ENTITIES}),
        ("link_preview_options", {"is_disabled": True, "url": "https://example.org"}),
        ("entities", ENTITIES),
    ],
    "sendMediaGroup": [("media", [MEDIA, {**MEDIA, "type": "video", "duration": 5}])],
    "editMessageMedia": [("media", {**MEDIA, "type": "animation", "width": 5})],
    "createInvoiceLink": [("prices", PRICES), ("suggested_tip_amounts", [1])],
    "answerShippingQuery": [("shipping_options", [{"id": "x", "title": "x", "prices": PRICES}])],
    "setMyCommands": [
        ("commands", [{"command": "x", "description": "x"}]),
        ("scope", {"type": "chat_member", "chat_id": 1001, "user_id": 1001}),
    ],
    "setChatMenuButton": [("menu_button", {"type": "web_app", "text": "x", "web_app": {"url": "https://example.org"}})],
    "setMessageReaction": [("reaction", [{"type": "emoji", "emoji": "🔥"}, {"type": "custom_emoji"}])],
    "deleteMessages": [("message_ids", [1, 2])],
    "answerWebAppQuery": [
        ("result", {"type": "article", "id": "1", "title": "x", "input_message_content": SAID}),
        ("result", {"type": "photo", "id": "1", "photo_file_id": "x", "caption": "x", "reply_markup": {}}),
        ("result", {"type": "venue", "id": "1", "latitude": 1, "longitude": 1, "title": "x", "address": "x"}),
        ("result", {"type": "contact", "id": "1", "phone_number": "1", "first_name": "x"}),
    ],
}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World(Clock())
    for persona in default_personas():
        persona.started = True
        world.add_persona(persona)
    world.add_bot("42:secret")
    yield world
    await world.close()


class Caller:
    """Calls methods without HTTP, with arguments that would do but for what the test changes in them."""

    def __init__(self, world: World) -> None:
        self.world, self.bot = world, world.bots[0]
        self.upload = Upload("it.png", "image/png", picture())

    async def __call__(self, name: str, /, **values: Any) -> Json:
        status, body = await perform(self.world, self.bot, name, Arguments(self.usual() | values, {"it": self.upload}))
        assert status < 500, (name, values, body)
        orjson.dumps([body, self.world.trace.entries[-1].for_page()])
        return body

    def usual(self) -> Json:
        said = {"text": "x", "action": "typing", "latitude": 1, "longitude": 1, "phone_number": "1", "first_name": "x"}
        files = dict.fromkeys(("photo", "document", "video", "audio", "voice", "sticker"), "attach://it")
        order = {"title": "x", "description": "x", "payload": "x", "currency": "XTR", "prices": PRICES, "ok": True}
        chat = {"chat_id": 1001, "from_chat_id": 1001, "message_id": self.bot.last_message_id}
        return {**said, **files, **order, **chat, "media": MEDIA}


def variants(value: Any) -> Iterator[Any]:
    """The same with each part of it in turn replaced by something hostile."""
    yield from LEAVES
    if isinstance(value, dict):
        for name in value:
            yield {key: inner for key, inner in value.items() if key != name}
            yield from ({**value, name: other} for other in variants(value[name]))
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in variants(inner))


async def test_every_argument_of_every_method_may_be_nonsense(world: World) -> None:
    call = Caller(world)
    for name in sorted(set(METHODS) - {"setWebhook"}):
        for field in getattr(aiogram.methods, name[0].upper() + name[1:]).model_fields:
            for value in HOSTILE if field != "timeout" else ():
                await call("sendPhoto", photo="attach://it")
                await call(name, **{field: value})


async def test_every_part_of_an_object_may_be_nonsense(world: World) -> None:
    call = Caller(world)
    for name, arguments in NESTED.items():
        for field, value in arguments:
            assert (await call("sendPhoto", photo="attach://it"))["ok"]
            await call(name, **{field: value})
            for variant in variants(value):
                await call(name, **{field: variant})
                await call(name, **{field: orjson.dumps(variant).decode()})


async def test_a_webhook_cannot_be_set_to_nonsense(world: World) -> None:
    call = Caller(world)
    for value in HOSTILE:
        if value not in ("x", "-1", DIGITS, "1e999", "٣"):
            await call("setWebhook", url=value)
    assert not (await call("setWebhook", url="https://[x"))["ok"]


async def test_bodies_that_are_nested_too_deeply_or_no_object_are_refused() -> None:
    deep = b'{"text": ' + b"[" * 101 + b"]" * 101 + b"}"
    for body in (b"[" * 5000, deep, b'{"chat_id": "\\ud800"}', b'{"chat_id": 1e999}', b'\xff{"a": 1}', b'"text"'):
        with pytest.raises(ApiError, match="JSON object"):
            await read_arguments("application/json", body)


async def test_a_form_in_an_odd_alphabet_is_read_all_the_same() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800\r\n--x--\r\n'
    arguments = await read_arguments("multipart/form-data; boundary=x; charset=unicode_escape", body)
    assert arguments.text("text") == "?"
