"""What a persona says to a bot, as messages in the chat and updates on their way."""

import base64
import binascii
import re
from typing import Any
from uuid import uuid4

from playground.chats import Bot, Callback, Chat, Kind, Message
from playground.delivery import QUERY_LIFETIME, Pending
from playground.entities import parsed
from playground.errors import ActionError
from playground.files import photo_size
from playground.methods.cards import HIGHEST_LATITUDE, HIGHEST_LONGITUDE
from playground.methods.content import LONGEST_TEXT, with_entities
from playground.people import Persona
from playground.types import Json
from playground.world import World

TINY_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
HERE = (55.7558, 37.6173)


class Writing:
    """Each returns what came of it; `update_id` names the update the bot gets, None if it does not want that kind."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, action: Json) -> Json:
        text, entities = parsed(str(action["text"]), "")
        if not text:
            raise ActionError("an empty message cannot be sent")
        if len(text) > LONGEST_TEXT:
            raise ActionError(f"a message has up to {LONGEST_TEXT} letters")
        return self._say(action, with_entities("text", text, entities))

    def start(self, action: Json) -> Json:
        """What a link to the bot with a `payload` does."""
        payload = str(action.get("payload") or "")
        if not START_PAYLOAD.fullmatch(payload):
            raise ActionError("a link carries up to 64 letters, digits, _ and -")
        return self.send({**action, "text": f"/start {payload}".strip()})

    def photo(self, action: Json) -> Json:
        """`file` is base64; without it a tiny picture is sent."""
        content = _decoded(action["file"]) if action.get("file") else TINY_PICTURE
        name = str(action.get("name") or "photo.png")
        stored = self._world.files.add(content, name=name, mime_type="image/png", folder="photos")
        return self._say(action, {"photo": [photo_size(stored)], **_caption(action)})

    def document(self, action: Json) -> Json:
        name, mime_type = str(action["name"]), str(action.get("mime_type") or "application/octet-stream")
        stored = self._world.files.add(_decoded(action["file"]), name=name, mime_type=mime_type, folder="documents")
        described = {**stored.described, "file_name": name, "mime_type": mime_type}
        return self._say(action, {"document": described, **_caption(action)})

    def sticker(self, action: Json) -> Json:
        stored = self._world.files.add(TINY_PICTURE, name="sticker.png", mime_type="image/png", folder="stickers")
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._say(action, {"sticker": {**stored.described, **shape, "emoji": str(action.get("emoji") or "👍")}})

    def contact(self, action: Json) -> Json:
        """The persona's own, unless `user_id` or `first_name` name somebody else."""
        persona = self._world.persona(action["persona"])
        number = str(action.get("phone_number") or f"7900{persona.id:07}")
        contact = {"phone_number": number, "first_name": persona.first_name, "user_id": persona.id}
        if persona.last_name:
            contact["last_name"] = persona.last_name
        if action.get("first_name"):
            contact = {"phone_number": contact["phone_number"], "first_name": str(action["first_name"])}
        if action.get("user_id"):
            contact["user_id"] = int(action["user_id"])
        return self._say(action, {"contact": contact})

    def location(self, action: Json) -> Json:
        latitude, longitude = float(action.get("latitude", HERE[0])), float(action.get("longitude", HERE[1]))
        if not (abs(latitude) <= HIGHEST_LATITUDE and abs(longitude) <= HIGHEST_LONGITUDE):
            raise ActionError("there is no such place on earth")
        place = {"latitude": latitude, "longitude": longitude}
        return self._say(action, {"location": place})

    def forward(self, action: Json) -> Json:
        origin = {
            "type": "hidden_user",
            "sender_user_name": str(action.get("from_name") or "Someone"),
            "date": self._world.clock.unix() - 60,
        }
        text, entities = parsed(str(action.get("text") or "…"), "")
        return self._say(action, {"forward_origin": origin, **with_entities("text", text, entities)})

    def edit(self, action: Json) -> Json:
        bot, persona, chat = self.place(action)
        message = chat.messages.get(action["message_id"])
        author = message.body.get("from", persona.user()) if message else {}
        if message is None or not message.outgoing or author.get("id") != persona.id or "text" not in message.body:
            raise ActionError("only an own text message can be edited")
        text, entities = parsed(str(action["text"]), "")
        kept = {name: value for name, value in message.body.items() if name not in ("text", "entities")}
        message.body = {**kept, **with_entities("text", text, entities), "edit_date": self._world.clock.unix()}
        self._world.show(bot, chat, message, edited=True)
        kind = "edited_channel_post" if chat.info["type"] == "channel" else "edited_message"
        return _posted(self.update(bot, chat, kind, message.body, persona=persona), message)

    def press(self, action: Json) -> Json:
        """Also with data that no button holds: a forged press looks the same to the bot."""
        bot, persona, chat = self.place(action)
        number, data = int(action["message_id"]), str(action["data"])
        message = chat.messages.get(number)
        gone = {"chat": chat.info, "message_id": number, "date": 0}
        query: Json = {
            "id": str(uuid4().int >> 65),
            "from": persona.user(),
            "message": message.body if message else gone,
            "chat_instance": str(bot.id * 1000 + chat.id),
            "data": data,
        }
        self._forget_old_callbacks(bot)
        bot.callbacks[query["id"]] = Callback(persona, self._world.clock.now() + QUERY_LIFETIME)
        pending = self.update(bot, chat, "callback_query", query, persona=persona)
        return {"update_id": update_id(pending), "callback_query_id": query["id"]}

    def _forget_old_callbacks(self, bot: Bot) -> None:
        now = self._world.clock.now()
        while bot.callbacks:
            oldest = next(iter(bot.callbacks))
            if bot.callbacks[oldest].expires_at >= now:
                return
            del bot.callbacks[oldest]

    def group_message(self, action: Json) -> Json:
        return self._send_to_room(action, "supergroup")

    def channel_post(self, action: Json) -> Json:
        return self._send_to_room(action, "channel")

    def _send_to_room(self, action: Json, kind: Kind) -> Json:
        room = self._world.room(self._world.bot(action.get("bot")), kind, str(action.get("title") or "Group"))
        return self.send({**action, "chat": room.id})

    def raw_update(self, action: Json) -> Json:
        """An update made by hand: one kind with its object, whatever that holds."""
        bot = self._world.bot(action.get("bot"))
        [(kind, body)] = action["update"].items()
        author = body.get("from") if isinstance(body, dict) else None
        persona = self._world.personas.get(int(author["id"])) if author else None
        chat = self._world.chat(bot, persona) if persona else None
        return {"update_id": update_id(self.update(bot, chat, str(kind), body, persona=persona))}

    def place(self, action: Json) -> tuple[Bot, Persona, Chat]:
        """The private chat, or the room whose id is given as `chat`, where the persona is a member from now on."""
        if action.get("chat") in (None, action["persona"]):
            return self.private(action)
        bot, persona = self._world.bot(action.get("bot")), self._person(action)
        room = bot.chats.get(action["chat"])
        if room is None or room.persona is not None:
            raise ActionError(f"there is no room {action['chat']}")
        if room.bot_status in ("left", "kicked"):
            raise ActionError(f"the bot is not in «{room.info['title']}»")
        room.members.setdefault(persona.id, "member" if room.members else "creator")
        return bot, persona, room

    def _person(self, action: Json) -> Persona:
        persona = self._world.persona(action["persona"])
        if persona.deactivated:
            raise ActionError(f"the account of {persona.first_name} is deactivated")
        return persona

    def private(self, action: Json, *, even_blocked: bool = False) -> tuple[Bot, Persona, Chat]:
        bot, persona = self._world.bot(action.get("bot")), self._person(action)
        chat = self._world.chat(bot, persona)
        if chat.blocked and not even_blocked:
            raise ActionError(f"{persona.first_name} has blocked this bot; unblock it first")
        return bot, persona, chat

    def _say(self, action: Json, content: Json) -> Json:
        bot, persona, chat = self.place(action)
        return self.say(bot, persona, chat, {**_quote(chat, action.get("reply_to")), **content})

    def say(self, bot: Bot, persona: Persona, chat: Chat, content: Json) -> Json:
        chat.started = True
        is_channel = chat.info["type"] == "channel"
        author = {"sender_chat": chat.info} if is_channel else {"from": persona.user()}
        message = self._message(bot, chat, {**author, **content})
        pending = self.update(bot, chat, "channel_post" if is_channel else "message", message.body, persona=persona)
        posted = _posted(pending, message)
        return posted if chat.persona else {**posted, "chat_id": chat.id}

    def _message(self, bot: Bot, chat: Chat, content: Json) -> Message:
        number = bot.next_message_id()
        body = {"message_id": number, "date": self._world.clock.unix(), "chat": chat.info, **content}
        message = chat.messages[number] = Message(body, outgoing=True)
        self._world.show(bot, chat, message)
        return message

    def update(self, bot: Bot, chat: Chat | None, kind: str, body: Any, *, persona: Persona | None) -> Pending:
        """Its lane and its lifetime follow from its kind."""
        twice = chat is not None and chat.next_twice
        pending = bot.updates.add(kind, body, persona=persona.id if persona else None, twice=twice)
        if chat is not None and not pending.unwanted:
            chat.last_update, chat.next_twice = pending, False
        return pending


def update_id(pending: Pending) -> int | None:
    return None if pending.unwanted else pending.id


def _posted(pending: Pending, message: Message) -> Json:
    return {"update_id": update_id(pending), "message_id": message.body["message_id"]}


def _quote(chat: Chat, number: Any) -> Json:
    """The message that is replied to, without the one that it replied to itself."""
    if number is None:
        return {}
    if number not in chat.messages:
        raise ActionError(f"there is no message {number} to reply to")
    body = chat.messages[number].body
    return {"reply_to_message": {name: value for name, value in body.items() if name != "reply_to_message"}}


def _caption(action: Json) -> Json:
    return with_entities("caption", *parsed(str(action.get("caption") or ""), ""))


def _decoded(content: Any) -> bytes:
    try:
        return base64.b64decode(str(content), validate=True)
    except binascii.Error:
        raise ActionError("a file is sent as base64") from None
