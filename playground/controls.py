"""What a person does around the conversation: block the bot, move the clock, make things fail."""

import asyncio
from datetime import datetime

from playground.errors import ActionError
from playground.limits import MODES
from playground.methods.rooms import membership
from playground.people import ROLES, Persona
from playground.trouble import FAILURES, Failure
from playground.types import Json
from playground.world import World
from playground.writing import Writing, update_id

LONGEST_WAIT = 120.0
LARGEST_ID = 1 << 52
LONGEST_NAME = 64


class Controls:
    def __init__(self, world: World, writing: Writing) -> None:
        self._world = world
        self._writing = writing

    def block(self, action: Json) -> Json:
        bot, persona, chat = self._writing.private(action, even_blocked=True)
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
            "old_chat_member": membership(bot.user(), before),
            "new_chat_member": membership(bot.user(), after),
        }
        return {"update_id": update_id(self._writing.update(bot, chat, "my_chat_member", change, persona=persona))}

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
        number = self._world.free_persona_id() if persona_id is None else int(persona_id)
        if not 0 < number < LARGEST_ID:
            raise ActionError(f"{number} is no id of a person")
        role = next((known for known in ROLES if known == (action.get("role") or "guest")), None)
        if role is None:
            raise ActionError(f"a role is {', '.join(ROLES)}")
        persona = Persona(
            id=number,
            first_name=_name(action["first_name"]),
            last_name=_text(action.get("last_name")),
            username=_text(action.get("username")),
            language=_text(action.get("language", "ru")),
            role=role,
            started=bool(action.get("started")),
        )
        return self._world.add_persona(persona).card()

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
            count=max(int(action.get("count") or 1), 1),
            retry_after=max(int(action.get("retry_after") or 1), 1),
            chat_id=int(chat_id) if chat_id else None,
            method=_text(action.get("method")),
        )
        self._world.trouble.failures.append(failure)
        return {}

    def network(self, action: Json) -> Json:
        down = bool(action.get("down", True))
        self._world.trouble.take_network(down=down)
        self._world.publish({"type": "network", "down": down})
        return {"down": down}

    def rate_limits(self, action: Json) -> Json:
        mode = next((known for known in MODES if known == action["mode"]), None)
        if mode is None:
            raise ActionError(f"rate limits can be {', '.join(MODES)}")
        self._world.limits.mode = mode
        self._world.publish({"type": "rate_limits", "mode": mode})
        return {"mode": mode}

    def redeliver(self, action: Json) -> Json:
        bot, _, chat = self._writing.private(action)
        if chat.last_update is None:
            raise ActionError("nothing was delivered in this chat yet")
        return {"update_id": update_id(bot.updates.repeat(chat.last_update))}

    def deliver_twice(self, action: Json) -> Json:
        _, _, chat = self._writing.private(action)
        chat.next_twice = True
        return {}

    async def wait(self, action: Json) -> Json:
        """Until the bot has acknowledged the update `update_id`; the outcome says how it ended."""
        bot = self._world.bot(action.get("bot"))
        pending = bot.updates.known.get(int(action["update_id"] or 0))
        if pending is None:
            return {"outcome": "unwanted", "attempts": 0}
        timeout = max(min(LONGEST_WAIT, float(action.get("timeout") or LONGEST_WAIT)), 0)
        await asyncio.wait([pending.settled], timeout=timeout)
        outcome = pending.settled.result() if pending.settled.done() else None
        return {"outcome": outcome, "attempts": pending.attempts}


def _name(given: object) -> str:
    name = str(given).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ActionError(f"a name has 1 to {LONGEST_NAME} letters")
    return name


def _text(value: object) -> str | None:
    return str(value) if value else None
