"""A sample of `python -m faults.fuzz`: whatever is posted, nothing breaks, and guests still book."""

import random

import pytest

from faults.mutants import Mutator
from faults.screens import Update, new_people
from faults.storm import Storm, alarming
from tests.e2e.house import SATURDAY, SUNDAY, House
from tests.e2e.wizard import Wish, walk

SAMPLE = 750
FIRST = 10**12
VALID: list[Update] = [
    {"callback_query": {"id": "1", "from": {"id": 5}, "data": "booking:show:1:0", "message": {"message_id": 1}}},
    {"message": {"message_id": 2, "from": {"id": 6, "is_bot": False}, "text": "/start", "entities": []}},
]
LOG = """\
2026-11-22 12:00:00.000 INFO     app.bot [update=1 user=5] nothing
2026-11-22 12:00:00.001 ERROR    app.api.webhook Update 2 is passed over, it still is no update: message.chat: missing
2026-11-22 12:00:00.002 WARNING  app.bot [update=3 user=5] odd
    Traceback (most recent call last):
2026-11-22 12:00:00.003 ERROR    app.bot [update=4 user=5] bad
"""


@pytest.mark.slow
@pytest.mark.parametrize("db_url", ["sqlite", "postgresql"], indirect=True)
async def test_strange_updates_break_nothing_and_guests_still_book(house: House) -> None:
    house.expected_errors += ["is passed over", "    2026-11-22 12:00:00.000 ERROR app.bot forged"]
    valid = await new_people(house.chat, Wish(day=SATURDAY), first_id=20_000)
    mutate = Mutator(random.Random(1))  # noqa: S311 - a seed
    posts = {number: mutate(number, valid) for number in range(FIRST, FIRST + SAMPLE)}
    storm = Storm(f"{house.address}/webhook", house.settings.secret_token.get_secret_value())
    await storm.blow(posts)
    storm.read(house.log, posts)
    assert storm.findings == []
    anna = await house.anna()
    await walk(anna, wish=Wish(day=SUNDAY))
    assert "столик ваш" in anna.last.text


def test_the_same_seed_makes_the_same_updates() -> None:
    once, again, other = (Mutator(random.Random(seed)) for seed in (1, 1, 2))  # noqa: S311 - the same
    made = [once(number, VALID) for number in range(300)]
    assert made == [again(number, VALID) for number in range(300)]
    assert made != [other(number, VALID) for number in range(300)]


def test_errors_and_tracebacks_in_the_log_are_found_with_what_was_posted() -> None:
    assert [entry.splitlines()[0][-3:] for entry in alarming(LOG)] == ["odd", "bad"]
    storm = Storm("http://127.0.0.1:1/webhook", "secret")
    storm.read(LOG, {4: b"what was posted"})
    assert len(storm.findings) == 2
    assert "what was posted" in storm.findings[1]


async def test_whoever_does_not_answer_is_found() -> None:
    storm = Storm("http://127.0.0.1:1/webhook", "secret")
    await storm.blow({1: b"{}"})
    [finding] = storm.findings
    assert "Update 1 got no answer" in finding
