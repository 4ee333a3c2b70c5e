# ruff: noqa: ASYNC109 - a test says how long a person is willing to wait
"""One chat as somebody sees it, kept up to date by events."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from playground.carried import carried
from playground.client.links import Link
from playground.seen import (
    AmbiguousButton,
    Button,
    NoSuchButton,
    NotAcknowledged,
    NotSeen,
    SeenMessage,
    Toast,
    best_places,
)
from playground.types import Json

PATIENCE = 10.0
SHOWN_MESSAGES = 4
SHOWN_REFUSALS = 3


@dataclass(slots=True)
class Delivery:
    """What became of an update; the outcome is None until it is settled."""

    update_id: int | None
    outcome: str | None = None
    attempts: int = 0

    @property
    def retries(self) -> int:
        return max(self.attempts - 1, 0)


class ChatView:
    """`refusals` are the bot's calls that the playground refused, for the end of a failed test's text."""

    def __init__(self, link: Link, bot: int | None, name: str, refusals: deque[str]) -> None:
        self.bot = bot
        self.name = name
        self.toasts: list[Toast] = []
        self.typing: list[str] = []
        self.commands: list[Json] = []
        self.menu_button: Json = {}
        self.payments: list[Json] = []
        self.deleted: list[SeenMessage] = []
        self.blocked = False
        self.link = link
        self.refusals = refusals
        self._messages: dict[int, Json] = {}
        self._reactions: dict[int, Json] = {}
        self._changed = asyncio.Event()

    # -- what is to be seen

    @property
    def messages(self) -> list[SeenMessage]:
        return [self._seen(self._messages[number]) for number in sorted(self._messages)]

    @property
    def last(self) -> SeenMessage:
        """The newest message of the bot, as it stands after its edits."""
        for message in reversed(self.messages):
            if not message.outgoing:
                return message
        raise NotSeen(f"the bot has not written yet\n{self.screen()}")

    def message(self, message_id: int) -> SeenMessage | None:
        body = self._messages.get(message_id)
        return None if body is None else self._seen(body)

    @property
    def buttons(self) -> list[str]:
        """The inline buttons of the newest message that has any."""
        for message in reversed(self.messages):
            if message.buttons:
                return [button.text for button in message.buttons]
        return []

    @property
    def keyboard(self) -> list[str]:
        """The reply keyboard that stands below the chat."""
        return [button["text"] for row in self.keyboard_rows for button in row]

    @property
    def keyboard_rows(self) -> list[list[Json]]:
        """The same as the Bot API has it."""
        for message in reversed(self.messages):
            if message.keyboard is not None:
                return list(message.body["keyboard"].get("keyboard") or [])
        return []

    def find(self, words: str) -> Button | None:
        """The inline button that `press` would take; None when a reply keyboard has the words instead."""
        for message in reversed(self.messages):
            texts = [button.text for button in message.buttons]
            if places := best_places(words, texts):
                if len(places) > 1:
                    raise AmbiguousButton(f"«{words}» fits {[texts[place] for place in places]}")
                return message.buttons[places[0]]
        if best_places(words, self.keyboard):
            return None
        raise NoSuchButton(f"no button «{words}»\n{self.screen()}")

    # -- waiting

    async def wait_for(self, what: str | Callable[[Self], bool], *, timeout: float = PATIENCE) -> SeenMessage:
        """Until one of the bot's messages has this text, or the condition on this chat is true.

        Returns the bot's newest message, or where it has not written yet the person's own.
        """
        wanted = "the condition" if callable(what) else f"«{what}»"
        await self._until(what if callable(what) else lambda view: view._reads(what), wanted, timeout)  # noqa: SLF001 - its own
        written = [message for message in self.messages if not message.outgoing] or self.messages
        return written[-1] if written else self.last

    async def wait_for_toast(self, words: str, *, timeout: float = PATIENCE) -> Toast:
        """Until the bot has answered a press with these words."""

        def fitting(view: ChatView) -> list[Toast]:
            return [toast for toast in view.toasts if words in toast.text]

        await self._until(lambda view: bool(fitting(view)), f"a toast «{words}»", timeout)
        return fitting(self)[-1]

    async def settled(self, delivery: Delivery, *, timeout: float = PATIENCE) -> Delivery:
        """Wait for an update that was sent without waiting."""
        wait = {"do": "wait", "update_id": delivery.update_id, "timeout": timeout}
        result = await self.link.do(wait if self.bot is None else {**wait, "bot": self.bot})
        delivery.outcome, delivery.attempts = result["outcome"], result["attempts"]
        if delivery.outcome is None:
            raise NotAcknowledged(
                f"the bot did not acknowledge update {delivery.update_id} within {timeout:g} s "
                f"({delivery.attempts} attempts)\n{self.screen()}"
            )
        return delivery

    async def _until(self, condition: Callable[[Self], bool], wanted: str, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                while not self._holds(condition):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise NotSeen(f"{wanted} did not come within {timeout:g} s\n{self.screen()}") from None

    def _holds(self, condition: Callable[[Self], bool]) -> bool:
        """A condition may speak of a message that has not come yet."""
        try:
            return condition(self)
        except NotSeen:
            return False

    def _reads(self, words: str) -> bool:
        return any(words in message.text for message in self.messages if not message.outgoing)

    def screen(self) -> str:
        """The end of the chat in words, for a failed test."""
        lines = [f"{self.name} sees:"]
        for message in self.messages[-SHOWN_MESSAGES:]:
            parts = [carried(message.body), repr(message.text) if message.text else ""]
            edited = " (edited)" if message.edited else ""
            lines.append(f"  {'→' if message.outgoing else '←'} {' '.join(filter(None, parts))}{edited}")
            lines.extend(f"      [{button.text}]" for button in message.buttons)
        if self.keyboard:
            lines.append(f"  keyboard: {' '.join(f'[{text}]' for text in self.keyboard)}")
        if self.toasts:
            lines.append(f"  toast: {self.toasts[-1].text!r}")
        if self.blocked:
            lines.append("  the bot is blocked")
        lines.extend(f"  refused: {refusal}" for refusal in list(self.refusals)[-SHOWN_REFUSALS:])
        return "\n".join(lines)

    # -- events

    def remember(self, chat: Json) -> None:
        """The chat as it stands in a snapshot."""
        self._messages = {body["message_id"]: body for body in chat["messages"]}
        self.commands, self.blocked = chat.get("commands") or [], bool(chat.get("blocked"))
        self.menu_button = chat.get("menu_button") or {}
        self._changed.set()

    def on_event(self, event: Json) -> None:
        match event["type"]:
            case "message" | "edited":
                self._messages[event["message"]["message_id"]] = event["message"]
            case "deleted":
                gone = [self._messages.pop(number, None) for number in event["message_ids"]]
                self.deleted.extend(self._seen(body) for body in gone if body)
            case "callback_answer" if event["text"] or event["url"]:
                self.toasts.append(Toast(event["text"], event["alert"], event["url"]))
            case "typing":
                self.typing.append(event["action"])
            case "commands":
                self.commands = event["commands"]
            case "menu_button":
                self.menu_button = event["menu_button"] or {}
            case "blocked":
                self.blocked = event["blocked"]
            case "reaction":
                self._reactions[event["message_id"]] = event
            case "payment":
                self.payments.append(event)
        self._changed.set()

    def _seen(self, body: Json) -> SeenMessage:
        reaction = self._reactions.get(body["message_id"], {})
        return SeenMessage(body, tuple(reaction.get("bot_reactions", ())), tuple(reaction.get("persona_reactions", ())))
