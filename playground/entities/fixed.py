"""A text and its entities as the official server keeps them: cleaned, trimmed, and each entity whole within others."""

import re
from bisect import bisect_left
from collections.abc import Callable

from playground.entities.nesting import whole
from playground.entities.text import Utf16, in_order, utf16_length
from playground.types import Json

BLANK = " \n"
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\u030a\u0333\u033f\u2028-\u202e]")
DROPPED = re.compile(r"[\r\u030a\u0333\u033f\u2028-\u202e]")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
DIRECTIONS = re.compile(r"[\u200e\u200f]+(?=[\u200e\u200f])")
EMPTY = re.compile(
    r"[ \n\xa0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)


def fixed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Empty when there is nothing that could be seen."""
    entities = whole([entity for entity in entities if entity["length"]])
    if UNSEEN.search(text):
        text, entities = _cleaned(text, entities)
        entities = whole(entities)
    text = DIRECTIONS.sub(lambda marks: "\u200c" * len(marks[0]), text)
    text, entities = _trimmed(text, entities)
    return ("", []) if EMPTY.fullmatch(text) else (text, entities)


def _cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Control characters become spaces; returns and signs that turn or strike the line go."""
    if entities:
        units = Utf16(text)
        gone = [units[match.start()] for match in DROPPED.finditer(text)]
        entities = _moved(entities, lambda place: place - bisect_left(gone, place))
    return CONTROL.sub(" ", DROPPED.sub("", text)), entities


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Blanks at the end go with what covers them, blanks at the beginning only before the first entity."""
    plain = text.rstrip(BLANK)
    if len(plain) < len(text):
        size = utf16_length(plain)
        entities = in_order(_moved(entities, lambda place: min(place, size)))
    blanks = len(plain) - len(plain.lstrip(BLANK))
    start = min(blanks, entities[0]["offset"]) if entities else blanks
    if start:
        entities = _moved(entities, lambda place: place - start)
    return plain[start:], entities


def _moved(entities: list[Json], place: Callable[[int], int]) -> list[Json]:
    """What is left of the entities when each position in the text becomes another."""
    moved = []
    for entity in entities:
        begin = place(entity["offset"])
        if length := place(entity["offset"] + entity["length"]) - begin:
            moved.append({**entity, "offset": begin, "length": length})
    return moved
