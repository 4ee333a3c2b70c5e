"""Scripts and pipes: each line waits for the bot, expectations make a test, the exit code says how it went."""

import asyncio
import io
import os
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from playground.client import Playground
from playground.terminal.__main__ import read_options, run
from tests.playground.bot_side import TOKEN, Api, Receiver
from tests.playground.terminal_side import TableBot, answers, says, talk, turns_into

SCRIPT = """\ufeff# a whole conversation

/start
expect: Меню
expect: [1] a
expect not: Выбрано
1
expect: Toast: готово
expect: Выбрано
"""


async def test_a_script_is_a_test(chat: Playground, table_bot: TableBot, tmp_path: Path) -> None:
    """It says nothing that differs from one run to the next."""
    table_bot.table = {"/start": [says("Меню", ["a"])], "a": [turns_into("Выбрано"), answers("готово")]}
    file = tmp_path / "script.txt"
    file.write_text(SCRIPT, "utf-8")
    first = await talk(chat, "не читается", options=["--script", str(file)])
    assert first == (
        0,
        [
            *("Анна: /start", "Bot 42:", "  Меню", "  [1] a", "Анна presses [a]"),
            *("Bot 42 (edited):", "  Выбрано", "Toast: готово"),
        ],
    )
    assert await talk(chat, options=["--script", str(file)]) == first


@pytest.mark.parametrize(
    ("expectation", "told"),
    [
        ("expect: Нет такого", ["«Нет такого» was expected within 0.2 s, and this came:"]),
        ("expect not: Меню", ["«Меню» was not expected, but it came:"]),
    ],
)
async def test_a_failed_expectation_shows_the_chat(
    chat: Playground, table_bot: TableBot, expectation: str, told: list[str]
) -> None:
    table_bot.table = {"/start": [says("Меню", ["a"])]}
    code, shown = await talk(chat, "привет", "/start", expectation, "дальше", options=["--wait", "0.2"])
    assert code == 1
    came = ["Анна: /start", "Bot 42:", "  Меню", "  [1] a"]
    assert shown == ["Анна: привет", *came, f"Line 3: {expectation}", *told, *(f"  {line}" for line in came)]
    assert table_bot.got == ["привет", "/start"]


async def test_an_expectation_waits_for_what_comes_later(chat: Playground, table_bot: TableBot, api: Api) -> None:
    """A notice that another person has caused."""

    async def later() -> None:
        await (await chat.join("guest")).wait_for(lambda guest: any(message.outgoing for message in guest.messages))
        await api.result("sendMessage", chat_id=1001, text="Пора!")

    noticing = asyncio.create_task(later())
    code, shown = await talk(chat, "жду", "expect: Пора!")
    await noticing
    assert (code, shown[-1]) == (0, "  Пора!")
    assert table_bot.got == ["жду"]


async def test_a_silent_bot_ends_a_script_and_not_a_person(chat: Playground) -> None:
    """Nobody polls."""
    assert await talk(chat, "есть кто?", "дальше", options=["--wait", "0.1"]) == (
        1,
        ["Анна: есть кто?", "Line 1: есть кто?", "The bot has not acknowledged this within 0.1 s"],
    )
    code, shown = await talk(chat, "есть кто?", ":quit", "дальше", live=True, options=["--wait", "0.1"])
    assert code == 0
    assert shown[-2:] == ["The bot has not acknowledged this within 0.1 s", "> :quit"]


async def test_a_person_may_expect_too(chat: Playground, table_bot: TableBot) -> None:
    table_bot.table = {"b": [says("да")]}
    code, shown = await talk(chat, "expect: x", "b", live=True, options=["--wait", "2"])
    assert code == 0
    assert "«x» was expected within 2 s, and this came:" in shown
    assert "  да" in shown


async def test_a_bot_that_acknowledges_first_is_awaited(chat: Playground, hook: Receiver, api: Api) -> None:
    """As one does that handles updates in the background: the next line presses what came meanwhile."""
    working: list[asyncio.Task[Any]] = []

    async def work(update: dict[str, Any]) -> None:
        await asyncio.sleep(0.05)
        if "callback_query" in update:
            await api.result("sendMessage", chat_id=1001, text="нажато")
            return
        await api.result("sendChatAction", chat_id=1001, action="typing")
        await asyncio.sleep(0.6)
        await api.result("sendMessage", chat_id=1001, text="раз")
        markup = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
        await api.result("sendMessage", chat_id=1001, text="два", reply_markup=markup)

    async def reply(update: dict[str, Any]) -> web.Response:
        working.append(asyncio.create_task(work(update)))
        return web.Response()

    hook.reply = reply
    code, shown = await talk(chat, "/start", "1", options=["--pause", "0.5"])
    assert code == 0
    assert shown == [
        *("Анна: /start", "Bot 42:", "  раз", "Bot 42:", "  два", "  [1] a"),
        *("Анна presses [a]", "Bot 42:", "  нажато"),
    ]
    await asyncio.gather(*working)


async def test_a_bot_may_come_later() -> None:
    """The playground lets any bot connect, and none is there yet."""
    async with Playground.start() as chat:
        code, screen = await _without_bot(chat, "--wait", "0.05")
        assert (code, screen) == (
            1,
            "No bot has come yet; waiting for one\nThe bot has not acknowledged this within 0.05 s\n",
        )
        waiting = asyncio.create_task(_without_bot(chat, "--wait", "5"))
        chat.world.bot_of("77:later")
        code, screen = await waiting
        assert (code, screen) == (0, "You are Анна Иванова (guest, 1001) and talk to Bot 77 (@bot77_bot)\n")


async def _without_bot(chat: Playground, *options: str) -> tuple[int, str]:
    screen = io.StringIO()
    code = await run(read_options([chat.page_url, "--language", "en", *options]), io.StringIO(), screen)
    return code, screen.getvalue()


async def test_it_can_bring_its_own_playground() -> None:
    """Its addresses are the first it says."""
    screen = io.StringIO()
    options = [
        "--token",
        f"{TOKEN},menu_bot,Menu",
        "--token",
        "43:other",
        "--port",
        "0",
        "--wait",
        "0.05",
        "--language",
        "en",
    ]
    assert await run(read_options([*options, "--bot", "menu_bot"]), io.StringIO("hello\n"), screen) == 1
    shown = screen.getvalue().splitlines()
    assert shown[0].startswith("Bot API:   http://127.0.0.1:")
    assert shown[1].startswith("Chat page: http://127.0.0.1:")
    assert shown[2:4] == ["You are Анна Иванова (guest, 1001) and talk to Menu (@menu_bot)", "Анна: hello"]


async def test_when_the_playground_stops_it_says_so() -> None:
    """Also while it waits for the next line."""
    read_end, write_end = os.pipe()
    screen = Noticing()
    with os.fdopen(read_end) as keyboard, os.fdopen(write_end, "w"):
        async with Playground.start(token=TOKEN) as chat:
            options = read_options([chat.page_url, "--language", "en"])
            talking = asyncio.create_task(run(options, keyboard, screen))
            await screen.written.wait()
        assert await talking == 1
    assert screen.getvalue().endswith("The playground has stopped\n")


class Noticing(io.StringIO):
    """Tells when the first line is there."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)
