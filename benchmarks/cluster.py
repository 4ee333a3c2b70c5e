"""`python -m benchmarks.cluster`: what one, two and four web processes do, and what that costs each part.

Real PostgreSQL, RabbitMQ, Redis and nginx, and one database for all: the rounds differ in nothing but the number of
web processes that get updates. Ends with 1 if a conversation was lost or the database contradicts itself.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import uvloop

from benchmarks.audit import contradictions
from benchmarks.deployment import GUESTS, Deployment, deployed, in_slow_motion, lock_waits
from benchmarks.guests import Round, play_bookings
from benchmarks.report import percentile
from benchmarks.rounds import all_told
from servers.server import NotInstalledError, NotStartedError

SIZES = (1, 2, 4)


@dataclass(frozen=True)
class Load:
    """How many guests at once play how many conversations, for each web process or for all together."""

    name: str
    guests: int
    conversations: int
    rounds: int
    delay: float = 0.05
    share: float | None = None
    """Of a core that each web process gets; then guests and conversations are for each of them."""

    def of(self, number: int, webs: int) -> int:
        return number * webs if self.share else number


@dataclass(frozen=True)
class Programme:
    """What is played in one run; nothing is told of the warm-up."""

    warm_up: Load
    loads: tuple[Load, ...]
    rest: float
    """Seconds in which nobody comes."""


FULL = Programme(
    Load("warm-up", guests=8, conversations=40, rounds=1),
    (
        Load("as fast as the machine can", guests=40, conversations=200, rounds=3),
        Load("a tenth of a core for each web process", guests=6, conversations=30, rounds=2, share=1 / 10),
    ),
    rest=10,
)
QUICK = Programme(
    Load("warm-up", guests=4, conversations=4, rounds=1),
    (
        Load("as fast as the machine can", guests=4, conversations=4, rounds=1),
        Load("a quarter of a core for each web process", guests=1, conversations=1, rounds=1, share=1 / 4),
    ),
    rest=1,
)


@dataclass(frozen=True)
class Played:
    """One round; `cpu` in seconds by part, and what the stores have `done`, until the last notice was delivered."""

    round: Round
    lasted: float
    cpu: Mapping[str, float]
    done: Mapping[str, float]
    calls: int
    waiting: Sequence[int]

    @property
    def updates_per_s(self) -> float:
        return len(self.round.acknowledged) / self.round.lasted

    @property
    def cpu_of_service(self) -> float:
        """Milliseconds per booking."""
        return sum(self.per_booking(part) for part in self.cpu if part != GUESTS)

    @property
    def busy(self) -> float:
        """The share of all cores that was in use."""
        return sum(self.cpu.values()) / self.lasted / (os.cpu_count() or 1)

    def per_booking(self, part: str) -> float:
        return 1000 * self.cpu[part] / max(1, len(self.round.booked))


@dataclass
class Outcome:
    """All rounds by load and number of web processes, and the state in which the service was left."""

    played: defaultdict[tuple[Load, int], list[Played]] = field(default_factory=lambda: defaultdict(list))
    idle: Mapping[str, float] = field(default_factory=dict)
    """Seconds of CPU a second of each part, with one web process, while nobody books."""
    contradictions: list[str] = field(default_factory=list)

    @property
    def booked(self) -> list[int]:
        return [guest for one in self._all() for guest in one.round.booked]

    @property
    def lost(self) -> list[str]:
        return [reason for one in self._all() for reason in one.round.lost]

    def median(self, load: Load, webs: int, figure: Callable[[Played], float]) -> float:
        return statistics.median(map(figure, self.played[load, webs]))

    def ratio(self, load: Load, webs: int, figure: Callable[[Played], float]) -> float:
        """Against one process; the median over rounds that were played one after the other."""
        pairs = zip(self.played[load, webs], self.played[load, 1], strict=True)
        return statistics.median(figure(several) / figure(one) for several, one in pairs)

    def _all(self) -> Iterator[Played]:
        return chain.from_iterable(self.played.values())


async def run(programme: Programme, home: Path, tell: Callable[[str], None]) -> Outcome:
    """Play everything, each round in another order of the sizes."""
    outcome, sizes = Outcome(), list(SIZES)
    tell("starting")
    async with deployed(home, SIZES) as deployment:
        for load in (programme.warm_up, *programme.loads):
            for number in range(load.rounds):
                for webs in sizes:
                    tell(f"{load.name}, round {number + 1} of {load.rounds}: {webs} web")
                    outcome.played[load, webs].append(await _play(deployment, load, webs, len(outcome.booked)))
                sizes.append(sizes.pop(0))
        outcome.idle = await _rest(deployment, programme.rest)
        outcome.contradictions = contradictions(deployment.database, outcome.booked, deployment.api.overheard)
    return outcome


async def _play(deployment: Deployment, load: Load, webs: int, booked: int) -> Played:
    api = deployment.api
    deployment.let_in_by(webs)
    cpu, done, calls, began = deployment.cpu_seconds(webs), deployment.done(), api.calls, time.perf_counter()
    api.delay = load.delay
    slowly = in_slow_motion(deployment.webs[:webs], load.share) if load.share else nullcontext()
    async with lock_waits(deployment) as waiting:
        with slowly:
            played = await play_bookings(
                deployment.telegram,
                deployment.visits,
                guests=load.of(load.guests, webs),
                conversations=load.of(load.conversations, webs),
            )
    api.delay = 0
    await all_told(api, deployment.database, booked + len(played.booked))
    return Played(
        played,
        time.perf_counter() - began,
        _since(cpu, deployment.cpu_seconds(webs)),
        _since(done, deployment.done()),
        api.calls - calls,
        waiting,
    )


async def _rest(deployment: Deployment, seconds: float) -> dict[str, float]:
    before = deployment.cpu_seconds(1)
    await asyncio.sleep(seconds)
    return {part: spent / seconds for part, spent in _since(before, deployment.cpu_seconds(1)).items()}


def _since(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    return {name: now[name] - value for name, value in before.items()}


def as_json(outcome: Outcome, loads: Sequence[Load]) -> dict[str, object]:
    return {
        "loads": {load.name: {webs: figures(outcome, load, webs) for webs in SIZES} for load in loads},
        "per booking": per_booking(outcome),
        "idle": outcome.idle,
        "lost": outcome.lost,
        "contradictions": outcome.contradictions,
    }


def figures(outcome: Outcome, load: Load, webs: int) -> dict[str, float]:
    """Medians of the rounds, percentiles of all updates; milliseconds; transactions and CPU per booking."""
    rounds = outcome.played[load, webs]
    acknowledged = sorted(chain.from_iterable(one.round.acknowledged for one in rounds))
    replied = sorted(chain.from_iterable(one.round.replied for one in rounds))
    return {
        "updates/s": outcome.median(load, webs, lambda one: one.updates_per_s),
        "×": outcome.ratio(load, webs, lambda one: one.updates_per_s),
        "ack p50": percentile(acknowledged, 0.5),
        "ack p95": percentile(acknowledged, 0.95),
        "ack p99": percentile(acknowledged, 0.99),
        "reply p50": percentile(replied, 0.5),
        "reply p95": percentile(replied, 0.95),
        "reply p99": percentile(replied, 0.99),
        "lock waits": statistics.mean(chain.from_iterable(one.waiting for one in rounds)),
        "cores %": 100 * outcome.median(load, webs, lambda one: one.busy),
        "CPU ×": outcome.ratio(load, webs, lambda one: one.cpu_of_service),
        "CPU": outcome.median(load, webs, lambda one: one.cpu_of_service),
        "transactions": outcome.median(
            load, webs, lambda one: one.done["transactions"] / max(1, len(one.round.booked))
        ),
        **{part: _part(outcome, load, webs, part) for part in rounds[0].cpu},
    }


def _part(outcome: Outcome, load: Load, webs: int, part: str) -> float:
    return outcome.median(load, webs, lambda one: one.per_booking(part))


def per_booking(outcome: Outcome) -> dict[str, float]:
    """What one booking is to the stores and to Telegram, over all rounds."""
    rounds, booked = list(chain.from_iterable(outcome.played.values())), max(1, len(outcome.booked))
    done = {name: sum(one.done[name] for one in rounds) / booked for name in rounds[0].done}
    return {
        "updates": sum(len(one.round.acknowledged) for one in rounds) / booked,
        "calls of the Bot API": sum(one.calls for one in rounds) / booked,
        "transactions of PostgreSQL": done["transactions"],
        "kB of its log": done["wal"] / 1000,
        "kB of its database": done["bytes"] / 1000,
        "messages of the outbox": done["messages"],
        "commands of Redis": done["commands"],
    }


def as_text(outcome: Outcome, loads: Sequence[Load]) -> str:
    """Times in milliseconds; CPU in milliseconds per booking."""
    lines = []
    for load in loads:
        lines += ["", load.name]
        table = {webs: figures(outcome, load, webs) for webs in SIZES}
        lines.append(f"{'':12}" + "".join(f"{f'{webs} web':>10}" for webs in SIZES))
        lines += [
            f"{name:12}" + "".join(f"{table[webs][name]:>10.{_digits(table[webs][name])}f}" for webs in SIZES)
            for name in table[1]
        ]
    lines += ["", "per booking: " + ", ".join(f"{value:.1f} {name}" for name, value in per_booking(outcome).items())]
    lines += ["idle, % of a core: " + ", ".join(f"{part} {100 * spent:.1f}" for part, spent in outcome.idle.items())]
    return "\n".join([*lines, *outcome.contradictions, *outcome.lost[:5]])


def _digits(value: float) -> int:
    return 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004 - three figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it works, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    programme = QUICK if arguments.quick else FULL
    with tempfile.TemporaryDirectory(prefix="binary-bites-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)  # PostgreSQL runs as somebody else
        try:
            outcome = uvloop.run(run(programme, Path(home), _tell))
        except (NotInstalledError, NotStartedError) as reason:
            print(reason, file=sys.stderr)
            return 1
    print(as_text(outcome, programme.loads))
    if arguments.json:
        found = json.dumps(as_json(outcome, programme.loads), ensure_ascii=False, indent=2)
        arguments.json.write_text(f"{found}\n", encoding="utf-8")
    return 1 if outcome.lost or outcome.contradictions else 0


def _tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
