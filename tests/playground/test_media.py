"""Files of every kind, albums, places; copying, forwarding, quoting, exchanging them."""

from typing import Any

import aiohttp
import orjson
import pytest

from playground.client import Person, Playground
from playground.types import Json
from tests.playground.bot_side import TOKEN, Api
from tests.playground.pictures import picture

pytestmark = pytest.mark.slow

INPUT = "can't parse InputMedia: "


class Sender:
    """Sends forms with files to one person."""

    def __init__(self, api: Api, chat_id: int) -> None:
        self.api, self.chat_id = api, chat_id

    async def __call__(
        self, method: str, files: dict[str, bytes | tuple[str, bytes]] | None = None, **fields: Any
    ) -> Json:
        form = aiohttp.FormData({"chat_id": str(self.chat_id)})
        for name, value in fields.items():
            form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
        for name, content in (files or {}).items():
            filename, body = content if isinstance(content, tuple) else (f"{name}.bin", content)
            form.add_field(name, body, filename=filename, content_type="application/octet-stream")
        async with self.api.http.post(f"{self.api.base_url}/bot{TOKEN}/{method}", data=form) as response:
            return dict(orjson.loads(await response.read()))

    async def result(self, method: str, files: Any = None, **fields: Any) -> Any:
        body = await self(method, files, **fields)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, files: Any = None, **fields: Any) -> str:
        body = await self(method, files, **fields)
        assert not body["ok"], body
        return str(body["description"]).removeprefix("Bad Request: ")


@pytest.fixture
async def send(api: Api, guest: Person) -> Sender:
    await guest.send("/start", wait=False)
    return Sender(api, guest.id)


async def album(send: Sender, count: int = 2, **more: Any) -> list[Json]:
    media = [{"type": "photo", "media": f"attach://p{n}", "caption": str(n), **more} for n in range(count)]
    return list(await send.result("sendMediaGroup", {f"p{n}": picture(30 + n) for n in range(count)}, media=media))


async def test_an_album_is_one_group_of_messages(send: Sender, guest: Person) -> None:
    first, second = await album(send, show_caption_above_media=True, has_spoiler=True)
    assert first["media_group_id"] == second["media_group_id"]
    assert [first["caption"], second["photo"][0]["width"], second["has_media_spoiler"]] == ["0", 31, True]
    assert [message.text for message in guest.messages[-2:]] == ["0", "1"]
    numbers = {"from_chat_id": guest.id, "message_ids": [first["message_id"], second["message_id"]]}
    copies = await send.result("copyMessages", **numbers, remove_caption=True)
    assert [message.text for message in guest.messages[-2:]] == ["", ""]
    groups = {message.body["media_group_id"] for message in guest.messages[-2:]}
    assert len(groups) == len(copies) - 1
    assert first["media_group_id"] not in groups


async def test_albums_that_cannot_be(send: Sender) -> None:
    photo, files = {"type": "photo", "media": "attach://it"}, {"it": picture()}
    song = {**photo, "type": "audio"}
    refused: list[tuple[Any, str]] = [
        ("", 'parameter "media" is required'),
        ("{", "can't parse media JSON object"),
        ({}, "expected an Array of InputMedia"),
        ([], "there are no messages to send"),
        ([photo] * 11, "too many messages to send as an album"),
        ([5], f"{INPUT}expected an Object"),
        ([{"media": "attach://it"}], f'{INPUT}Can\'t find field "type"'),
        ([{"type": "photo"}], f"{INPUT}media not found"),
        ([{"type": "photo", "media": "attach://other"}], f"{INPUT}media not found"),
        ([{**photo, "type": "sticker"}], f'{INPUT}type "sticker" is unsupported'),
        ([{**photo, "type": "animation"}], f'{INPUT}type "animation" can\'t be used in sendMediaGroup'),
        ([{**photo, "caption": "<b>", "parse_mode": "HTML"}], f"{INPUT}Can't parse entities: Can't find end tag"),
        ([photo, song], "audio can't be mixed with other media types"),
        (
            [photo, {**photo, "caption": "x", "show_caption_above_media": True}],
            "parameter show_caption_above_media must be the same for all messages",
        ),
        ([{**photo, "has_spoiler": "да"}], f'{INPUT}Field "has_spoiler" must be of type Boolean'),
        ([{**song, "duration": "долго"}], f'{INPUT}Field "duration" must be a valid Number'),
    ]
    for media, description in refused:
        refusal = await send.refusal("sendMediaGroup", files, media=media)
        assert refusal.lower().startswith(description.lower()), media


async def test_each_kind_of_file_is_described_and_comes_back(send: Sender, api: Api) -> None:
    video = await send.result("sendVideo", {"video": ("a.mp4", b"film")}, duration=-5, width=99_999, height=5)
    assert (video["video"]["duration"], video["video"]["width"], video["video"]["height"]) == (0, 10_000, 5)
    moving = await send.result("sendAnimation", {"animation": ("a.gif", b"film")}, caption="Зал")
    assert moving["document"]["file_id"] == moving["animation"]["file_id"]
    for name, animated in (("a.tgs", True), ("a.webm", False)):
        sticker = (await send.result("sendSticker", {"sticker": (name, b"sticker")}))["sticker"]
        assert (sticker["width"], sticker["is_animated"], sticker["is_video"]) == (512, animated, not animated)
    document = await send.result("sendDocument", document=video["video"]["file_id"])
    assert document["document"]["file_name"] == "a.mp4"
    file = await api.result("getFile", file_id=video["video"]["file_id"])
    async with api.http.get(f"{api.base_url}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == b"film"
    refusal = await send.refusal("sendPhoto", photo=video["video"]["file_id"])
    assert refusal == "can't use file of type Video as Photo"
    assert await send.refusal("sendVideoNote") == "there is no video note in the request"
    song = await send.result("sendAudio", {"audio": ("a.mp3", b"song")})
    assert await send.refusal("sendPhoto", photo=song["audio"]["file_id"]) == "can't use file of type Audio as Photo"


async def test_pictures_that_cannot_be_shown_and_files_too_big_to_get(
    send: Sender, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await send.refusal("sendPhoto", {"photo": picture(2100, 100)}) == "PHOTO_INVALID_DIMENSIONS"
    assert await send.refusal("sendPhoto", {"photo": picture(6000, 4001)}) == "PHOTO_INVALID_DIMENSIONS"
    assert await send.refusal("sendPhoto", {"photo": picture()[:20]}) == "IMAGE_PROCESS_FAILED"
    sent = await send.result("sendDocument", {"document": b"12345"})
    monkeypatch.setattr("playground.methods.media.LARGEST_PHOTO", 50)
    assert await send.refusal("sendPhoto", {"photo": picture()}) == (
        f"file of size {len(picture())} bytes is too big for a photo; the maximum size is 50 bytes"
    )
    monkeypatch.setattr("playground.methods.profile.LARGEST_DOWNLOAD", 4)
    assert await api.refusal("getFile", file_id=sent["document"]["file_id"]) == "Bad Request: file is too big"


async def test_media_are_exchanged_in_place(send: Sender, guest: Person) -> None:
    sent = await send.result("sendPhoto", {"photo": picture()}, caption="План")
    new = {"type": "document", "media": "attach://it", "caption": "Меню"}
    files = {"it": ("menu.txt", b"soup")}
    edited = await send.result("editMessageMedia", files, message_id=sent["message_id"], media=new)
    assert (edited["document"]["file_name"], edited["caption"]) == ("menu.txt", "Меню")
    assert "photo" not in edited
    assert guest.last.text == "Меню"
    assert (await send.refusal("editMessageMedia", files, message_id=sent["message_id"], media=new)).startswith(
        "message is not modified"
    )
    text = await send.result("sendMessage", text="Меню скоро будет", entities=[])
    photo = {"type": "photo", "media": "attach://it"}
    edited = await send.result("editMessageMedia", {"it": picture()}, message_id=text["message_id"], media=photo)
    assert ("text" in edited, "photo" in edited) == (False, True)


async def test_media_that_cannot_be_exchanged(send: Sender) -> None:
    first, second = await album(send)
    new = {"type": "photo", "media": "attach://it"}
    assert await send.result("editMessageMedia", {"it": picture(50)}, message_id=second["message_id"], media=new)
    place = await send.result("sendLocation", latitude=1, longitude=1)
    photo = {"type": "photo", "media": "attach://it"}
    for number, media, description in (
        (first["message_id"], {**photo, "type": "animation"}, "message content type can't be used in an album"),
        (first["message_id"], {**photo, "type": "audio"}, "can't change media type in the album"),
        (place["message_id"], photo, "message media can't be edited"),
        (place["message_id"], "{", "can't parse input media JSON object"),
        (place["message_id"], {}, f'{INPUT}Can\'t find field "type"'),
    ):
        refusal = await send.refusal("editMessageMedia", {"it": picture()}, message_id=number, media=media)
        assert refusal == description
    refusal = await send.refusal("editMessageCaption", message_id=place["message_id"], caption="x")
    assert refusal == "there is no caption in the message to edit"


async def test_places_that_move_and_places_that_cannot_be(send: Sender) -> None:
    live = {"latitude": 1.5, "longitude": -2, "live_period": 60, "heading": 90, "horizontal_accuracy": 5000}
    assert (await send.result("sendLocation", **live))["location"] == {**live, "horizontal_accuracy": 1500}
    place = {"latitude": 1, "longitude": 1, "title": "x", "address": "y"}
    for method, wrong, description in (
        ("sendLocation", {"latitude": ""}, "latitude is empty"),
        ("sendLocation", {"longitude": " "}, "longitude is empty"),
        ("sendLocation", {"latitude": 91}, "invalid location specified"),
        ("sendVenue", {"longitude": 181}, "wrong venue location specified"),
        ("sendLocation", {"live_period": 5}, "wrong live location period specified"),
        ("sendLocation", {"live_period": 60, "heading": 361}, "wrong live location heading specified"),
        (
            "sendLocation",
            {"live_period": 60, "proximity_alert_radius": -1},
            "wrong live location proximity alert radius specified",
        ),
        ("sendContact", {"phone_number": "1"}, 'parameter "first_name" is required'),
    ):
        assert await send.refusal(method, **{**place, **wrong}) == description


async def test_a_part_of_a_message_is_quoted(send: Sender, chat: Playground, guest: Person) -> None:
    sent = await send.result("sendMessage", text="🍲 Столик у окна")
    quote: Json = {"message_id": sent["message_id"], "quote": "<b>у окна</b>", "quote_parse_mode": "HTML"}
    answer = await send.result("sendMessage", text="Да", reply_parameters=quote)
    assert (answer["quote"]["text"], answer["quote"]["position"]) == ("у окна", 10)
    assert answer["quote"]["entities"][0]["type"] == "bold"
    plain = await send.result("sendMessage", text="Да", reply_parameters={**quote, "quote": "Столик"})
    assert "entities" not in plain["quote"]
    post = await chat.do({"do": "channel_post", "persona": guest.id, "text": "Новое меню", "title": "Новости"})
    there = {"chat_id": post["chat_id"], "message_id": post["message_id"]}
    answer = await send.result("sendMessage", text="Смотрите", reply_parameters=there)
    assert answer["external_reply"]["chat"]["title"] == "Новости"
    assert "reply_to_message" not in await send.result("sendMessage", text="x", reply_parameters={})
    for wrong, description in (
        ({**quote, "quote": "у двери"}, "QUOTE_TEXT_INVALID"),
        ({"message_id": 5}, "message to be replied not found"),
        ({"chat_id": 5, "message_id": 5}, "chat not found"),
        ({"quote": "x"}, 'can\'t find field "message_id"'),
        ({"message_id": []}, 'field "message_id" must be a Number'),
        ([], "object expected as reply parameters"),
        ("{", "can't parse reply parameters JSON object"),
    ):
        refusal = await send.refusal("sendMessage", text="x", reply_parameters=wrong)
        assert refusal.lower() == description.lower()


async def test_what_can_be_copied_and_forwarded(send: Sender, chat: Playground, guest: Person) -> None:
    secret = await send.result("sendMessage", text="тайна", protect_content=True, message_effect_id="5")
    assert secret["effect_id"] == "5"
    plain = await send.result("sendMessage", text="не тайна")
    here = {"from_chat_id": guest.id}
    assert (await send.refusal("forwardMessage", **here, message_id=secret["message_id"])) == (
        "message can't be forwarded"
    )
    both = [secret["message_id"], plain["message_id"]]
    assert len(await send.result("forwardMessages", **here, message_ids=both)) == 1
    forwarded = guest.last.body["message_id"]
    assert await send.refusal("editMessageText", message_id=forwarded, text="x") == "message can't be edited"
    again = await send.result("forwardMessage", **here, message_id=forwarded)
    assert again["forward_origin"]["sender_user"]["id"] == 42
    post = await chat.do({"do": "channel_post", "persona": guest.id, "text": "новость", "title": "Новости"})
    news = {"from_chat_id": post["chat_id"], "message_id": post["message_id"]}
    assert (await send.result("forwardMessage", **news))["forward_origin"]["type"] == "channel"
    group = await chat.do({"do": "group_message", "persona": guest.id, "text": "всем", "title": "Повара"})
    await send.result("copyMessage", from_chat_id=group["chat_id"], message_id=group["message_id"])
    invoice = {
        "title": "x",
        "description": "x",
        "payload": "x",
        "currency": "XTR",
        "prices": [{"label": "x", "amount": 5}],
    }
    number = (await send.result("sendInvoice", **invoice))["message_id"]
    assert await send.refusal("copyMessage", **here, message_id=number) == "message can't be copied"
    for method, fields, description in (
        ("copyMessage", {"message_id": 5}, 'parameter "from_chat_id" is required'),
        (
            "copyMessages",
            {**here, "message_ids": both[::-1]},
            "message identifiers must be in a strictly increasing order",
        ),
        ("copyMessages", {**here, "message_ids": [1]}, "there are no messages to forward"),
        ("deleteMessages", {"message_ids": [True]}, "message identifier must be a Number"),
        ("deleteMessages", {"message_ids": ["x"]}, "can't parse message identifier as a Number"),
        ("deleteMessages", {"message_ids": [0]}, "invalid message identifier specified"),
        ("deleteMessage", {}, "message identifier is not specified"),
        ("deleteMessage", {"chat_id": ""}, "chat identifier is not specified"),
        ("sendMessage", {"text": "x", "message_thread_id": 5}, "message thread not found"),
        ("sendMessage", {"text": "x", "business_connection_id": "5"}, "business connection not found"),
        ("sendMessage", {"text": "x", "link_preview_options": []}, "object expected as link preview options"),
    ):
        body = (await send.api(method, **{"chat_id": guest.id, **fields})).body
        assert body["description"] == f"Bad Request: {description}"


async def test_people_are_mentioned_by_their_id_if_the_bot_may_know_them(send: Sender) -> None:
    links = " ".join(f'<a href="tg://user?id={number}">{number}</a>' for number in (1001, 5))
    sent = await send.result("sendMessage", text=links, parse_mode="HTML")
    assert [entity["user"]["first_name"] for entity in sent["entities"]] == ["Анна"]


async def test_how_a_link_is_shown(send: Sender) -> None:
    options = {"prefer_large_media": True, "url": "https://example.org", "is_disabled": False}
    shown = await send.result("sendMessage", text="x", link_preview_options=options)
    assert shown["link_preview_options"] == {"prefer_large_media": True, "url": "https://example.org"}
    old = await send.result("sendMessage", text="x", disable_web_page_preview="true", entities="{")
    assert old["link_preview_options"] == {"is_disabled": True}
