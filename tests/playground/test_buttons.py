"""Keyboards: what may stand on them, and the official words for what may not."""

from typing import Any

import pytest

from playground.client import Person, Playground
from playground.types import Json
from tests.playground.bot_side import Api

pytestmark = pytest.mark.slow

INLINE = "can't parse inline keyboard button: "
KEY = "can't parse keyboard button: "
ELSEWHERE = "because users will not be able to use the button without knowing bot's username"
ACCEPTED: list[tuple[Json, Json]] = [
    ({"url": "example.org/a"}, {"url": "http://example.org/a"}),
    ({"url": "HTTPS://Example.org"}, {"url": "https://example.org/"}),
    ({"url": "tg:resolve?domain=x"}, {"url": "tg://resolve?domain=x"}),
    ({"url": "tg://user?id=1001"}, {"url": "tg://user?id=1001"}),
    ({"web_app": {"url": "https://example.org/app"}}, {"web_app": {"url": "https://example.org/app"}}),
    ({"web_app": {"url": "http://127.0.0.1:8000/app"}}, {"web_app": {"url": "http://127.0.0.1:8000/app"}}),
    ({"web_app": {"url": "http://localhost:8000"}}, {"web_app": {"url": "http://localhost:8000"}}),
    ({"login_url": {"url": "https://example.org", "bot_username": "@x_bot"}}, {"url": "https://example.org/"}),
    ({"copy_text": {"text": "БР-17"}}, {"copy_text": {"text": "БР-17"}}),
    ({"switch_inline_query": ""}, {"switch_inline_query": ""}),
    (
        {"switch_inline_query_chosen_chat": {"query": "x", "allow_user_chats": True}},
        {"switch_inline_query_chosen_chat": {"query": "x", "allow_user_chats": True}},
    ),
    ({"switch_inline_query_current_chat": "x"}, {"switch_inline_query_current_chat": "x"}),
    (
        {"callback_data": "x", "style": "Success", "icon_custom_emoji_id": "5"},
        {"callback_data": "x", "style": "success", "icon_custom_emoji_id": "5"},
    ),
]
REFUSED: list[tuple[Any, str]] = [
    (5, f"{INLINE}InlineKeyboardButton must be an Object"),
    ({"url": True}, f'{INLINE}Field "url" must be of type String'),
    ({"url": "http://nohost"}, "inline keyboard button URL 'http://nohost' is invalid: Wrong HTTP URL"),
    ({"url": "http://"}, "inline keyboard button URL 'http://' is invalid: URL host is empty"),
    ({"url": "ftp://x.org"}, "inline keyboard button URL 'ftp://x.org' is invalid: Unsupported URL protocol"),
    ({"url": "x.org:0"}, "inline keyboard button URL 'x.org:0' is invalid: Wrong port number specified in the URL"),
    ({"url": "x.org:a"}, "inline keyboard button URL 'x.org:a' is invalid: Wrong port number specified in the URL"),
    (
        {"web_app": {"url": "http://x.org"}},
        "inline keyboard button Web App URL 'http://x.org' is invalid: Only HTTPS links are allowed",
    ),
    (
        {"web_app": {"url": "tg://settings"}},
        "inline keyboard button Web App URL 'tg://settings' is invalid: Only HTTPS links are allowed",
    ),
    ({"web_app": {"url": "tg://user?id=1"}}, "link to a user can't be used in Web App URL buttons"),
    ({"web_app": "https://x.org"}, f'{INLINE}Field "web_app" must be of type Object'),
    ({"login_url": {"url": "tg://user?id=1"}}, "link to a user can't be used in login URL buttons"),
    ({"login_url": {"url": "https://x.org", "bot_username": "@"}}, f"{INLINE}LoginUrl bot username is invalid"),
    ({"login_url": {}}, f'{INLINE}Can\'t find field "url"'),
    ({"copy_text": {"text": "я" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ({"callback_game": {}}, "BUTTON_TYPE_INVALID"),
    ({"pay": True}, "BUTTON_TYPE_INVALID"),
    ({"callback_data": "x", "style": "pink"}, f"{INLINE}invalid button style specified"),
    ({"callback_data": "x", "icon_custom_emoji_id": []}, f'{INLINE}Field "icon_custom_emoji_id" must be a Number'),
]
NOT_IN_A_GROUP: list[tuple[Json, str]] = [
    ({"inline_keyboard": [[{"text": "x", "web_app": {"url": "https://x.org"}}]]}, "BUTTON_TYPE_INVALID"),
    ({"keyboard": [[{"text": "x", "request_contact": True}]]}, "phone number can be requested in private chats only"),
    ({"keyboard": [[{"text": "x", "request_location": True}]]}, "location can be requested in private chats only"),
    ({"keyboard": [[{"text": "x", "request_poll": {}}]]}, "poll can be requested in private chats only"),
    (
        {"keyboard": [[{"text": "x", "web_app": {"url": "https://x.org"}}]]},
        "web App buttons can be used in private chats only",
    ),
    (
        {"keyboard": [[{"text": "x", "request_users": {"request_id": 1}}]]},
        "users can be requested in private chats only",
    ),
]
NOT_IN_A_CHANNEL: list[tuple[Json, str]] = [
    ({"switch_inline_query": "x"}, f"can't use switch_inline_query button in a channel chat, {ELSEWHERE}"),
    (
        {"switch_inline_query_current_chat": "x"},
        f"can't use switch_inline_query_current_chat button in a channel chat, {ELSEWHERE}",
    ),
]


@pytest.fixture(autouse=True)
async def started(guest: Person) -> None:
    await guest.send("/start", wait=False)


async def test_inline_buttons_come_back_as_the_server_writes_them(api: Api, guest: Person) -> None:
    for given, shown in ACCEPTED:
        markup = {"inline_keyboard": [[{"text": "Нажмите", **given}]]}
        sent = await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup=markup)
        [[button]] = sent["reply_markup"]["inline_keyboard"]
        assert button == {"text": "Нажмите", **shown}


async def test_inline_buttons_that_cannot_be(api: Api, guest: Person) -> None:
    for given, description in REFUSED:
        button = {"text": "x", **given} if isinstance(given, dict) else given
        markup = {"inline_keyboard": [[button]]}
        assert (
            await api.refusal("sendMessage", chat_id=guest.id, text="x", reply_markup=markup)
            == f"Bad Request: {description}"
        )


async def test_a_pay_button_stands_first_below_an_invoice(api: Api, guest: Person) -> None:
    prices = [{"label": "x", "amount": 5}]
    invoice = {"title": "x", "description": "x", "payload": "x", "currency": "XTR", "prices": prices}
    pay, other = {"text": "Оплатить", "pay": True}, {"text": "Позже", "callback_data": "later"}
    for rows, wrong in (([[other, pay]], True), ([[other], [pay]], True), ([[pay, other]], False)):
        answer = await api("sendInvoice", chat_id=guest.id, **invoice, reply_markup={"inline_keyboard": rows})
        assert (answer.body.get("description") == "Bad Request: BUTTON_POS_INVALID") == wrong


async def test_reply_keyboards_are_seen_with_all_their_wishes(api: Api, guest: Person) -> None:
    keys: list[Any] = [
        "Меню",
        {"text": "Мой телефон", "request_contact": True},
        {"text": "Где я", "request_location": True},
        {"text": "План", "web_app": {"url": "https://example.org"}},
        {"text": "Опрос", "request_poll": {"type": "regular"}},
        {"text": "Друг", "request_users": {"request_id": 1}},
        {"text": ""},
    ]
    markup = {"keyboard": [keys, []], "resize_keyboard": True, "input_field_placeholder": "Что дальше?"}
    await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup=markup)
    seen = guest.last.body["keyboard"]
    assert seen["keyboard"] == [[{"text": "Меню"}, *keys[1:-1]]]
    assert (seen["resize_keyboard"], seen["input_field_placeholder"]) == (True, "Что дальше?")
    await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup={"force_reply": True, "selective": True})
    assert guest.last.body["keyboard"] == {"force_reply": True, "selective": True}
    many = {"keyboard": [["x"] * 20] * 40}
    await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup=many)
    assert [len(row) for row in guest.last.body["keyboard"]["keyboard"]] == [12] * 25
    await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup={"keyboard": [[""]]})
    assert "keyboard" not in guest.last.body


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        ({"keyboard": [[{}]]}, f'{KEY}Can\'t find field "text"'),
        (
            {"keyboard": [[{"text": "x", "request_contact": "да"}]]},
            f'{KEY}Field "request_contact" must be of type Boolean',
        ),
        ({"keyboard": [[{"text": "x", "request_chat": {}}]]}, f'{KEY}Can\'t find field "request_id"'),
        (
            {"keyboard": [[{"text": "x", "web_app": {"url": "http://x.org"}}]]},
            "keyboard button Web App URL 'http://x.org' is invalid: Only HTTPS links are allowed",
        ),
        (
            {"force_reply": True, "input_field_placeholder": []},
            'field "input_field_placeholder" must be of type String',
        ),
        ({"remove_keyboard": 1}, 'field "remove_keyboard" must be of type Boolean'),
    ],
)
async def test_a_reply_keyboard_that_cannot_be(api: Api, guest: Person, markup: Json, description: str) -> None:
    refusal = await api.refusal("sendMessage", chat_id=guest.id, text="x", reply_markup=markup)
    assert refusal == f"Bad Request: {description}"


async def test_some_buttons_are_for_private_chats_alone(api: Api, chat: Playground, guest: Person) -> None:
    group = await chat.do({"do": "group_message", "persona": guest.id, "text": "x", "title": "Повара"})
    for markup, description in NOT_IN_A_GROUP:
        refusal = await api.refusal("sendMessage", chat_id=group["chat_id"], text="x", reply_markup=markup)
        assert refusal == f"Bad Request: {description}"
    channel = await chat.do({"do": "channel_post", "persona": guest.id, "text": "x", "title": "Новости"})
    for button, description in NOT_IN_A_CHANNEL:
        rows = {"inline_keyboard": [[{"text": "x", **button}]]}
        refusal = await api.refusal("sendMessage", chat_id=channel["chat_id"], text="x", reply_markup=rows)
        assert refusal == f"Bad Request: {description}"


async def test_a_link_in_the_answer_to_a_press_leads_into_the_messenger(
    api: Api, chat: Playground, guest: Person
) -> None:
    for url, description in (("https://example.org", "URL_INVALID"), ("http://t.me/x_bot?start=1", "")):
        press = await chat.do({"do": "press", "persona": guest.id, "message_id": 1, "data": "x"})
        answer = await api("answerCallbackQuery", callback_query_id=press["callback_query_id"], url=url)
        assert answer.body.get("description", "").removeprefix("Bad Request: ") == description
    assert guest.toasts[-1].url == "http://t.me/x_bot?start=1"
