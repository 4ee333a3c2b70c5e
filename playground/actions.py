"""What people can do in the playground: write, press, block, move the clock, make things fail."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from typing import Any
from uuid import uuid4

from playground.chats import Bot, Callback, Chat, Message
from playground.delivery import MESSAGE_LIFETIME, QUERY_LIFETIME, Pending
from playground.entities import parsed
from playground.errors import ActionError, ApiError
from playground.files import photo_size
from playground.methods.content import with_entities
from playground.people import Persona
from playground.types import Json
from playground.world import Failure, World

FAILURES = ("429", "500", "hang")
LONGEST_WAIT = 120.0
TINY_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Actions:
    """Each returns what came of it; `update_id` names the update the bot gets, None if it does not want that kind."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, Callable[[Json], Json | Awaitable[Json]]] = {
            "send": self.send,
            "press": self.press,
            "edit": self.edit,
            "photo": self.photo,
            "document": self.document,
            "sticker": self.sticker,
            "contact": self.contact,
            "location": self.location,
            "forward": self.forward,
            "block": self.block,
            "deactivate": self.deactivate,
            "clock": self.clock,
            "add_persona": self.add_persona,
            "redeliver": self.redeliver,
            "deliver_twice": self.deliver_twice,
            "fail": self.fail,
            "raw_update": self.raw_update,
            "group_message": self.group_message,
            "channel_post": self.channel_post,
            "wait": self.wait,
        }

    async def perform(self, action: Any) -> Json:
        """Raises ActionError, with a text for a person, when it cannot be done."""
        if not isinstance(action, dict):
            raise ActionError("an action is a JSON object")
        handler = self._known.get(str(action.get("do")))
        if handler is None:
            raise ActionError(f"there is no action «{action.get('do')}»; known are {', '.join(self._known)}")
        try:
            result = handler(action)
            return await result if isinstance(result, Awaitable) else result
        except ApiError as refused:
            raise ActionError(refused.description) from None
        except KeyError as missing:
            raise ActionError(f"«{action['do']}» needs {missing}") from None
        except (TypeError, ValueError) as wrong:
            raise ActionError(f"«{action['do']}» does not understand its fields: {wrong}") from None

    # -- a persona writes

    def send(self, action: Json) -> Json:
        text, entities = parsed(str(action["text"]), "")
        if not text:
            raise ActionError("an empty message cannot be sent")
        return self._say(action, with_entities("text", text, entities))

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
        contact = {"phone_number": str(action["phone_number"]), "first_name": persona.first_name, "user_id": persona.id}
        if persona.last_name:
            contact["last_name"] = persona.last_name
        if action.get("first_name"):
            contact = {"phone_number": contact["phone_number"], "first_name": str(action["first_name"])}
        if action.get("user_id"):
            contact["user_id"] = int(action["user_id"])
        return self._say(action, {"contact": contact})

    def location(self, action: Json) -> Json:
        place = {"latitude": float(action["latitude"]), "longitude": float(action["longitude"])}
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
        bot, persona, chat = self._private(action)
        message = chat.messages.get(action["message_id"])
        if message is None or not message.outgoing or "text" not in message.body:
            raise ActionError("only an own text message can be edited")
        text, entities = parsed(str(action["text"]), "")
        kept = {name: value for name, value in message.body.items() if name not in ("text", "entities")}
        message.body = {**kept, **with_entities("text", text, entities), "edit_date": self._world.clock.unix()}
        self._world.show(bot, chat, message, edited=True)
        return _posted(self._update(bot, chat, "edited_message", message.body, persona=persona), message)

    def press(self, action: Json) -> Json:
        """Also with data that no button holds: a forged press looks the same to the bot."""
        bot, persona, chat = self._private(action)
        number, data = int(action["message_id"]), str(action["data"])
        message = chat.messages.get(number)
        gone = {"chat": chat.info, "message_id": number, "date": 0}
        query: Json = {
            "id": str(uuid4().int >> 65),
            "from": persona.user(),
            "message": message.body if message else gone,
            "chat_instance": str(bot.id * 1000 + persona.id),
            "data": data,
        }
        self._forget_old_callbacks(bot)
        bot.callbacks[query["id"]] = Callback(persona, self._world.clock.now() + QUERY_LIFETIME)
        lane = ("callback", persona.id)
        pending = self._update(bot, chat, "callback_query", query, persona=persona, lane=lane, lifetime=QUERY_LIFETIME)
        return {"update_id": _id(pending), "callback_query_id": query["id"]}

    def _forget_old_callbacks(self, bot: Bot) -> None:
        now = self._world.clock.now()
        while bot.callbacks:
            oldest = next(iter(bot.callbacks))
            if bot.callbacks[oldest].expires_at >= now:
                return
            del bot.callbacks[oldest]

    # -- rooms

    def group_message(self, action: Json) -> Json:
        return self._say_in_room(action, "supergroup", "message")

    def channel_post(self, action: Json) -> Json:
        return self._say_in_room(action, "channel", "channel_post")

    def _say_in_room(self, action: Json, kind: str, update: str) -> Json:
        bot = self._world.bot(action.get("bot"))
        persona = self._world.persona(action["persona"])
        room = self._world.room(bot, kind, str(action.get("title") or "Group"))
        text, entities = parsed(str(action["text"]), "")
        author = {"sender_chat": room.info} if kind == "channel" else {"from": persona.user()}
        message = self._message(bot, room, {**author, **with_entities("text", text, entities)})
        pending = self._update(bot, room, update, message.body, persona=persona)
        return {**_posted(pending, message), "chat_id": room.id}

    # -- a persona and the bot

    def block(self, action: Json) -> Json:
        bot, persona, chat = self._private(action, even_blocked=True)
        blocked = bool(action.get("blocked", True))
        if chat.blocked == blocked:
            return {"update_id": None}
        chat.blocked = blocked
        self._world.publish_in(bot, chat, {"type": "blocked", "blocked": blocked})
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        change = {
            "chat": chat.info,
            "from": persona.user(),
            "date": self._world.clock.unix(),
            "old_chat_member": _membership(bot, before),
            "new_chat_member": _membership(bot, after),
        }
        lane = ("member", chat.id)
        return {"update_id": _id(self._update(bot, chat, "my_chat_member", change, persona=persona, lane=lane))}

    def deactivate(self, action: Json) -> Json:
        persona = self._world.persona(action["persona"])
        persona.deactivated = bool(action.get("deactivated", True))
        self._world.publish({"type": "persona", "persona": persona.card()})
        return {}

    def add_persona(self, action: Json) -> Json:
        """With the `id` of somebody who is there it returns that persona."""
        persona_id = action.get("id")
        if persona_id in self._world.personas:
            return self._world.personas[int(persona_id)].card()
        persona = Persona(
            id=self._world.free_persona_id() if persona_id is None else int(persona_id),
            first_name=str(action["first_name"]),
            last_name=action.get("last_name") or None,
            username=action.get("username") or None,
            language=action.get("language", "ru") or None,
            role=action.get("role") or "guest",
            started=bool(action.get("started")),
        )
        return self._world.add_persona(persona).card()

    # -- the world around

    def clock(self, action: Json) -> Json:
        clock = self._world.clock
        if "to" in action:
            clock.move(to=datetime.fromisoformat(str(action["to"])))
        elif "add" in action:
            clock.move(add=float(action["add"]))
        else:
            clock.move(offset=float(action["offset"]))
        self._world.move_clock()
        return {"now": clock.iso(), "offset": clock.offset}

    def fail(self, action: Json) -> Json:
        kind = str(action["kind"])
        if kind not in FAILURES:
            raise ActionError(f"calls can fail with {', '.join(FAILURES)}")
        chat_id = action.get("chat_id")
        failure = Failure(
            kind,
            count=int(action.get("count") or 1),
            retry_after=int(action.get("retry_after") or 1),
            chat_id=int(chat_id) if chat_id else None,
        )
        self._world.failures.append(failure)
        return {}

    def redeliver(self, action: Json) -> Json:
        bot, _, chat = self._private(action)
        if chat.last_update is None:
            raise ActionError("nothing was delivered in this chat yet")
        return {"update_id": _id(bot.updates.repeat(chat.last_update))}

    def deliver_twice(self, action: Json) -> Json:
        _, _, chat = self._private(action)
        chat.next_twice = True
        return {}

    def raw_update(self, action: Json) -> Json:
        """An update made by hand: one kind with its object, whatever that holds."""
        bot = self._world.bot(action.get("bot"))
        [(kind, body)] = action["update"].items()
        author = body.get("from") if isinstance(body, dict) else None
        persona = self._world.personas.get(int(author["id"])) if author else None
        chat = self._world.chat(bot, persona) if persona else None
        lane = ("chat", chat.id) if chat else ("raw", uuid4())
        return {"update_id": _id(self._update(bot, chat, str(kind), body, persona=persona, lane=lane))}

    async def wait(self, action: Json) -> Json:
        """Until the bot has acknowledged the update `update_id`; the outcome says how it ended."""
        bot = self._world.bot(action.get("bot"))
        pending = bot.updates.known.get(int(action["update_id"] or 0))
        if pending is None:
            return {"outcome": "unwanted", "attempts": 0}
        timeout = min(float(action.get("timeout") or LONGEST_WAIT), LONGEST_WAIT)
        await asyncio.wait([pending.settled], timeout=timeout)
        outcome = pending.settled.result() if pending.settled.done() else None
        return {"outcome": outcome, "attempts": pending.attempts}

    # -- how

    def _private(self, action: Json, *, even_blocked: bool = False) -> tuple[Bot, Persona, Chat]:
        bot = self._world.bot(action.get("bot"))
        persona = self._world.persona(action["persona"])
        chat = self._world.chat(bot, persona)
        if chat.blocked and not even_blocked:
            raise ActionError(f"{persona.first_name} has blocked this bot; unblock it first")
        return bot, persona, chat

    def _say(self, action: Json, content: Json) -> Json:
        bot, persona, chat = self._private(action)
        chat.started = True
        message = self._message(bot, chat, {"from": persona.user(), **content})
        return _posted(self._update(bot, chat, "message", message.body, persona=persona), message)

    def _message(self, bot: Bot, chat: Chat, content: Json) -> Message:
        number = bot.next_message_id()
        body = {"message_id": number, "date": self._world.clock.unix(), "chat": chat.info, **content}
        message = chat.messages[number] = Message(body, outgoing=True)
        self._world.show(bot, chat, message)
        return message

    def _update(
        self,
        bot: Bot,
        chat: Chat | None,
        kind: str,
        body: Json,
        *,
        persona: Persona | None,
        lane: Hashable = None,
        lifetime: float = MESSAGE_LIFETIME,
    ) -> Pending:
        twice = chat is not None and chat.next_twice
        pending = bot.updates.add(
            kind,
            body,
            lane=lane or ("chat", chat.id if chat else 0),
            persona=persona.id if persona else None,
            lifetime=lifetime,
            twice=twice,
        )
        if chat is not None:
            chat.last_update, chat.next_twice = pending, False
        return pending


def _id(pending: Pending) -> int | None:
    return None if pending.unwanted else pending.id


def _posted(pending: Pending, message: Message) -> Json:
    return {"update_id": _id(pending), "message_id": message.body["message_id"]}


def _caption(action: Json) -> Json:
    return with_entities("caption", *parsed(str(action.get("caption") or ""), ""))


def _decoded(content: Any) -> bytes:
    try:
        return base64.b64decode(str(content), validate=True)
    except binascii.Error:
        raise ActionError("a file is sent as base64") from None


def _membership(bot: Bot, status: str) -> Json:
    return {"user": bot.user(), "status": status, **({"until_date": 0} if status == "kicked" else {})}
