"""How fast a bot may write, by the numbers its documentation gives: a switch."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

Mode = Literal["off", "warn", "enforce"]
MODES: tuple[Mode, ...] = get_args(Mode)
WRITING = ("send", "copy", "forward")
NOT_WRITING = ("sendChatAction",)


@dataclass(frozen=True, slots=True)
class Pace:
    """One message each `interval` seconds, `burst` of them at once after a silence."""

    interval: float
    burst: int
    words: str


IN_A_CHAT = Pace(1, 5, "more than one message a second in this chat")
IN_A_GROUP = Pace(3, 20, "more than 20 messages a minute in this group")
OF_A_BOT = Pace(1 / 30, 30, "more than 30 messages a second")


@dataclass(frozen=True, slots=True)
class TooFast:
    """`retry_after` in whole seconds."""

    words: str
    retry_after: int


class Limits:
    def __init__(self, mode: Mode = "off") -> None:
        self.mode: Mode = mode
        self._due: dict[tuple[int, str], float] = {}

    def note(self, method: str, bot: int, chat: str, now: float) -> TooFast | None:
        """Count a message, unless it comes too fast; chats with a negative number are groups."""
        if self.mode == "off" or not method.startswith(WRITING) or method in NOT_WRITING:
            return None
        in_chat = IN_A_GROUP if chat.startswith(("-", "@")) else IN_A_CHAT
        due = {}
        for pace, key in ((in_chat, (bot, chat)), (OF_A_BOT, (bot, ""))):
            due[key] = self._due_after(pace, key, now)
            wait = due[key] - now - pace.interval * pace.burst
            if wait > 0:
                return TooFast(pace.words, math.ceil(wait))
        self._due |= due
        return None

    def _due_after(self, pace: Pace, key: tuple[int, str], now: float) -> float:
        """When all up to this message have had their time; a clock that was set back makes a new start."""
        due = max(self._due.get(key, now), now)
        if due > now + pace.interval * (pace.burst + 1):
            due = now
        return due + pace.interval
