"""Groups and channels: a persona adds the bot, or takes it out."""

from typing import get_args

from playground.chats import Bot, Chat, Kind
from playground.errors import ActionError
from playground.methods.rooms import GONE, membership
from playground.people import Persona
from playground.types import Json
from playground.world import World
from playground.writing import Writing, update_id

KINDS: tuple[Kind, ...] = get_args(Kind)[1:]


class Rooms:
    def __init__(self, world: World, writing: Writing) -> None:
        self._world = world
        self._writing = writing

    def join(self, action: Json) -> Json:
        """A room that is new is made; in a channel, and with `admin`, the bot is an administrator."""
        bot, persona, kind, title = self._named(action)
        room = self._world.find_room(bot, kind, title)
        if room is None:
            room = self._world.room(bot, kind, title)
            room.bot_status = "left"
        elif room.bot_status not in GONE:
            return {"update_id": None, "chat_id": room.id}
        room.members.setdefault(persona.id, "member" if room.members else "creator")
        is_admin = kind == "channel" or bool(action.get("admin"))
        changed = self._change(bot, persona, room, "administrator" if is_admin else "member")
        if kind != "channel":
            self._writing.say(bot, persona, room, {"new_chat_members": [bot.user()]})
        return changed

    def leave(self, action: Json) -> Json:
        """The bot is taken out, and can write there no more."""
        bot, persona, kind, title = self._named(action)
        room = self._world.find_room(bot, kind, title)
        if room is None or room.bot_status in GONE:
            raise ActionError(f"the bot is not in «{title}»")
        return self._change(bot, persona, room, "kicked")

    def _named(self, action: Json) -> tuple[Bot, Persona, Kind, str]:
        bot, persona = self._world.bot(action.get("bot")), self._world.persona(action["persona"])
        kind = next((known for known in KINDS if known == action.get("kind", "supergroup")), None)
        if kind is None:
            raise ActionError(f"a room is a {', '.join(KINDS)}")
        return bot, persona, kind, str(action.get("title") or "Group")

    def _change(self, bot: Bot, persona: Persona, room: Chat, status: str) -> Json:
        change = {
            "chat": room.info,
            "from": persona.user(),
            "date": self._world.clock.unix(),
            "old_chat_member": membership(bot.user(), room.bot_status),
            "new_chat_member": membership(bot.user(), status),
        }
        room.bot_status = status
        self._world.show_room(bot, room)
        pending = self._writing.update(bot, room, "my_chat_member", change, persona=persona)
        return {"update_id": update_id(pending), "chat_id": room.id}
