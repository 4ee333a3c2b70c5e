"""What the page and other programs exchange with the playground, and who is kept out."""

import base64
from typing import Any

import aiohttp
import orjson
import pytest

from playground.client import Person, Playground
from playground.errors import ActionError
from tests.playground.bot_side import TOKEN, Api


async def received(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next event of a kind."""
    while True:
        message = await socket.receive(timeout=10)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        event: dict[str, Any] = orjson.loads(message.data)
        if event["type"] == kind:
            return event


async def test_the_page_gets_all_of_it_and_then_each_change(chat: Playground, api: Api, guest: Person) -> None:
    await guest.send("/start", wait=False)
    await api.result("setWebhook", url="")
    async with api.http.ws_connect(f"{chat.page_url}ws") as socket:
        snapshot = await received(socket, "snapshot")
        assert snapshot["bots"] == [{"id": 42, "username": "bot42_bot", "name": "Bot 42", "token_hint": "42:sec…"}]
        assert [persona["id"] for persona in snapshot["personas"]] == [1001, 1002, 9001, 9002]
        assert snapshot["clock"]["offset"] == 0
        chats = {entry["persona"]: entry for entry in snapshot["chats"]}
        assert [(message["text"], message["outgoing"]) for message in chats[1001]["messages"]] == [("/start", True)]
        assert (chats[1002]["messages"], chats[1002]["blocked"], chats[1002]["commands"]) == ([], False, [])
        assert snapshot["trace"][-1]["name"] == "setWebhook"
        keyboard = {"keyboard": [["Меню"]], "resize_keyboard": True}
        await api.result("sendMessage", chat_id=1001, text="привет", reply_markup=keyboard)
        event = await received(socket, "message")
        assert (event["persona"], event["bot"], event["message"]["text"]) == (1001, 42, "привет")
        assert event["message"]["keyboard"]["keyboard"] == [[{"text": "Меню"}]]
        entry = (await received(socket, "trace"))["entry"]
        assert (entry["direction"], entry["name"], entry["status"], entry["persona"]) == (
            "call",
            "sendMessage",
            200,
            1001,
        )
        await socket.send_str('{"do": "clock", "add": 3600}')
        assert (await received(socket, "clock"))["offset"] == 3600


async def test_what_cannot_be_done_is_told_to_who_asked(chat: Playground, api: Api) -> None:
    async with api.http.ws_connect(f"{chat.page_url}ws") as socket:
        await socket.send_str('{"do": "dance", "ref": "7"}')
        error = await received(socket, "error")
        assert error["ref"] == "7"
        assert error["text"].startswith("there is no action «dance»; known are send, press")
        await socket.send_str("not json")
        assert (await received(socket, "error"))["text"] == "an action is a JSON object"
        await socket.send_str("[]")
        assert (await received(socket, "error"))["ref"] is None


@pytest.mark.usefixtures("hook")
async def test_secrets_are_not_in_the_trace(chat: Playground) -> None:
    requests = [entry.request for entry in chat.world.trace.entries if entry.name == "setWebhook"]
    assert requests[0]["secret_token"] == "•••"


async def do(api: Api, chat: Playground, body: bytes) -> tuple[int, Any]:
    async with api.http.post(f"{chat.page_url}do", data=body) as response:
        return response.status, orjson.loads(await response.read())


async def test_curl_can_do_what_the_page_can(api: Api, chat: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    status, answer = await do(api, chat, b'{"do": "send", "persona": 1001, "text": "hi"}')
    assert (status, answer["ok"]) == (200, True)
    assert answer["result"]["message_id"] > 0
    assert await do(api, chat, b"{") == (400, {"ok": False, "error": "an action is a JSON object"})
    status, answer = await do(api, chat, b'{"do": "send", "persona": 7, "text": "hi"}')
    assert (status, answer["error"]) == (400, "there is no persona 7")
    monkeypatch.setattr("playground.page.LARGEST_ACTION", 10)
    assert (await do(api, chat, b"x" * 11))[0] == 413


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"do": "send", "persona": 1001, "text": " "}, "an empty message cannot be sent"),
        ({"do": "send", "persona": 1001}, "«send» needs 'text'"),
        ({"do": "send", "persona": 1001, "bot": 7, "text": "x"}, "there is no bot 7"),
        ({"do": "press", "persona": 1001, "message_id": "x", "data": "x"}, "does not understand its fields"),
        ({"do": "edit", "persona": 1001, "message_id": 9, "text": "x"}, "only an own text message can be edited"),
        ({"do": "document", "persona": 1001, "name": "x", "file": "?"}, "a file is sent as base64"),
        ({"do": "photo", "persona": 1001, "file": "eA=="}, "IMAGE_PROCESS_FAILED"),
        ({"do": "fail", "kind": "418"}, "calls can fail with 429, 500, hang, drop, garbage"),
        ({"do": "location", "persona": 1001, "latitude": "nan"}, "there is no such place on earth"),
        ({"do": "location", "persona": 1001, "longitude": 181}, "there is no such place on earth"),
        ({"do": "redeliver", "persona": 1001}, "nothing was delivered in this chat yet"),
        ({"do": "raw_update", "update": {"a": {}, "b": {}}}, "does not understand its fields"),
    ],
)
async def test_an_action_that_makes_no_sense(chat: Playground, action: dict[str, Any], reason: str) -> None:
    with pytest.raises(ActionError) as refused:
        await chat.do(action)
    assert reason in str(refused.value)


async def test_the_clock_is_set_in_three_ways(chat: Playground) -> None:
    assert (await chat.do({"do": "clock", "offset": 60}))["offset"] == 60
    assert (await chat.do({"do": "clock", "add": 60}))["offset"] == 120
    assert (await chat.do({"do": "clock", "to": "2031-01-01T00:00:00Z"}))["now"].startswith("2031-01-01T00:00:00")


async def status_of(api: Api, address: str, **headers: str) -> int:
    async with api.http.get(address, headers=headers) as response:
        return response.status


async def test_only_who_knows_the_key_gets_in_and_only_from_this_machine(api: Api, chat: Playground) -> None:
    page, host = chat.page_url, chat.base_url.removeprefix("http://")
    wrong = f"{chat.base_url}/chat/wrong/"
    assert await status_of(api, f"{chat.base_url}/") == 200
    assert await status_of(api, page) == 200
    assert await status_of(api, page, Origin=f"http://{host}") == 200
    assert await status_of(api, page, Host="localhost:8081") == 200
    assert await status_of(api, page, Host="evil.example") == 404
    assert await status_of(api, page, Origin="http://evil.example") == 404
    assert await status_of(api, page, Host="[") == 404
    assert await status_of(api, page, Origin="http://[") == 404
    assert await status_of(api, wrong) == 404
    assert await status_of(api, f"{page}static/chat.js") == 200
    assert await status_of(api, f"{page}static/nothing.js") == 404
    assert await status_of(api, f"{page}static/..%2Fpage.py") == 404
    assert await status_of(api, f"{page}static/{'x' * 3000}.js") == 404
    assert await status_of(api, f"{page}file/nothing") == 404
    async with api.http.post(f"{wrong}do", data=b"{}") as response:
        assert response.status == 404
    for address, headers in ((f"{wrong}ws", {}), (f"{page}ws", {"Origin": "http://evil.example"})):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await api.http.ws_connect(address, headers=headers)
        assert refused.value.status == 403


async def test_a_foreign_page_cannot_call_for_a_bot(api: Api, chat: Playground) -> None:
    me = f"{chat.base_url}/bot{TOKEN}/getMe"
    assert await status_of(api, me) == 200
    assert await status_of(api, me, **{"Sec-Fetch-Site": "none"}) == 200
    assert await status_of(api, me, **{"Sec-Fetch-Site": "cross-site"}) == 403


async def test_the_page_may_load_nothing_from_elsewhere(api: Api, chat: Playground) -> None:
    async with api.http.get(chat.page_url) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert response.content_type == "text/html"


async def test_pictures_are_shown_and_documents_only_saved(api: Api, chat: Playground, guest: Person) -> None:
    await guest.act("photo", wait=False)
    page = base64.b64encode(b"<script>alert(1)</script>").decode()
    await guest.act("document", wait=False, name="a.html", mime_type="text/html", file=page)
    photo, document = guest.messages[0].body["photo"][0]["file_id"], guest.messages[1].body["document"]["file_id"]
    async with api.http.get(f"{chat.page_url}file/{photo}") as response:
        assert response.content_type == "image/png"
        assert "Content-Disposition" not in response.headers
    async with api.http.get(f"{chat.page_url}file/{document}") as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert await response.read() == b"<script>alert(1)</script>"


@pytest.mark.parametrize("kind", ["image/svg+xml", "картинка/svg", "image/png\r\nX-Evil: 1"])
async def test_no_file_runs_in_the_name_of_the_page(api: Api, chat: Playground, guest: Person, kind: str) -> None:
    await guest.act("document", wait=False, name="a.svg", mime_type=kind, file="PHN2Zy8+")
    async with api.http.get(f"{chat.page_url}file/{guest.messages[0].body['document']['file_id']}") as response:
        assert response.content_type in ("image/svg+xml", "application/octet-stream")
        assert response.headers["Content-Security-Policy"].endswith("; sandbox")
        assert "X-Evil" not in response.headers


@pytest.mark.usefixtures("guest")
async def test_a_page_that_reads_too_slowly_gets_all_anew(
    chat: Playground, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.page.LONGEST_BACKLOG", 2)
    async with api.http.ws_connect(f"{chat.page_url}ws") as socket:
        await received(socket, "snapshot")
        for number in range(5):
            chat.world.publish({"type": "typing", "persona": 1001, "bot": 42, "action": str(number)})
        snapshot = await received(socket, "snapshot")
        assert snapshot["seq"] <= chat.world.published


async def test_open_pages_are_told_of_the_end() -> None:
    async with aiohttp.ClientSession() as http:
        async with Playground.start() as chat:
            socket = await http.ws_connect(f"{chat.page_url}ws")
            await received(socket, "snapshot")
        message = await socket.receive(timeout=10)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.SERVICE_RESTART)


@pytest.mark.usefixtures("guest")
async def test_the_whole_trace_can_be_saved(api: Api, chat: Playground) -> None:
    await api.result("getMe")
    async with api.http.get(f"{chat.page_url}trace.json") as response:
        assert response.headers["Content-Disposition"] == 'attachment; filename="trace.json"'
        saved = orjson.loads(await response.read())
    assert (saved["trace"][-1]["name"], saved["trace"][-1]["response"]["result"]["id"]) == ("getMe", 42)
    assert await status_of(api, f"{chat.base_url}/chat/wrong/trace.json") == 404
