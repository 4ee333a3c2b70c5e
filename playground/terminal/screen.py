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
    """`paint` shows lines with their styles; without it the plain text goes to the stream."""

    def __init__(self, stream: TextIO, paint: Callable[[Line], None] | None = None) -> None:
        self._stream = stream
        self._paint = paint
        self.lines: list[str] = []
        """All that was shown, without styles."""
        self._more = asyncio.Event()

    def show(self, *lines: Line) -> None:
        """All at once: what is typed meanwhile is moved down once."""
        clean = [[(style, harmless(text)) for style, text in line] for line in lines]
        plain = ["".join(text for _, text in line) for line in clean]
        if self._paint is not None:
            self._paint([fragment for line in clean for fragment in (*line, ("", "\n"))])
        else:
            self._stream.writelines(f"{line}\n" for line in plain)
            self._stream.flush()
        self.lines.extend(plain)
        self._more.set()

    def say(self, text: str, style: str = DIM) -> None:
        """The terminal's own words, whatever lines they have."""
        self.show(*([(style, line)] for line in text.split("\n")))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Until it is true; it is asked again after each line."""
        while not condition():
            self._more.clear()
            await self._more.wait()
