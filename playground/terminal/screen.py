"""Where lines are shown: coloured on a terminal, plain in a pipe, and never with a control character in them."""

import asyncio
from collections.abc import Callable
from typing import TextIO

Fragment = tuple[str, str]
"""A style in prompt_toolkit's words, like `bold ansicyan`, and the text."""
Line = list[Fragment]

DIM = "ansibrightblack"
_CONTROLS = range(32)
_MORE_CONTROLS = range(0x80, 0xA0)
_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # they write a line backwards
_SURROGATES = range(0xD800, 0xE000)
_VISIBLE: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in _CONTROLS},
    **dict.fromkeys((*_MORE_CONTROLS, *_TURNS, *_SURROGATES), "\N{REPLACEMENT CHARACTER}"),
    0x7F: "\N{SYMBOL FOR DELETE}",
    0x2028: " ",
    0x2029: " ",
    ord("\t"): "    ",
}


def harmless(text: str) -> str:
    """With signs in place of the characters that a terminal obeys."""
    return text.translate(_VISIBLE)


class Screen:
    """`paint` shows a line with its styles; without it the plain text goes to the stream."""

    def __init__(self, stream: TextIO, paint: Callable[[Line], None] | None = None) -> None:
        self._stream = stream
        self._paint = paint
        self.lines: list[str] = []
        """All that was shown, without styles."""
        self._more = asyncio.Event()

    def show(self, *fragments: Fragment) -> None:
        """One line."""
        line = [(style, harmless(text)) for style, text in fragments]
        plain = "".join(text for _, text in line)
        if self._paint is not None:
            self._paint(line)
        else:
            self._stream.write(f"{plain}\n")
            self._stream.flush()
        self.lines.append(plain)
        self._more.set()

    def say(self, text: str) -> None:
        """The terminal's own words, whatever lines they have."""
        for line in text.split("\n"):
            self.show((DIM, line))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Until it is true; it is asked again after each line."""
        while not condition():
            self._more.clear()
            await self._more.wait()
