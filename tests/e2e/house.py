"""The whole service and a playground in this process: people chat with it, the clock is set, the database is read."""

import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from sqlalchemy import Engine, RowMapping, create_engine, make_url, text

from app.config import Settings
from app.main import create_app
from playground.client import Person, Playground
from tests.discretion import keep_secret
from tests.e2e.patience import until

TOKEN = "4200000007:AAendtoendendtoendendtoendendtoend0"
OWNER, HOST = 9001, 9002
MOSCOW = ZoneInfo("Europe/Moscow")
FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)
NOON = datetime.combine(FRIDAY, time(12), MOSCOW)
"""When every story begins."""

LIVE = ("held", "pending", "booked", "confirmed", "seated")
CELL = timedelta(minutes=15)


class SharedClock:
    """The playground's clock is the service's: it runs, and a test moves it."""

    def __init__(self, chat: Playground) -> None:
        self._chat = chat

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._chat.clock.now(), UTC)


@dataclass(frozen=True, slots=True)
class StoredBooking:
    """A booking as the database holds it; times are aware."""

    id: int
    guest: int
    status: str
    party: int
    tables: tuple[int, ...]
    service_date: date
    starts_at: datetime
    ends_at: datetime
    buffer: timedelta


@dataclass
class House:
    """A running service: what its guests and admins may do stands in `chat`, what it keeps is read with SQL."""

    chat: Playground
    settings: Settings
    address: str
    engine: Engine
    expected_errors: list[str] = field(default_factory=list)
    """Words of the error lines that this test provokes; any other one fails it."""

    # -- people

    async def anna(self) -> Person:
        return await self.chat.join("guest")

    async def boris(self) -> Person:
        return await self.chat.join("second guest")

    async def owner(self) -> Person:
        return await self.chat.join("owner")

    async def host(self) -> Person:
        """The other one of the two admins."""
        return await self.chat.join(id=HOST)

    async def guests(self, count: int) -> list[Person]:
        return [await self.chat.join(id=20_000 + n, first_name=f"Гость {n}") for n in range(count)]

    # -- time

    async def at(self, day: date, wall_time: str, zone: ZoneInfo = MOSCOW) -> None:
        """Now it is that time of that day in the restaurant."""
        moment = datetime.combine(day, time.fromisoformat(wall_time), zone)
        await self.chat.move_clock(to=moment.astimezone(UTC))

    async def later(self, **by: float) -> None:
        await self.chat.move_clock(add=timedelta(**by).total_seconds())

    # -- what is kept

    def rows(self, sql: str, **values: Any) -> Sequence[RowMapping]:
        with self.engine.connect() as connection:
            return connection.execute(text(sql), values).mappings().all()

    def number(self, sql: str, **values: Any) -> int:
        [row] = self.rows(sql, **values)
        return int(next(iter(dict(row).values())))

    def bookings(self) -> list[StoredBooking]:
        found = self.rows(
            "SELECT b.id, u.external_id, b.status, b.party_size, b.service_date, b.starts_at, b.ends_at, "
            "b.buffer_minutes "
            "FROM bookings b JOIN users u ON u.id = b.user_id ORDER BY b.id"
        )
        return [
            StoredBooking(
                row["id"],
                row["external_id"],
                row["status"],
                row["party_size"],
                tuple(self._tables_of(row["id"])),
                date.fromisoformat(str(row["service_date"])),
                _moment(row["starts_at"]),
                _moment(row["ends_at"]),
                timedelta(minutes=row["buffer_minutes"]),
            )
            for row in found
        ]

    def statuses(self) -> list[str]:
        return [booking.status for booking in self.bookings()]

    def _tables_of(self, booking_id: int) -> list[int]:
        sql = "SELECT table_id FROM booking_tables WHERE booking_id = :id ORDER BY table_id"
        return [row["table_id"] for row in self.rows(sql, id=booking_id)]

    def not_come(self, booking_id: int) -> None:
        """The host notes that nobody came, by hand."""
        with self.engine.begin() as connection:
            connection.execute(text("UPDATE bookings SET status = 'no_show' WHERE id = :id"), {"id": booking_id})
            connection.execute(text("DELETE FROM table_cells WHERE booking_id = :id"), {"id": booking_id})

    @property
    def log(self) -> str:
        assert self.settings.log_file
        return self.settings.log_file.read_text("utf-8")

    async def quiet(self) -> None:
        """Until everything that is due has been sent."""

        def due() -> bool:
            rows = self.rows("SELECT available_at FROM outbox WHERE published_at IS NULL AND dead_at IS NULL")
            now = datetime.fromtimestamp(self.chat.clock.now(), UTC)
            return any(_moment(row["available_at"]) <= now for row in rows)

        await until(lambda: not due(), what="an outbox without anything due")

    async def until_status(self, *statuses: str) -> None:
        """Until the bookings, as they were made, have these statuses."""
        await until(lambda: self.statuses() == list(statuses), what=f"{statuses}")

    # -- the HTTP face

    async def post(self, update: dict[str, Any]) -> int:
        """An update as Telegram would post it, made by hand."""
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.settings.secret_token.get_secret_value()}
        async with httpx.AsyncClient() as http:
            return (await http.post(f"{self.address}/webhook", json=update, headers=secret, timeout=30)).status_code

    # -- what must be true whatever happened

    def ensure_sound(self) -> None:
        """No cell without its live booking, no booking without its cells, nothing given up, no error nobody expects."""
        taken: dict[int, set[tuple[int, datetime]]] = {}
        for row in self.rows("SELECT booking_id, table_id, cell_start FROM table_cells"):
            taken.setdefault(row["booking_id"], set()).add((row["table_id"], _moment(row["cell_start"])))
        due = {
            booking.id: {(table, moment) for table in booking.tables for moment in _cells(booking)}
            for booking in self.bookings()
            if booking.status in LIVE
        }
        for row in self.rows("SELECT id, replaces_id FROM bookings WHERE status = 'held' AND replaces_id IS NOT NULL"):
            due[row["id"]] -= due[row["replaces_id"]]  # what is held to move there lies on its own cells, too
        assert taken == due
        assert self.rows("SELECT queue, last_error FROM outbox WHERE dead_at IS NOT NULL") == []
        assert self.chat.world.trace.unsupported == {}
        errors = [line for line in self.log.splitlines() if re.search(r" (ERROR|CRITICAL) ", line)]
        assert [line for line in errors if not any(words in line for words in self.expected_errors)] == []


def _cells(booking: StoredBooking) -> list[datetime]:
    stay = booking.ends_at + booking.buffer - booking.starts_at
    return [booking.starts_at + CELL * n for n in range(stay // CELL)]


def _moment(value: Any) -> datetime:
    """SQLite keeps UTC without saying so."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


@asynccontextmanager
async def open_house(
    folder: Path,
    db_url: str,
    *,
    now: datetime = NOON,
    contents: dict[str, Any] | None = None,
    **settings: Any,
) -> AsyncIterator[House]:
    """`contents` are the owner's files by their settings' names (`tables_json`), where others than those shipped."""
    for name, content in (contents or {}).items():
        file = folder / f"{name}.json"
        file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        settings[name] = file
    async with open_street(now) as chat, serve(folder, db_url, chat, **settings) as house:
        yield house


@asynccontextmanager
async def open_street(now: datetime = NOON) -> AsyncIterator[Playground]:
    """The people alone, among them both admins."""
    async with Playground.start(token=TOKEN) as chat:
        keep_secret(chat.page_url.rstrip("/").rpartition("/")[2])
        await chat.move_clock(to=now.astimezone(UTC))
        await chat.join(id=HOST, first_name="Глеб", started=True)
        yield chat


@asynccontextmanager
async def serve(folder: Path, db_url: str, chat: Playground, **settings: Any) -> AsyncIterator[House]:
    """The service alone, for a playground that is there already: it may be stopped and served again."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        chosen = Settings(
            **{
                "bot_token": TOKEN,
                "admin_ids": f"[{OWNER}, {HOST}]",
                "base_url": address,
                "telegram_api_url": chat.base_url,
                "db_url": db_url,
                "store_url": f"sqlite:///{folder}/jobs.sqlite",
                "log_file": folder / "log.txt",
                "clock_offset_file": folder / "no-offset",
                "notify_admins_on_start": False,
                **settings,
            }
        )
        keep_secret(*chosen.secrets)
        app = create_app(chosen, SharedClock(chat))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        engine = create_engine(
            make_url(db_url).set(drivername="sqlite" if "sqlite" in db_url else "postgresql+psycopg")
        )
        await server.startup(sockets=[listener])
        assert not server.should_exit, "the service did not start"
        try:
            house = House(chat, chosen, address, engine)
            yield house
            house.ensure_sound()
        finally:
            await server.shutdown(sockets=[listener])
            engine.dispose()
        assert [thread.name for thread in threading.enumerate() if thread.name.startswith("APScheduler")] == []
