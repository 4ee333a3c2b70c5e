"""Sending, editing, copying and deleting messages."""

from typing import Any

from playground.chats import Chat, Message
from playground.errors import ApiError, bad_request
from playground.methods.call import Call, Handler
from playground.methods.content import caption_content, document_content, photo_content, text_content
from playground.methods.markup import read_markup
from playground.types import Json

DELETABLE_SECONDS = 48 * 3600
MOST_MESSAGES_AT_ONCE = 100
CHAT_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
    "cancel",
)
COPIED = ("text", "entities", "caption", "caption_entities", "photo", "document", "sticker", "contact", "location")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def send_message(call: Call) -> Json:
    return _post(call, call.writable_chat(), text_content(call))


async def send_photo(call: Call) -> Json:
    return _post(call, call.writable_chat(), photo_content(call))


async def send_document(call: Call) -> Json:
    return _post(call, call.writable_chat(), document_content(call))


async def send_chat_action(call: Call) -> bool:
    chat = call.writable_chat()
    action = call.arguments.text("action").lower()
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.world.publish_in(call.bot, chat, {"type": "typing", "action": action})
    return True


async def copy_message(call: Call) -> Json:
    chat = call.writable_chat()
    source = call.message(_source(call), "message to copy")
    content = _content(source.body)
    if "text" not in content and "caption" in call.arguments.values:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content.update(caption_content(call))
    return {"message_id": _post(call, chat, content)["message_id"]}


async def forward_message(call: Call) -> Json:
    chat = call.writable_chat()
    source = call.message(_source(call), "message to forward").body
    origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
    return _post(call, chat, {**_content(source), "forward_origin": source.get("forward_origin", origin)})


async def edit_message_text(call: Call) -> Json:
    chat = call.writable_chat()
    message = _editable(call, chat)
    content = text_content(call)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return _edit(call, chat, message, content, replaced=("text", "entities", "link_preview_options"))


async def edit_message_caption(call: Call) -> Json:
    chat = call.writable_chat()
    message = _editable(call, chat)
    if "text" in message.body:
        raise bad_request("there is no caption in the message to edit")
    replaced = ("caption", "caption_entities", "show_caption_above_media")
    return _edit(call, chat, message, caption_content(call), replaced=replaced)


async def edit_message_reply_markup(call: Call) -> Json:
    chat = call.writable_chat()
    return _edit(call, chat, _editable(call, chat), {}, replaced=())


async def delete_message(call: Call) -> bool:
    chat = call.writable_chat()
    message = call.message(chat, "message to delete")
    if not _deletable(call, message):
        raise bad_request("message can't be deleted")
    _delete(call, chat, [message.body["message_id"]])
    return True


async def delete_messages(call: Call) -> bool:
    chat = call.writable_chat()
    given: Any = call.arguments.parsed("message_ids", "message identifiers")
    if not given:
        raise bad_request("message identifiers are not specified")
    if not isinstance(given, list):
        raise bad_request("expected an Array of message identifiers")
    if len(given) > MOST_MESSAGES_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    there = [message for id_ in given if (message := chat.messages.get(id_)) is not None]
    _delete(call, chat, [message.body["message_id"] for message in there if _deletable(call, message)])
    return True


def _post(call: Call, chat: Chat, content: Json) -> Json:
    inline, keyboard = read_markup(call.arguments)
    body: Json = {"message_id": 0, "from": call.bot.user(), "chat": chat.info, "date": call.world.clock.unix()}
    if chat.info["type"] == "channel":
        del body["from"]
        body["sender_chat"] = chat.info
    if (replied := _replied(call, chat)) is not None:
        body["reply_to_message"] = {name: value for name, value in replied.items() if name != "reply_to_message"}
    body.update(content)
    if call.arguments.flag("protect_content"):
        body["has_protected_content"] = True
    if inline is not None:
        body["reply_markup"] = inline
    body["message_id"] = call.bot.next_message_id()
    message = Message(body, keyboard=keyboard)
    chat.messages[body["message_id"]] = message
    call.world.show(call.bot, chat, message)
    return body


def _replied(call: Call, chat: Chat) -> Json | None:
    parameters = call.arguments.parsed("reply_parameters", "reply parameters") or {}
    number = parameters.get("message_id") or call.arguments.number("reply_to_message_id")
    if not number:
        return None
    message = chat.messages.get(number)
    if message is not None:
        return message.body
    if parameters.get("allow_sending_without_reply") or call.arguments.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _source(call: Call) -> Chat:
    return call.world.known_chat(call.bot, call.arguments.text("from_chat_id"))


def _content(body: Json) -> Json:
    return {name: body[name] for name in COPIED if name in body}


def _editable(call: Call, chat: Chat) -> Message:
    if call.arguments.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    message = call.message(chat, "message to edit")
    if message.outgoing or message.keyboard is not None:
        raise _unchangeable()
    return message


def _unchangeable() -> ApiError:
    return bad_request("message can't be edited")


def _edit(call: Call, chat: Chat, message: Message, content: Json, *, replaced: tuple[str, ...]) -> Json:
    inline, keyboard = read_markup(call.arguments)
    if keyboard is not None:
        raise _unchangeable()
    dropped = (*replaced, "reply_markup", "edit_date")
    body = {name: value for name, value in message.body.items() if name not in dropped} | content
    if inline is not None:
        body["reply_markup"] = inline
    if body == {name: value for name, value in message.body.items() if name != "edit_date"}:
        raise bad_request(NOT_MODIFIED)
    body["edit_date"] = call.world.clock.unix()
    message.body = body
    call.world.show(call.bot, chat, message, edited=True)
    return body


def _deletable(call: Call, message: Message) -> bool:
    return bool(call.world.clock.now() - message.body["date"] <= DELETABLE_SECONDS)


def _delete(call: Call, chat: Chat, message_ids: list[int]) -> None:
    for message_id in message_ids:
        del chat.messages[message_id]
    call.world.publish_in(call.bot, chat, {"type": "deleted", "message_ids": message_ids})


METHODS: dict[str, Handler] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
}
