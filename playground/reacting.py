"""People react to messages."""

from collections import Counter

from playground.errors import ActionError
from playground.methods.reactions import EMOJI
from playground.types import Json
from playground.world import World
from playground.writing import Writing, update_id

MOST_REACTIONS = 3


class Reacting:
    def __init__(self, world: World, writing: Writing) -> None:
        self._world = world
        self._writing = writing

    def react(self, action: Json) -> Json:
        """`emoji` are all of this persona's from now on. In a group only an administrator learns of them."""
        bot, persona, chat = self._writing.place(action)
        message = chat.messages.get(action["message_id"])
        if message is None:
            raise ActionError(f"there is no message {action['message_id']}")
        chosen = [str(emoji).replace("\ufe0f", "") for emoji in action["emoji"]]
        if len(chosen) > MOST_REACTIONS or not EMOJI.issuperset(chosen):
            raise ActionError(f"a reaction is up to {MOST_REACTIONS} of {' '.join(sorted(EMOJI))}")
        before = message.reactions.pop(persona.id, [])
        if chosen:
            message.reactions[persona.id] = chosen
        self._world.show_reactions(bot, chat, message)
        if chat.persona is None and chat.bot_status != "administrator":
            return {"update_id": None}
        kind = "message_reaction"
        change: Json = {"chat": chat.info, "message_id": action["message_id"], "date": self._world.clock.unix()}
        if chat.info["type"] == "channel":
            kind = "message_reaction_count"
            all_chosen = Counter(emoji for emojis in message.reactions.values() for emoji in emojis)
            change["reactions"] = [{"type": _type(emoji), "total_count": all_chosen[emoji]} for emoji in all_chosen]
        else:
            change |= {"user": persona.user(), "old_reaction": list(map(_type, before))}
            change["new_reaction"] = list(map(_type, chosen))
        return {"update_id": update_id(self._writing.update(bot, chat, kind, change, persona=persona))}


def _type(emoji: str) -> Json:
    return {"type": "emoji", "emoji": emoji}
