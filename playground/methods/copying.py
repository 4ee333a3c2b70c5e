"""Forwarding, copying and deleting messages."""

from playground.chats import Chat, Message
from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.content import caption_content
from playground.methods.media import MEDIA_FIELDS
from playground.methods.sending import post
from playground.types import Json

DELETABLE_SECONDS = 48 * 3600
MOST_MESSAGES_AT_ONCE = 100
HIGHEST_MESSAGE = (1 << 31) - 1
COPIED = (
    "text", "entities", "caption", "caption_entities", "show_caption_above_media", "link_preview_options",
    "contact", "location", "venue", *MEDIA_FIELDS,
)  # fmt: skip


async def copy_message(call: Call) -> Json:
    call.arguments.needed_text("from_chat_id")
    content = _copied(call, call.message(_source(call), "message to copy").body)
    if "caption" in call.arguments.values and any(name in content for name in MEDIA_FIELDS):
        content = _without_caption(content) | caption_content(call)
    return {"message_id": post(call, content)["message_id"]}


async def forward_message(call: Call) -> Json:
    call.arguments.needed_text("from_chat_id")
    message = call.message(_source(call), "message to forward")
    return post(call, _forwarded(call, message.body))


async def copy_messages(call: Call) -> list[Json]:
    """Those that cannot be found or copied are left out."""
    contents = [_copied(call, body) for body in _several(call) if any(name in body for name in COPIED)]
    if call.arguments.flag("remove_caption"):
        contents = [_without_caption(content) for content in contents]
    return _posted(call, contents)


async def forward_messages(call: Call) -> list[Json]:
    return _posted(call, [_forwarded(call, body) for body in _several(call) if not _protected(body)])


async def delete_message(call: Call) -> bool:
    if not call.arguments.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if call.arguments.number("message_id") <= 0:
        raise bad_request("Message identifier is not specified")
    chat = call.writable_chat()
    message = call.message(chat, "message to delete")
    _check_deletable(call, chat, message)
    _delete(call, chat, [message])
    return True


async def delete_messages(call: Call) -> bool:
    """Those that are gone already are left out; one that may not be deleted keeps all of them."""
    numbers = message_ids(call)
    chat = call.writable_chat()
    there = [message for number in numbers if (message := chat.messages.get(number)) is not None]
    for message in there:
        _check_deletable(call, chat, message)
    _delete(call, chat, there)
    return True


def message_ids(call: Call) -> list[int]:
    """Each once, in the order given."""
    given = call.arguments.parsed("message_ids", "message_ids")
    if given is None or given == []:
        raise bad_request("Message identifiers are not specified")
    if not isinstance(given, list):
        raise bad_request("Expected an Array of message identifiers")
    if len(given) > MOST_MESSAGES_AT_ONCE:
        raise bad_request("Too many message identifiers specified")
    return list(dict.fromkeys(_message_id(item) for item in given))


def _message_id(item: object) -> int:
    if isinstance(item, bool) or not isinstance(item, int | float | str):
        raise bad_request("Message identifier must be a Number")
    text = str(item)
    if not (text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= len(str(HIGHEST_MESSAGE))):
        raise bad_request("Can't parse message identifier as a Number")
    if not 0 < int(text) <= HIGHEST_MESSAGE:
        raise bad_request("Invalid message identifier specified")
    return int(text)


def _source(call: Call) -> Chat:
    return call.world.known_chat(call.bot, call.arguments.text("from_chat_id"))


def _several(call: Call) -> list[Json]:
    call.arguments.needed_text("from_chat_id")
    numbers = message_ids(call)
    if numbers != sorted(numbers):
        raise bad_request("Message identifiers must be in a strictly increasing order")
    source = _source(call)
    found = [message.body for number in numbers if (message := source.messages.get(number)) is not None]
    if not found:
        raise bad_request("There are no messages to forward")
    return found


def _posted(call: Call, contents: list[Json]) -> list[Json]:
    """Albums stay together, under a number of their own."""
    posted: list[Json] = []
    groups: dict[str, str] = {}
    for content in contents:
        if old := content.pop("media_group_id", None):
            content["media_group_id"] = groups.setdefault(old, str(call.bot.last_message_id + 1))
        posted.append({"message_id": post(call, content)["message_id"]})
    return posted


def _copied(call: Call, body: Json) -> Json:
    if not any(name in body for name in COPIED) or (_protected(body) and body.get("from") != call.bot.user()):
        raise bad_request("message can't be copied")
    return {name: body[name] for name in (*COPIED, "media_group_id") if name in body}


def _forwarded(call: Call, body: Json) -> Json:
    if _protected(body):
        raise bad_request("message can't be forwarded")
    content = {name: body[name] for name in (*COPIED, "media_group_id", "invoice") if name in body}
    if "forward_origin" in body:
        return content | {"forward_origin": body["forward_origin"]}
    if "sender_chat" in body and body["chat"]["type"] == "channel":
        where = {"type": "channel", "chat": body["chat"], "message_id": body["message_id"]}
        return content | {"forward_origin": {**where, "date": body["date"]}}
    sender = {"type": "user", "sender_user": body.get("from", call.bot.user()), "date": body["date"]}
    return content | {"forward_origin": sender}


def _protected(body: Json) -> bool:
    return bool(body.get("has_protected_content"))


def _without_caption(content: Json) -> Json:
    return {name: value for name, value in content.items() if not name.startswith(("caption", "show_caption"))}


def _check_deletable(call: Call, chat: Chat, message: Message) -> None:
    """Not for ever; and in a room only an administrator deletes what others wrote."""
    foreign = message.outgoing and chat.persona is None and chat.bot_status != "administrator"
    if foreign or call.world.clock.now() - message.body["date"] > DELETABLE_SECONDS:
        large = chat.info["type"] in ("supergroup", "channel")
        raise bad_request("Message can't be deleted" if large else "Message can't be deleted for everyone")


def _delete(call: Call, chat: Chat, messages: list[Message]) -> None:
    numbers = [message.body["message_id"] for message in messages]
    for number in numbers:
        del chat.messages[number]
    call.world.publish_in(call.bot, chat, {"type": "deleted", "message_ids": numbers})


METHODS: dict[str, Handler] = {
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
