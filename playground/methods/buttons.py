"""The buttons of keyboards: what each does, and whether it may."""

from collections.abc import Callable
from typing import Any

from playground.entities.links import mentioned_user
from playground.errors import bad_request
from playground.methods.fields import Fields
from playground.methods.links import check_app_link, check_link
from playground.types import Json

LONGEST_CALLBACK_DATA = 64
LONGEST_COPIED = 256
STYLES = ("", "default", "primary", "danger", "success")
NO_USERNAME = (
    "Can't use {} button in a channel chat, because users will not be able to use the button "
    "without knowing bot's username"
)


PLAIN = {"text", "callback_data"}


def inline_button(given: Any) -> Json:
    """What the Bot API shows of it; which chat it is for is checked by `fits`."""
    if _is_plain(given):
        return dict(given)
    fields = Fields(given, otherwise="InlineKeyboardButton must be an Object")
    button = {"text": fields.needed_text("text"), **_looks(fields)}
    for name in ("url", "callback_data"):
        if text := fields.text(name):
            return button | {name: text}
    for name, read in INLINE_ACTIONS.items():
        if name in fields:
            return button | {name: read(fields, name)}
    raise bad_request("Text buttons are unallowed in the inline keyboard")


def _is_plain(given: Any) -> bool:
    """Nearly all are: these need no look at each of the other fields."""
    if not isinstance(given, dict) or given.keys() != PLAIN:
        return False
    text, data = given["text"], given["callback_data"]
    return isinstance(text, str) and isinstance(data, str) and bool(text and data)


def keyboard_button(given: Any) -> Json:
    if isinstance(given, str):
        return {"text": given}
    fields = Fields(given, otherwise="KeyboardButton must be a String or an Object")
    button = {"text": fields.needed_text("text"), **_looks(fields)}
    for name in ("request_contact", "request_location"):
        if fields.flag(name):
            return button | {name: True}
    if "request_poll" in fields:
        return button | {"request_poll": fields.needed_object("request_poll").value}
    if "web_app" in fields:
        return button | {"web_app": _web_app(fields, "web_app")}
    for name in ("request_users", "request_chat"):
        if name in fields:
            wanted = fields.needed_object(name)
            return button | {name: wanted.value | {"request_id": wanted.needed_number("request_id")}}
    return button


def check_inline_button(button: Json, chat_type: str, *, first: bool, invoice: bool) -> Json:
    """Raises ApiError where this button may not stand; addresses come back as the server writes them."""
    if not button["text"]:
        raise bad_request("Inline keyboard button text must be non-empty")
    for name, check in INLINE_CHECKS.items():
        if name in button:
            button = button | {name: check(button[name], chat_type)}
    if "login_url" in button:
        return {name: value for name, value in button.items() if name != "login_url"} | {"url": button["login_url"]}
    if "pay" in button and not invoice:
        raise bad_request("BUTTON_TYPE_INVALID")
    if "pay" in button and not first:
        raise bad_request("BUTTON_POS_INVALID")
    return button


def check_keyboard_button(button: Json, chat_type: str) -> None:
    for name, wish in PRIVATE_WISHES.items():
        if name in button and chat_type != "private":
            raise bad_request(f"{wish} in private chats only")
    if "web_app" in button:
        check_app_link(button["web_app"]["url"], "Keyboard button Web App")


def _looks(fields: Fields) -> Json:
    """The colour and the icon of a button."""
    if "style" not in fields and "icon_custom_emoji_id" not in fields:
        return {}
    style = fields.text("style").lower()
    if style not in STYLES:
        raise bad_request("invalid button style specified")
    looks: Json = {"style": style} if style not in ("", "default") else {}
    if icon := fields.number("icon_custom_emoji_id"):
        looks["icon_custom_emoji_id"] = str(icon)
    return looks


def _web_app(fields: Fields, name: str) -> Json:
    return {"url": fields.needed_object(name).needed_text("url")}


def _login(fields: Fields, name: str) -> Json:
    login = fields.needed_object(name)
    username = login.text("bot_username").removeprefix("@")
    if "bot_username" in login and not (username.isascii() and username.replace("_", "").isalnum()):
        raise bad_request("LoginUrl bot username is invalid")
    login.text("forward_text")
    login.flag("request_write_access")
    return {**login.value, "url": login.needed_text("url")}


def _chosen_chat(fields: Fields, name: str) -> Json:
    chosen = fields.needed_object(name)
    chosen.text("query")
    for kind in ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"):
        chosen.flag(kind)
    return chosen.value


INLINE_ACTIONS: dict[str, Callable[[Fields, str], Any]] = {
    "callback_game": lambda _, __: {},
    "pay": lambda _, __: True,
    "switch_inline_query": lambda fields, name: fields.needed_text(name),
    "switch_inline_query_chosen_chat": _chosen_chat,
    "switch_inline_query_current_chat": lambda fields, name: fields.needed_text(name),
    "login_url": _login,
    "web_app": _web_app,
    "copy_text": lambda fields, name: {"text": fields.needed_object(name).needed_text("text")},
}


def _check_url(url: str, _: str) -> str:
    return url if mentioned_user(url) else check_link(url, "Inline keyboard button")


def _check_data(data: str, _: str) -> str:
    if len(data.encode()) > LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _check_web_app(web_app: Json, chat_type: str) -> Json:
    if chat_type != "private":
        raise bad_request("BUTTON_TYPE_INVALID")
    return {"url": check_app_link(web_app["url"], "Inline keyboard button Web App")}


def _check_login(login: Json, _: str) -> str:
    """Such a button comes back as one with the address alone."""
    if mentioned_user(login["url"]):
        raise bad_request("Link to a user can't be used in login URL buttons")
    return check_app_link(login["url"], "Inline keyboard button login")


def _check_copied(copied: Json, _: str) -> Json:
    if not 0 < len(copied["text"]) <= LONGEST_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return copied


def _check_game(_: Json, __: str) -> Json:
    raise bad_request("BUTTON_TYPE_INVALID")


def _outside_channels(name: str) -> Callable[[Any, str], Any]:
    def check(query: Any, chat_type: str) -> Any:
        if chat_type == "channel":
            raise bad_request(NO_USERNAME.format(name))
        return query

    return check


INLINE_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "url": _check_url,
    "callback_data": _check_data,
    "callback_game": _check_game,
    "switch_inline_query": _outside_channels("switch_inline_query"),
    "switch_inline_query_chosen_chat": _outside_channels("switch_inline_query"),
    "switch_inline_query_current_chat": _outside_channels("switch_inline_query_current_chat"),
    "login_url": _check_login,
    "web_app": _check_web_app,
    "copy_text": _check_copied,
}
PRIVATE_WISHES = {
    "request_contact": "Phone number can be requested",
    "request_location": "Location can be requested",
    "request_poll": "Poll can be requested",
    "web_app": "Web App buttons can be used",
    "request_users": "Users can be requested",
    "request_chat": "Chats can be requested",
}
