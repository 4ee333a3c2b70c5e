"""The chat in a terminal: what stands on the screen, line by line."""

import io
import re
from typing import Any

import pytest
from aiohttp import web

from playground.client import Playground
from playground.terminal.__main__ import read_options, run
from tests.playground.bot_side import TOKEN, Api, Receiver
from tests.playground.terminal_side import TableBot, answers, asks, says, talk, turns_into


async def test_a_number_presses_the_button_of_the_newest_keyboard(chat: Playground, table_bot: TableBot) -> None:
    table_bot.table = {
        "/start": [says("Меню", ["📅 Бронь"], ["О нас", "Выход"])],
        "О нас": [answers("секунду"), turns_into("Мы тут", ["Назад"])],
        "Назад": [answers("Внимание!", show_alert=True), says("Снова", ["x"])],
    }
    assert await talk(chat, "/start", "2", "1") == (
        0,
        [
            "Анна: /start",
            "Bot 42:",
            "  Меню",
            "  [1] 📅 Бронь",
            "  [2] О нас  [3] Выход",
            "Анна presses [О нас]",
            "Toast: секунду",
            "Bot 42 (edited):",
            "  Мы тут",
            "  [1] Назад",
            "Анна presses [Назад]",
            "Alert: Внимание!",
            "Bot 42:",
            "  Снова",
            "  [1] x",
        ],
    )


async def test_rows_of_a_calendar_stand_in_columns(chat: Playground, table_bot: TableBot) -> None:
    table_bot.table = {"/start": [says("Ноябрь", ["Пн", "Вт"], ["9", "10"], ["11", "日本"], ["дальше"])]}
    _, shown = await talk(chat, "/start")
    assert shown[3:] == ["  [1] Пн  [2] Вт", "  [3] 9   [4] 10", "  [5] 11  [6] 日本", "  [7] дальше"]


async def test_wrong_input_is_told_and_nothing_ends(chat: Playground, table_bot: TableBot) -> None:
    table_bot.table = {"/start": [says("Меню", ["a"])]}
    wrong = {
        "0": 'There is no button 0, the last one is 1; to send the number itself write "0"',
        "7": 'There is no button 7, the last one is 1; to send the number itself write "7"',
        "999999999999999999999": "Анна: 999999999999999999999",
        ":nope x": "There is no command :nope; :help lists them, :say :nope x sends it as text",
        ":press нет такой": "no button «нет такой»",
        ":say": "Write :say TEXT",
        ":file /no/such/file": "[Errno 2] No such file or directory: '/no/such/file'",
        ":file 'unclosed": "Write :file PATH CAPTION",
        ":location north": "Write :location LAT LON",
        ":clock soon": "Write :clock +1h",
        ":network sideways": "Write :network down",
        ":limits high": "Write :limits enforce",
        ":pay": "there is no invoice to pay",
        ":save out.bin": "this message has no file",
        ":as nobody": "Nobody here is called nobody; there are Анна (1001), Борис (1002),",
        ":bot nobot": "There is no bot nobot; there are @bot42_bot",
        ":fail never": "calls can fail with",
        "x" * 5000: "",
    }
    guest = await chat.join("guest")
    await guest.send("/start")
    for line, told in wrong.items():
        code, shown = await talk(chat, line)
        assert code == 0
        assert any(told in each for each in shown), shown
    assert (await talk(chat, "", "  ", "# a comment")) == (0, [])


async def test_a_number_is_text_where_it_can_be_no_button(chat: Playground, table_bot: TableBot) -> None:
    force = {"reply_markup": {"force_reply": True}}
    table_bot.table = {
        "/start": [says("Меню", ["a", "b"])],
        "/age": [("sendMessage", {"text": "Сколько вам лет?", **force})],
    }
    await talk(chat, "5", "/start", '"2"', "«1»", ":say 2", ":say :quit", "/age", "30", "1", ":)", "expect nothing")
    assert table_bot.got == ["5", "/start", "2", "1", "2", ":quit", "/age", "30", "1", ":)", "expect nothing"]


async def test_buttons_of_a_reply_keyboard_have_numbers_too(chat: Playground, table_bot: TableBot) -> None:
    contact, place = {"text": "Номер", "request_contact": True}, {"text": "Место", "request_location": True}
    table_bot.table = {
        "/start": [asks("Кто вы?", ["Гость", "Хозяин"], [contact, place])],
        "Гость": [says("Рады", ["вниз"])],
    }
    code, shown = await talk(chat, "/start", "1", ":buttons", "3", "1", "4", "5", ":press Хозяин")
    assert code == 0
    assert shown[:9] == [
        "Анна: /start",
        "Bot 42:",
        "  Кто вы?",
        "  [1] Гость  [2] Хозяин",
        "  [3] Номер  [4] Место",
        "Анна: Гость",
        "Bot 42:",
        "  Рады",
        "  [1] вниз",
    ]
    assert shown[9:12] == ["Keyboard:", "  [2] Гость  [3] Хозяин", "  [4] Номер  [5] Место"]
    assert table_bot.got == ["/start", "Гость", "Хозяин", "вниз", "contact", "location", "Хозяин"]


async def test_buttons_that_lead_elsewhere_are_addresses(chat: Playground, table_bot: TableBot) -> None:
    rows: list[str | dict[str, Any]] = [
        {"text": "Сайт", "url": "https://example.org/a"},
        {"text": "Код", "copy_text": {"text": "SALE5"}},
        {"text": "Приложение", "web_app": {"url": "https://example.org/app"}},
        {"text": "Куда-то", "switch_inline_query": "x"},
    ]
    table_bot.table = {"/start": [says("Меню", rows)]}
    code, shown = await talk(chat, "/start", "1", "2", "3", "4")
    assert code == 0
    assert shown[3] == "  [1] Сайт ↗  [2] Код  [3] Приложение ↗  [4] Куда-то"
    assert shown[4:6] == ["Opens https://example.org/a", "To copy: SALE5"]
    assert shown[6].startswith("Mini App: https://example.org/app")
    assert shown[7] == "[Куда-то] does nothing here"


async def test_hostile_text_reaches_no_terminal(chat: Playground, table_bot: TableBot) -> None:
    hostile = "a\x1b]0;owned\x07b\x1b[2Jc\x9b31md\x7fe\rf\u202eg\u2066h\u2028i\tj"
    table_bot.table = {
        "/start": [
            says(hostile, [hostile]),
            ("sendMessage", {"text": "файл", "reply_markup": {"keyboard": [[hostile]]}}),
        ],
        hostile.strip(): [answers(hostile)],
    }
    evil = await chat.join(first_name=hostile)
    code, shown = await talk(chat, f":as {evil.id}", "/start", f":nope {hostile}", ":buttons", ":history")
    assert code == 0
    text = "".join(shown)
    assert not [char for char in text if ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char in "\u202e\u2066\u2028"]
    assert "␛]0;owned␇" in text


async def test_formatting_is_plain_in_a_pipe(chat: Playground, table_bot: TableBot) -> None:
    html = (
        'до <b>жир😀ный <i>оба</i></b> <a href="https://example.org/x">ссылка</a>\n'
        "<blockquote>цитата\nв две</blockquote>после <code>код</code>"
    )
    table_bot.table = {"/start": [("sendMessage", {"text": html, "parse_mode": "HTML"})]}
    _, shown = await talk(chat, "/start")
    assert shown[2:] == [
        "  до жир😀ный оба ссылка (https://example.org/x)",
        "  │ цитата",
        "  │ в две",
        "  после код",
    ]


async def test_what_else_a_bot_does_is_told(chat: Playground, table_bot: TableBot) -> None:
    table_bot.table = {
        "один": [says("Раз " * 30), ("deleteMessage", {})],
        "два": [
            ("sendChatAction", {"action": "typing"}),
            ("sendContact", {"phone_number": "+7", "first_name": "Пётр"}),
        ],
        "три": [answers(url="https://t.me/bot42_bot?start=x")],
    }
    code, shown = await talk(chat, "один", "два", ":block", ":unblock")
    assert code == 0
    assert shown[3] == f"Bot 42 has deleted «{('Раз ' * 30)[:59]}…»"
    assert shown[4:] == [
        "Анна: два",
        "Bot 42:",
        "  Contact: Пётр, +7",
        "> :block",
        "Анна has blocked Bot 42; :unblock ends that",
        "> :unblock",
        "Анна has unblocked Bot 42",
    ]


async def test_mini_apps_payments_and_reactions(chat: Playground, table_bot: TableBot, api: Api) -> None:
    app = {"url": "https://example.org/app"}
    invoice = {"title": "Кофе", "description": "Чашка", "payload": "1", "currency": "XTR"}
    price = {"prices": [{"label": "Кофе", "amount": 5}]}
    fire = {"reaction": [{"type": "emoji", "emoji": "🔥"}]}
    table_bot.table = {
        "/app": [asks("Клавиатура", [{"text": "Приложение", "web_app": app}])],
        "/pay": [("sendInvoice", {**invoice, **price})],
        "/fire": [says("Ой"), ("setMessageReaction", fire)],
        "/go": [says("Меню", ["a"])],
        "a": [answers(url="https://t.me/bot42_bot?start=x")],
    }
    await api.result("setChatMenuButton", chat_id=1001, menu_button={"type": "web_app", "text": "☰", "web_app": app})
    lines = ("/app", "1", ":press Приложение", ":menu", "/fire", ":react 👍", "/go", "1", "/pay", "1", ":pay")
    code, shown = await talk(chat, *lines, options=["--wait", "5"])
    assert code == 0, shown
    apps = [line for line in shown if line.startswith("Mini App: https://example.org/app#tgWebAppData=")]
    assert len(apps) == 3
    for line in (
        "Bot 42 reacts with 🔥",
        "Opens https://t.me/bot42_bot?start=x",
        "  Invoice «Кофе», 5 XTR: Чашка",
        "Payment: checkout",
    ):
        assert line in shown
    assert any(line.startswith("  [1] Pay ") for line in shown)


async def test_what_a_message_answers_and_whose_it_was(chat: Playground, table_bot: TableBot, api: Api) -> None:
    table_bot.table = {"/start": [says("Раз")]}
    guest = await chat.join("guest")
    await guest.send("/start")
    await guest.act("forward", text="чужое", from_name="Кто-то")
    reply = {"reply_parameters": {"message_id": guest.messages[0].id}}
    table_bot.table = {"/quote": [("sendMessage", {"text": "ответ", **reply})]}
    _, shown = await talk(chat, "/quote", ":history")
    assert shown[1:4] == ["Bot 42:", "  │ /start", "  ответ"]
    assert shown[shown.index("Анна:") :][:3] == ["Анна:", "  Forwarded from Кто-то", "  чужое"]
    assert await api.result("getMe")


async def test_trouble_of_the_bot_is_told_to_who_watches(chat: Playground, hook: Receiver, api: Api) -> None:
    """A method that is missing, an update that is refused."""
    refusals = iter((500, 500))

    async def reply(_: dict[str, Any]) -> web.Response:
        if (status := next(refusals, 200)) == 200:
            for _again in range(2):
                await api("sendPoll", chat_id=1001)
        return web.Response(status=status)

    hook.reply = reply
    code, shown = await talk(chat, "/start", live=True)
    assert code == 0
    assert any(line.startswith("The bot has refused an update ") for line in shown)
    assert shown.count("The bot called sendPoll, which the playground does not know") == 1


async def test_a_person_who_watches_sees_more(chat: Playground, table_bot: TableBot) -> None:
    """Typing, the time, and what was there before."""
    table_bot.table = {
        "раз": [says("Первое", ["a", "b"])],
        "два": [
            ("sendChatAction", {"action": "typing"}),
            ("sendChatAction", {"action": "typing"}),
            ("sendChatAction", {"action": "upload_document"}),
            says("Второе"),
        ],
    }
    await (await chat.join("guest")).send("раз")
    code, shown = await talk(chat, "два", "2", ":clock 2030-01-01T10:30", live=True)
    assert code == 0
    shown = [line.partition("  ")[0] if line.endswith(tuple("0123456789")) else line for line in shown]
    assert shown == [
        "Анна: раз",
        "Bot 42:",
        "  Первое",
        "  [1] a  [2] b",
        'A number presses the button, "4" in quotes is sent as it is; :help lists the rest, Ctrl-D ends',
        "Анна: два",
        "Bot 42 is typing …",
        "Bot 42:",
        "  Второе",
        "Анна presses [b]",
        "> :clock 2030-01-01T10:30",
        "It is 2030-01-01 10:30",
    ]


async def test_one_can_be_several_people_and_talk_to_several_bots(chat: Playground, table_bot: TableBot) -> None:
    chat.world.add_bot("43:other", username="second_bot", name="Второй")
    table_bot.table = {"привет": [("sendMessage", {"chat_id": 9001, "text": "Гость пришёл"}), says("Ждите", ["да"])]}
    code, shown = await talk(
        chat,
        "привет",
        ":as owner",
        ":as гость",
        ":as анна",
        ":as second guest",
        ":join Emma",
        ":bot @second_bot",
        ":as 1001",
    )
    assert code == 0
    new = max(chat.personas)
    told = [re.sub(r"there are .*", "there are …", line) for line in shown[4:]]
    assert told == [
        "> :as owner",
        "You are Ольга (owner, 9001) and talk to Bot 42 (@bot42_bot)",
        "Bot 42:",
        "  Гость пришёл",
        "> :as гость",
        "Nobody here is called гость; there are …",
        "> :as анна",
        "You are Анна Иванова (guest, 1001) and talk to Bot 42 (@bot42_bot)",
        "> :as second guest",
        "You are Борис (guest, 1002) and talk to Bot 42 (@bot42_bot)",
        "> :join Emma",
        f"You are Emma (guest, {new}) and talk to Bot 42 (@bot42_bot)",
        "> :bot @second_bot",
        f"You are Emma (guest, {new}) and talk to Второй (@second_bot)",
        "> :as 1001",
        "You are Анна Иванова (guest, 1001) and talk to Второй (@second_bot)",
    ]
    assert await talk(chat, ":history", options=["--bot", "42", "--persona", "olga_owner"]) == (
        0,
        ["> :history", "Bot 42:", "  Гость пришёл"],
    )


async def test_in_russian_it_speaks_russian(
    chat: Playground, table_bot: TableBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    table_bot.table = {"/start": [says("Меню", ["a"])]}
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    screen = io.StringIO()
    assert await run(read_options([chat.page_url]), io.StringIO("/start\n9\n:help\n"), screen) == 0
    shown = screen.getvalue()
    assert "Вы — Анна Иванова (guest, 1001), собеседник — Bot 42" in shown
    assert "Кнопки 9 нет, последняя — 1; чтобы отправить само число, напишите «9»" in shown
    assert ":say TEXT            отправляет текст" in shown
    monkeypatch.setenv("LC_ALL", "C")
    assert read_options([chat.page_url]).language == "en"


async def test_the_wrong_address_is_one_sentence(chat: Playground, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and how to do it right."""
    for page in (f"{chat.base_url}/chat/wrong-key/", "http://127.0.0.1:9/chat/x/", "nonsense"):
        assert await run(read_options([page]), io.StringIO(), io.StringIO()) == 2
        assert "no playground answers at" in capsys.readouterr().err
    assert (await talk(chat, options=["--persona", "nobody"]))[0] == 2
    assert (await talk(chat, options=["--script", "no-such-file"]))[0] == 2
    for given in ([], [chat.page_url, "--token", TOKEN]):
        with pytest.raises(SystemExit):
            read_options(given)
        assert "say where to chat" in capsys.readouterr().err
