"""The old Markdown style: four marks, nothing within another, nothing escaped within a mark."""

import re
from itertools import chain

from playground.entities.links import link_entity
from playground.entities.markdown import language_of_code
from playground.entities.text import MarkupError, byte_offset, utf16_length
from playground.types import Json

MARK = re.compile(r"\\(?P<escaped>[_*`\[])|(?P<mark>```|[_*`\[])")
KINDS = {"_": "italic", "*": "bold", "`": "code"}


def parse_old_markdown(text: str) -> tuple[str, list[Json]]:
    pieces: list[str] = []
    entities: list[Json] = []
    place = length = 0
    while match := MARK.search(text, place):
        pieces += (text[place : match.start()], match["escaped"] or "")
        place = match.end()
        if match["mark"]:
            length += sum(map(utf16_length, chain(pieces[-2:])))
            plain, entity, place = _marked(text, match)
            pieces.append(plain)
            if plain and entity:
                entities.append({**entity, "offset": length, "length": utf16_length(plain)})
            length += utf16_length(plain)
        else:
            length += sum(map(utf16_length, pieces[-2:]))
    return "".join([*pieces, text[place:]]), entities


def _marked(text: str, match: re.Match[str]) -> tuple[str, Json | None, int]:
    """What stands between the marks, what it becomes, and where the text goes on."""
    mark, begin, language = match["mark"], match.end(), ""
    if mark == "```":
        language, begin = language_of_code(text, begin)
    closing = "]" if mark == "[" else mark
    end = text.find(closing, begin)
    if end < 0:
        where = byte_offset(text, match.start())
        raise MarkupError(f"Can't find end of the entity starting at byte offset {where}")
    plain, place = text[begin:end], end + len(closing)
    if mark == "[":
        url, place = _url(text, place) if text.startswith("(", place) else (plain, place)
        return plain, link_entity(url), place
    if mark == "```":
        return plain, {"type": "pre", "language": language} if language else {"type": "pre"}, place
    return plain, {"type": KINDS[mark]}, place


def _url(text: str, place: int) -> tuple[str, int]:
    """An address without its closing bracket goes to the end of the text."""
    end = text.find(")", place)
    return (text[place + 1 : end], end + 1) if end >= 0 else (text[place + 1 :], len(text))
