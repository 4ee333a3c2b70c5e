"""What people in a test can do besides writing and pressing, and what they see of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from playground.client import (
    ActionError,
    NoSuchButton,
    NotSeen,
    Person,
    Playground,
    PlaygroundGone,
)
from tests.playground.bot_side import TOKEN, Api
from tests.playground.terminal_side import TableBot, answers, asks, says, turns_into


@pytest.fixture(params=["here", "far"])
async def anna(request: pytest.FixtureRequest, chat: Playground) -> AsyncIterator[Person]:
    """In this process, and over HTTP: it is the same."""
    if request.param == "here":
        yield await chat.join("guest")
        return
    async with Playground.connect(chat.page_url) as far:
        yield await far.join("guest")


@pytest.mark.usefixtures("table_bot")
async def test_files_go_both_ways(anna: Person, api: Api, tmp_path: Path) -> None:
    file = tmp_path / "меню.txt"
    file.write_bytes(b"soup")
    await anna.document(file, caption="вот")
    await anna.document(b"\x00", name="bin")
    await anna.document(b"?")
    await anna.photo()
    sent = [message.body["document"] for message in anna.messages if "document" in message.body]
    assert [(one["file_name"], one["file_size"]) for one in sent] == [("меню.txt", 4), ("bin", 1), ("file.bin", 1)]
    assert sent[0]["mime_type"] == "text/plain"
    assert await anna.download(anna.messages[0]) == b"soup"
    await api.result("sendDocument", chat_id=anna.id, document=sent[0]["file_id"])
    await anna.wait_for(lambda person: any(not message.outgoing for message in person.messages))
    assert await anna.download() == b"soup"
    await api.result("sendMessage", chat_id=anna.id, text="просто")
    await anna.wait_for("просто")
    with pytest.raises(ActionError, match="this message has no file"):
        await anna.download()
    with pytest.raises(ActionError, match="there is no file nowhere"):
        await anna.link.download("nowhere")


async def test_contact_place_and_deep_link(guest: Person, table_bot: TableBot) -> None:
    await guest.contact()
    await guest.contact("+79160000000")
    await guest.location()
    await guest.location(55.7, 37.6)
    await guest.start("promo")
    assert table_bot.got == ["contact", "contact", "location", "location", "/start promo"]
    assert guest.messages[1].body["contact"]["phone_number"] == "+79160000000"
    assert guest.messages[3].body["location"] == {"latitude": 55.7, "longitude": 37.6}


async def test_keys_of_a_reply_keyboard_do_what_stands_on_them(guest: Person, table_bot: TableBot) -> None:
    keys: list[dict[str, Any]] = [
        {"text": "Номер", "request_contact": True},
        {"text": "Место", "request_location": True},
        {"text": "Игра", "web_app": {"url": "https://example.org/app"}},
    ]
    table_bot.table = {"/start": [asks("Меню", keys)]}
    await guest.send("/start")
    await guest.press("Номер")
    await guest.press("Место")
    assert table_bot.got == ["/start", "contact", "location"]
    with pytest.raises(NoSuchButton, match="opens a Mini App"):
        await guest.press("Игра")
    opened = await guest.open_web_app("Игра", dark=True)
    assert opened.url.startswith("https://example.org/app#tgWebAppData=")
    await guest.web_app_data("Игра", "42")
    assert table_bot.got[-1] == "web_app_data"


async def test_mini_apps_open_from_buttons_and_from_the_menu(guest: Person, table_bot: TableBot, api: Api) -> None:
    app = {"url": "https://example.org/menu"}
    table_bot.table = {"/start": [says("Меню", [{"text": "Открыть", "web_app": app}])]}
    await guest.send("/start")
    assert (await guest.open_web_app("Открыть")).url.startswith(app["url"])
    await api.result(
        "setChatMenuButton", chat_id=guest.id, menu_button={"type": "web_app", "text": "☰", "web_app": app}
    )
    assert guest.menu_button["type"] == "web_app"
    assert (await guest.open_web_app()).url.startswith(app["url"])


async def test_reactions_of_both_stand_at_the_message(guest: Person, table_bot: TableBot, api: Api) -> None:
    reaction = [{"type": "emoji", "emoji": "🔥"}]
    table_bot.table = {"/start": [says("Привет"), ("setMessageReaction", {"reaction": reaction})]}
    await guest.send("/start")
    await guest.react("👍")
    assert (guest.last.reactions, guest.last.bot_reactions) == (("👍",), ("🔥",))
    await guest.react()
    assert guest.last.reactions == ()
    assert await api.result("getMe")


async def test_an_invoice_is_paid(guest: Person, table_bot: TableBot) -> None:
    with pytest.raises(NotSeen, match="there is no invoice to pay"):
        await guest.pay()
    invoice = {"title": "Кофе", "description": "Чашка", "payload": "1", "currency": "EUR", "provider_token": "1:TEST:x"}
    price = {"prices": [{"label": "Кофе", "amount": 250}]}
    table_bot.table = {"/start": [("sendInvoice", {**invoice, **price})]}
    await guest.send("/start")
    assert "Invoice «Кофе», 2.50 EUR: Чашка" in guest.screen()
    await guest.pay(wait=False)
    await guest.wait_for(lambda person: bool(person.payments))
    assert guest.payments[0]["stage"] == "checkout"


async def test_a_toast_can_be_awaited(guest: Person, table_bot: TableBot) -> None:
    table_bot.table = {"/start": [says("Меню", ["a"])], "a": [answers("сохранено")]}
    await guest.send("/start")
    await guest.press("a", wait=False)
    assert (await guest.wait_for_toast("сохранено")).alert is False
    with pytest.raises(NotSeen, match="a toast «нет» did not come"):
        await guest.wait_for_toast("нет", timeout=0.01)


async def test_a_failed_test_shows_all_that_matters(guest: Person, table_bot: TableBot, api: Api) -> None:
    table_bot.table = {
        "/start": [asks("Клавиатура", ["Да"]), says("Старое", ["x"])],
        "x": [turns_into("Новое"), ("sendContact", {"phone_number": "+7", "first_name": "Пётр"})],
    }
    await guest.send("/start")
    await guest.press("x")
    await api("sendMessage", chat_id=guest.id, text="")
    await guest.block()
    shown = guest.screen()
    for line in (
        "Анна (1001) sees:",
        "  → '/start'",
        "  ← 'Новое' (edited)",
        "  ← Contact: Пётр, +7",
        "  keyboard: [Да]",
        "  the bot is blocked",
        "  refused: sendMessage: Bad Request: message text is empty",
    ):
        assert line in shown.splitlines()


async def test_what_was_deleted_is_known(guest: Person, table_bot: TableBot) -> None:
    table_bot.table = {"/start": [says("Тайна"), ("deleteMessage", {})]}
    await guest.send("/start")
    assert [message.text for message in guest.deleted] == ["Тайна"]
    assert guest.message(guest.deleted[0].id) is None
    assert guest.message(guest.messages[0].id) == guest.messages[0]


async def test_who_joins_later_has_missed_nothing(chat: Playground, guest: Person, api: Api) -> None:
    await api.result("sendMessage", chat_id=9001, text="Гость идёт")
    async with Playground.connect(chat.page_url) as far:
        await api.result("sendMessage", chat_id=9001, text="Гость тут")
        await far.do({"do": "add_persona", "id": 9001})
        owner = await far.join("owner")
        assert [message.text for message in owner.messages] == ["Гость идёт", "Гость тут"]
    assert (await chat.join("owner")).last.text == "Гость тут"
    assert guest.messages == []


async def test_a_room_is_seen_by_all_its_members(chat: Playground, guest: Person, table_bot: TableBot) -> None:
    table_bot.table = {"всем": [says("Кто идёт?", ["Я"])], "Я": [says("Идёт"), turns_into("Набрано")]}
    room = await chat.room("Компания", by=guest)
    other = await chat.join("second guest")
    await room.send(other, "всем")
    await room.press(guest, "Я")
    assert [message.text for message in room.messages if not message.outgoing] == ["Набрано", "Идёт"]
    assert await chat.room("Компания", by=guest) is room
    table_bot.table["клавиши"] = [asks("Клавиши", ["Тут"]), says("Ссылка", [{"text": "Сайт", "url": "https://a.bc"}])]
    await room.send(guest, "клавиши")
    for words in ("Сайт", "Тут"):
        with pytest.raises(NoSuchButton, match="no button that a bot hears of"):
            await room.press(guest, words)
    await guest.leave_room("Компания")
    with pytest.raises(ActionError, match="the bot is not in"):
        await room.send(guest, "ау")
    channel = await chat.room("Новости", by=guest, kind="channel")
    await channel.send(guest, "пост")
    assert [message.text for message in channel.messages] == ["пост"]


async def test_the_world_can_be_broken(chat: Playground, api: Api) -> None:
    await chat.rate_limits("warn")
    await chat.fail("500")
    assert (await api("getMe")).status == 500
    await chat.network(down=True)
    await chat.network(down=False)
    assert await api.result("getMe")


async def test_a_playground_that_is_not_there_is_said_so() -> None:
    with pytest.raises(PlaygroundGone, match="no playground answers at"):
        async with Playground.connect("http://127.0.0.1:9/chat/k/"):
            pass
    async with Playground.start(token=TOKEN) as chat:
        ended = chat
        connecting = Playground.connect(chat.page_url)
        far = await connecting.__aenter__()
    await far.ended()
    await ended.ended()
    with pytest.raises(PlaygroundGone):
        await far.do({"do": "clock", "add": 1})
    await connecting.__aexit__(None, None, None)
