"""What a bot says of itself, and the files it knows."""

from collections.abc import Callable

from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.commands import language_code
from playground.types import Json

LARGEST_DOWNLOAD = 20 << 20
TEXTS = {"name": 64, "description": 512, "short_description": 120}


async def get_me(call: Call) -> Json:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
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


async def get_file(call: Call) -> Json:
    file_id = call.arguments.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.world.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return stored.described | {"file_path": stored.path}


def _setting(name: str, longest: int) -> Handler:
    async def set_text(call: Call) -> bool:
        code, text = language_code(call), call.arguments.text(name)
        if len(text) > longest:
            raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
        call.bot.texts[name, code] = text
        return True

    return set_text


def _getting(name: str, default: Callable[[Call], str]) -> Handler:
    async def get_text(call: Call) -> Json:
        """In this language, or as it is for those without a text of their own."""
        texts, code = call.bot.texts, language_code(call)
        return {name: texts.get((name, code)) or texts.get((name, "")) or default(call)}

    return get_text


METHODS: dict[str, Handler] = {
    "getMe": get_me,
    "logOut": log_out,
    "close": close,
    "getFile": get_file,
    "setMyName": _setting("name", TEXTS["name"]),
    "setMyDescription": _setting("description", TEXTS["description"]),
    "setMyShortDescription": _setting("short_description", TEXTS["short_description"]),
    "getMyName": _getting("name", lambda call: call.bot.name),
    "getMyDescription": _getting("description", lambda _: ""),
    "getMyShortDescription": _getting("short_description", lambda _: ""),
}
