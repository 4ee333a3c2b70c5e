"""One Bot API call as its handler sees it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.arguments import Arguments
from playground.chats import Bot, Chat, Message
from playground.errors import bad_request
from playground.world import World


@dataclass(slots=True)
class Call:
    world: World
    bot: Bot
    arguments: Arguments

    def chat(self) -> Chat:
        return self.world.known_chat(self.bot, self.arguments.text("chat_id"))

    def writable_chat(self) -> Chat:
        return self.world.writable_chat(self.bot, self.arguments.text("chat_id"))

    def message(self, chat: Chat, purpose: str, name: str = "message_id") -> Message:
        """The message an argument names; `purpose` is how the official server calls it, as in «message to edit»."""
        message = chat.messages.get(self.arguments.number(name))
        if message is None:
            raise bad_request(f"{purpose} not found")
        return message


Handler = Callable[[Call], Awaitable[Any]]
