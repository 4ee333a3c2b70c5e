"""Mini Apps: their address with signed init data, and what they send back."""

import hashlib
import hmac
from urllib.parse import urlencode
from uuid import uuid4

import orjson

from playground.chats import Bot, Callback, Chat
from playground.errors import ActionError
from playground.people import Persona
from playground.types import Json
from playground.world import World
from playground.writing import Writing

VERSION = "8.0"
QUERY_LIFETIME = 3600.0
LONGEST_DATA = 4096
LIGHT = {
    "bg_color": "#ffffff",
    "text_color": "#000000",
    "hint_color": "#999999",
    "link_color": "#2481cc",
    "button_color": "#2481cc",
    "button_text_color": "#ffffff",
    "secondary_bg_color": "#efeff3",
}
DARK = {
    "bg_color": "#212121",
    "text_color": "#ffffff",
    "hint_color": "#aaaaaa",
    "link_color": "#8774e1",
    "button_color": "#8774e1",
    "button_text_color": "#ffffff",
    "secondary_bg_color": "#181818",
}


class WebApps:
    def __init__(self, world: World, writing: Writing) -> None:
        self._world = world
        self._writing = writing

    def open(self, action: Json) -> Json:
        """From a button below a message, one of the reply keyboard, or the menu button. Raises ActionError."""
        bot, persona, chat = self._writing.private(action)
        kind, url = _found(bot, chat, action)
        known = {} if kind == "keyboard" else {"query_id": self._query(bot, persona)}
        launch = {
            "tgWebAppData": init_data(bot.token, persona, self._world.clock.unix(), **known),
            "tgWebAppVersion": VERSION,
            "tgWebAppPlatform": "web",
            "tgWebAppThemeParams": orjson.dumps(DARK if action.get("dark") else LIGHT).decode(),
        }
        return {"url": f"{url}{'?' if '#' in url else '#'}{urlencode(launch)}", "kind": kind}

    def data(self, action: Json) -> Json:
        """What an app that was opened from a reply keyboard sends; it closes with it."""
        bot, persona, chat = self._writing.private(action)
        text, data = str(action["button_text"]), str(action["data"])
        _keyboard_url(chat, text)
        if not 0 < len(data.encode()) <= LONGEST_DATA:
            raise ActionError(f"an app sends 1 to {LONGEST_DATA} bytes")
        return self._writing.say(bot, persona, chat, {"web_app_data": {"data": data, "button_text": text}})

    def _query(self, bot: Bot, persona: Persona) -> str:
        number = f"AA{uuid4().hex}"
        bot.web_app_queries[number] = Callback(persona, self._world.clock.now() + QUERY_LIFETIME)
        return number


def init_data(token: str, persona: Persona, auth_date: int, **known: str) -> str:
    """Signed with the bot's token, as bots check it."""
    user = {**persona.user(), "allows_write_to_pm": True}
    del user["is_bot"]
    fields = {**known, "user": orjson.dumps(user).decode(), "auth_date": str(auth_date)}
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    return urlencode({**fields, "hash": hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()})


def _found(bot: Bot, chat: Chat, action: Json) -> tuple[str, str]:
    if action.get("menu"):
        button = bot.menu_button_for(chat.id)
        if button["type"] != "web_app":
            raise ActionError("the menu button opens no app")
        return "menu", str(button["web_app"]["url"])
    if "keyboard_button" in action:
        return "keyboard", _keyboard_url(chat, str(action["keyboard_button"]))
    message = chat.messages.get(action["message_id"])
    markup = message.body.get("reply_markup", {}) if message else {}
    return "inline", _url(markup.get("inline_keyboard", []), str(action["button"]))


def _keyboard_url(chat: Chat, text: str) -> str:
    keyboards = (message.keyboard for message in reversed(chat.messages.values()) if message.keyboard is not None)
    return _url(next(keyboards, {}).get("keyboard", []), text)


def _url(rows: list[list[Json]], text: str) -> str:
    for button in (button for row in rows for button in row):
        if button["text"] == text and "web_app" in button:
            return str(button["web_app"]["url"])
    raise ActionError(f"there is no button «{text}» that opens an app")
