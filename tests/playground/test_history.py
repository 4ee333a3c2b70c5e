"""What is kept over a restart, and what is said of a file that holds something else."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from playground import history
from playground.__main__ import main, read_options, running
from playground.actions import Actions
from playground.types import Json
from playground.world import World
from tests.playground.bot_side import TOKEN, Api, Receiver

APP = {"type": "web_app", "text": "Открыть", "web_app": {"url": "https://app.example"}}


class Started:
    """A playground as the command starts it, and its bot."""

    def __init__(self, world: World, api: Api, page_url: str) -> None:
        self.world = world
        self.api = api
        self.page_url = page_url
        self.actions = Actions(world)

    async def do(self, name: str, /, **fields: Any) -> Json:
        return await self.actions.perform({"persona": 1001, **fields, "do": name})

    async def snapshot(self) -> Json:
        async with self.api.http.ws_connect(f"{self.page_url}ws") as socket:
            return dict(orjson.loads((await socket.receive()).data))


@asynccontextmanager
async def started(file: Path, *options: str) -> AsyncIterator[Started]:
    async with (
        running(read_options(["--port", "0", "--history", str(file), *options])) as server,
        aiohttp.ClientSession() as http,
    ):
        yield Started(server.world, Api(http, server.base_url), server.page_url)


@pytest.mark.slow
async def test_all_that_was_said_is_there_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    async def away(_: dict[str, Any]) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "100"})

    file = tmp_path / "new" / "history.json"
    receiver.reply = away
    async with started(file, "--token", TOKEN) as before:
        await before.do("add_persona", first_name="Emma", id=1003, language="en")
        await before.do("clock", add=3600)
        await before.do("document", name="a.txt", file=base64.b64encode(b"hello").decode())
        await before.do("join_room", kind="group", title="Повара")
        sent = await before.api.result("sendMessage", chat_id=1001, text="привет", reply_markup={"keyboard": [["Да"]]})
        await before.do("react", message_id=sent["message_id"], emoji=["👍"])
        await before.do("block", persona=1002)
        await before.api.result("setMyCommands", commands=[{"command": "start", "description": "x"}])
        await before.api.result("setChatMenuButton", chat_id=1001, menu_button=APP)
        await before.api.result("setWebhook", url=receiver.url, allowed_updates=["message", "callback_query"])
        press = await before.do("press", message_id=sent["message_id"], data="x")
        await receiver.has(2)
        saw = await before.snapshot()
    lines = [update["update_id"] for update in receiver.updates]
    receiver.reply = Receiver("").reply
    receiver.updates.clear()
    async with started(file) as after:
        await receiver.has(5)
        sees = await after.snapshot()
        for name in ("bots", "personas", "chats"):
            assert sees[name] == saw[name], name
        assert sees["clock"]["offset"] == pytest.approx(3600)
        info = await after.api.result("getWebhookInfo")
        assert (info["url"], info["allowed_updates"]) == (receiver.url, ["callback_query", "message"])
        assert set(lines) <= {update["update_id"] for update in receiver.updates}
        assert await after.api.result("answerCallbackQuery", callback_query_id=press["callback_query_id"])
        document = receiver.updates[0]["message"]["document"]
        path = (await after.api.result("getFile", file_id=document["file_id"]))["file_path"]
        async with after.api.http.get(f"{after.api.base_url}/file/bot{TOKEN}/{path}") as response:
            assert await response.read() == b"hello"
        said = await after.do("send", text="и снова")
        assert said["update_id"] > max(update["update_id"] for update in receiver.updates[:5])
        await receiver.has(6)
    assert [each.name for each in file.parent.iterdir()] == ["history.json"]


async def test_a_bot_with_a_new_token_finds_its_chats(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    async with started(file, "--token", TOKEN) as before:
        await before.do("send", text="помнишь меня?")
    async with started(file, "--token", "42:renewed") as after:
        [bot] = after.world.bots
        assert bot.token == "42:renewed"
        assert [message.body["text"] for message in bot.chats[1001].messages.values()] == ["помнишь меня?"]


async def test_it_is_written_a_moment_after_each_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAUSE", 0)
    file = tmp_path / "history.json"
    async with started(file, "--token", TOKEN) as playground:
        await playground.do("send", text="сохрани меня")
        await playground.api.result("getMe")
        assert "сохрани меня" in file.read_text()


async def test_no_number_is_given_twice_after_a_sudden_end(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    async with started(file, "--token", TOKEN) as before:
        written = file.read_bytes()
        lost = [await before.do("send", text="потеряется") for _ in range(100)]
    file.write_bytes(written)
    async with started(file) as after:
        said = await after.do("send", text="и снова")
    for name in ("update_id", "message_id"):
        assert said[name] > max(sent[name] for sent in lost)


async def test_a_disk_that_is_full_is_said_and_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(history, "PAUSE", 0)
    file = tmp_path / "history.json"

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    async with started(file, "--token", TOKEN) as playground:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "write_bytes", full)
            await playground.do("send", text="x")
            await playground.api.result("getMe")
        await playground.do("send", text="теперь")
    assert "history.json cannot be written: [Errno 28] No space left on device" in caplog.text
    assert "теперь" in file.read_text()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', '{"format": 1}', '{"format": 1, "offset": "x"}'])
def test_a_broken_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    file = tmp_path / "history.json"
    file.write_text(content)
    assert main(["--port", "0", "--history", str(file)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"The playground cannot start: the history in {file} cannot be read (")
    assert line.endswith("); move it away to begin a new one")
    assert file.read_text() == content
