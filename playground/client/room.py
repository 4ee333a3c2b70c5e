# ruff: noqa: ASYNC109 - a test says how long a person is willing to wait
"""A group or channel with a bot in it."""

from typing import Literal

from playground.client.person import Person
from playground.client.view import PATIENCE, ChatView, Delivery

RoomKind = Literal["group", "supergroup", "channel"]


class Room(ChatView):
    """All its members see the same; who writes is said with each message."""

    def __init__(self, member: Person, chat_id: int, title: str, kind: RoomKind) -> None:
        super().__init__(member.link, member.bot, f"«{title}»", member.refusals)
        self.id = chat_id
        self.title = title
        self.kind = kind

    async def send(self, author: Person, text: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        action = "channel_post" if self.kind == "channel" else "group_message"
        return await author.act(action, wait=wait, timeout=timeout, text=text, title=self.title)
