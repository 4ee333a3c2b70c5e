"""A message as the lines that stand for it on a screen."""

from collections.abc import Callable

from playground.carried import carried, file_id, forwarded
from playground.client import SeenMessage
from playground.terminal.formatting import formatted
from playground.terminal.screen import DIM, Line
from playground.types import Json
from playground.words import Words

INDENT = "  "
LONGEST_QUOTE = 60


def message_lines(
    message: SeenMessage, *, author: str, style: str, words: Words, address: Callable[[str], str]
) -> list[Line]:
    """Who wrote it in the first line, below it what; a short text of one line stands beside its author.

    `address` gives a file's address by its id.
    """
    about = list(_about(message.body, words, address))
    text = formatted(message.text, message.body.get("entities") or message.body.get("caption_entities") or [])
    body = about + (text if message.text else [])
    edited = f" ({words('edited')})" if message.edited else ""
    head: Line = [(f"bold {style}", author), (DIM, edited), ("", ":")]
    if message.outgoing and len(body) == 1:
        return [[*head, ("", " "), *body[0]]]
    return [head, *([("", INDENT), *line] if line else [] for line in body)]


def _about(body: Json, words: Words, address: Callable[[str], str]) -> list[Line]:
    """What stands before the text: whose it was, what it answers, what it carries."""
    lines: list[Line] = []
    if origin := forwarded(body, words):
        lines.append([(DIM, origin)])
    if original := body.get("reply_to_message"):
        quoted = str(original.get("text") or original.get("caption") or carried(original, words))
        lines.append([(DIM, f"│ {short(quoted)}")])
    if content := carried(body, words):
        file = file_id(body)
        lines.append([("italic", content), *([(DIM, f" {address(file)}")] if file else [])])
    return lines


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"
