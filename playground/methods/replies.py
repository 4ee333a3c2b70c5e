"""Answering to a message, and to a part of it."""

from dataclasses import dataclass

from playground.chats import Chat
from playground.entities.text import utf16_length
from playground.errors import bad_request
from playground.methods.call import Call
from playground.methods.content import formatted
from playground.methods.fields import Fields
from playground.types import Json


@dataclass(slots=True, frozen=True)
class Reply:
    message_id: int = 0
    chat_id: str = ""
    optional: bool = False
    quote: str = ""
    quote_entities: tuple[Json, ...] = ()


def read_reply(call: Call) -> Reply:
    given = call.arguments.parsed("reply_parameters", "reply parameters")
    if given is None:
        old_name = call.arguments.number("reply_to_message_id")
        return Reply(old_name, optional=call.arguments.flag("allow_sending_without_reply"))
    fields = Fields(given, otherwise="Object expected as reply parameters")
    if not fields.value:
        return Reply()
    message_id = fields.needed_number("message_id")
    optional = fields.flag("allow_sending_without_reply")
    source, mode = fields.text("quote"), fields.text("quote_parse_mode")
    quote, entities = formatted(call, source, mode, fields.value.get("quote_entities"))
    return Reply(message_id, fields.text("chat_id"), optional, quote, tuple(entities))


def reply_content(call: Call, chat: Chat, reply: Reply) -> Json:
    """What a message says of the one it answers to; nothing if it answers to none."""
    if reply.message_id <= 0:
        return {}
    there = call.world.known_chat(call.bot, reply.chat_id) if reply.chat_id else chat
    message = there.messages.get(reply.message_id)
    if message is None:
        if reply.optional:
            return {}
        raise bad_request("message to be replied not found")
    answered = {name: value for name, value in message.body.items() if name != "reply_to_message"}
    quote = _quote(reply, message.body)
    if there is chat:
        return {"reply_to_message": answered, **quote}
    origin = {"type": "user", "sender_user": answered.get("from", call.bot.user()), "date": answered["date"]}
    return {"external_reply": {"origin": origin, "chat": there.info, "message_id": reply.message_id}, **quote}


def _quote(reply: Reply, answered: Json) -> Json:
    if not reply.quote:
        return {}
    said = answered.get("text") or answered.get("caption") or ""
    place = said.find(reply.quote)
    if place < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    quote: Json = {"text": reply.quote, "position": utf16_length(said[:place]), "is_manual": True}
    return {"quote": quote | {"entities": list(reply.quote_entities)} if reply.quote_entities else quote}
