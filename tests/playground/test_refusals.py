"""What the Bot API refuses, word for word."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
import pytest

from playground.client import Person, Playground
from tests.playground.bot_side import TOKEN, Answer, Api

pytestmark = pytest.mark.slow

UNCHANGED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
UNREADABLE_BUTTON = "Bad Request: can't parse inline keyboard button: "


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.fixture(autouse=True)
async def started(guest: Person) -> None:
    await guest.send("/start", wait=False)


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"chat_id": ""}, "chat_id is empty"),
        ({"chat_id": 5}, "chat not found"),
        ({"chat_id": "@nobody"}, "chat not found"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "я" * 4097}, "message is too long"),
        ({"text": "я" * 20_000}, "text is too long"),
        ({"parse_mode": "Word"}, "unsupported parse_mode"),
        ({"text": "<x>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        ({"reply_to_message_id": 99}, "message to be replied not found"),
        ({"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": [1]}, "object expected as reply markup"),
        (
            {"reply_markup": {"inline_keyboard": [{}]}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"reply_markup": {"keyboard": "x"}}, 'field "keyboard" must be of type Array'),
        ({"reply_markup": {"keyboard": ["x"]}}, 'field "keyboard" must be an Array of Arrays'),
        (
            {"reply_markup": {"keyboard": [[1]]}},
            "can't parse keyboard button: KeyboardButton must be a String or an Object",
        ),
    ],
)
async def test_a_message_that_cannot_be_sent(
    api: Api, guest: Person, arguments: dict[str, Any], description: str
) -> None:
    refusal = await api.refusal("sendMessage", **{"chat_id": guest.id, "text": "x", **arguments})
    assert refusal.startswith(f"Bad Request: {description}")


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": "я" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, f"{UNREADABLE_BUTTON}Text buttons are unallowed in the inline keyboard"),
        ({"text": "x"}, f"{UNREADABLE_BUTTON}Text buttons are unallowed in the inline keyboard"),
        ({"url": "https://x.org"}, f'{UNREADABLE_BUTTON}Can\'t find field "text"'),
        ({"text": 1.5, "callback_data": []}, f'{UNREADABLE_BUTTON}Field "callback_data" must be of type String'),
    ],
)
async def test_a_button_that_cannot_be_shown(api: Api, guest: Person, button: dict[str, str], description: str) -> None:
    refusal = await api.refusal("sendMessage", chat_id=guest.id, text="x", reply_markup=inline(**button))
    assert refusal == description


async def test_limits_are_met_exactly(api: Api, guest: Person) -> None:
    longest = await api.result(
        "sendMessage",
        chat_id=guest.id,
        text="<b>" + "я" * 4096 + "</b>",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[], [{"text": "x", "callback_data": "я" * 32}]]},
    )
    assert len(longest["text"]) == 4096
    assert len(longest["reply_markup"]["inline_keyboard"]) == 1
    many = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] for _ in range(101)]}
    refusal = await api.refusal("sendMessage", chat_id=guest.id, text="x", reply_markup=many)
    assert refusal == "Bad Request: reply markup is too long"
    nothing: dict[str, Any]
    for nothing in ({}, {"inline_keyboard": []}, {"unknown": 1}, inline(text="", callback_data="x")):
        sent = await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup=nothing)
        assert "reply_markup" not in sent
    refusal = await api.refusal("sendMessage", chat_id=guest.id, text="x", reply_markup={"inline_keyboard": [[1]]})
    assert refusal == f"{UNREADABLE_BUTTON}InlineKeyboardButton must be an Object"


async def test_a_bot_cannot_write_first_unless_the_person_started_it(api: Api, chat: Playground) -> None:
    other, owner = await chat.join("second guest"), await chat.join("owner")
    assert await api.refusal("sendMessage", chat_id=other.id, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    assert await api.result("sendMessage", chat_id=owner.id, text="для своих")
    await other.send("привет", wait=False)
    assert await api.result("sendMessage", chat_id=other.id, text="теперь можно")
    await chat.do({"do": "deactivate", "persona": other.id})
    assert await api.refusal("sendMessage", chat_id=other.id, text="x") == "Forbidden: user is deactivated"


async def test_edits_that_cannot_be(api: Api, guest: Person) -> None:
    sent = await api.result("sendMessage", chat_id=guest.id, text="раз")
    where = {"chat_id": guest.id, "message_id": sent["message_id"]}
    own = {"chat_id": guest.id, "message_id": guest.messages[0].id}
    keyboard = {"keyboard": [["Меню"]]}
    assert await api.refusal("editMessageText", **where, text="раз") == UNCHANGED
    assert await api.refusal("editMessageReplyMarkup", **where) == UNCHANGED
    assert await api.refusal("editMessageText", **own, text="x") == "Bad Request: message can't be edited"
    assert await api.refusal("editMessageText", **where, text="x", reply_markup=keyboard) == (
        "Bad Request: inline keyboard expected"
    )
    missing = {"chat_id": guest.id, "message_id": 999}
    assert await api.refusal("editMessageText", **missing, text="x") == "Bad Request: message to edit not found"
    assert await api.refusal("editMessageText", inline_message_id="x", text="x") == "Bad Request: MESSAGE_ID_INVALID"
    assert await api.refusal("editMessageText", text="x") == "Bad Request: message identifier is not specified"
    assert await api.refusal("editMessageCaption", **where, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )
    replied = await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup=keyboard)
    assert await api.refusal("editMessageText", chat_id=guest.id, message_id=replied["message_id"], text="y") == (
        "Bad Request: message can't be edited"
    )


async def test_who_goes_away_within_a_request_leaves_no_trace(
    api: Api, chat: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    address = urlsplit(api.base_url)
    for path in (f"/bot{TOKEN}/sendMessage", f"{urlsplit(chat.page_url).path}do"):
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 9\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        await api.result("getMe")
        writer.close()
        await writer.wait_closed()
        await api.result("getMe")
    assert [entry.name for entry in chat.world.trace.entries] == ["getMe"] * 4
    assert caplog.messages == []


async def test_deletions_that_cannot_be(api: Api, chat: Playground, guest: Person) -> None:
    sent = await api.result("sendMessage", chat_id=guest.id, text="старое")
    where = {"chat_id": guest.id, "message_id": sent["message_id"]}
    assert await api.refusal("deleteMessage", chat_id=guest.id, message_id=99) == (
        "Bad Request: message to delete not found"
    )
    await chat.move_clock(add=48 * 3600 + 10)
    fresh = await api.result("sendMessage", chat_id=guest.id, text="новое")
    too_old = "Bad Request: message can't be deleted for everyone"
    assert await api.refusal("deleteMessage", **where) == too_old
    both = [sent["message_id"], fresh["message_id"]]
    assert await api.refusal("deleteMessages", chat_id=guest.id, message_ids=both) == too_old
    assert [message.text for message in guest.messages[-2:]] == ["старое", "новое"]
    for given, description in (
        ([], "message identifiers are not specified"),
        ("7", "expected an Array of message identifiers"),
        (list(range(101)), "too many message identifiers specified"),
    ):
        refusal = await api.refusal("deleteMessages", chat_id=guest.id, message_ids=given)
        assert refusal == f"Bad Request: {description}"


async def test_callback_answers_that_come_too_late_or_are_too_long(api: Api, chat: Playground, guest: Person) -> None:
    press = {"do": "press", "persona": guest.id, "message_id": 1, "data": "x"}
    late = (await chat.do(press))["callback_query_id"]
    await chat.move_clock(add=151)
    assert await api.refusal("answerCallbackQuery", callback_query_id=late) == TOO_OLD
    assert await api.refusal("answerCallbackQuery", callback_query_id="5") == TOO_OLD
    fresh = (await chat.do(press))["callback_query_id"]
    assert late not in chat.world.bots[0].callbacks
    assert await api.refusal("answerCallbackQuery", callback_query_id=fresh, text="я" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    assert await api.result("answerCallbackQuery", callback_query_id=fresh, url="https://t.me/x?start=y")
    assert guest.toasts[-1].url == "https://t.me/x?start=y"
    silent = (await chat.do(press))["callback_query_id"]
    assert await api.result("answerCallbackQuery", callback_query_id=silent)
    assert len(guest.toasts) == 1


@pytest.mark.parametrize(
    ("method", "arguments", "description"),
    [
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "https://x.org/a.png"}, "failed to get HTTP URL content"),
        ("sendDocument", {"document": "AgAD"}, "wrong file identifier/HTTP URL specified"),
        ("sendChatAction", {"action": "dance"}, "wrong parameter action in request"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "AgAD"}, "invalid file_id"),
        ("copyMessage", {"from_chat_id": 1001, "message_id": 99}, "message to copy not found"),
        ("forwardMessage", {"from_chat_id": 1001, "message_id": 99}, "message to forward not found"),
        ("setMyCommands", {"commands": {"a": 1}}, "expected an Array of BotCommand"),
        ("setMyCommands", {"commands": [1]}, "can't parse BotCommand: expected an Object"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, "can't parse BotCommand: Can't find field \"description\""),
        ("setMyCommands", {"commands": [{"command": "A", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("getMyCommands", {"scope": {"type": "x"}}, "can't parse BotCommandScope: Unsupported type specified"),
        (
            "getMyCommands",
            {"scope": {"type": "chat", "chat_id": ""}},
            "can't parse BotCommandScope: Empty chat_id specified",
        ),
        (
            "getMyCommands",
            {"scope": {"type": "chat_member", "chat_id": 1001, "user_id": "-1"}},
            "can't parse BotCommandScope: Invalid user_id specified",
        ),
        (
            "setChatMenuButton",
            {"menu_button": {"type": "x"}},
            "can't parse menu button: MenuButton has unsupported type",
        ),
    ],
)
async def test_other_calls_that_are_wrong(
    api: Api, guest: Person, method: str, arguments: dict[str, Any], description: str
) -> None:
    refusal = await api.refusal(method, **{"chat_id": guest.id, **arguments})
    assert refusal.startswith(f"Bad Request: {description}")


async def test_an_answer_to_a_missing_message_can_be_sent_all_the_same(api: Api, guest: Person) -> None:
    for way in (
        {"reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}},
        {"reply_to_message_id": 99, "allow_sending_without_reply": True},
    ):
        sent = await api.result("sendMessage", chat_id=guest.id, text="x", **way)
        assert "reply_to_message" not in sent


async def test_a_caption_has_its_own_limit_and_place(api: Api, guest: Person, chat: Playground) -> None:
    photo = (await chat.do({"do": "photo", "persona": guest.id}))["message_id"]
    file_id = guest.messages[-1].body["photo"][0]["file_id"]
    assert guest.messages[-1].id == photo
    too_long = await api.refusal("sendPhoto", chat_id=guest.id, photo=file_id, caption="я" * 1025)
    assert too_long == "Bad Request: message caption is too long"
    sent = await api.result("sendPhoto", chat_id=guest.id, photo=file_id, caption="x")
    where = {"chat_id": guest.id, "message_id": sent["message_id"]}
    assert await api.refusal("editMessageText", **where, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )
    edited = await api.result("editMessageCaption", **where, caption="")
    assert "caption" not in edited


async def post(api: Api, path: str, **request: Any) -> Answer:
    async with api.http.post(f"{api.base_url}{path}", **request) as response:
        return Answer(response.status, orjson.loads(await response.read()))


@pytest.mark.usefixtures("guest")
async def test_every_form_of_a_request_is_understood(api: Api) -> None:
    path = f"/bot{TOKEN}/SENDmessage"
    assert (await post(api, path, data={"chat_id": "1001", "text": "форма"})).body["ok"]
    assert (await post(api, f"{path}?chat_id=1001&text=строка")).body["result"]["text"] == "строка"
    async with api.http.get(f"{api.base_url}{path}?chat_id=1001&text=get") as response:
        assert response.status == 200
    assert (await post(api, f"{path}?chat_id=5", json={"chat_id": 1001, "text": "тело главнее"})).body["ok"]
    form = aiohttp.FormData({"chat_id": "1001", "document": "attach://it"})
    form.add_field("it", b"hello", filename="hello.txt", content_type="text/plain")
    sent = await post(api, f"/bot{TOKEN}/sendDocument", data=form)
    assert sent.body["result"]["document"]["mime_type"] == "text/plain"
    direct = aiohttp.FormData({"chat_id": "1001"})
    direct.add_field("document", b"", filename="empty.txt")
    refused = await post(api, f"/bot{TOKEN}/sendDocument", data=direct)
    assert refused.body["description"] == "Bad Request: file must be non-empty"
    no_picture = aiohttp.FormData({"chat_id": "1001"})
    no_picture.add_field("photo", b"text", filename="a.png")
    refused = await post(api, f"/bot{TOKEN}/sendPhoto", data=no_picture)
    assert refused.body["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


@pytest.mark.parametrize(
    ("body", "content_type", "description"),
    [
        (b"{", "application/json", "can't parse request JSON object"),
        (b"[]", "application/json", "expected a JSON object"),
        (b"x", "text/plain", "unsupported content type"),
        (b"x", "multipart/form-data", "can't parse the multipart form"),
    ],
)
async def test_a_request_that_cannot_be_read(api: Api, body: bytes, content_type: str, description: str) -> None:
    answer = await post(api, f"/bot{TOKEN}/getMe", data=body, headers={"Content-Type": content_type})
    assert (answer.status, answer.body["description"]) == (400, f"Bad Request: {description}")


@pytest.mark.usefixtures("chat")
async def test_strangers_and_huge_requests_stay_outside(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await post(api, "/bot43:other/getMe")).body["description"] == "Unauthorized"
    assert (await post(api, "/botnonsense/getMe")).body == {"ok": False, "error_code": 404, "description": "Not Found"}
    async with api.http.get(f"{api.base_url}/file/bot43:other/documents/file_1") as response:
        assert response.status == 401
    async with api.http.get(f"{api.base_url}/file/bot{TOKEN}/documents/file_1") as response:
        assert response.status == 404
    monkeypatch.setattr("playground.bot_api.LARGEST_REQUEST", 10)
    assert (await post(api, f"/bot{TOKEN}/getMe", data=b"x" * 11)).status == 413

    async def endless() -> Any:
        for _ in range(11):
            yield b"x"

    assert (await post(api, f"/bot{TOKEN}/getMe", data=endless())).status == 413


async def test_a_hanging_call_ends_with_the_playground(api: Api, chat: Playground) -> None:
    await chat.fail("hang")
    with pytest.raises(TimeoutError):
        await api.http.post(f"{api.base_url}/bot{TOKEN}/getMe", timeout=aiohttp.ClientTimeout(0.2))
