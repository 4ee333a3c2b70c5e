"""From a text with markup to a plain text with entities, as the official server does it."""

from typing import Any

from playground.entities.fixed import fixed
from playground.entities.found import found_in
from playground.entities.given import given_entities
from playground.entities.html import parse_html
from playground.entities.markdown import parse_markdown
from playground.entities.nesting import whole
from playground.entities.old_markdown import parse_old_markdown
from playground.entities.text import MarkupError
from playground.errors import bad_request
from playground.types import Json

PARSERS = {"html": parse_html, "markdownv2": parse_markdown, "markdown": parse_old_markdown}


def parsed(text: str, parse_mode: str, given: list[Any] | None = None) -> tuple[str, list[Json]]:
    """The plain text and its entities; offsets and lengths are in UTF-16 code units.

    With a `parse_mode` the entities `given` beside the text are ignored. Raises ApiError for broken markup and for
    given entities that cannot be.
    """
    mode = parse_mode.lower()
    if not text:
        return "", []
    if mode not in ("", "none"):
        text, entities = _unmarked(text, mode)
    else:
        entities = given_entities(given, text) if given else []
    text, entities = fixed(text, entities)
    found = found_in(text)
    return text, whole(entities, found) if found else entities


def _unmarked(text: str, mode: str) -> tuple[str, list[Json]]:
    if mode not in PARSERS:
        raise bad_request("unsupported parse_mode")
    try:
        return PARSERS[mode](text)
    except MarkupError as broken:
        raise bad_request(f"Can't parse entities: {broken}") from None
