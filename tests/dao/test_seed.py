"""The owner's files: what they change, and one sentence for each mistake in them."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from app.dao.database import Database
from app.dao.init_logic import SeedFiles, seed
from app.dao.seed_files import read_seed
from app.domain.errors import BookingClosed, SeedError
from app.services import Services
from tests.dao.raw import execute
from tests.services.house import OWNER, TOMORROW, ManualClock, guest, services_of

DELIVERED = Path(__file__).resolve().parents[2] / "app" / "dao"
VENUE: dict[str, Any] = {
    "name": "Binary Bites",
    "about": "О нас",
    "greeting": {"ru": "Здравствуйте", "en": "Hello"},
    "address": "Москва",
    "phone": "+7 495 000-00-00",
}
PRIVACY = {"version": "2", "date": "2026-12-01", "text": "Храним имя и бронь."}
TABLES = [
    {"id": 1, "capacity": 2, "description": "У окна"},
    {"id": 2, "capacity": 4, "description": "В углу", "number": 20, "min_seats": 2, "zone": "Терраса", "priority": 1},
]
SLOTS = [{"id": 7, "start_time": "18:00", "end_time": "20:00"}, {"id": 8, "start_time": "22:00", "end_time": "24:00"}]
FOLLOW_UPS = [{"after": "90m", "text": "Спасибо!"}, {"after": 24, "text": {"ru": "Ещё", "en": "More"}}]


def delivered() -> SeedFiles:
    names = ("venue.json", "tables.json", "slots.json", "followups.json")
    return SeedFiles(*(DELIVERED / name for name in names))


class Owner:
    """Writes the files and starts the service with them."""

    def __init__(self, folder: Path, database: Database) -> None:
        names = ("venue.json", "tables.json", "slots.json", "followups.json")
        self.files = SeedFiles(*(folder / name for name in names))
        self.database = database
        self.write(VENUE, TABLES, SLOTS, FOLLOW_UPS)

    def write(
        self,
        venue: Any = VENUE,
        tables: Any = TABLES,
        slots: Any = SLOTS,
        follow_ups: Any = FOLLOW_UPS,
    ) -> None:
        files = (self.files.venue, self.files.tables, self.files.slots, self.files.followups)
        for file, content in zip(files, (venue, tables, slots, follow_ups), strict=True):
            file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    async def start(self, init_db: bool | None = None, time_zone: str = "Europe/Moscow") -> None:
        await seed(self.database, ManualClock(), self.files, init_db, time_zone=time_zone)


@pytest.fixture
async def owner(db_url: str, tmp_path: Path) -> AsyncIterator[Owner]:
    database = Database(db_url)
    await database.start()
    yield Owner(tmp_path, database)
    await database.close()


@pytest.fixture
def services(owner: Owner) -> Services:
    return services_of(owner.database, ManualClock())


async def numbers(services: Services) -> dict[int, int]:
    return {table.id: table.number for table in await services.availability.tables(2)}


async def test_the_delivered_files_open_a_house_of_twelve_tables_and_nine_sittings(
    owner: Owner, services: Services
) -> None:
    await seed(owner.database, ManualClock(), delivered(), None)
    assert len(await services.availability.tables(1)) == 12
    assert await services.availability.largest_party() == 8
    sittings = await services.availability.sittings(TOMORROW, party=2)
    assert [sitting.starts_at.hour for sitting in sittings] == [6, 8, 10, 12, 14, 16, 18, 20, 22]
    assert sittings[-1].ends_at.isoformat() == "2026-11-22T00:00:00+03:00"
    assert (await services.venues.card()).name == "Binary Bites"
    assert [follow_up.after for follow_up in await services.venues.follow_ups()] == [
        timedelta(hours=hours) for hours in (1, 3, 12, 24)
    ]


async def test_a_first_start_loads_the_files_and_a_second_one_leaves_things_alone(
    owner: Owner, services: Services
) -> None:
    await owner.start()
    assert await numbers(services) == {1: 1, 2: 20}
    owner.write(tables=[{**TABLES[0], "number": 5}])
    await owner.start()
    assert await numbers(services) == {1: 1, 2: 20}
    await owner.start(init_db=True)
    assert await numbers(services) == {1: 5}


async def test_processes_that_start_at_once_load_the_files_once(owner: Owner, services: Services) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, level="INFO")
    await asyncio.gather(*(owner.start() for _ in range(3)))
    logger.remove(sink)
    [line] = lines
    assert f"Loaded venue, tables, sittings and follow-ups from {owner.files.venue.parent}\n" in line
    assert await numbers(services) == {1: 1, 2: 20}


async def test_loading_the_same_files_again_changes_nothing(owner: Owner, services: Services) -> None:
    for _ in range(2):
        await owner.start(init_db=True)
    assert await numbers(services) == {1: 1, 2: 20}
    assert len(await services.availability.sittings(TOMORROW, party=2)) == 2


async def test_told_never_to_load_the_house_stays_closed_and_the_log_says_what_to_do(
    owner: Owner, services: Services
) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, level="WARNING")
    await owner.start(init_db=False)
    logger.remove(sink)
    with pytest.raises(BookingClosed):
        await services.availability.largest_party()
    assert (await services.venues.card()).name == ""
    assert await services.venues.follow_ups() == ()
    assert "INIT_DB=1" in lines[0]


async def test_two_tables_may_swap_their_numbers(owner: Owner, services: Services) -> None:
    await owner.start()
    owner.write(tables=[{**TABLES[0], "number": 20}, {**TABLES[1], "number": 1}])
    await owner.start(init_db=True)
    assert await numbers(services) == {1: 20, 2: 1}


async def test_a_table_that_is_gone_is_not_offered_and_its_bookings_stand(owner: Owner, services: Services) -> None:
    await owner.start()
    held = await services.bookings.hold(guest(), party=2, day=TOMORROW, slot_id=7, table_id=1)
    await services.bookings.book(guest(), held.id)
    owner.write(tables=[{**TABLES[1], "number": 1}])
    await owner.start(init_db=True)
    assert await numbers(services) == {2: 1}
    (card,) = (await services.bookings.on_day(OWNER, TOMORROW)).items
    assert [table.number for table in card.tables] == [1]
    owner.write()
    await owner.start(init_db=True)
    assert await numbers(services) == {1: 1, 2: 20}


async def test_a_venue_without_a_zone_is_where_timezone_says(owner: Owner, services: Services) -> None:
    await owner.start(time_zone="Asia/Kathmandu")
    assert str((await services.venues.card()).zone) == "Asia/Kathmandu"
    owner.write(venue={**VENUE, "time_zone": "Asia/Tokyo"})
    await owner.start(init_db=True, time_zone="Asia/Kathmandu")
    assert str((await services.venues.card()).zone) == "Asia/Tokyo"


async def test_a_venue_in_a_zone_that_is_unknown_here_ends_the_start_with_a_sentence(owner: Owner, db_url: str) -> None:
    await owner.start()
    await execute(db_url, "UPDATE venues SET time_zone = 'Europe/Moskau'")
    with pytest.raises(SeedError, match=r"^The venue's time zone, .* 'Europe/Moskau' is none; .* INIT_DB=1\.$"):
        await owner.start()
    await owner.start(init_db=True)


async def test_a_policy_and_combinations_are_loaded_with_the_venue_and_gone_with_them(
    owner: Owner, services: Services
) -> None:
    policy = {"hours": {"sat": "12:00-18:00"}, "grid": {"every": 60}, "horizon_days": 7}
    together = [{"name": "У окна", "tables": [1, 2]}]
    owner.write(venue={**VENUE, "policy": policy, "combinations": together})
    await owner.start()
    assert [one.starts_at.hour for one in await services.availability.sittings(TOMORROW, party=6)] == [
        12,
        13,
        14,
        15,
        16,
    ]
    (found,) = await services.availability.combinations(6)
    assert ([table.number for table in found.tables], found.max_seats) == ([1, 20], 6)
    owner.write()
    await owner.start(init_db=True)
    assert len(await services.availability.sittings(TOMORROW, party=2)) == 2
    assert await services.availability.largest_party() == 4


async def test_a_text_on_personal_data_is_changed_together_with_its_version(owner: Owner, services: Services) -> None:
    owner.write(venue={**VENUE, "privacy": PRIVACY})
    for _ in range(2):
        await owner.start(init_db=True)
    assert (await services.personal_data.notice()).text == {"ru": PRIVACY["text"]}
    owner.write(venue={**VENUE, "privacy": {**PRIVACY, "text": "И телефон."}})
    with pytest.raises(
        SeedError, match=r"^venue.json: field privacy: .* version 2, so this one needs a new version\.$"
    ):
        await owner.start(init_db=True)
    owner.write(venue={**VENUE, "privacy": {**PRIVACY, "text": "И телефон.", "version": "3"}})
    await owner.start(init_db=True)
    assert (await services.personal_data.notice()).version == "3"
    owner.write()
    await owner.start(init_db=True)
    assert (await services.personal_data.notice()).version == "standard-1"


async def test_texts_may_be_in_one_language_or_in_both(owner: Owner, services: Services) -> None:
    await owner.start()
    card = await services.venues.card()
    assert (card.about, card.greeting) == ({"ru": "О нас"}, {"ru": "Здравствуйте", "en": "Hello"})
    first, second = await services.venues.follow_ups()
    assert (first.after, first.text) == (timedelta(minutes=90), {"ru": "Спасибо!"})
    assert (second.after, second.text["en"]) == (timedelta(days=1), "More")


async def test_a_mistake_in_the_last_file_leaves_everything_as_it_was(owner: Owner, services: Services) -> None:
    await owner.start()
    owner.write(tables=[], follow_ups=[{"after": "soon", "text": "x"}])
    with pytest.raises(SeedError):
        await owner.start(init_db=True)
    assert await numbers(services) == {1: 1, 2: 20}


def changed(entries: list[dict[str, Any]], index: int, **values: Any) -> list[dict[str, Any]]:
    return [{**entry, **(values if number == index else {})} for number, entry in enumerate(entries)]


TABLE_1, TABLE_2 = "tables.json: entry 1 (id 1)", "tables.json: entry 2 (id 2)"
SLOT_7, SLOT_8 = "slots.json: entry 1 (id 7)", "slots.json: entry 2 (id 8)"
FIRST = "followups.json: entry 1"
MISTAKES: list[tuple[str, Any, str, str]] = [
    ("tables", changed(TABLES, 1, capacity="four"), f"{TABLE_2}, field capacity", "should be a valid integer."),
    ("tables", changed(TABLES, 1, capacity=0), f"{TABLE_2}, field capacity", "should be greater than or equal to 1."),
    ("tables", changed(TABLES, 0, id="x"), "tables.json: entry 1 (id x), field id", "should be a valid integer."),
    ("tables", changed(TABLES, 0, capasity=2), f"{TABLE_1}, field capasity", "is not known."),
    ("tables", changed(TABLES, 0, description="  "), f"{TABLE_1}, field description.ru", "should not be empty."),
    ("tables", [{"id": 3, "capacity": 2}], "tables.json: entry 1 (id 3), field description", "is missing."),
    ("tables", changed(TABLES, 1, min_seats=5), TABLE_2, "min_seats should not be above capacity."),
    ("tables", changed(TABLES, 1, id=1), "entry 2 (id 1), field id", "1 is taken by entry 1 already."),
    ("tables", changed(TABLES, 1, number=1), f"{TABLE_2}, field number", "1 is taken by entry 1 already."),
    ("tables", {"id": 1}, "tables.json", "should be a list in square brackets."),
    ("tables", [1], "tables.json: entry 1", "should be an object in braces."),
    ("tables", '[\n  {"id": 1,}\n]', "tables.json", "line 2 is not JSON: "),
    (
        "venue",
        VENUE | {"address": "м" * 501},
        "venue.json: field address.ru",
        "should have at most 500 characters.",
    ),
    (
        "slots",
        changed(SLOTS, 0, start_time="6pm"),
        f"{SLOT_7}, field start_time",
        'should be a time of day like "18:00".',
    ),
    (
        "slots",
        changed(SLOTS, 0, end_time="24:30"),
        f"{SLOT_7}, field end_time",
        'should be a time of day like "18:00".',
    ),
    (
        "slots",
        changed(SLOTS, 0, start_time="18:10"),
        f"{SLOT_7}, field start_time",
        "should be on a quarter of an hour.",
    ),
    ("slots", changed(SLOTS, 0, end_time="22:15"), f"{SLOT_7}, field end_time", "overlaps with entry 2 (id 8)."),
    ("slots", changed(SLOTS, 1, end_time="18:15"), f"{SLOT_8}, field end_time", "overlaps with entry 1 (id 7)."),
    ("slots", changed(SLOTS, 1, start_time="18:00"), "field end_time", "overlaps with entry"),
    ("slots", changed(SLOTS, 1, id=7), "slots.json: entry 2 (id 7), field id", "7 is taken by entry 1 already."),
    (
        "venue",
        {**VENUE, "policy": {"hours": {"fri": "12:00-06:00"}}},
        "venue.json: field policy.hours.fri.0",
        "should end by 05:00, when the next day begins for the house.",
    ),
    ("venue", {**VENUE, "policy": {"grid": {"every": 15}}}, "venue.json: field policy", "a grid needs hours."),
    ("venue", {**VENUE, "policy": {"pasing": 4}}, "venue.json: field policy.pasing", "is not known."),
    (
        "venue",
        {**VENUE, "combinations": [{"name": "A", "tables": [1, 9]}]},
        "venue.json: field combinations.0.tables",
        "there is no table with id 9.",
    ),
    (
        "venue",
        {**VENUE, "policy": {"exceptions": [{"date": "31.12.2026", "closed": True}]}},
        "venue.json: field policy.exceptions.0.date",
        'should be a valid date like "2026-12-31".',
    ),
    (
        "venue",
        {**VENUE, "policy": {"exceptions": [{"date": 20261231, "closed": True}]}},
        "venue.json: field policy.exceptions.0.date",
        'should be a valid date like "2026-12-31".',
    ),
    ("venue", {**VENUE, "policy": {"hours": "12-24"}}, "venue.json: field policy.hours", "should be an object in"),
    (
        "venue",
        {**VENUE, "policy": {"overlapping_bookings": "да"}},
        "venue.json: field policy.overlapping_bookings",
        "should be true or false.",
    ),
    (
        "venue",
        {**VENUE, "combinations": [{"name": "A", "tables": [1]}]},
        "venue.json: field combinations.0.tables",
        "should name two tables or more.",
    ),
    (
        "venue",
        {**VENUE, "combinations": [{"name": "A", "tables": [1, 1]}]},
        "venue.json: field combinations.0.tables",
        "should name each table once.",
    ),
    (
        "venue",
        {**VENUE, "combinations": [{"name": "A", "tables": [1, 2], "min_seats": 7}]},
        "venue.json: field combinations.0.min_seats",
        "should not be above seats.",
    ),
    (
        "venue",
        {**VENUE, "privacy": {**PRIVACY, "version": ""}},
        "venue.json: field privacy.version",
        "should not be empty.",
    ),
    (
        "venue",
        {**VENUE, "privacy": {**PRIVACY, "version": "standard-1"}},
        "venue.json: field privacy.version",
        "should not begin with",
    ),
    (
        "venue",
        {**VENUE, "privacy": {**PRIVACY, "date": "soon"}},
        "venue.json: field privacy.date",
        "should be a valid date",
    ),
    (
        "venue",
        {**VENUE, "privacy": {**PRIVACY, "text": {"en": "x"}}},
        "venue.json: field privacy.text",
        "should have a text in Russian",
    ),
    ("venue", {**VENUE, "time_zone": "Moscow"}, "venue.json: field time_zone", "should be an IANA time zone like"),
    ("venue", {**VENUE, "about": {"en": "About"}}, "venue.json: field about", 'should have a text in Russian: "ru".'),
    ("venue", {**VENUE, "about": {"ru": "О", "de": "Ü"}}, "venue.json: field about.de", "should be 'ru' or 'en'."),
    ("venue", {**VENUE, "languages": []}, "venue.json: field languages", "should not be empty."),
    ("venue", {key: VENUE[key] for key in VENUE if key != "phone"}, "venue.json: field phone", "is missing."),
    ("venue", [], "venue.json", "should be an object in braces."),
    ("follow_ups", [{"after": "soon", "text": "x"}], f"{FIRST}, field after", 'should be like "90m", "1h" or "1d", or'),
    ("follow_ups", [{"after": True, "text": "x"}], f"{FIRST}, field after", 'should be like "90m", "1h" or "1d", or'),
    (
        "follow_ups",
        [{"after": -1, "text": "x"}],
        f"{FIRST}, field after",
        "should be from 0 to 90 days after the visit.",
    ),
    (
        "follow_ups",
        [{"after": 1e9, "text": "x"}],
        f"{FIRST}, field after",
        "should be from 0 to 90 days after the visit.",
    ),
    ("follow_ups", [{"after": "1h", "text": ""}], f"{FIRST}, field text.ru", "should not be empty."),
]


@pytest.mark.parametrize(("file", "content", "place", "complaint"), MISTAKES)
def test_a_mistake_is_one_sentence_with_file_entry_and_field(
    tmp_path: Path, file: str, content: Any, place: str, complaint: str
) -> None:
    owner = Owner(tmp_path, Database(f"sqlite+aiosqlite:///{tmp_path}/db.sqlite3"))
    owner.write(**{file: content})
    with pytest.raises(SeedError) as mistake:
        read_seed(owner.files)
    assert f"{place}: {complaint}" in str(mistake.value)
    assert "\n" not in str(mistake.value)
    assert str(mistake.value).endswith(".")


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    owner = Owner(tmp_path, Database(f"sqlite+aiosqlite:///{tmp_path}/db.sqlite3"))
    owner.files.slots.write_bytes(b"\xff\xfe[]")
    with pytest.raises(SeedError, match=r"slots\.json cannot be read as text in UTF-8"):
        read_seed(owner.files)
    owner.files.slots.unlink()
    with pytest.raises(SeedError, match=r"slots\.json cannot be read"):
        read_seed(owner.files)


def test_sittings_may_end_when_the_next_begins_and_run_through_the_night(tmp_path: Path) -> None:
    owner = Owner(tmp_path, Database(f"sqlite+aiosqlite:///{tmp_path}/db.sqlite3"))
    around_the_clock = [
        {"id": 1, "start_time": "05:00", "end_time": "13:00"},
        {"id": 2, "start_time": "13:00", "end_time": "21:00"},
        {"id": 3, "start_time": "21:00", "end_time": "5:00"},
    ]
    owner.write(slots=around_the_clock)
    assert len(read_seed(owner.files).slots) == 3
    owner.write(slots=[{"id": 1, "start_time": "10:00", "end_time": "10:00"}])
    assert read_seed(owner.files).slots[0].slot.length == timedelta(days=1)
    owner.write(slots=[])
    assert read_seed(owner.files).slots == []
