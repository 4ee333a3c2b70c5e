"""The figures of a run in words: a table of both bots, the targets, and whatever went wrong."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from benchmarks.rounds import MEBIBYTE, Load, Outcome, Played

BOTS = ("baseline", "service")
_COLUMNS: dict[str, str] = {
    "updates_per_s": "updates/s",
    "bookings_per_s": "bookings/s",
    "p50_ms": "p50",
    "p95_ms": "p95",
    "p99_ms": "p99",
    "reply_p50_ms": "reply p50",
    "cpu_ms_per_update": "CPU/update",
    "cpu_ms_per_booking": "CPU/booking",
    "memory_mb": "RSS MB",
    "lost": "lost",
}


@dataclass(frozen=True)
class Target:
    """What was asked for, and what came of it."""

    what: str
    value: float
    bound: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def figures(rounds: Sequence[Played]) -> dict[str, float]:
    """Of one bot under one load: medians of the rounds, percentiles of all updates; milliseconds."""
    acknowledged = sorted(chain.from_iterable(one.round.acknowledged for one in rounds))
    replied = sorted(chain.from_iterable(one.round.replied for one in rounds))
    return {
        "updates_per_s": statistics.median(map(_updates_per_s, rounds)),
        "bookings_per_s": statistics.median(len(one.round.booked) / one.round.lasted for one in rounds),
        "p50_ms": percentile(acknowledged, 0.5),
        "p95_ms": percentile(acknowledged, 0.95),
        "p99_ms": percentile(acknowledged, 0.99),
        "reply_p50_ms": percentile(replied, 0.5),
        "cpu_ms_per_update": statistics.median(1000 * one.cpu / len(one.round.acknowledged) for one in rounds),
        "cpu_ms_per_booking": statistics.median(map(_cpu_per_booking, rounds)),
        "calls_per_update": statistics.median(one.calls / len(one.round.acknowledged) for one in rounds),
        "memory_mb": rounds[-1].memory / MEBIBYTE,
        "lost": sum(len(one.round.lost) for one in rounds),
    }


def targets(outcome: Outcome) -> list[Target]:
    """Ratios are medians over the pairs of rounds that were played one right after the other."""
    ten, hundred, one = outcome.programme.loads
    crowd = figures(outcome.played[hundred.name, "service"])
    alone = figures(outcome.played[one.name, "service"])
    return [
        Target("CPU per booking, 10 guests, × baseline", _ratio(outcome, ten, _cpu_per_booking), 1.3),
        Target("updates/s, 10 guests, × baseline", _ratio(outcome, ten, _updates_per_s), 0.7, at_least=True),
        Target(
            "updates/s, 100 guests at 50 ms, × baseline", _ratio(outcome, hundred, _updates_per_s), 0.8, at_least=True
        ),
        Target("p95 of 100 guests at 50 ms, ms", crowd["p95_ms"], 1000),
        Target("conversations lost", len(outcome.lost), 0),
        Target("reply to one guest at 50 ms, p50, ms", alone["reply_p50_ms"], 14),
        Target(
            f"memory of {outcome.programme.abandoned} abandoned dialogs, MB", outcome.abandoned_memory / MEBIBYTE, 10
        ),
        Target("contradictions", len(outcome.contradictions), 0),
    ]


def as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "loads": {
            load.name: {bot: figures(outcome.played[load.name, bot]) for bot in BOTS}
            for load in outcome.programme.loads
        },
        "targets": [
            {"what": target.what, "value": target.value, "bound": target.bound, "met": target.met}
            for target in targets(outcome)
        ],
        "lost": outcome.lost,
        "contradictions": outcome.contradictions,
    }


def as_text(outcome: Outcome) -> str:
    """Times in milliseconds, CPU of the whole process tree until the last notice was delivered."""
    lines = [_row("", "", _COLUMNS.values())]
    for load in outcome.programme.loads:
        for bot in BOTS:
            found = figures(outcome.played[load.name, bot])
            lines.append(_row(load.name, bot, (f"{found[column]:.{_digits(found[column])}f}" for column in _COLUMNS)))
    lines.append("")
    for target in targets(outcome):
        sign, mark = ("≥" if target.at_least else "≤"), ("ok  " if target.met else "MISS")
        lines.append(f"{mark} {target.what}: {target.value:.{_digits(target.value)}f} ({sign} {target.bound:g})")
    return "\n".join([*lines, *outcome.contradictions, *outcome.lost[:5]])


def _row(load: str, bot: str, cells: Any) -> str:
    return f"{load:<18}{bot:<9}" + "".join(f"{cell:>12}" for cell in cells)


def _digits(value: float) -> int:
    return 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2  # noqa: PLR2004 - three figures


def _updates_per_s(one: Played) -> float:
    return len(one.round.acknowledged) / one.round.lasted


def _cpu_per_booking(one: Played) -> float:
    return 1000 * one.cpu / max(1, len(one.round.booked))


def _ratio(outcome: Outcome, load: Load, figure: Callable[[Played], float]) -> float:
    pairs = zip(*(outcome.played[load.name, bot] for bot in BOTS), strict=True)
    return statistics.median(figure(service) / figure(baseline) for baseline, service in pairs)


def percentile(ordered: Sequence[float], share: float) -> float:
    """In milliseconds, of seconds in order."""
    return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
