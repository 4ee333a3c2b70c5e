"""Where lines come from: a person at a terminal, a pipe, a script."""

import asyncio
import contextlib
import io
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document


async def scripted(script: str) -> AsyncGenerator[str]:
    for line in script.splitlines():
        yield line


async def piped(stream: TextIO) -> AsyncGenerator[str]:
    """As they come. The thread that waits for them does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def tell(line: str | None) -> None:
        with contextlib.suppress(RuntimeError):  # nobody listens any more
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        with _of_its_own(stream) as source:
            for line in source:
                tell(line)
        tell(None)

    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line


@contextlib.contextmanager
def _of_its_own(stream: TextIO) -> Iterator[TextIO]:
    """Python cannot end while a thread still reads from its own `sys.stdin`."""
    try:
        number = stream.fileno()
    except io.UnsupportedOperation:
        yield stream
        return
    with open(number, encoding="utf-8", errors="replace", closefd=False) as opened:
        yield opened


async def typed(commands: Callable[[], Iterable[str]]) -> AsyncGenerator[str]:
    """With history and editing; Tab completes a command. Ctrl-D is the end, Ctrl-C the end at once.

    The next line can be typed while the one before is played.
    """
    session: PromptSession[str] = PromptSession(
        completer=CommandCompleter(commands), complete_while_typing=False, erase_when_done=True
    )
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    async def ask() -> None:
        try:
            while True:
                lines.put_nowait(await session.prompt_async("> "))
        except EOFError:
            lines.put_nowait(None)
        except KeyboardInterrupt:
            signal.raise_signal(signal.SIGINT)  # as it comes where no line is asked for

    asking = asyncio.create_task(ask())
    try:
        while (line := await lines.get()) is not None:
            yield line
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


class CommandCompleter(Completer):
    """Those of the terminal and of the bot, as they are at the moment."""

    def __init__(self, commands: Callable[[], Iterable[str]]) -> None:
        self._commands = commands

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:  # noqa: ARG002 - the library's signature
        begun = document.text_before_cursor
        for command in self._commands():
            if begun and command.startswith(begun):
                yield Completion(command, start_position=-len(begun))
