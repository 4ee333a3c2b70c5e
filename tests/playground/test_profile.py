"""What a bot says of itself and whom it meets: names, menu buttons, reactions, pins, members, Mini App answers."""

from typing import Any

import pytest

from playground.chats import Callback
from playground.client import Person, Playground
from playground.types import Json
from tests.playground.bot_side import Api

pytestmark = pytest.mark.slow

RESULT = "can't parse JSON encoded web view query results JSON object"
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@pytest.fixture(autouse=True)
async def started(guest: Person) -> None:
    await guest.send("/start", wait=False)


async def refused(api: Api, method: str, **arguments: Any) -> str:
    return (await api.refusal(method, **arguments)).removeprefix("Bad Request: ")


async def test_a_bot_is_named_and_described_by_language(api: Api) -> None:
    assert await api.result("getMyName") == {"name": "Bot 42"}
    for name, method in (("name", "Name"), ("description", "Description"), ("short_description", "ShortDescription")):
        await api.result(f"setMy{method}", **{name: "Официант"}, language_code="ru")
        await api.result(f"setMy{method}", **{name: "Waiter"})
        assert await api.result(f"getMy{method}", language_code="ru") == {name: "Официант"}
        assert await api.result(f"getMy{method}", language_code="de") == {name: "Waiter"}
        await api.result(f"setMy{method}", **{name: ""}, language_code="ru")
        assert await api.result(f"getMy{method}", language_code="ru") == {name: "Waiter"}
        assert await refused(api, f"setMy{method}", **{name: "я" * 513}) == f"BOT_{name.upper()}_TOO_LONG"
        assert await refused(api, f"getMy{method}", language_code="rus") == "invalid language code specified"


async def test_a_menu_button_is_told_to_those_who_see_it(api: Api, chat: Playground, guest: Person) -> None:
    told: list[Json] = []
    stop = chat.world.subscribe(lambda event: told.append(event) if event["type"] == "menu_button" else None)
    button = {"type": "web_app", "text": "План", "web_app": {"url": "http://127.0.0.1:8000/plan"}}
    await api.result("setChatMenuButton", chat_id=guest.id, menu_button=button)
    await api.result("setChatMenuButton", menu_button={"type": "commands"})
    stop()
    seen = [(event["persona"], event["menu_button"]["type"]) for event in told]
    others = [number for number in chat.world.personas if number != guest.id]
    assert seen[:2] == [(guest.id, "web_app")] * 2
    assert seen[2:] == [(number, "commands") for number in others]
    for arguments, description in (
        ({"chat_id": "x"}, "invalid chat_id specified"),
        ({"chat_id": 5}, "user not found"),
        ({"menu_button": 5}, "can't parse menu button: MenuButton must be an Object"),
        ({"menu_button": {"type": "web_app", "text": "x"}}, "can't parse menu button: Can't find field \"web_app\""),
        ({"menu_button": {**button, "text": ""}}, "menu button text must be non-empty"),
        (
            {"menu_button": {**button, "web_app": {"url": "http://x.org"}}},
            "menu button Web App URL 'http://x.org' is invalid: Only HTTPS links are allowed",
        ),
    ):
        assert await refused(api, "setChatMenuButton", **arguments) == description


async def test_a_bot_reacts_once_and_takes_it_back(api: Api, chat: Playground, guest: Person) -> None:
    told: list[Json] = []
    stop = chat.world.subscribe(lambda event: told.append(event) if event["type"] == "reaction" else None)
    where = {"chat_id": guest.id, "message_id": guest.messages[0].id}
    await api.result("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "❤️"}], is_big=True)
    await api.result("setMessageReaction", **where)
    stop()
    assert [event["bot_reactions"] for event in told] == [["❤"], []]
    fire = {"type": "emoji", "emoji": "🔥"}
    for reaction, description in (
        ([fire, fire], "REACTIONS_TOO_MANY"),
        ([{"type": "emoji", "emoji": "🍲"}], "REACTION_INVALID"),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], "REACTION_INVALID"),
        ([{"type": "paid"}], "can't parse ReactionType: invalid reaction type specified"),
        ([5], "can't parse ReactionType: expected an Object"),
        ({}, "expected an Array of ReactionType"),
    ):
        assert await refused(api, "setMessageReaction", **where, reaction=reaction) == description
    assert await refused(api, "setMessageReaction", chat_id=guest.id, message_id=5) == "message to react not found"


async def test_the_newest_pin_is_shown(api: Api, chat: Playground, guest: Person) -> None:
    other = await chat.join("second guest")
    await other.send("/start", wait=False)
    to = {"chat_id": guest.id}
    first, second = [(await api.result("sendMessage", **to, text=str(n)))["message_id"] for n in range(2)]
    for number in (first, second, first):
        assert await api.result("pinChatMessage", **to, message_id=number)
    assert (await api.result("getChat", **to))["pinned_message"]["message_id"] == first
    assert await api.result("unpinChatMessage", **to)
    assert (await api.result("getChat", **to))["pinned_message"]["message_id"] == second
    assert await api.result("unpinChatMessage", **to, message_id=second)
    assert "pinned_message" not in await api.result("getChat", **to)
    assert await refused(api, "unpinChatMessage", **to) == "message to unpin not found"
    assert "active_usernames" not in await api.result("getChat", chat_id=other.id)


async def test_who_is_in_a_room_and_a_bot_that_leaves_it(api: Api, chat: Playground, guest: Person) -> None:
    room = await chat.do({"do": "group_message", "persona": guest.id, "text": "x", "title": "Повара"})
    await chat.do({"do": "group_message", "persona": 1002, "text": "x", "title": "Повара"})
    where = {"chat_id": room["chat_id"]}
    assert await api.result("getChatMemberCount", **where) == 3
    assert (await api.result("getChatMember", **where, user_id=1002))["status"] == "member"
    assert (await api.result("getChatMember", **where, user_id=9001))["status"] == "left"
    [creator] = await api.result("getChatAdministrators", **where)
    assert (creator["user"]["id"], creator["status"]) == (guest.id, "creator")
    assert (await api.result("getChat", **where))["permissions"]["can_send_photos"]
    channel = await chat.do({"do": "channel_post", "persona": guest.id, "text": "x", "title": "Новости"})
    administrators = await api.result("getChatAdministrators", chat_id=channel["chat_id"])
    assert administrators[-1]["can_manage_chat"]
    assert await api.result("getChatMemberCount", chat_id=guest.id) == 2
    assert (await api.result("getChatMember", chat_id=guest.id, user_id=guest.id))["status"] == "member"
    await api.result("leaveChat", **where)
    update = (await api.result("getUpdates", offset=-1))[0]["my_chat_member"]
    assert (update["from"]["id"], update["new_chat_member"]["status"]) == (42, "left")
    assert await api.refusal("sendMessage", **where, text="x") == (
        "Forbidden: bot is not a member of the supergroup chat"
    )
    for method, arguments, description in (
        ("getChatMember", {"user_id": "x"}, "invalid user_id specified"),
        ("getChatMember", {"user_id": 5}, "user not found"),
        ("getUserProfilePhotos", {"user_id": -1}, "invalid user_id specified"),
        ("getChatAdministrators", {}, "there are no administrators in the private chat"),
        ("leaveChat", {}, "chat member status can't be changed in private chats"),
    ):
        assert await refused(api, method, chat_id=guest.id, **arguments) == description


async def test_a_mini_app_has_the_bot_write_for_its_person(api: Api, chat: Playground, guest: Person) -> None:
    [bot] = chat.world.bots
    file_id = (await chat.do({"do": "photo", "persona": guest.id})) and guest.messages[-1].body["photo"][0]["file_id"]
    place = {"latitude": 55.75, "longitude": 37.62}
    said = {"message_text": "<b>Столик</b>", "parse_mode": "HTML"}
    button = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    results: list[tuple[Json, str]] = [
        ({"type": "Article", "input_message_content": said, "reply_markup": button}, "text"),
        ({"type": "article", **said}, "text"),
        ({"type": "photo", "photo_file_id": file_id, "caption": "План"}, "photo"),
        ({"type": "gif", "input_message_content": place}, "location"),
        ({"type": "venue", **place, "title": "Бистро", "address": "Тверская"}, "venue"),
        ({"type": "contact", "phone_number": "1", "first_name": "Бистро"}, "contact"),
    ]
    for number, (result, field) in enumerate(results):
        query = bot.web_app_queries[str(number)] = Callback(chat.world.personas[guest.id], chat.clock.now() + 60)
        answer = {"web_app_query_id": str(number), "result": {"id": "1", **result}}
        assert (await api.result("answerWebAppQuery", **answer))["inline_message_id"]
        written = guest.messages[-1]
        assert (written.outgoing, written.body["via_bot"]["id"], field in written.body) == (True, 42, True)
        assert query.answered
        assert (await api.result("getUpdates", offset=-1))[0]["message"]["message_id"] == written.id
        assert await refused(api, "answerWebAppQuery", **answer) == TOO_OLD
    for wrong, description in (
        ("", "result isn't specified"),
        ("{", RESULT),
        ([], "inline query result must be an object"),
        ({"id": "1"}, 'can\'t find field "type"'),
        ({"type": "article"}, 'can\'t find field "id"'),
        ({"type": "article", "id": "1"}, "input message content is not specified"),
        ({"type": "game", "id": "1"}, "unsupported inline query result type specified"),
        (
            {"type": "article", "id": "1", "input_message_content": 5},
            'field "input_message_content" must be of type Object',
        ),
    ):
        refusal = await refused(api, "answerWebAppQuery", web_app_query_id="5", result=wrong)
        assert refusal.lower() == description.lower()
