"""Strange updates, posted by several hands at once to a service that others are using."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter

import aiohttp

HANDS = 8
PATIENCE = 15
"""Seconds after which an answer does not come any more."""
_CALM = frozenset({200, 400})
_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (?P<level>\w+) .*(?:\n(?!\d{4}-).*)*", re.MULTILINE)
_ABOUT = re.compile(r"update=(-?\d+)")
_EXPECTED = "is passed over, it still is no update"
_SHOWN = 1500


@dataclass
class Storm:
    """Where it blows, and what has come of it so far."""

    url: str
    secret: str
    findings: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0

    async def blow(self, posts: Mapping[int, bytes]) -> None:
        """Posts what there is, by the ids that were meant."""
        waiting = iter(posts.items())
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret, "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as http:
            await asyncio.gather(*(self._post_all(http, waiting) for _ in range(HANDS)))

    async def _post_all(self, http: aiohttp.ClientSession, waiting: Iterator[tuple[int, bytes]]) -> None:
        for update_id, body in waiting:
            begun = perf_counter()
            try:
                async with http.post(self.url, data=body) as answer:
                    status = answer.status
                    await answer.read()
            except (aiohttp.ClientError, TimeoutError) as error:
                self.findings.append(f"Update {update_id} got no answer: {error!r}. {shown(body)}")
                continue
            self.slowest = max(self.slowest, perf_counter() - begun)
            self.answers[status] += 1
            if status not in _CALM:
                self.findings.append(f"Update {update_id} was answered with {status}. {shown(body)}")

    def read(self, log: str, posts: Mapping[int, bytes]) -> None:
        """Finds in the log what should not be there."""
        for line in alarming(log):
            about = _ABOUT.search(line)
            body = posts.get(int(about[1])) if about else None
            self.findings.append(f"The log says: {line.strip()[:_SHOWN]}{f' {shown(body)}' if body else ''}")


def alarming(log: str) -> Iterator[str]:
    """Entries of the log with a traceback, or above a warning; that an update is passed over is no surprise here."""
    for entry in _LINE.finditer(log):
        loud = entry["level"] in {"ERROR", "CRITICAL"} and _EXPECTED not in entry[0]
        if loud or "Traceback" in entry[0]:
            yield entry[0]


def shown(body: bytes) -> str:
    return ascii(body[:_SHOWN])
