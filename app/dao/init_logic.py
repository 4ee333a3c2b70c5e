"""The first contents of the database: what the owner's files say about the venue, its tables and its sittings."""

from collections.abc import Mapping
from dataclasses import astuple

from loguru import logger

from app.dao.database import Database, WriteDao
from app.dao.seed_files import Seed, SeedFiles, TableEntry, read_seed
from app.dao.venues import stored_policy
from app.domain.clock import Clock
from app.domain.errors import SeedError
from app.domain.people import Language
from app.domain.schedule import zone_called

__all__ = ["SeedFiles", "seed"]

VENUE_ID = 1


async def seed(
    db: Database, clock: Clock, files: SeedFiles, mode: bool | None, *, time_zone: str = "Europe/Moscow"
) -> None:
    """Loads the files if `mode` (INIT_DB) says so; None: if there are no tables. Everything or nothing.

    Entries are known by id: what is new is added, what has changed is changed, a table or sitting that is gone is
    retired and its bookings stand. `time_zone` is for a venue that names none. Raises SeedError.
    """
    if mode or (mode is None and not await _has_tables(db)):
        await _load(db, clock, files, time_zone, even_if_there=bool(mode))
    await _ensure_zone(db, files)
    if not await _has_tables(db):
        logger.warning(
            "There are no tables, so guests read that booking is closed: fill {} and start with INIT_DB=1", files.tables
        )


async def _ensure_zone(db: Database, files: SeedFiles) -> None:
    """One that the venue was given elsewhere may be unknown here."""
    async with db.read() as dao:
        if await dao.venues.revision(VENUE_ID) is None:
            return
        name = (await dao.venues.get(VENUE_ID)).time_zone
    try:
        zone_called(name)
    except ValueError as mistake:
        raise SeedError(
            f"The venue's time zone, as the database has it, {mistake}; to change it, "
            f"set time_zone in {files.venue} and start with INIT_DB=1."
        ) from None


async def _has_tables(db: Database) -> bool:
    async with db.read() as dao:
        return bool(await dao.venues.tables_count(VENUE_ID))


async def _load(db: Database, clock: Clock, files: SeedFiles, time_zone: str, *, even_if_there: bool) -> None:
    contents, now = read_seed(files), clock.now()

    async def load(dao: WriteDao) -> bool:
        """False: another process, that started at the same moment, has done it."""
        await _ensure_new_version(dao, contents, files)
        await dao.seeding.load_venue(_venue(contents, time_zone))  # where one of several processes waits for the other
        if not even_if_there and await dao.venues.tables_count(VENUE_ID):
            return False
        await dao.seeding.load_tables(VENUE_ID, [_table(table) for table in contents.tables], now=now)
        slots = [slot.model_dump() for slot in contents.slots]
        await dao.seeding.load_slots(VENUE_ID, slots, now=now)
        return True

    if await db.write(load):
        folders = sorted({str(file.parent) for file in astuple(files)})
        logger.info("Loaded venue, tables, sittings and follow-ups from {}", ", ".join(folders))


async def _ensure_new_version(dao: WriteDao, contents: Seed, files: SeedFiles) -> None:
    """What guests have agreed to is not written anew behind their backs."""
    written = contents.venue.privacy
    if written is None or await dao.venues.revision(VENUE_ID) is None:
        return
    agreed = (await dao.venues.get(VENUE_ID)).privacy
    if agreed and agreed.version == written.version and agreed != written:
        raise SeedError(
            f"{files.venue.name}: field privacy: guests may have agreed to another text of version "
            f"{written.version}, so this one needs a new version."
        )


def _venue(contents: Seed, time_zone: str) -> dict[str, object]:
    venue = contents.venue
    seats = {table.id: table.capacity for table in contents.tables}
    return {
        "id": VENUE_ID,
        "name": venue.name,
        "about": _texts(venue.about),
        "greeting": _texts(venue.greeting),
        "address": _texts(venue.address),
        "phone": venue.phone,
        "time_zone": venue.time_zone or time_zone,
        "languages": [language.value for language in dict.fromkeys(venue.languages)],
        "follow_ups": [
            {"after": int(entry.after.total_seconds()), "text": _texts(entry.text)} for entry in contents.follow_ups
        ],
        "policy": stored_policy(venue.policy),
        "privacy": venue.privacy.model_dump(mode="json") if venue.privacy else {},
        "combinations": [one.model_dump() | {"seats": one.seats_of(seats)} for one in venue.combinations],
    }


def _texts(texts: Mapping[Language, str]) -> dict[str, str]:
    return {language.value: text for language, text in texts.items()}


def _table(table: TableEntry) -> dict[str, object]:
    return {
        "id": table.id,
        "number": table.shown_number,
        "min_seats": table.min_seats,
        "max_seats": table.capacity,
        "zone": table.zone,
        "description": _texts(table.description),
        "priority": table.priority,
    }
