# ruff: noqa: ASYNC109 - a test says how long a person is willing to wait
"""A group or channel with a bot in it."""

from typing import Literal

from playground.client.person import Person
from playground.client.view import PATIENCE, ChatView, Delivery
from playground.seen import NoSuchButton

RoomKind = Literal["group", "supergroup", "channel"]


class Room(ChatView):
    """All its members see the same; who writes is said with each message."""

    def __init__(self, member: Person, chat_id: int, title: str, kind: RoomKind) -> None:
        super().__init__(member.link, member.bot, f"«{title}»", member.refusals)
        self.id = chat_id
        self.title = title
        self.kind = kind

    async def send(self, author: Person, text: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        return await author.act("send", wait=wait, timeout=timeout, text=text, chat=self.id)

    async def press(self, member: Person, words: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        """The newest visible inline button with these words; what the bot answers is the member's to see."""
        button = self.find(words)
        if button is None or button.data is None:
            raise NoSuchButton(f"«{words}» is no button that a bot hears of\n{self.screen()}")
        return await member.act(
            "press", wait=wait, timeout=timeout, message_id=button.message_id, data=button.data, chat=self.id
        )
