"""What is made to go wrong between the bot and the playground."""

from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = ("429", "500", "hang", "drop", "garbage")
POLL = "getUpdates"
GARBAGE = b"<html><body>502 Bad Gateway</body></html>"


class NoAnswer(Exception):
    """The Bot API call gets this instead of JSON; None cuts its connection."""

    def __init__(self, content: bytes | None) -> None:
        super().__init__("connection cut" if content is None else "garbage")
        self.content = content


@dataclass(slots=True)
class Failure:
    """What the next `count` Bot API calls meet, of one chat when `chat_id` is given, of one kind with `method`.

    A poll for updates meets only what names it: for a bot that polls it would always be the next call.
    """

    kind: str
    count: int
    retry_after: int = 1
    chat_id: int | None = None
    method: str | None = None

    def meets(self, method: str, chat_id: str) -> bool:
        if self.chat_id is not None and str(self.chat_id) != chat_id:
            return False
        return method.lower() == self.method.lower() if self.method else method != POLL


@dataclass(slots=True)
class Trouble:
    """While the network is down no call gets an answer and no update reaches a webhook.

    `calls` are the ways to cut the connections of those that wait for their answer.
    """

    network_down: bool = False
    calls: set[Callable[[], None]] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)

    def take_network(self, *, down: bool) -> None:
        self.network_down = down
        if down:
            for cut in list(self.calls):
                cut()

    def take_failure(self, method: str, chat_id: str) -> Failure | None:
        for failure in self.failures:
            if failure.meets(method, chat_id):
                failure.count -= 1
                if failure.count <= 0:
                    self.failures.remove(failure)
                return failure
        return None
