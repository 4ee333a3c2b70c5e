"""Lines that begin with a colon."""

from pathlib import Path

import pytest
from PIL import Image
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from playground.client import Playground
from playground.terminal.lines import CommandCompleter
from tests.playground.bot_side import Api
from tests.playground.terminal_side import TableBot, says, talk


async def test_pictures_and_files_have_a_form(chat: Playground, table_bot: TableBot, tmp_path: Path) -> None:
    """What it is, how large, what stands below it, and where it can be opened."""
    picture, file = tmp_path / "my picture.png", tmp_path / "notes.txt"
    Image.new("RGB", (30, 20)).save(picture)
    file.write_text("заметки " * 200, "utf-8")
    code, shown = await talk(chat, f":photo '{picture}' вот такая", f":file {file} две строки", ":photo")
    assert code == 0
    assert shown[0].startswith("> :photo")
    assert shown[1] == "Анна:"
    assert shown[2].startswith(f"  Photo, 30×20, {picture.stat().st_size} B {chat.page_url}file/")
    assert shown[3] == "  вот такая"
    assert shown[6].startswith(f"  File «notes.txt», 3 KB {chat.page_url}file/")
    assert shown[7] == "  две строки"
    assert shown[9].startswith("Анна: Photo, 1×1, ")
    assert table_bot.got == ["caption", "caption", "photo"]


async def test_a_file_of_the_bot_can_be_kept(chat: Playground, api: Api, tmp_path: Path) -> None:
    guest = await chat.join("guest")
    await guest.document(b"\xd1\x82", name="a.txt", wait=False)
    await api.result("sendDocument", chat_id=1001, document=guest.messages[0].file_id)
    kept = tmp_path / "kept file.txt"
    assert await talk(chat, f":save '{kept}'") == (0, [f"> :save '{kept}'"])
    assert kept.read_text("utf-8") == "т"


async def test_what_a_person_can_do(chat: Playground, table_bot: TableBot) -> None:
    table_bot.table = {"/start": [says("Меню")]}
    lines = (
        ":edit рано",
        ":sticker 🐈",
        ":contact +79160000000",
        ":location 55.7, 37.6",
        "/start",
        ":edit новый",
        ":again",
    )
    code, shown = await talk(chat, *lines)
    assert code == 0
    assert table_bot.got == ["sticker", "contact", "location", "/start", "новый", "новый"]
    assert [line.partition(" http")[0] for line in shown if not line.startswith(">")] == [
        "There is no text of yours to edit",
        "Анна: Sticker 🐈",
        "Анна: Contact: Анна Иванова, +79160000000",
        "Анна: Place: 55.7, 37.6",
        "Анна: /start",
        "Bot 42:",
        "  Меню",
        "Анна (edited): новый",
    ]


async def test_the_menu_shows_the_commands_of_the_bot(chat: Playground, api: Api) -> None:
    await api.result("setMyCommands", commands=[{"command": "start", "description": "Начать"}])
    assert await talk(chat, ":menu") == (0, ["> :menu", "  /start  Начать"])


def test_tab_completes_commands() -> None:
    """Those of the terminal and of the bot; nothing where nothing is typed."""
    completer = CommandCompleter(lambda: [":help", ":history", "/start"])
    for begun, ends in ((":h", [":help", ":history"]), ("/", ["/start"]), ("привет", []), ("", [])):
        found = completer.get_completions(Document(begun), CompleteEvent())
        assert [completion.text for completion in found] == ends


async def test_help_says_how_to_send_a_number(chat: Playground) -> None:
    _, shown = await talk(chat, ":help", ":buttons")
    assert '  "4"                  sends the number itself' in shown
    assert shown[-1] == "There are no buttons"


async def test_the_world_can_be_moved_and_broken(chat: Playground, api: Api) -> None:
    lines = (":clock +1.5h", ":clock -30m", ":network down", ":network up", ":limits warn", ":fail 500")
    code, shown = await talk(chat, *lines)
    assert code == 0
    assert chat.clock.offset == pytest.approx(3600)
    assert [line for line in shown if not line.startswith(">")] == [
        "The network is down",
        "The network is back",
        "Rate limits: warn",
    ]
    assert (await api("getMe")).status == 500
