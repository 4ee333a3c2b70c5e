"""The programme: baseline and service by turns, so that a machine that speeds up or slows down does so for both."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from benchmarks import contestants
from benchmarks.audit import contradictions, messages_due, notices
from benchmarks.bot_api import BotApi
from benchmarks.contestants import Contestant
from benchmarks.guests import Round, abandon_dialogs, play_bookings

PATIENCE = 60.0
"""How long, in seconds, the admins may wait for the last notice of a round."""
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Load:
    """How many guests at once play how many conversations, how slow the Bot API is, and how often all that."""

    name: str
    guests: int
    conversations: int
    delay: float
    rounds: int


@dataclass(frozen=True)
class Programme:
    """What is played in one run."""

    warm_up: Load
    loads: tuple[Load, ...]
    abandoned: int


FULL = Programme(
    warm_up=Load("warm-up", 10, 60, 0, 1),
    loads=(
        Load("10 guests", 10, 150, 0, 5),
        Load("100 guests, 50 ms", 100, 300, 0.05, 2),
        Load("1 guest, 50 ms", 1, 8, 0.05, 1),
    ),
    abandoned=10_000,
)
QUICK = Programme(
    warm_up=Load("warm-up", 2, 4, 0, 1),
    loads=(
        Load("10 guests", 10, 20, 0, 1),
        Load("100 guests, 50 ms", 100, 100, 0.05, 1),
        Load("1 guest, 50 ms", 1, 1, 0.05, 1),
    ),
    abandoned=100,
)


@dataclass(frozen=True)
class Played:
    """One round and what it cost; `cpu` in seconds, until the last notice was delivered."""

    round: Round
    cpu: float
    memory: int
    calls: int


@dataclass
class Outcome:
    """All rounds by load and contestant, and the state in which the service was left."""

    programme: Programme
    played: defaultdict[tuple[str, str], list[Played]] = field(default_factory=lambda: defaultdict(list))
    abandoned_memory: int = 0
    contradictions: list[str] = field(default_factory=list)

    @property
    def lost(self) -> list[str]:
        return [
            f"{key[1]}: {reason}" for key, rounds in self.played.items() for one in rounds for reason in one.round.lost
        ]


async def run(programme: Programme, home: Path, tell: Callable[[str], None]) -> Outcome:
    """Play everything. `tell` hears what is going on."""
    outcome = Outcome(programme)
    async with AsyncExitStack() as running:
        tell("starting")
        both = [
            await running.enter_async_context(contestants.baseline(home)),
            await running.enter_async_context(contestants.service(home)),
        ]
        for load in (programme.warm_up, *programme.loads):
            for number in range(load.rounds):
                for contestant in both:
                    tell(f"{load.name}, round {number + 1} of {load.rounds}: {contestant.name}")
                    outcome.played[load.name, contestant.name].append(await _play(contestant, load, outcome))
        service = both[1]
        assert service.database  # noqa: S101 - the service has one
        tell(f"{programme.abandoned} abandoned dialogs")
        outcome.abandoned_memory = await _abandon(service, programme.abandoned)
        outcome.contradictions = contradictions(service.database, _booked(outcome, service), service.api.overheard)
    return outcome


async def _play(contestant: Contestant, load: Load, outcome: Outcome) -> Played:
    contestant.api.delay = load.delay
    cpu, calls = contestant.cpu_seconds(), contestant.api.calls
    played = await play_bookings(
        contestant.telegram, contestant.visits, guests=load.guests, conversations=load.conversations
    )
    contestant.api.delay = 0
    if contestant.database:
        await all_told(contestant.api, contestant.database, len(_booked(outcome, contestant)) + len(played.booked))
    return Played(played, contestant.cpu_seconds() - cpu, contestant.memory_bytes(), contestant.api.calls - calls)


async def all_told(api: BotApi, database: Engine, booked: int) -> None:
    """Wait until the admins have been told of everybody and nothing is left to send; what is missing the audit says."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        told = [len(notices(texts)) for texts in api.overheard.values()]
        if min(told) >= booked and not messages_due(database):
            return
        await asyncio.sleep(0.05)


async def _abandon(service: Contestant, dialogs: int) -> int:
    """The memory that they cost, in bytes."""
    before = service.memory_bytes()
    await abandon_dialogs(service.telegram, guests=20, dialogs=dialogs)
    return service.memory_bytes() - before


def _booked(outcome: Outcome, contestant: Contestant) -> list[int]:
    return [
        guest
        for (_, name), rounds in outcome.played.items()
        if name == contestant.name
        for one in rounds
        for guest in one.round.booked
    ]
