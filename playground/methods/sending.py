"""Sending messages of every kind."""

from uuid import uuid4

from playground.chats import Chat, Message
from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.cards import contact_content, location_content, venue_content
from playground.methods.content import text_content
from playground.methods.markup import read_markup
from playground.methods.media import KINDS, Kind, album, sent_media
from playground.methods.replies import read_reply, reply_content
from playground.types import Json

CHAT_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
    "upload_audio", "upload_document", "choose_sticker", "find_location", "pick_up_location", "record_video_note",
    "upload_video_note", "cancel",
)  # fmt: skip


def post(call: Call, content: Json, *, chat: Chat | None = None, invoice: Json | None = None) -> Json:
    """Put a message into the chat of the call, with all that the call says of it besides its content."""
    reply = read_reply(call)
    _refuse_places(call)
    chat = chat or call.writable_chat()
    inline, keyboard = read_markup(call.arguments, chat.info["type"], invoice=invoice is not None)
    body = {**_head(call, chat), **reply_content(call, chat, reply), **content, **_options(call)}
    if inline is not None:
        body["reply_markup"] = inline
    body["message_id"] = call.bot.next_message_id()
    message = Message(body, keyboard=keyboard, invoice=invoice)
    chat.messages[body["message_id"]] = message
    call.world.show(call.bot, chat, message)
    return body


async def send_message(call: Call) -> Json:
    return post(call, text_content(call))


async def send_location(call: Call) -> Json:
    return post(call, location_content(call))


async def send_venue(call: Call) -> Json:
    return post(call, venue_content(call))


async def send_contact(call: Call) -> Json:
    return post(call, contact_content(call))


async def send_media_group(call: Call) -> list[Json]:
    contents = album(call)
    group = {"media_group_id": str(uuid4().int >> 65)}
    return [post(call, content | group) for content in contents]


async def send_chat_action(call: Call) -> bool:
    action = call.arguments.text("action").lower()
    if action not in CHAT_ACTIONS:
        raise bad_request("Wrong parameter action in request")
    call.world.publish_in(call.bot, call.writable_chat(), {"type": "typing", "action": action})
    return True


def _head(call: Call, chat: Chat) -> Json:
    author = {"sender_chat": chat.info} if chat.info["type"] == "channel" else {"from": call.bot.user()}
    return {"message_id": 0, **author, "chat": chat.info, "date": call.world.clock.unix()}


def _options(call: Call) -> Json:
    options: Json = {"has_protected_content": True} if call.arguments.flag("protect_content") else {}
    if effect := call.arguments.text("message_effect_id"):
        options["effect_id"] = effect
    return options


def _refuse_places(call: Call) -> None:
    """There are no forums and no business accounts here."""
    if call.arguments.text("business_connection_id"):
        raise bad_request("business connection not found")
    if call.arguments.number("message_thread_id") > 0:
        raise bad_request("message thread not found")


def _sending(kind: Kind) -> Handler:
    async def send(call: Call) -> Json:
        return post(call, sent_media(call, kind))

    return send


METHODS: dict[str, Handler] = {
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    **{f"send{kind.name.title().replace('_', '')}": _sending(kind) for kind in KINDS},
}
