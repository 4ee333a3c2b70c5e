"""Keyboards below a message, checked as the official server checks them."""

from typing import Any

from playground.arguments import Arguments
from playground.errors import ApiError, bad_request
from playground.types import Json

ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "web_app",
    "copy_text",
)
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")
LONGEST_CALLBACK_DATA = 64
MOST_BUTTONS = 100


def read_markup(arguments: Arguments) -> tuple[Json | None, Json | None]:
    """An inline keyboard, which the Bot API returns with the message, and any other, which it does not."""
    markup = arguments.parsed("reply_markup", "reply keyboard markup")
    if not markup:
        return None, None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"]), None
    if not any(name in markup for name in OTHER_KEYBOARDS):
        return None, None
    if "keyboard" in markup:
        _check_rows(markup["keyboard"], "keyboard")
        buttons = [[_keyboard_button(button) for button in row] for row in markup["keyboard"]]
        markup = {**markup, "keyboard": buttons}
    return None, markup


def _check_rows(rows: Any, name: str) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" must be an Array of Arrays')


def _keyboard_button(button: Any) -> Json:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    return button


def _inline(rows: Any) -> Json | None:
    _check_rows(rows, "inline_keyboard")
    checked = [[_inline_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _unreadable("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _unreadable('Can\'t find field "text"')
    if not button["text"]:
        raise bad_request("inline keyboard button text must be non-empty")
    if not any(button.get(action) not in (None, "", False) for action in ACTIONS):
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 0 < len(str(data).encode()) <= LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return {name: value for name, value in button.items() if value is not None}


def _unreadable(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
