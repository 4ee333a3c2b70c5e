"""What was called and delivered, in order, with its outcome."""

from collections import Counter, deque
from dataclasses import dataclass, fields
from typing import Literal

from playground.types import Json

KEPT = 1000
SECRET_FIELDS = ("secret_token",)


@dataclass(slots=True)
class Entry:
    n: int
    at: str
    direction: Literal["call", "update"]
    name: str
    bot: int
    persona: int | None
    status: int | None
    duration_ms: float
    attempt: int
    request: Json
    response: Json | None

    def for_page(self) -> Json:
        return {name: getattr(self, name) for name in NAMES}


NAMES = tuple(field.name for field in fields(Entry))


class Trace:
    """The last thousand entries, and counts of all calls by name, also of those nobody supports."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.calls: Counter[str] = Counter()
        self.unsupported: Counter[str] = Counter()
        self._last = 0

    def note(self, entry: Entry) -> Entry:
        self._last += 1
        entry.n = self._last
        for name in SECRET_FIELDS:
            if name in entry.request:
                entry.request = {**entry.request, name: "•••"}
        self.entries.append(entry)
        return entry
