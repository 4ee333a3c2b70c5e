"""`python -m playground.terminal` as a process: on a real terminal, with Ctrl-C, in a pipe."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from playground.client import Playground
from tests.playground.terminal_side import TableBot, says, turns_into

pty = pytest.importorskip("pty", reason="Windows has none")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")
pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "playground.terminal", "--language", "en")
PLAIN = {"PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"}


@dataclass
class Terminal:
    """A window on a program: what is typed into it, and all that it has shown."""

    process: asyncio.subprocess.Process
    master: int
    shown: bytes = b""

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    async def shows(self, words: str) -> str:
        await self._until(lambda: words in self.text)
        return self.text

    async def ends(self, *, by: str) -> int:
        """A key that falls between two prompts may be lost: a person presses it once more."""
        async with asyncio.timeout(20):
            while True:
                self.type(by)
                with contextlib.suppress(TimeoutError):
                    return await asyncio.wait_for(self.process.wait(), 1)

    @property
    def text(self) -> str:
        return self.shown.decode("utf-8", "replace")

    async def _until(self, condition: Callable[[], bool]) -> None:
        more = asyncio.Event()
        loop = asyncio.get_running_loop()

        def read() -> None:
            self.shown += os.read(self.master, 65536)
            more.set()

        loop.add_reader(self.master, read)
        try:
            async with asyncio.timeout(20):
                while not condition():
                    more.clear()
                    await more.wait()
        except TimeoutError:
            raise AssertionError(self.text) from None
        finally:
            loop.remove_reader(self.master)


@asynccontextmanager
async def terminal(*arguments: str, **environment: str) -> AsyncIterator[Terminal]:
    master, slave = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | PLAIN | environment
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # Ctrl-C is a signal then
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(master)


async def test_on_a_terminal_it_has_colours_and_ends_with_ctrl_d(chat: Playground, table_bot: TableBot) -> None:
    bold = ("sendMessage", {"text": "<b>Меню</b>", "parse_mode": "HTML"})
    table_bot.table = {"/start": [bold, says("Выбор", ["a", "b"])], "b": [turns_into("Выбрано b")]}
    evil = await chat.join(first_name="Зло\x1b[2J")
    async with terminal(chat.page_url, "--persona", str(evil.id)) as window:
        assert "You are Зло␛[2J" in await window.shows(":help lists the rest")
        window.type("/start\r")
        text = await window.shows("[2] b")
        assert "\x1b[0;1mМеню" in text
        assert "\x1b[0;36;1mBot 42" in text
        window.type("2\r")
        await window.shows("Выбрано b")
        window.type(":menu\r")
        await window.shows("> :menu")
        assert await window.ends(by="\x04") == 0


async def test_without_colours_where_they_are_not_wanted(chat: Playground, table_bot: TableBot) -> None:
    """NO_COLOR leaves the bold; Ctrl-C ends it from the prompt."""
    table_bot.table = {"/start": [says("Выбор", ["a"])]}
    async with terminal(chat.page_url, NO_COLOR="1") as window:
        window.type("/start\r")
        text = await window.shows("[1] a")
        assert "\x1b[0;1mBot 42" in text
        assert "[0;3" not in text
        assert "[0;9" not in text
        assert await window.ends(by="\x03") == 0


async def test_ctrl_c_ends_it_while_the_bot_is_awaited(chat: Playground) -> None:
    """Nobody polls, and the keyboard is a pipe that stays open."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, chat.page_url, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write("есть кто?\n".encode())
    async with asyncio.timeout(20):
        assert b"You are" in await process.stdout.readline()
        assert (await process.stdout.readline()).decode() == "Анна: есть кто?\n"
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    process.stdin.close()
    process._transport.close()  # type: ignore[attr-defined]  # or it is closed when the loop is gone


async def test_a_reader_may_go_before_the_end(chat: Playground, table_bot: TableBot) -> None:
    """`| head -1` is no mistake."""
    table_bot.table = {"/start": [says("Выбор", ["a"])]}
    read_end, write_end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *COMMAND, chat.page_url, stdin=asyncio.subprocess.PIPE, stdout=write_end, stderr=asyncio.subprocess.PIPE
    )
    os.close(write_end)
    os.close(read_end)
    async with asyncio.timeout(20):
        _, complaint = await process.communicate(b"/start\n1\n")
    assert (process.returncode, complaint) == (0, b"")
