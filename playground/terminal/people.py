"""Whom a person means by a name, a role or a number."""

from playground.client import Playground
from playground.client.playground import ROLES
from playground.errors import ActionError
from playground.words import Words


def find_persona(chat: Playground, called: str, words: Words) -> int:
    """By id, role, first name or username; of several with a role the first. Raises ActionError."""
    wanted = called.strip().removeprefix("@").casefold()
    if (known_id := ROLES.get(wanted)) in chat.personas:
        return int(known_id or 0)
    for persona in chat.personas.values():
        names = (persona["id"], persona["role"], persona["first_name"], persona["username"])
        if wanted in (str(name).casefold() for name in names if name):
            return int(persona["id"])
    known = ", ".join(f"{persona['first_name']} ({persona['id']})" for persona in chat.personas.values())
    raise ActionError(words("no person", name=called, known=known))


def find_bot(chat: Playground, called: str, words: Words) -> int:
    """By id, username or name. Raises ActionError."""
    wanted = called.strip().removeprefix("@").casefold()
    for bot in chat.bots.values():
        if wanted in (str(bot[name]).casefold() for name in ("id", "username", "name")):
            return int(bot["id"])
    known = ", ".join(f"@{bot['username']}" for bot in chat.bots.values())
    raise ActionError(words("no such bot", name=called, known=known))
