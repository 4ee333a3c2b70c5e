"""What is an entity without any markup: commands, mentions, tags, addresses, telephone numbers."""

import re
from collections.abc import Iterator

from playground.entities.addresses import PATH, addresses_in
from playground.entities.text import Utf16
from playground.types import Json

SIGNS = re.compile(r"[/@#$:.+]")
TAG = r"[\w\u200c\xb7\u0d80-\u0dff]"  # Sinhala writes with signs that are no letters
PLAIN = {
    "@": re.compile(r"(?<!\w)(?P<mention>@(?:[A-Za-z0-9_]{4,32}|(?i:gif|nft|pic|ufc|vid)))(?!\w)"),
    "/": re.compile(
        r"(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}+(?:@[A-Za-z0-9_]{3,32}+(?![\w/<>])|(?![\w/<>@])))"
    ),
    "#": re.compile(
        rf"(?<!{TAG})(?P<hashtag>#(?=[\d_\u200c\xb7]*[^\W\d_]){TAG}{{1,256}}+(?:@[A-Za-z0-9_]{{3,32}}+)?+)(?!{TAG}*\#)"
    ),
    "$": re.compile(
        rf"(?<!{TAG})(?<!\$)(?P<cashtag>\$(?:1INCH|[A-Z]{{1,8}}+)(?:@[A-Za-z0-9_]{{3,32}}+(?!\w))?+)(?!{TAG}|\$)"
    ),
    "://": re.compile(rf"(?P<url>(?:tg|ton)://[A-Za-z0-9_-]{{1,253}}+(?:{PATH})?)(?<![.:;,('?!`])", re.IGNORECASE),
    "+": re.compile(r"(?<![\w+])(?P<phone_number>\+[1-9](?:[ ()-]{0,2}\d){6,14})(?!\w)"),
}


def found_in(text: str) -> list[Json]:
    """None overlaps another; the first counts, and of those the longest."""
    if SIGNS.search(text) is None:
        return []
    units, found, free = Utf16(text), [], 0
    for begin, end, kind in sorted(_spans(text), key=lambda span: (span[0], -span[1])):
        if begin >= free:
            found.append({"type": kind, "offset": units[begin], "length": units[end] - units[begin]})
            free = end
    return found


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    for sign, pattern in PLAIN.items():
        if sign in text:
            for match in pattern.finditer(text):
                yield (*match.span(), str(match.lastgroup))
    if "." in text:
        yield from addresses_in(text)
