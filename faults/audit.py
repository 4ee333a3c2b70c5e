"""What must be true when the guests are gone. Whatever is not is told in a sentence."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from faults.visit import Visit

Read = Callable[..., Sequence[RowMapping]]
"""An SQL statement with its values, to rows."""

Notice = tuple[str, str, Visit]
"""What is said, of whom, of which visit."""

CELL = timedelta(minutes=15)
CREATED, CANCELED, MOVED = "Новая бронь", "Бронь отменена", "Бронь перенесена"
_NOW = "Стало:"
"""What stands before where a booking moved to."""
TOLD_OF = ("booked", "confirmed", "seated", "completed")
FOLLOW_UPS = ("Спасибо, что были", "новое меню", "промокод", "впечатлениями")
REMINDER = "🔔"
"""How a reminder begins."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A booking of the database, held or expired ones left out."""

    guest: str
    visit: Visit
    status: str
    moves: int = 0
    """How often it was moved."""


def bookings(read: Read, guests: Collection[str]) -> list[Stored]:
    """Of these guests, by their names."""
    rows = read(
        "SELECT u.first_name, b.status, b.sequence, b.party_size, b.starts_at, b.ends_at, v.time_zone, "
        "min(t.number) AS number "
        "FROM bookings b JOIN users u ON u.id = b.user_id JOIN booking_tables bt ON bt.booking_id = b.id "
        "JOIN tables t ON t.id = bt.table_id JOIN venues v ON v.id = b.venue_id WHERE u.first_name = ANY(:guests) "
        "AND b.status NOT IN ('held', 'expired') GROUP BY b.id, u.first_name, v.time_zone ORDER BY b.id",
        guests=list(guests),
    )
    return [
        Stored(
            row["first_name"],
            Visit.stored(
                row["starts_at"],
                row["ends_at"],
                zone=ZoneInfo(row["time_zone"]),
                table=row["number"],
                party=row["party_size"],
            ),
            row["status"],
            row["sequence"],
        )
        for row in rows
    ]


def wrong_cells(read: Read) -> Iterator[str]:
    """No booking without exactly its cells, no cell without its live booking; two owners the key forbids."""
    taken: defaultdict[int, set[tuple[int, datetime]]] = defaultdict(set)
    for row in read("SELECT booking_id, table_id, cell_start FROM table_cells"):
        taken[row["booking_id"]].add((row["table_id"], row["cell_start"]))
    due: defaultdict[int, set[tuple[int, datetime]]] = defaultdict(set)
    replaced: dict[int, int] = {}
    for row in read(
        "SELECT b.id, t.table_id, b.starts_at, b.ends_at, b.replaces_id FROM bookings b "
        "JOIN booking_tables t ON t.booking_id = b.id WHERE b.status IN ('held', 'booked', 'confirmed', 'seated')"
    ):
        cells = range((row["ends_at"] - row["starts_at"]) // CELL)
        due[row["id"]] |= {(row["table_id"], row["starts_at"] + CELL * n) for n in cells}
        if row["replaces_id"] is not None:
            replaced[row["id"]] = row["replaces_id"]
    for booking, moving in replaced.items():  # what is held for it lies on its own cells, too
        due[booking] -= due[moving]
    if wrong := sorted(booking for booking in taken.keys() | due.keys() if taken[booking] != due[booking]):
        yield f"Bookings {wrong} do not have exactly their cells."


def double_bookings(stored: Iterable[Stored]) -> Iterator[str]:
    """By tables and times, whatever the cells say."""
    live = Counter(
        (each.visit.month, each.visit.day, each.visit.time, each.visit.table) for each in _of(stored, TOLD_OF)
    )
    for place, parties in live.items():
        if parties > 1:
            yield f"{parties} parties have the same table: {place}."


def wrong_bookings(stored: Iterable[Stored], told: Mapping[str, Collection[Visit]]) -> Iterator[str]:
    """`told` is what each guest believes to have booked."""
    held = Counter((each.guest, each.visit) for each in _of(stored, TOLD_OF))
    believed = Counter((guest, visit) for guest, visits in told.items() for visit in visits)
    for guest, visit in (believed - held).elements():
        yield f"Lost: {guest} was told of {visit}, and there is no such booking."
    for guest, visit in (held - believed).elements():
        yield f"Nobody told {guest} of {visit}, and it is booked."


def overlapping(read: Read) -> Iterator[str]:
    """Of all guests, by the time that they really are there: clocks may have changed in between."""
    for row in read(
        "SELECT a.id AS one, b.id AS other FROM bookings a JOIN booking_tables t ON t.booking_id = a.id "
        "JOIN booking_tables u ON u.table_id = t.table_id JOIN bookings b ON b.id = u.booking_id AND b.id > a.id "
        "WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at AND a.status = ANY(:told) AND b.status = ANY(:told)",
        told=list(TOLD_OF),
    ):
        yield f"Bookings {row['one']} and {row['other']} have a table at the same time."


def wrong_notices(stored: Sequence[Stored], heard: Mapping[str, Sequence[str]], *, repeats: bool) -> Iterator[str]:
    """`heard` is what each reachable admin has read."""
    least, most = _due_notices(stored)
    for admin, texts in heard.items():
        guests = {each.guest for each in stored}
        told, left = notices(texts, guests), places_left(texts, guests)
        for notice in least - told:
            yield f"{admin} was never told: {_words(notice)}."
        for notice, times in (told - most - left).items():
            if notice not in most | left:
                yield f"{admin} was told what is not so: {_words(notice)}."
            elif not repeats:
                yield f"{admin} was told {times} times too often: {_words(notice)}."


def contradictions(stored: Sequence[Stored], heard: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Of what was booked once: that it was made is never said after that it was cancelled."""
    times = Counter((each.guest, each.visit) for each in stored)
    guests = {each.guest for each in stored}
    for admin, texts in heard.items():
        told = [notice for text in texts for notice in notices([text], guests)]
        for place, (kind, guest, visit) in enumerate(told):
            if kind in {CREATED, MOVED} and times[guest, visit] == 1 and (CANCELED, guest, visit) in told[:place]:
                yield f"{admin} was told too late: {_words((kind, guest, visit))}."


def repeated_notices(stored: Sequence[Stored], heard: Mapping[str, Sequence[str]]) -> int:
    """How many came once more than they should."""
    _, most = _due_notices(stored)
    guests = {each.guest for each in stored}
    return sum((notices(texts, guests) - most - places_left(texts, guests)).total() for texts in heard.values())


def notices(texts: Iterable[str], guests: Collection[str]) -> Counter[Notice]:
    """How often what was told of each booking of these guests."""
    told: Counter[Notice] = Counter()
    for text in texts:
        kind = next((kind for kind in (CREATED, CANCELED, MOVED) if kind in text), None)
        guest = re.search(r"👤 (.+)", text)
        if kind and guest and guest[1] in guests:
            told[kind, guest[1], Visit.told(text.rpartition(_NOW)[2])] += 1
    return told


def places_left(texts: Iterable[str], guests: Collection[str]) -> Counter[Notice]:
    """That bookings were made at places which they are said to have left since."""
    moved = [text for text in texts if MOVED in text]
    befores = notices([text.replace(MOVED, CREATED).partition(_NOW)[0] for text in moved], guests)
    return Counter(befores.keys())


def wrong_follow_ups(stored: Sequence[Stored], heard: Mapping[str, Sequence[str]], *, repeats: bool) -> Iterator[str]:
    """After all visits: each guest got each message once for each visit that took place, and for no other."""
    visited = Counter(each.guest for each in _of(stored, ("completed",)))
    for guest, texts in heard.items():
        for words in FOLLOW_UPS:
            came = sum(words in text for text in texts)
            if came < visited[guest] or (came > visited[guest] and not repeats):
                yield f"{guest} had {visited[guest]} visits and got «{words} …» {came} times."


def repeated_follow_ups(stored: Sequence[Stored], heard: Mapping[str, Sequence[str]]) -> int:
    visited = Counter(each.guest for each in _of(stored, ("completed",)))
    return sum(
        max(sum(words in text for text in texts) - visited[guest], 0)
        for guest, texts in heard.items()
        for words in FOLLOW_UPS
    )


def unfinished_visits(read: Read, now: datetime) -> Iterator[str]:
    """What should have ended by itself by now."""
    for row in read(
        "SELECT status, count(*) FROM bookings WHERE (status IN ('booked', 'confirmed', 'seated') AND ends_at <= :now) "
        "OR (status = 'held' AND hold_until <= :now) GROUP BY status",
        now=now,
    ):
        yield f"{row['count']} bookings are still {row['status']} after their time."


def unsent(read: Read, now: datetime) -> Iterator[str]:
    for row in read(
        "SELECT queue, count(*), max(last_error) AS error FROM outbox "
        "WHERE published_at IS NULL AND dead_at IS NULL AND available_at <= :now GROUP BY queue",
        now=now,
    ):
        yield f"{row['count']} messages for {row['queue']} are still in the outbox ({row['error']})."
    for row in read(
        "SELECT queue, count(*), max(last_error) AS error FROM outbox WHERE dead_at IS NOT NULL GROUP BY 1"
    ):
        yield f"{row['count']} messages for {row['queue']} were given up ({row['error']})."


def locked(read: Read, *, left_open: timedelta = timedelta(seconds=3)) -> Iterator[str]:
    """Of PostgreSQL: one advisory lock, the leader's, and no transaction in which nothing happened for so long."""
    holders = [
        row["application_name"]
        for row in read(
            "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE l.locktype = 'advisory' AND a.datname = current_database()"
        )
    ]
    if holders != ["binary-bites-scheduler"]:
        yield f"The advisory locks are held by {holders}."
    for row in read(
        "SELECT application_name, query FROM pg_stat_activity WHERE datname = current_database() "
        "AND state LIKE 'idle in transaction%' AND state_change <= clock_timestamp() - :left_open",
        left_open=left_open,
    ):
        yield f"A transaction was left open: {row['application_name']}, {row['query']}."


def queued(unfinished: Mapping[str, int]) -> Iterator[str]:
    for queue, count in unfinished.items():
        if count:
            yield f"RabbitMQ still holds {count} messages of {queue}."


def wrong_lines(lines: Iterable[str], *, expected: Collection[str], secrets: Collection[str]) -> Iterator[str]:
    """Of the service's logs: a secret, or an error that nobody expects; each sentence once."""
    found: dict[str, None] = {}
    known = False
    for line in lines:
        if any(secret in line for secret in secrets):
            found["A log shows a secret."] = None
        if re.match(r"\S+ \S+ [A-Z]+ |Traceback", line):
            known = any(words in line for words in expected)
        if not known and re.search(r" (ERROR|CRITICAL) |Traceback \(most", line):
            found[f"A log says: {line.strip()[:300]}"] = None
    yield from found


def _due_notices(stored: Sequence[Stored]) -> tuple[Counter[Notice], Counter[Notice]]:
    """At least, and at most: that a booking was made or moved is left out when it is cancelled, and that it was made
    when it has moved, by the time it would be said.
    """
    canceled = [*_of(stored, ("canceled",))]
    least = Counter((CANCELED, each.guest, each.visit) for each in canceled)
    least += Counter((MOVED if each.moves else CREATED, each.guest, each.visit) for each in _of(stored, TOLD_OF))
    most = least + Counter((CREATED, each.guest, each.visit) for each in canceled if not each.moves)
    for each in stored:
        if each.moves:  # each place that it left is told with the one it has now
            most[MOVED, each.guest, each.visit] += each.moves - (each.status in TOLD_OF)
    return least, most


def _of(stored: Iterable[Stored], statuses: Collection[str]) -> Iterator[Stored]:
    return (each for each in stored if each.status in statuses)


def _words(notice: Notice) -> str:
    kind, guest, visit = notice
    return f"«{kind}», {guest}, {visit}"
