"""What is an entity without any markup: commands, mentions, hashtags, addresses."""

import re

from playground.entities.text import utf16_length
from playground.types import Json

SIGNS = re.compile(r"[/@#:.]")
PLAIN = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]+[^\s<>\".,:;!?)])"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/@.])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?)(?![\w/])"
    r"|(?<![\w@.])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)
UNTOUCHED = ("text_link", "text_mention", "code", "pre", "url", "mention", "bot_command", "hashtag", "email")


def found_in(text: str, entities: list[Json]) -> list[Json]:
    """Those that overlap none of the `entities` that are links or code."""
    if SIGNS.search(text) is None:
        return []
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in UNTOUCHED]
    found = []
    for match in PLAIN.finditer(text):
        begin = utf16_length(text[: match.start()])
        end = begin + utf16_length(match[0])
        if not any(begin < taken_end and taken_begin < end for taken_begin, taken_end in taken):
            found.append({"type": str(match.lastgroup), "offset": begin, "length": end - begin})
    return found
