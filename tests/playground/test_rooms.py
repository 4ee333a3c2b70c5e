"""Groups and channels, reactions, links to the bot."""

from typing import Any, Literal

import pytest

from playground.client import Person, Playground
from playground.errors import ActionError
from playground.types import Json
from tests.playground.bot_side import Api

ALL_KINDS = ["message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member"]


@pytest.fixture(autouse=True)
async def asked_for(api: Api) -> None:
    await api.result("getUpdates", allowed_updates=[*ALL_KINDS, "message_reaction", "message_reaction_count"])


async def new_updates(api: Api) -> list[Json]:
    fetched = await api.result("getUpdates")
    if fetched:
        await api.result("getUpdates", offset=fetched[-1]["update_id"] + 1)
    return [{name: value for name, value in update.items() if name != "update_id"} for update in fetched]


@pytest.mark.parametrize(
    ("kind", "status", "refusal"),
    [
        ("group", "member", "Forbidden: bot was kicked from the group chat"),
        ("supergroup", "member", "Forbidden: bot was kicked from the supergroup chat"),
        ("channel", "administrator", "Forbidden: bot was kicked from the channel chat"),
    ],
)
async def test_a_bot_is_added_to_a_room_and_taken_out(
    api: Api, chat: Playground, guest: Person, kind: str, status: str, refusal: str
) -> None:
    room = {"persona": guest.id, "kind": kind, "title": "Повара"}
    added = await chat.do({"do": "join_room", **room})
    assert await chat.do({"do": "join_room", **room}) == {"update_id": None, "chat_id": added["chat_id"]}
    changes = await new_updates(api)
    change = changes[0]["my_chat_member"]
    assert (change["chat"], change["from"]["id"]) == (
        {"id": added["chat_id"], "type": kind, "title": "Повара"},
        guest.id,
    )
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("left", status)
    greetings = [update["message"]["new_chat_members"][0]["id"] for update in changes[1:]]
    assert greetings == ([] if kind == "channel" else [42])
    assert await api.result("sendMessage", chat_id=added["chat_id"], text="привет")
    await chat.do({"do": "leave_room", **room})
    [gone] = await new_updates(api)
    assert gone["my_chat_member"]["new_chat_member"] == {
        "user": change["new_chat_member"]["user"],
        "status": "kicked",
        "until_date": 0,
    }
    assert await api.refusal("sendMessage", chat_id=added["chat_id"], text="x") == refusal
    for action in ({"do": "leave_room", **room}, {"do": "send", "chat": added["chat_id"], "text": "x", **room}):
        with pytest.raises(ActionError, match="the bot is not in «Повара»"):
            await chat.do(action)
    again = await chat.do({"do": "join_room", **room, "admin": True})
    assert again["chat_id"] == added["chat_id"]
    assert (await new_updates(api))[0]["my_chat_member"]["new_chat_member"]["can_manage_chat"] is True


async def test_people_write_press_and_correct_themselves_in_a_room(api: Api, chat: Playground, guest: Person) -> None:
    other = await chat.join("second guest")
    room = (await chat.do({"do": "join_room", "persona": guest.id, "kind": "supergroup", "title": "Зал"}))["chat_id"]
    assert (await api.result("getMe"))["can_read_all_group_messages"] is True
    await new_updates(api)
    keyboard = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
    asked = await api.result("sendMessage", chat_id=room, text="Идём?", reply_markup=keyboard)
    said = await chat.do({"do": "send", "persona": other.id, "chat": room, "text": "да"})
    pressed = {"do": "press", "persona": other.id, "chat": room, "message_id": asked["message_id"], "data": "yes"}
    await chat.do(pressed)
    correction = {"do": "edit", "persona": other.id, "chat": room, "message_id": said["message_id"], "text": "нет"}
    await chat.do(correction)
    message, press, edited = await new_updates(api)
    assert (message["message"]["chat"]["id"], message["message"]["from"]["id"]) == (room, other.id)
    assert press["callback_query"]["message"]["message_id"] == asked["message_id"]
    assert edited["edited_message"]["text"] == "нет"
    with pytest.raises(ActionError, match="only an own text message"):
        await chat.do({**correction, "persona": guest.id})
    assert await api.result("getChatMemberCount", chat_id=room) == 3


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("group", "Bad Request: message can't be deleted for everyone"),
        ("supergroup", "Bad Request: message can't be deleted"),
    ],
)
async def test_only_an_administrator_deletes_what_others_wrote(
    api: Api, chat: Playground, guest: Person, kind: Literal["group", "supergroup"], refusal: str
) -> None:
    room = await chat.room("Зал", by=guest, kind=kind)
    await room.send(guest, "спам", wait=False)
    spam = {"chat_id": room.id, "message_id": room.messages[-1].id}
    own = await api.result("sendMessage", chat_id=room.id, text="своё")
    assert await api.refusal("deleteMessage", **spam) == refusal
    assert await api.result("deleteMessage", chat_id=room.id, message_id=own["message_id"])
    await guest.leave_room("Зал", kind)
    await chat.do({"do": "join_room", "persona": guest.id, "kind": kind, "title": "Зал", "admin": True})
    assert await api.result("deleteMessage", **spam)


async def test_a_channel_speaks_for_itself(api: Api, chat: Playground, guest: Person) -> None:
    post = await chat.do({"do": "channel_post", "persona": guest.id, "title": "Вести", "text": "раз"})
    where = {"persona": guest.id, "chat": post["chat_id"], "message_id": post["message_id"]}
    await chat.do({"do": "edit", **where, "text": "два"})
    posted, edited = await new_updates(api)
    assert posted["channel_post"]["sender_chat"]["title"] == "Вести"
    assert "from" not in posted["channel_post"]
    assert edited["edited_channel_post"]["text"] == "два"


async def test_a_reaction_is_seen_by_both_sides(api: Api, chat: Playground, guest: Person) -> None:
    seen: list[Json] = []
    chat.world.subscribe(seen.append)
    await guest.send("/start", wait=False)
    sent = await api.result("sendMessage", chat_id=guest.id, text="нравится?")
    await new_updates(api)
    where = {"do": "react", "persona": guest.id, "message_id": sent["message_id"]}
    await chat.do({**where, "emoji": ["👍"]})
    await api.result(
        "setMessageReaction",
        chat_id=guest.id,
        message_id=sent["message_id"],
        reaction=[{"type": "emoji", "emoji": "🎉"}],
    )
    await chat.do({**where, "emoji": []})
    first, last = (update["message_reaction"] for update in await new_updates(api))
    thumb = [{"type": "emoji", "emoji": "👍"}]
    assert (first["user"]["id"], first["old_reaction"], first["new_reaction"]) == (guest.id, [], thumb)
    assert (last["old_reaction"], last["new_reaction"]) == (thumb, [])
    shown = [event for event in seen if event["type"] == "reaction"]
    assert [(event["persona_reactions"], event["bot_reactions"]) for event in shown] == [
        (["👍"], []),
        (["👍"], ["🎉"]),
        ([], ["🎉"]),
    ]
    assert (shown[0]["persona"], shown[0]["message_id"]) == (guest.id, sent["message_id"])


@pytest.mark.parametrize(
    ("room", "kind"),
    [
        ({"kind": "channel"}, "message_reaction_count"),
        ({"kind": "group", "admin": True}, "message_reaction"),
        ({"kind": "group"}, None),
    ],
)
async def test_in_rooms_reactions_are_told_to_administrators_only(
    api: Api, chat: Playground, guest: Person, room: dict[str, Any], kind: str | None
) -> None:
    added = await chat.do({"do": "join_room", "persona": guest.id, "title": "x", **room})
    sent = await api.result("sendMessage", chat_id=added["chat_id"], text="нравится?")
    await new_updates(api)
    where = {"persona": guest.id, "chat": added["chat_id"], "message_id": sent["message_id"]}
    await chat.do({"do": "react", **where, "emoji": ["❤️"]})
    assert [list(update) for update in await new_updates(api)] == ([[kind]] if kind else [])


async def test_a_link_starts_the_bot_with_its_payload(api: Api, chat: Playground, guest: Person) -> None:
    await chat.do({"do": "start", "persona": guest.id, "payload": "table_7"})
    await chat.do({"do": "start", "persona": guest.id})
    link, plain = (update["message"] for update in await new_updates(api))
    assert (link["text"], plain["text"]) == ("/start table_7", "/start")
    assert link["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_the_buttons_of_a_reply_keyboard_send_ones_own(api: Api, guest: Person) -> None:
    await guest.act("contact", wait=False)
    await guest.act("location", wait=False)
    await guest.act("contact", wait=False, first_name="Глеб", phone_number="7999")
    own, place, other = (update["message"] for update in await new_updates(api))
    assert (own["contact"]["user_id"], own["contact"]["phone_number"]) == (guest.id, "79000001001")
    assert place["location"] == {"latitude": 55.7558, "longitude": 37.6173}
    assert other["contact"] == {"phone_number": "7999", "first_name": "Глеб"}


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"do": "join_room", "kind": "cellar"}, "a room is a group, supergroup, channel"),
        ({"do": "send", "chat": -7, "text": "x"}, "there is no room -7"),
        ({"do": "react", "message_id": 7, "emoji": []}, "there is no message 7"),
        ({"do": "start", "payload": "п"}, "a link carries up to 64 letters"),
        ({"do": "start", "payload": "x" * 65}, "a link carries up to 64 letters"),
    ],
)
async def test_what_cannot_be(chat: Playground, guest: Person, action: dict[str, Any], reason: str) -> None:
    with pytest.raises(ActionError, match=reason):
        await chat.do({"persona": guest.id, **action})


async def test_a_reaction_that_nobody_has(chat: Playground, guest: Person) -> None:
    sent = await guest.send("x", wait=False)
    assert sent.update_id
    for emoji in (["🦖"], ["👍", "👎", "🔥", "🎉"]):
        with pytest.raises(ActionError, match="a reaction is up to 3 of"):
            await chat.do({"do": "react", "persona": guest.id, "message_id": guest.messages[0].id, "emoji": emoji})


async def test_a_deactivated_account_does_nothing(chat: Playground, guest: Person) -> None:
    await chat.do({"do": "deactivate", "persona": guest.id})
    with pytest.raises(ActionError, match="the account of Анна is deactivated"):
        await guest.send("x")
    await chat.do({"do": "deactivate", "persona": guest.id, "deactivated": False})
    await guest.send("x", wait=False)


async def test_several_bots_have_chats_of_their_own(api: Api, chat: Playground, guest: Person) -> None:
    chat.world.add_bot("43:other", username="other_bot")
    other_api = Api(api.http, api.base_url, "43:other")
    with pytest.raises(ActionError, match="which bot"):
        await guest.send("/start")
    await chat.do({"do": "send", "persona": guest.id, "bot": 43, "text": "/start"})
    assert await api.refusal("sendMessage", chat_id=guest.id, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    assert await other_api.result("sendMessage", chat_id=guest.id, text="привет")
    assert await new_updates(api) == []
    assert [update["message"]["text"] for update in await new_updates(other_api)] == ["/start"]
    await chat.do({"do": "block", "persona": guest.id, "bot": 43})
    assert await other_api.refusal("sendMessage", chat_id=guest.id, text="x") == (
        "Forbidden: bot was blocked by the user"
    )
    await chat.do({"do": "send", "persona": guest.id, "bot": 42, "text": "/start"})
    assert await api.result("sendMessage", chat_id=guest.id, text="здесь можно")
