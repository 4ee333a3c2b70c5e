"""What a message carries besides its text, in a line of words: for a terminal, and for a failed test."""

from typing import Any

from playground.types import Json
from playground.words import CARRIED, Words

FILES = ("photo", "document", "video", "animation", "audio", "voice", "video_note", "sticker")
PAID = ("invoice", "successful_payment", "refunded_payment")
OTHERS = ("dice", "contact", "venue", "location", "poll", *PAID, "web_app_data")
WITHOUT_CENTS = frozenset({"XTR", "JPY", "KRW", "CLP", "VND", "ISK", "UGX", "PYG"})
KILOBYTE = 1024
ENGLISH = Words(CARRIED)


def carried(body: Json, words: Words = ENGLISH) -> str:
    """Empty for a message that is text and nothing else."""
    for kind in (*FILES, *OTHERS):
        if kind in body:
            return words.about(kind, _described(kind, body[kind]))
    return "" if "text" in body else words("other")


def forwarded(body: Json, words: Words = ENGLISH) -> str:
    """Whom it was forwarded from; empty for what nobody forwarded."""
    origin = body.get("forward_origin")
    if not origin:
        return ""
    name = (
        origin.get("sender_user_name")
        or full_name(origin.get("sender_user") or {})
        or (origin.get("chat") or origin.get("sender_chat") or {}).get("title")
    )
    return words("forwarded", name=name or words("somebody"))


def file_id(body: Json) -> str | None:
    """Of the picture or file in it, a picture's largest size."""
    for kind in FILES:
        if kind in body:
            return str(_largest(body[kind])["file_id"])
    return None


def full_name(person: Json) -> str:
    return " ".join(part for part in (person.get("first_name"), person.get("last_name")) if part)


def amount(total: int, currency: str) -> str:
    """From the smallest unit, as the Bot API gives it."""
    return f"{total} {currency}" if currency in WITHOUT_CENTS else f"{total / 100:.2f} {currency}"


def _described(kind: str, content: Any) -> Json:
    about = _largest(content)
    described = {name: value for name, value in about.items() if isinstance(value, str | int | float)}
    described["name"] = about.get("file_name") or full_name(about) or "–"
    if "total_amount" in about:
        described["total"] = amount(about["total_amount"], str(about.get("currency")))
    if kind in FILES:
        described["size"] = _size(about)
    return described


def _largest(content: Any) -> Json:
    sizes: list[Json] = content if isinstance(content, list) else [content]
    return max(sizes, key=lambda size: size.get("width", 0))


def _size(file: Json) -> str:
    parts = []
    if "width" in file:
        parts.append(f"{file['width']}×{file['height']}")
    if "duration" in file:
        parts.append(f"{file['duration']} s")
    if "file_size" in file:
        size = file["file_size"]
        parts.append(f"{size} B" if size < KILOBYTE else f"{size / KILOBYTE:.0f} KB")
    return ", ".join(parts) or "–"
