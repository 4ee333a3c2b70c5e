"""From a text with markup to a plain text with entities, as the official server does it."""

from playground.entities.found import found_in
from playground.entities.html import parse_html
from playground.entities.markdown import parse_markdown
from playground.entities.text import MarkupError, in_order, utf16_length
from playground.errors import ApiError, bad_request
from playground.types import Json

PARSERS = {"html": parse_html, "markdownv2": parse_markdown}


def parsed(text: str, parse_mode: str, given: list[Json] | None = None) -> tuple[str, list[Json]]:
    """The plain text and its entities; offsets and lengths are in UTF-16 code units.

    With a `parse_mode` the entities `given` beside the text are ignored. Raises ApiError for broken markup.
    """
    mode = parse_mode.lower()
    entities = list(given or [])
    if text and mode not in ("", "none"):
        if mode not in PARSERS:
            raise bad_request("unsupported parse_mode")
        try:
            text, entities = PARSERS[mode](text)
        except MarkupError as broken:
            raise ApiError(400, f"Bad Request: can't parse entities: {broken}") from None
    text, entities = _trimmed(text, entities)
    return text, in_order([*entities, *found_in(text, entities)])


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without blank lines around it; what the entities lose with them is cut off."""
    start = len(text) - len(text.lstrip("\n\r"))
    plain = text[start:].rstrip()
    if len(plain) == len(text):
        return text, entities
    size = utf16_length(plain)
    kept = []
    for entity in entities:
        begin = max(entity["offset"] - start, 0)
        end = min(entity["offset"] - start + entity["length"], size)
        if begin < end:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return plain, kept
