"""Keyboards below a message, checked as the official server checks them."""

from typing import Any

from playground.arguments import Arguments
from playground.errors import bad_request
from playground.methods.buttons import check_inline_button, check_keyboard_button, inline_button, keyboard_button
from playground.methods.fields import Fields, reading
from playground.types import Json

MOST_BUTTONS = 100
LONGEST_ROW = 12
MOST_KEYS = 300


def read_markup(arguments: Arguments, chat_type: str, *, invoice: bool = False) -> tuple[Json | None, Json | None]:
    """An inline keyboard, which the Bot API returns with the message, and any other, which it does not."""
    given = arguments.parsed("reply_markup", "reply keyboard markup", {})
    if not given and isinstance(given, dict):
        return None, None
    fields = Fields(given, otherwise="Object expected as reply markup")
    keys = _rows(fields, "keyboard", "keyboard button", keyboard_button, 'Field "keyboard"')
    inline_name = 'Field "inline_keyboard" of the InlineKeyboardMarkup'
    buttons = _rows(fields, "inline_keyboard", "inline keyboard button", inline_button, inline_name)
    if keys:
        return None, _reply_keyboard(fields, keys, chat_type)
    if buttons:
        return _inline_keyboard(buttons, chat_type, invoice=invoice), None
    return None, _no_keyboard(fields)


def read_inline_markup(arguments: Arguments, chat_type: str, *, invoice: bool = False) -> Json | None:
    """For an edit, which can only bring an inline keyboard."""
    inline, other = read_markup(arguments, chat_type, invoice=invoice)
    if other is not None:
        raise bad_request("Inline keyboard expected")
    return inline


def _rows(fields: Fields, name: str, what: str, read: Any, spoken: str) -> list[list[Json]]:
    rows = fields.array(name)
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f"{spoken} must be an Array of Arrays")
    with reading(what):
        return [[read(button) for button in row] for row in rows]


def _reply_keyboard(fields: Fields, rows: list[list[Json]], chat_type: str) -> Json | None:
    kept = _shown_rows(rows)
    for row in kept:
        for key in row:
            check_keyboard_button(key, chat_type)
    flags = ("resize_keyboard", "one_time_keyboard", "is_persistent", "selective")
    shown: Json = {name: True for name in flags if fields.flag(name)}
    return {"keyboard": kept, **shown, **_placeholder(fields)} if kept else None


def _inline_keyboard(rows: list[list[Json]], chat_type: str, *, invoice: bool) -> Json | None:
    kept = _shown_rows(rows)
    if sum(map(len, kept)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for number, row in enumerate(kept):
        for place, button in enumerate(row):
            first = number == place == 0
            row[place] = check_inline_button(button, chat_type, first=first, invoice=invoice)
    return {"inline_keyboard": kept} if kept else None


def _shown_rows(rows: list[list[Json]]) -> list[list[Json]]:
    """Buttons without a text and those too many are left out, as the official server does it."""
    kept, left = [], MOST_KEYS
    for row in rows:
        shown = [button for button in row if button["text"] or "icon_custom_emoji_id" in button]
        if shown := shown[: min(LONGEST_ROW, left)]:
            kept.append(shown)
            left -= len(shown)
    return kept


def _no_keyboard(fields: Fields) -> Json | None:
    selective = {"selective": True} if fields.flag("selective") else {}
    if fields.flag("remove_keyboard"):
        return {"remove_keyboard": True, **selective}
    if fields.flag("force_reply"):
        return {"force_reply": True, **selective, **_placeholder(fields)}
    return None


def _placeholder(fields: Fields) -> Json:
    text = fields.text("input_field_placeholder")
    return {"input_field_placeholder": text} if text else {}
