"""A text with its entities as lines for a screen."""

from itertools import pairwise

from playground.terminal.screen import DIM, Line
from playground.types import Json

STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "spoiler": "reverse",
    "code": "ansicyan",
    "pre": "ansicyan",
    "url": "underline",
    "text_link": "underline",
    "text_mention": "underline",
    "mention": "underline",
    "email": "underline",
    "bot_command": "ansiblue",
    "hashtag": "ansiblue",
}
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
UNIT = 2  # bytes; offsets count UTF-16 code units


def formatted(text: str, entities: list[Json]) -> list[Line]:
    """A quotation has lines of its own."""
    units = text.encode("utf-16-le", "surrogatepass")
    spans = [(entity, entity["offset"], entity["offset"] + entity["length"]) for entity in entities]
    cuts = sorted({0, len(units) // UNIT, *(at for _, start, end in spans for at in (start, end))})
    edges = {at for entity, start, end in spans if entity["type"] in QUOTES for at in (start, end)}
    lines: list[Line] = [[]]
    for start, end in pairwise(cuts):
        piece = units[start * UNIT : end * UNIT].decode("utf-16-le", "replace")
        if start in edges and lines[-1] and not piece.startswith("\n"):
            lines.append([])
        covering = [entity for entity, first, last in spans if first <= start and end <= last]
        _add(lines, piece, covering)
        for entity, _, last in spans:
            if last == end and entity["type"] == "text_link" and entity["url"] != piece:
                lines[-1].append((DIM, f" ({entity['url']})"))
    return lines


def _add(lines: list[Line], piece: str, covering: list[Json]) -> None:
    kinds = [entity["type"] for entity in covering]
    style = " ".join(STYLES[kind] for kind in kinds if kind in STYLES)
    for number, part in enumerate(piece.split("\n")):
        if number:
            lines.append([])
        if part and not lines[-1] and QUOTES.intersection(kinds):
            lines[-1].append((DIM, "│ "))
        if part:
            lines[-1].append((style, part))
