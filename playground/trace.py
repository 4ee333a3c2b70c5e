"""What was called and delivered, in order, with its outcome."""

from collections import Counter, deque
from dataclasses import InitVar, dataclass, field, fields
from typing import Literal

from playground.types import Json

KEPT = 1000
SECRET_FIELDS = ("secret_token",)


@dataclass(slots=True)
class Entry:
    """One call of the bot, with its answer, or one delivery of an update to it."""

    at: str
    direction: Literal["call", "update"]
    name: str
    bot: int
    persona: int | None
    status: int | None
    seconds: InitVar[float]
    attempt: int = 1
    request: Json = field(default_factory=dict)
    response: Json | None = None
    n: int = 0
    duration_ms: float = 0
    warning: str | None = None
    retry_in: float | None = None  # seconds until a failed delivery is tried again

    def __post_init__(self, seconds: float) -> None:
        self.duration_ms = round(seconds * 1000, 2)

    def for_page(self) -> Json:
        return {name: getattr(self, name) for name in NAMES}


NAMES = tuple(each.name for each in fields(Entry))


class Trace:
    """The last thousand entries, and counts of all calls by name, also of those nobody supports."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.calls: Counter[str] = Counter()
        self.unsupported: Counter[str] = Counter()
        self._last = 0

    def note(self, entry: Entry) -> Entry:
        self._last += 1
        self.calls[entry.name] += entry.direction == "call"
        entry.n = self._last
        for name in SECRET_FIELDS:
            if name in entry.request:
                entry.request = {**entry.request, name: "•••"}
        self.entries.append(entry)
        return entry
