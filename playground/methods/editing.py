"""Changing messages that were sent."""

from playground.chats import Chat, Message
from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.content import caption_content, text_content
from playground.methods.markup import read_inline_markup
from playground.methods.media import MEDIA_FIELDS, input_media
from playground.types import Json

CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media")
TEXT_FIELDS = ("text", "entities", "link_preview_options")
CAPTIONED = ("photo", "document", "video", "animation", "audio", "voice")
EXCHANGEABLE = ("photo", "document", "video", "animation", "audio")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_message_text(call: Call) -> Json:
    content = text_content(call)
    chat, message = _editable(call)
    if "text" not in message.body:
        raise bad_request("There is no text in the message to edit")
    return _edit(call, chat, message, content, replaced=TEXT_FIELDS)


async def edit_message_caption(call: Call) -> Json:
    content = caption_content(call)
    chat, message = _editable(call)
    if not any(name in message.body for name in CAPTIONED):
        raise bad_request("There is no caption in the message to edit")
    return _edit(call, chat, message, content, replaced=CAPTION_FIELDS)


async def edit_message_media(call: Call) -> Json:
    call.arguments.needed_text("media")
    content = input_media(call, call.arguments.parsed("media", "input media"))
    chat, message = _editable(call)
    old = next((name for name in EXCHANGEABLE if name in message.body), None)
    if old is None and "text" not in message.body:
        raise bad_request("Message media can't be edited")
    if "media_group_id" in message.body:
        _check_album(str(old), content)
    return _edit(call, chat, message, content, replaced=(*MEDIA_FIELDS, *CAPTION_FIELDS, *TEXT_FIELDS))


async def edit_message_reply_markup(call: Call) -> Json:
    chat, message = _editable(call)
    return _edit(call, chat, message, {}, replaced=())


def _check_album(old: str, content: Json) -> None:
    if "animation" in content:
        raise bad_request("Message content type can't be used in an album")
    if old not in content and ("audio" in content or "document" in content or old in ("audio", "document")):
        raise bad_request("Can't change media type in the album")


def _editable(call: Call) -> tuple[Chat, Message]:
    """Only messages of the bot itself, and none that came with a reply keyboard."""
    arguments = call.arguments
    if not arguments.text("chat_id") and arguments.number("message_id") <= 0:
        if not arguments.text("inline_message_id"):
            raise bad_request("Message identifier is not specified")
        raise bad_request("MESSAGE_ID_INVALID")
    chat = call.writable_chat()
    message = call.message(chat, "message to edit")
    if message.outgoing or message.keyboard is not None or "forward_origin" in message.body:
        raise bad_request("Message can't be edited")
    return chat, message


def _edit(call: Call, chat: Chat, message: Message, content: Json, *, replaced: tuple[str, ...]) -> Json:
    inline = read_inline_markup(call.arguments, chat.info["type"], invoice=message.invoice is not None)
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


METHODS: dict[str, Handler] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
