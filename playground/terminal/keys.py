"""The buttons that a person can press now, with the numbers they have on the screen."""

from dataclasses import dataclass

from prompt_toolkit.utils import get_cwidth

from playground.client import Person, SeenMessage
from playground.terminal.screen import DIM, Line, harmless
from playground.types import Json

GAP = "  "


@dataclass(frozen=True, slots=True)
class Key:
    """One of an inline keyboard stands below a message, one of a reply keyboard below the chat."""

    text: str
    spec: Json
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    inline: list[list[Key]]
    reply: list[list[Key]]

    @property
    def all(self) -> list[Key]:
        """In the order of their numbers, which begin with 1."""
        return [key for row in (*self.inline, *self.reply) for key in row]

    def lines(self, keyboard: str) -> list[Line]:
        """`keyboard` stands over those below the chat, where there are both."""
        shown = _lines(self.inline, 1)
        if self.inline and self.reply:
            shown.append([(DIM, keyboard)])
        return shown + _lines(self.reply, 1 + sum(map(len, self.inline)))


def keys_of(person: Person, newest: list[int]) -> Keys:
    """Of the newest keyboard: messages by `newest` in the order in which they were shown or redrawn."""
    reply = [[Key(spec["text"], spec) for spec in row] for row in person.keyboard_rows]
    for message_id in reversed(newest):
        message = person.message(message_id)
        if message is None:
            continue
        if message.buttons:
            return Keys(_inline(message), reply)
        if message.keyboard and reply:
            break
    return Keys([], reply)


def wants_text(person: Person, newest: list[int]) -> bool:
    """The bot has asked for an answer in words, so a number is one."""
    for message_id in reversed(newest):
        message = person.message(message_id)
        if message is not None and not message.outgoing:
            return bool((message.body.get("keyboard") or {}).get("force_reply"))
    return False


def _inline(message: SeenMessage) -> list[list[Key]]:
    rows = message.body["reply_markup"]["inline_keyboard"]
    return [[Key(spec["text"], spec, message.id) for spec in row] for row in rows]


def _lines(rows: list[list[Key]], first: int) -> list[Line]:
    """Rows of equally many buttons stand in columns."""
    labels: list[list[str]] = []
    for row in rows:
        labels.append([f"[{first + place}] {_label(key)}" for place, key in enumerate(row)])
        first += len(row)
    widths: dict[tuple[int, int], int] = {}
    for row_labels in labels:
        for place, label in enumerate(row_labels):
            column = (len(row_labels), place)
            widths[column] = max(widths.get(column, 0), get_cwidth(label))
    lines: list[Line] = []
    for row_labels in labels:
        cells = [
            label + " " * (widths[len(row_labels), place] - get_cwidth(label)) for place, label in enumerate(row_labels)
        ]
        lines.append([("bold", f"{GAP}{GAP.join(cells)}".rstrip())])
    return lines


def _label(key: Key) -> str:
    """With the sign that it leads elsewhere."""
    text = harmless(key.text.replace("\n", " "))
    away = any(name in key.spec for name in ("url", "login_url", "web_app"))
    return f"{text} ↗" if away else text
