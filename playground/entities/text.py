"""What all markups share: UTF-16 positions, byte offsets, the order of entities."""

from bisect import bisect_left

from playground.types import Json

FOUND = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number")
QUOTES = ("blockquote", "expandable_blockquote")
CODE = ("code", "pre", "date_time")
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
OUTER_FIRST = (*QUOTES, "pre", "code", "date_time", "text_link", "text_mention", *FOUND, *STYLES, "custom_emoji")
RANKS = {kind: rank for rank, kind in enumerate(OUTER_FIRST)}


class MarkupError(Exception):
    """The text says where the markup is broken; byte offsets as the official server counts them."""


class Utf16:
    """Turns positions in a text into those in its UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [place for place, char in enumerate(text) if char > "\uffff"]

    def __getitem__(self, place: int) -> int:
        return place + bisect_left(self._wide, place)


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def byte_offset(text: str, place: int) -> int:
    return len(text[:place].encode("utf-8", "surrogatepass"))


def end_of(entity: Json) -> int:
    end: int = entity["offset"] + entity["length"]
    return end


def in_order(entities: list[Json]) -> list[Json]:
    """By place, the longer one first; of equally long ones the one that holds others."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"], RANKS[entity["type"]]))
