"""What people type: tidied, never cut."""

import unicodedata

_NEVER_SEEN = frozenset({"Cc", "Cs"})
"""Control characters, and halves of characters, which no database takes."""


def lines_of(text: str) -> list[str]:
    """Without control characters and blank lines; letters of all scripts and emoji stay."""
    lines = (" ".join(_visible(line).split()) for line in unicodedata.normalize("NFC", text).splitlines())
    return [line for line in lines if line]


def is_readable(text: str) -> bool:
    """There is something to be seen."""
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in text)


def _visible(line: str) -> str:
    return "".join(letter for letter in line.replace("\t", " ") if unicodedata.category(letter) not in _NEVER_SEEN)
