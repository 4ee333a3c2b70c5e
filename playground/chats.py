"""A bot, its chats and what was said there."""

from asyncio import Future
from dataclasses import dataclass, field
from typing import Literal

from playground.clock import first_number
from playground.delivery import Pending, Updates
from playground.people import Persona
from playground.types import Json

CommandScope = tuple[str | int, ...]
Kind = Literal["private", "group", "supergroup", "channel"]


@dataclass(slots=True)
class Message:
    """`body` is what the bot sees and is never changed in place: an edit makes a new one."""

    body: Json
    outgoing: bool = False
    keyboard: Json | None = None  # any markup but an inline one: the Bot API never returns it
    reactions: dict[int, list[str]] = field(default_factory=dict)  # emoji by the persona
    bot_reactions: list[str] = field(default_factory=list)
    invoice: Json | None = None  # what was said of an invoice, more than the Bot API returns of it

    def for_page(self) -> Json:
        shown = dict(self.body)
        if self.outgoing:
            shown["outgoing"] = True
        if self.keyboard is not None:
            shown["keyboard"] = self.keyboard
        if self.invoice is not None:
            shown["invoice_details"] = {name: self.invoice[name] for name in self.invoice if name != "payload"}
        if self.reactions or self.bot_reactions:
            shown.update(self.shown_reactions())
        return shown

    def shown_reactions(self) -> Json:
        people = [emoji for chosen in self.reactions.values() for emoji in chosen]
        return {"persona_reactions": people, "bot_reactions": self.bot_reactions}


@dataclass(slots=True, eq=False)
class Chat:
    """`persona` is the other side of a private chat; groups and channels have none."""

    info: Json
    persona: Persona | None = None
    started: bool = False
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    members: dict[int, str] = field(default_factory=dict)  # of a room: the status of each person, by id
    bot_status: str = "member"
    last_update: Pending | None = None
    next_twice: bool = False

    @property
    def id(self) -> int:
        return int(self.info["id"])


@dataclass(slots=True)
class Callback:
    """A pressed button that waits for its answer until `expires_at`."""

    persona: Persona
    expires_at: float
    answered: bool = False


@dataclass(slots=True, eq=False)
class Payment:
    """A question to the bot about an order of `invoice`; the answer is shipping options, or why it cannot be."""

    kind: Literal["shipping_query", "pre_checkout_query"]
    invoice: Json
    expires_at: float
    answer: Future[tuple[list[Json], str]]


@dataclass(slots=True, eq=False)
class Bot:
    token: str
    username: str
    name: str
    updates: Updates
    chats: dict[int, Chat] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    commands: dict[tuple[CommandScope, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    web_app_queries: dict[str, Callback] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    invoice_links: dict[str, Json] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # name and descriptions, by language
    last_message_id: int = field(default_factory=first_number)

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def user(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def card(self) -> Json:
        hint = f"{self.token[: self.token.index(':') + 4]}…"
        return {"id": self.id, "username": self.username, "name": self.name, "token_hint": hint}

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def menu_button_for(self, chat_id: int) -> Json:
        return self.menu_buttons.get(chat_id) or self.menu_buttons.get(None) or {"type": "commands"}

    def commands_for(self, persona: Persona) -> list[Json]:
        """The most fitting set for a private chat: by scope, and in each scope by language first."""
        scopes: tuple[CommandScope, ...] = (("chat", persona.id), ("all_private_chats",), ("default",))
        for scope in scopes:
            for language in (persona.language or "", ""):
                if commands := self.commands.get((scope, language)):
                    return commands
        return []
