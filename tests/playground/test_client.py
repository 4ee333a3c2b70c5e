"""A test's own people: they find buttons, wait for what comes, and say what they see when it does not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from playground.client import AmbiguousButton, NoSuchButton, NotAcknowledged, NotSeen, Person, Playground
from playground.errors import ActionError
from playground.seen import best_places
from tests.playground.bot_side import TOKEN, Api, Receiver


def rows(*texts: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": text}] for text in texts]}


@pytest.fixture
async def echo(hook: Receiver, api: Api) -> Receiver:
    """A bot that shows its menu to whoever writes, and says which button was pressed."""

    async def reply(update: dict[str, Any]) -> web.Response:
        if "callback_query" in update:
            query = update["callback_query"]
            await api.result("sendMessage", chat_id=query["from"]["id"], text=f"нажато {query['data']}")
        elif "message" in update:
            chat_id = update["message"]["chat"]["id"]
            menu = rows("📅 Забронировать столик", "Мои брони", "1", "10", "Стол №1 у окна", "Стол №12")
            await api.result("sendMessage", chat_id=chat_id, text="меню", reply_markup=menu)
        return web.Response()

    hook.reply = reply
    return hook


@pytest.mark.usefixtures("echo")
async def test_a_button_is_found_by_its_words(guest: Person) -> None:
    await guest.send("/start")
    for words, pressed in (
        ("Забронировать столик", "📅 Забронировать столик"),
        ("📅 Забронировать столик", "📅 Забронировать столик"),
        ("1", "1"),
        ("Стол №1", "Стол №1 у окна"),
        ("брони", "Мои брони"),
        ("окн", "Стол №1 у окна"),
    ):
        await guest.press(words)
        assert guest.last.text == f"нажато {pressed}"
    assert guest.buttons[:2] == ["📅 Забронировать столик", "Мои брони"]


@pytest.mark.usefixtures("echo")
async def test_a_missing_or_ambiguous_button_says_what_is_there(guest: Person) -> None:
    await guest.send("/start")
    with pytest.raises(NoSuchButton, match=r"(?s)«Отмена».*\[Мои брони\]"):
        await guest.press("Отмена")
    with pytest.raises(AmbiguousButton, match="«Стол» fits"):
        await guest.press("Стол")


@pytest.mark.usefixtures("echo")
async def test_a_link_is_no_button_to_press(guest: Person, api: Api) -> None:
    await guest.send("/start")
    link = {"inline_keyboard": [[{"text": "Сайт", "url": "https://example.org"}]]}
    await api.result("sendMessage", chat_id=guest.id, text="x", reply_markup=link)
    with pytest.raises(NoSuchButton, match=r"https://example\.org"):
        await guest.press("Сайт")


@pytest.mark.usefixtures("echo")
async def test_a_button_can_be_pressed_twice_at_once(guest: Person) -> None:
    await guest.send("/start")
    first, second = await asyncio.gather(guest.press("10"), guest.press("10"))
    assert first.update_id != second.update_id
    assert [message.text for message in guest.messages].count("нажато 10") == 2


async def test_what_does_not_come_is_told_with_the_chat_as_it_is(guest: Person, api: Api) -> None:
    with pytest.raises(NotSeen, match="the bot has not written yet"):
        _ = guest.last
    await guest.send("/start", wait=False)
    press = await guest.press_data(1, "x", wait=False)
    query = (await api.result("getUpdates"))[-1]["callback_query"]["id"]
    await api.result("answerCallbackQuery", callback_query_id=query, text="тост")
    with pytest.raises(NotSeen, match=r"(?s)«готово».*/start.*toast: 'тост'"):
        await guest.wait_for("готово", timeout=0.01)
    with pytest.raises(NotSeen, match="the condition"):
        await guest.wait_for(lambda person: len(person.toasts) > 1, timeout=0.01)
    with pytest.raises(NotAcknowledged, match="did not acknowledge"):
        await guest.settled(press, timeout=0.01)
    assert (guest.buttons, guest.keyboard) == ([], [])


@pytest.mark.usefixtures("echo")
async def test_waiting_ends_with_what_was_waited_for(guest: Person) -> None:
    await guest.send("/start", wait=False)
    assert (await guest.wait_for("меню")).text == "меню"
    assert (await guest.wait_for(lambda person: "Мои брони" in person.buttons)).text == "меню"


async def test_people_join_with_the_names_they_are_given(chat: Playground, echo: Receiver, guest: Person) -> None:
    emma = await chat.join(first_name="Emma", last_name="Stone", username="emma", language="en")
    assert await chat.join("guest") is guest
    assert await chat.join(id=emma.id) is emma
    await emma.send("hello")
    assert echo.updates[-1]["message"]["from"] == {
        "id": emma.id,
        "is_bot": False,
        "first_name": "Emma",
        "last_name": "Stone",
        "username": "emma",
        "language_code": "en",
    }
    other = await chat.join(first_name="Ещё", language=None, started=True)
    assert other.id == emma.id + 1


async def test_two_bots_are_two_chats(chat: Playground, guest: Person, api: Api) -> None:
    chat.world.add_bot("43:other", username="second_bot", name="Второй")
    with pytest.raises(ActionError, match="which bot"):
        await guest.send("кому?")
    first, second = await chat.join("guest", bot=42), await chat.join("guest", bot=43)
    await first.send("первому", wait=False)
    await second.send("второму", wait=False)
    assert [message.text for message in first.messages] == ["первому"]
    fetched = await Api(api.http, chat.base_url, "43:other").result("getUpdates")
    assert [update["message"]["text"] for update in fetched] == ["второму"]


@pytest.mark.usefixtures("echo")
async def test_a_blocked_bot_can_neither_be_written_to_nor_write(guest: Person, api: Api) -> None:
    await guest.send("/start")
    await guest.block()
    assert guest.blocked
    with pytest.raises(ActionError, match="unblock it first"):
        await guest.send("привет")
    assert await api.refusal("sendMessage", chat_id=guest.id, text="x") == "Forbidden: bot was blocked by the user"
    await guest.block(blocked=False)
    await guest.send("привет")
    assert guest.last.text == "меню"


@pytest.fixture
async def far(chat: Playground) -> AsyncIterator[Playground]:
    """The same playground over HTTP and its WebSocket."""
    async with Playground.connect(chat.page_url) as far:
        yield far


@pytest.mark.usefixtures("echo")
async def test_from_another_process_it_is_the_same(chat: Playground, far: Playground) -> None:
    guest = await far.join("guest")
    await guest.send("/start")
    await guest.press("Мои брони")
    assert guest.last.text == "нажато Мои брони"
    assert far.base_url == chat.base_url
    await far.move_clock(add=60)
    assert chat.clock.offset == 60
    with pytest.raises(ActionError, match="there is no action «dance»"):
        await far.do({"do": "dance"})
    with pytest.raises(ActionError, match="does not show its inside"):
        _ = far.clock
    async with Playground.connect(chat.page_url) as later:
        again = await later.join("guest", bot=int(TOKEN.split(":")[0]))
        assert again.last.text == "нажато Мои брони"


async def test_any_bot_may_connect_where_no_token_is_given() -> None:
    async with Playground.start() as chat:
        assert [bot.id for bot in chat.world.bots] == []
        chat.world.bot_of("77:whoever")
        guest = await chat.join("guest")
        await guest.send("привет", wait=False)
        assert guest.messages[0].text == "привет"


@pytest.mark.usefixtures("echo")
async def test_a_hundred_people_are_served_at_once(chat: Playground) -> None:
    people = [await chat.join(id=5000 + number, first_name=f"Гость {number}") for number in range(100)]
    await asyncio.gather(*(person.send("/start") for person in people))
    await asyncio.gather(*(person.press("Мои брони") for person in people))
    assert {person.last.text for person in people} == {"нажато Мои брони"}


def test_a_button_is_found_by_its_sign_alone() -> None:
    assert best_places(">", ["<", "1", ">"]) == [2]
    assert best_places("Next", ["▶️ Next", "Next page"]) == [0]


@pytest.mark.usefixtures("echo")
async def test_what_is_waited_for_may_be_the_first_message_of_all(guest: Person) -> None:
    await guest.send("/start", wait=False)
    assert await guest.wait_for(lambda person: bool(person.last.text))
