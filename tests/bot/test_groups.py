"""Groups and channels: one explanation, then silence."""

from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import TelegramMethod

from app.domain.people import Channel
from tests.bot.people import House, Person, next_update_id

GROUP: dict[str, Any] = {"id": -100500, "type": "supergroup", "title": "Ужин"}
CHANNEL: dict[str, Any] = {"id": -100600, "type": "channel", "title": "Новости"}


async def post(house: House, kind: str, chat: dict[str, Any], **content: Any) -> None:
    identity = {"message_id": house.telegram.next_id(), "date": 1, "chat": chat}
    await house.deliver({"update_id": next_update_id(), kind: {**identity, **content}})


def said_in(house: House, chat: dict[str, Any]) -> list[str]:
    return [bubble.text for bubble in house.telegram.chats[int(chat["id"])].values()]


async def test_a_group_is_told_once_where_the_bot_works(house: House, guest: Person, other_guest: Person) -> None:
    await post(house, "message", GROUP, **{"from": guest.user, "new_chat_title": "Ужин"})
    assert not said_in(house, GROUP), "nobody spoke to the bot"
    await post(house, "message", GROUP, **{"from": guest.user, "text": "/start"})
    house.restart()
    await post(house, "message", GROUP, **{"from": other_guest.user, "text": "привет"})
    await post(house, "edited_message", GROUP, **{"from": other_guest.user, "text": "привет!"})
    assert said_in(house, GROUP) == ["Здравствуйте! Я бронирую столики в личных сообщениях: напишите мне туда."]
    (bubble,) = house.telegram.chats[GROUP["id"]].values()
    assert bubble.markup
    assert bubble.markup.inline_keyboard[0][0].url == "https://t.me/bites_bot"


async def become(house: House, by: Person, status: str) -> None:
    """Somebody has changed what the bot is in the group."""

    def member(status: str) -> dict[str, Any]:
        return {"user": {"id": house.bot.id, "is_bot": True, "first_name": "B"}, "status": status, "until_date": 0}

    changed = {"old_chat_member": member("left"), "new_chat_member": member(status)}
    await house.deliver(
        {"update_id": next_update_id(), "my_chat_member": {"chat": GROUP, "from": by.user, "date": 1, **changed}}
    )


async def is_written_to(house: House, person: Person) -> bool:
    """Whether notices still go to their private chat."""
    known = await house.services().users.find_by_id(Channel.TELEGRAM, person.id)
    return known is not None and not known.blocked


async def test_a_group_is_told_when_the_bot_is_added(house: House, guest: Person) -> None:
    await become(house, guest, "member")
    await post(house, "message", GROUP, **{"from": guest.user, "text": "/start"})
    assert len(said_in(house, GROUP)) == 1


async def test_a_channel_is_told_once(house: House) -> None:
    for _ in range(3):
        await post(house, "channel_post", CHANNEL, text="Новое меню", sender_chat=CHANNEL)
    assert len(said_in(house, CHANNEL)) == 1


async def test_a_press_in_a_group_is_answered_with_a_toast(house: House, guest: Person) -> None:
    await house.deliver(
        {
            "update_id": next_update_id(),
            "callback_query": {
                "id": "1",
                "from": guest.user,
                "chat_instance": "1",
                "data": "menu:home",
                "message": {"message_id": 1, "date": 1, "chat": GROUP, "text": "x"},
            },
        }
    )
    assert house.telegram.toasts == ["Здравствуйте! Я бронирую столики в личных сообщениях: напишите мне туда."]


async def test_a_group_where_the_bot_may_not_write_is_left_in_peace(house: House, guest: Person) -> None:
    def refuse(method: TelegramMethod[Any]) -> None:
        if method.__api_method__ == "sendMessage":
            raise TelegramBadRequest(method=method, message="Bad Request: not enough rights to send text messages")

    house.telegram.refuse = refuse
    for _ in range(2):
        await post(house, "message", GROUP, **{"from": guest.user, "text": "привет"})
    assert house.telegram.calls.count("sendMessage") == 1


async def test_an_owner_who_removes_the_bot_from_a_group_still_gets_the_notices(house: House, owner: Person) -> None:
    await owner.says("/start")
    await become(house, owner, "member")
    await become(house, owner, "kicked")
    assert await is_written_to(house, owner)


async def test_an_owner_in_a_group_that_has_thrown_the_bot_out_still_gets_the_notices(
    house: House, owner: Person
) -> None:
    def refuse(method: TelegramMethod[Any]) -> None:
        raise TelegramForbiddenError(method=method, message="Forbidden: bot was kicked from the supergroup chat")

    await owner.says("/start")
    house.telegram.refuse = refuse
    await post(house, "message", GROUP, **{"from": owner.user, "text": "/start"})
    assert await is_written_to(house, owner)


POLL = {
    "id": "1",
    "question": "?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
INLINE_QUERY = {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "A"}, "query": "", "offset": ""}


@pytest.mark.parametrize(("kind", "content"), [("poll", POLL), ("inline_query", INLINE_QUERY)])
async def test_other_kinds_of_updates_do_no_harm(house: House, kind: str, content: dict[str, Any]) -> None:
    await house.deliver({"update_id": next_update_id(), kind: content})
    assert not house.telegram.calls
