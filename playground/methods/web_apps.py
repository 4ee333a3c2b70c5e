"""What a Mini App has the bot write in the name of the person who has it open."""

from uuid import uuid4

from playground.arguments import Arguments
from playground.chats import Chat, Message
from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.callbacks import TOO_OLD
from playground.methods.cards import contact_content, location_content, venue_content
from playground.methods.content import text_content
from playground.methods.fields import Fields
from playground.methods.markup import read_inline_markup
from playground.methods.media import KINDS, sent_media
from playground.types import Json

MEDIA_TYPES = {kind.name: kind for kind in KINDS}
MEDIA_TYPES |= dict.fromkeys(("gif", "mpeg4_gif"), MEDIA_TYPES["animation"])


async def answer_web_app_query(call: Call) -> Json:
    result = _result(call)
    content = _content(call, result)
    query = call.bot.web_app_queries.get(call.arguments.text("web_app_query_id"))
    if query is None or query.answered or query.expires_at < call.world.clock.now():
        raise bad_request(TOO_OLD)
    chat = call.world.writable_chat(call.bot, str(query.persona.id))
    inline = read_inline_markup(Arguments(result.value), chat.info["type"])
    if inline is not None:
        content["reply_markup"] = inline
    query.answered = True
    _write(call, chat, {"from": query.persona.user(), "via_bot": call.bot.user(), **content}, query.persona.id)
    return {"inline_message_id": uuid4().hex}


def _result(call: Call) -> Fields:
    if not call.arguments.text("result"):
        raise bad_request("Result isn't specified")
    given = call.arguments.parsed("result", "JSON encoded web view query results")
    return Fields(given, otherwise="Inline query result must be an object")


def _content(call: Call, result: Fields) -> Json:
    kind = result.needed_text("type").lower()
    result.needed_text("id")
    if "input_message_content" in result:
        return _said(call, result.needed_object("input_message_content").value)
    if kind in MEDIA_TYPES:
        media = MEDIA_TYPES[kind]
        named = result.text(f"{kind}_file_id") or result.text(f"{kind}_url")
        return sent_media(_inside(call, {**result.value, media.name: named}), media)
    if kind == "article":
        return _said(call, result.value)
    if kind not in ("location", "venue", "contact"):
        raise bad_request("Unsupported inline query result type specified")
    return _said(call, result.value)


def _said(call: Call, content: Json) -> Json:
    """By the fields that are there, as the official server tells the kinds of content apart."""
    if content.get("message_text"):
        return text_content(_inside(call, {**content, "text": content["message_text"]}))
    if "latitude" in content and "longitude" in content:
        place = venue_content if "title" in content and "address" in content else location_content
        return place(_inside(call, content))
    if "phone_number" in content:
        return contact_content(_inside(call, content))
    raise bad_request("Input message content is not specified")


def _inside(call: Call, values: Json) -> Call:
    """As if these were the arguments."""
    return Call(call.world, call.bot, Arguments(values))


def _write(call: Call, chat: Chat, content: Json, persona: int) -> None:
    number = call.bot.next_message_id()
    body = {"message_id": number, "date": call.world.clock.unix(), "chat": chat.info, **content}
    message = chat.messages[number] = Message(body, outgoing=True)
    call.world.show(call.bot, chat, message)
    call.bot.updates.add("message", body, persona=persona)


METHODS: dict[str, Handler] = {"answerWebAppQuery": answer_web_app_query}
