"""What is made to go wrong between the bot and the playground."""

from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = ("429", "500", "hang", "drop", "garbage")
GARBAGE = b"<html><body>502 Bad Gateway</body></html>"


class NoAnswer(Exception):
    """The Bot API call gets this instead of JSON; None cuts its connection."""

    def __init__(self, content: bytes | None) -> None:
        super().__init__("connection cut" if content is None else "garbage")
        self.content = content


@dataclass(slots=True)
class Failure:
    """What the next `count` Bot API calls meet, of one chat when `chat_id` is given."""

    kind: str
    count: int
    retry_after: int = 1
    chat_id: int | None = None


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

    def take_failure(self, chat_id: str) -> Failure | None:
        for failure in self.failures:
            if failure.chat_id is None or str(failure.chat_id) == chat_id:
                failure.count -= 1
                if failure.count <= 0:
                    self.failures.remove(failure)
                return failure
        return None
