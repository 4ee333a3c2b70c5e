"""A bot's reactions to messages."""

from typing import Any

from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.fields import Fields, reading

_EMOJI = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏
👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓
👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
EMOJI = frozenset(_EMOJI.split())
MOST_REACTIONS = 1


async def set_message_reaction(call: Call) -> bool:
    """A bot may have one reaction to a message, as an account without Premium."""
    given = call.arguments.parsed("reaction", "reaction types", [])
    if not isinstance(given, list):
        raise bad_request("Expected an Array of ReactionType")
    with reading("ReactionType"):
        emoji = [_emoji(item) for item in given]
    chat = call.chat()
    message = call.message(chat, "message to react")
    if len(emoji) > MOST_REACTIONS:
        raise bad_request("REACTIONS_TOO_MANY")
    if not EMOJI.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    message.bot_reactions = emoji
    call.world.show_reactions(call.bot, chat, message)
    return True


def _emoji(item: Any) -> str:
    """A custom one comes out as no emoji at all: bots cannot use them."""
    fields = Fields(item, otherwise="expected an Object")
    kind = fields.needed_text("type")
    if kind == "emoji":
        return fields.needed_text("emoji").replace("\ufe0f", "")
    if kind == "custom_emoji":
        fields.needed_number("custom_emoji_id")
        return ""
    raise bad_request("invalid reaction type specified")


METHODS: dict[str, Handler] = {"setMessageReaction": set_message_reaction}
