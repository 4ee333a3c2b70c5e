"""Faults while guests book, and the audit afterwards."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from faults import audit
from faults.fault import Fault
from faults.guests import Evening
from faults.site import Site
from playground.client import Person

_ALL_OVER = 4
"""Days after which every visit has ended and every message after it has come."""


@dataclass(slots=True)
class Outcome:
    """What came of it; times in seconds."""

    name: str
    row: str
    notes: str = ""
    booked: int = 0
    longest_wait: float = 0
    posts_again: int = 0
    """Updates that Telegram had to post more than once."""
    repeats: int = 0
    """Messages that somebody got once more."""
    well_after: float = 0
    findings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Before:
    """Where logs, chats and posts ended before it."""

    logs: dict[str, int]
    messages: dict[int, int]
    posts: int

    @classmethod
    def of(cls, site: Site) -> "_Before":
        logs = {str(log): log.stat().st_size for log in site.logs()}
        return cls(logs, {admin.id: len(admin.messages) for admin in site.admins}, len(site.posts))


async def play(site: Site, faults: Sequence[Fault], *, seed: int, moments: int, guests: int = 8) -> Outcome:
    """One evening with these faults, one after another, and one audit."""
    name = ", ".join(fault.name for fault in faults)
    chance = random.Random(f"{seed} {name}")
    outcome = Outcome(name, " ".join(fault.row for fault in faults))
    eve = next((fault.eve for fault in faults if fault.eve), None)
    await (site.on(eve) if eve else site.next_day())
    before = _Before.of(site)
    async with Evening(site, chance, guests=guests) as evening:
        notes = [await fault.do(site, evening, moments) for fault in faults]
    outcome.notes = "; ".join(filter(None, notes))
    outcome.booked, outcome.longest_wait = evening.booked, evening.longest_wait
    outcome.well_after, lacking = await site.until_well()
    if lacking:
        outcome.findings.append(f"It was not well after {outcome.well_after:.0f} s: {lacking}.")
    outcome.posts_again = sum(post["attempt"] > 1 for post in site.posts[before.posts :])
    await evening.look_up()
    await site.until_well()
    await _audit(site, evening, before, outcome, faults)
    return outcome


async def _audit(site: Site, evening: Evening, before: _Before, outcome: Outcome, faults: Sequence[Fault]) -> None:
    repeats = any(fault.repeats for fault in faults)
    guests = {guest.name: guest for guest in evening.guests}
    findings = outcome.findings
    findings += evening.findings
    findings += [sentence for guest in evening.guests for sentence in guest.unanswered]
    stored = audit.bookings(site.read, guests)
    heard = {admin.name: _texts(admin, before.messages[admin.id]) for admin in site.admins}
    told = {name: guest.visits for name, guest in guests.items()}
    findings += audit.wrong_cells(site.read)
    findings += audit.double_bookings(stored)
    findings += audit.overlapping(site.read)
    findings += audit.wrong_bookings(stored, told)
    findings += audit.wrong_notices(stored, heard, repeats=repeats)
    findings += audit.contradictions(stored, heard)
    outcome.repeats = evening.shown_twice + audit.repeated_notices(stored, heard)
    await site.next_day(_ALL_OVER)
    _, lacking = await site.until(lambda: _unfinished(site))
    findings += [lacking] if lacking else []
    await site.until_well()
    stored = audit.bookings(site.read, guests)
    findings += audit.wrong_bookings(stored, told)
    thanked = {name: _texts(guest.person) for name, guest in guests.items()}
    findings += audit.wrong_follow_ups(stored, thanked, repeats=repeats)
    outcome.repeats += audit.repeated_follow_ups(stored, thanked)
    findings += audit.wrong_cells(site.read)
    findings += audit.unsent(site.read, site.now())
    findings += audit.locked(site.read)
    findings += audit.queued(await site.unfinished())
    findings += [f"Redis still holds {key}." for key in await site.redis_keys()]
    expected = tuple(words for fault in faults for words in fault.errors)
    findings += audit.wrong_lines(_said(site, before), expected=expected, secrets=site.settings.secrets)


async def _unfinished(site: Site) -> str:
    return " ".join([*audit.unfinished_visits(site.read, site.now()), *audit.unsent(site.read, site.now())])


def _texts(person: Person, since: int = 0) -> list[str]:
    return [message.text for message in person.messages[since:] if not message.outgoing]


def _said(site: Site, before: _Before) -> Iterator[str]:
    for log in site.logs():
        with log.open("rb") as lines:
            lines.seek(before.logs[str(log)])
            yield from lines.read().decode("utf-8", "replace").splitlines()
