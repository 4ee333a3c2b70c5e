"""What both markups share: UTF-16 positions, links, the order of entities."""

import re

from playground.types import Json

USER_LINK = re.compile(r"tg://user\?(?:.*&)?id=(\d+)", re.IGNORECASE)
EMOJI_LINK = re.compile(r"tg://emoji\?(?:.*&)?id=(\d+)", re.IGNORECASE)
WEB_LINK = re.compile(
    r"(?:(https?|ftp|tonsite)://)?([^\s/?#]+\.[^\s/?#.]{2,}|localhost|[\d.]+)(:\d+)?([/?#]\S*)?", re.IGNORECASE
)
APP_LINK = re.compile(r"(tg|ton)://\S+", re.IGNORECASE)
WIDER_FIRST = (
    "blockquote",
    "expandable_blockquote",
    "text_link",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
)


class MarkupError(Exception):
    """The text says where the markup is broken; byte offsets as the official server counts them."""


def utf16_length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def byte_offset(text: str, index: int) -> int:
    return len(text[:index].encode("utf-8", "surrogatepass"))


def link_entity(url: str) -> Json | None:
    """A mention of a user, a link, or None: what is no address stays plain text."""
    if user := USER_LINK.fullmatch(url):
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    if APP_LINK.fullmatch(url):
        return {"type": "text_link", "url": url}
    if web := WEB_LINK.fullmatch(url):
        scheme, host, port, path = web.groups()
        return {"type": "text_link", "url": f"{(scheme or 'http').lower()}://{host.lower()}{port or ''}{path or '/'}"}
    return None


def in_order(entities: list[Json]) -> list[Json]:
    """By place, the longer one first; of equally long ones the one that holds others."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"], _rank(entity["type"])))


def _rank(kind: str) -> int:
    return WIDER_FIRST.index(kind) if kind in WIDER_FIRST else len(WIDER_FIRST)
