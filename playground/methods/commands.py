"""The commands that a bot suggests, by scope and language, and the button of the menu."""

import re
from typing import Any

from playground.chats import CommandScope
from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.fields import Fields, reading
from playground.methods.links import check_app_link
from playground.types import Json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"([a-z]{2})?")
LONGEST_DESCRIPTION = 256
MOST_COMMANDS = 100
SCOPE_FIELDS = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


async def set_my_commands(call: Call) -> bool:
    given = call.arguments.parsed("commands", "commands", [])
    if not isinstance(given, list):
        raise bad_request("Expected an Array of BotCommand")
    with reading("BotCommand"):
        commands = [_command(item) for item in given]
    chosen = _command_set(call)
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[chosen] = [_checked(command) for command in commands]
    _show_commands(call)
    return True


async def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_command_set(call), [])


async def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_command_set(call), None)
    _show_commands(call)
    return True


async def set_chat_menu_button(call: Call) -> bool:
    given = call.arguments.parsed("menu_button", "menu button", {"type": "default"})
    with reading("menu button"):
        button = _menu_button(given)
    chat = _menu_chat(call)
    if button["type"] == "web_app":
        if not button["text"]:
            raise bad_request("Menu button text must be non-empty")
        check_app_link(button["web_app"]["url"], "Menu button Web App")
    call.bot.menu_buttons[chat] = button
    for number in call.world.personas if chat is None else (chat,):
        _show_menu_button(call, number)
    return True


async def get_chat_menu_button(call: Call) -> Json:
    return call.bot.menu_button_for(_menu_chat(call) or 0)


def language_code(call: Call) -> str:
    code = call.arguments.text("language_code")
    if not LANGUAGE.fullmatch(code):
        raise bad_request("Invalid language code specified")
    return code


def _command(item: Any) -> Json:
    fields = Fields(item, otherwise="expected an Object")
    return {"command": fields.needed_text("command"), "description": fields.needed_text("description")}


def _checked(command: Json) -> Json:
    name = command["command"].removeprefix("/")
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(command["description"]) <= LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": command["description"]}


def _command_set(call: Call) -> tuple[CommandScope, str]:
    given = call.arguments.parsed("scope", "BotCommandScope", {"type": "default"})
    with reading("BotCommandScope"):
        kind, ids = _scope(given)
    if ids:
        ids = (call.world.known_chat(call.bot, str(ids[0])).id, *ids[1:])
    return (kind, *ids), language_code(call)


def _scope(given: Any) -> tuple[str, tuple[str | int, ...]]:
    fields = Fields(given, otherwise="BotCommandScope must be an Object")
    kind = fields.needed_text("type")
    if kind not in SCOPE_FIELDS:
        raise bad_request("Unsupported type specified")
    ids: tuple[str | int, ...] = ()
    if "chat_id" in SCOPE_FIELDS[kind]:
        ids = (fields.needed_text("chat_id"),)
        if not ids[0]:
            raise bad_request("Empty chat_id specified")
    if "user_id" in SCOPE_FIELDS[kind]:
        ids = (*ids, fields.needed_number("user_id"))
        if int(ids[1]) <= 0:
            raise bad_request("Invalid user_id specified")
    return kind, ids


def _show_commands(call: Call) -> None:
    for persona in call.world.personas.values():
        chat, commands = call.world.chat(call.bot, persona), call.bot.commands_for(persona)
        call.world.publish_in(call.bot, chat, {"type": "commands", "commands": commands})


def _menu_button(given: Any) -> Json:
    fields = Fields(given, otherwise="MenuButton must be an Object")
    kind = fields.needed_text("type")
    if kind in ("default", "commands"):
        return {"type": kind}
    if kind != "web_app":
        raise bad_request("MenuButton has unsupported type")
    address = fields.needed_object("web_app").needed_text("url")
    return {"type": kind, "text": fields.needed_text("text"), "web_app": {"url": address}}


def _menu_chat(call: Call) -> int | None:
    """A person's chat; rooms have no such button."""
    if not call.arguments.text("chat_id"):
        return None
    number = call.arguments.number("chat_id")
    if number <= 0:
        raise bad_request("Invalid chat_id specified")
    if number not in call.world.personas:
        raise bad_request("user not found")
    return number


def _show_menu_button(call: Call, number: int) -> None:
    chat = call.world.chat(call.bot, call.world.personas[number])
    button = call.bot.menu_button_for(number)
    call.world.publish_in(call.bot, chat, {"type": "menu_button", "menu_button": button})


METHODS: dict[str, Handler] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
