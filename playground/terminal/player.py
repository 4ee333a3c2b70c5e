"""Lines that are typed, piped in or read from a script: each is played, and a script waits until the bot is done."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from playground.client import Delivery, NotAcknowledged, PlaygroundGone
from playground.errors import ActionError
from playground.terminal.commands import Commands, Quit
from playground.terminal.conversation import Conversation

COMMAND = re.compile(r":([a-z]+)(?:\s+(.*))?", re.DOTALL)
NUMBER = re.compile(r"[0-9]{1,9}")
QUOTED_NUMBER = re.compile(r"[\"«“']([0-9]+)[\"»”']")
EXPECTATION = re.compile(r"expect( not)?:\s*(.+)")
CALM = 0.2
"""So long a bot that answers after its acknowledgement is silent when it has said all."""


class Failed(Exception):
    """A script's expectation was not met, or the bot was silent."""


class Player:
    """`patience` in seconds is for the acknowledgement of each line, and for each expectation.

    `pause` is for the first sign of a bot that has acknowledged a line and only then begins its work.
    """

    def __init__(self, conversation: Conversation, patience: float, pause: float) -> None:
        self.commands = Commands(conversation)
        self._conversation = conversation
        self._screen = conversation.screen
        self._patience = patience
        self._pause = pause
        self._mark = 0

    async def play_all(self, lines: AsyncGenerator[str]) -> None:
        """Until their end or `:quit`. Raises Failed, where nobody watches who could go on."""
        number = 0
        try:
            async with aclosing(lines):
                async for line in lines:
                    number += 1
                    await self._play_or_tell(line.strip("\r\n"))
        except Quit:
            return
        except Failed as failed:
            where = self._conversation.words("script line", number=number, line=line.strip())
            raise Failed(f"{where}\n{failed}") from None

    async def _play_or_tell(self, line: str) -> None:
        """What cannot be done is told, and nothing ends by it."""
        try:
            await self._play(line)
        except PlaygroundGone:
            raise
        except Failed as failed:
            if not self._conversation.live:
                raise
            self._screen.say(_sentence(failed), "ansired")
        except (ActionError, AssertionError, OSError) as refused:
            self._screen.say(_sentence(refused), "ansired")

    async def _play(self, line: str) -> None:
        if not line.strip() or (not self._conversation.live and line.startswith("# ")):
            return
        if expectation := EXPECTATION.fullmatch(line.strip()):
            await self._expect(expectation[2], unwanted=bool(expectation[1]))
            return
        self._mark = len(self._screen.lines)
        signs = self._conversation.signs
        delivery = await self._perform(line)
        if delivery is not None:
            await self._settle(delivery, signs)

    async def _perform(self, line: str) -> Delivery | None:
        typed = line.strip()
        if command := COMMAND.fullmatch(typed):
            self._screen.say(f"> {typed}")
            return await self.commands.perform(command[1], (command[2] or "").strip())
        if NUMBER.fullmatch(typed) and not self._conversation.wants_text:
            return await self._press(typed)
        quoted = QUOTED_NUMBER.fullmatch(typed)
        return await self._conversation.act("send", text=quoted[1] if quoted else line)

    async def _press(self, number: str) -> Delivery | None:
        keys = self._conversation.keys.all
        if not 1 <= int(number) <= len(keys):
            raise ActionError(self._conversation.words("no button", number=number, last=len(keys)))
        return await self._conversation.press(keys[int(number) - 1])

    async def _settle(self, delivery: Delivery, signs: int) -> None:
        conversation = self._conversation
        try:
            await conversation.person.settled(delivery, timeout=self._patience)
        except NotAcknowledged:
            silent = conversation.words("silent", seconds=f"{self._patience:g}")
            raise Failed(silent) from None
        if not conversation.live and delivery.outcome == "acknowledged" and conversation.signs == signs:
            await self._calm()

    async def _calm(self) -> None:
        """A bot that acknowledges first and works later is awaited until it pauses."""
        pause = self._pause
        try:
            while True:
                async with asyncio.timeout(self._patience if self._conversation.is_typing else pause):
                    await self._conversation.next_sign()
                pause = CALM
        except TimeoutError:
            return

    async def _expect(self, text: str, *, unwanted: bool) -> None:
        """Among all that was shown since the last line was played."""

        def came() -> bool:
            return any(text in line for line in self._screen.lines[self._mark :])

        if unwanted:
            if came():
                raise self._failed("not expected", text)
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._screen.until(came)
        except TimeoutError:
            raise self._failed("expected", text) from None

    def _failed(self, key: str, text: str) -> Failed:
        shown = "\n".join(f"  {line}" for line in self._screen.lines[self._mark :])
        return Failed(f"{self._conversation.words(key, text=text, seconds=f'{self._patience:g}')}\n{shown}")


def _sentence(refused: BaseException) -> str:
    """Without the chat that the client's errors show: it stands above."""
    return str(refused).partition("\n")[0]
