"""What a bot says of itself and asks of chats and files."""

import re
from typing import Any

from playground.chats import CommandScope
from playground.errors import ApiError, bad_request
from playground.methods.call import Call, Handler
from playground.types import Json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
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
MENU_BUTTONS = ("commands", "web_app", "default")


async def get_me(call: Call) -> Json:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return call.bot.user() | abilities


async def log_out(call: Call) -> bool:
    """The playground keeps the bot: it has nowhere else to go."""
    await call.world.set_webhook(call.bot, None)
    return True


async def close(_: Call) -> bool:
    """The bot would now move to another server; here it may stay, and its webhook stays with it."""
    return True


async def set_my_commands(call: Call) -> bool:
    given: Any = call.arguments.parsed("commands", "commands") or []
    if not isinstance(given, list):
        raise bad_request("expected an Array of BotCommand")
    commands = [_command(item) for item in given]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_command_set(call)] = commands
    _show_commands(call)
    return True


async def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_command_set(call), [])


async def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_command_set(call), None)
    _show_commands(call)
    return True


async def set_chat_menu_button(call: Call) -> bool:
    button: Any = call.arguments.parsed("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in MENU_BUTTONS:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    call.bot.menu_buttons[_menu_chat(call)] = button
    return True


async def get_chat_menu_button(call: Call) -> Json:
    buttons = call.bot.menu_buttons
    return buttons.get(_menu_chat(call)) or buttons.get(None) or {"type": "commands"}


async def get_chat(call: Call) -> Json:
    chat = call.chat()
    return chat.info | {"accent_color_id": chat.id % 7, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}


async def get_file(call: Call) -> Json:
    file_id = call.arguments.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.world.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    return stored.described | {"file_path": stored.path}


NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def _command(item: Any) -> Json:
    if not isinstance(item, dict):
        raise _unreadable("expected an Object")
    for name in ("command", "description"):
        if not isinstance(item.get(name), str):
            raise _unreadable(f'Can\'t find field "{name}"')
    command = item["command"].removeprefix("/")
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(item["description"]) <= LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": item["description"]}


def _unreadable(reason: str) -> ApiError:
    return bad_request(f"can't parse BotCommand: {reason}")


def _command_set(call: Call) -> tuple[CommandScope, str]:
    scope: Any = call.arguments.parsed("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPE_FIELDS:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    kind = str(scope["type"])
    ids = tuple(_scope_id(call, scope, name) for name in SCOPE_FIELDS[kind])
    return (kind, *ids), call.arguments.text("language_code")


def _scope_id(call: Call, scope: Json, name: str) -> int:
    value = str(scope.get(name) or "")
    if name == "chat_id":
        if not value:
            raise bad_request("can't parse BotCommandScope: Empty chat_id specified")
        return call.world.known_chat(call.bot, value).id
    if not value.isdecimal():
        raise bad_request("can't parse BotCommandScope: Invalid user_id specified")
    return int(value)


def _show_commands(call: Call) -> None:
    for persona in call.world.personas.values():
        commands = call.bot.commands_for(persona)
        call.world.publish({"type": "commands", "persona": persona.id, "bot": call.bot.id, "commands": commands})


def _menu_chat(call: Call) -> int | None:
    return call.chat().id if call.arguments.text("chat_id") else None


METHODS: dict[str, Handler] = {
    "getMe": get_me,
    "logOut": log_out,
    "close": close,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "getChat": get_chat,
    "getFile": get_file,
}
