"""The deployment of `make cluster` and the people in it, to be struck and looked at."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from redis.asyncio import Redis
from sqlalchemy import Engine, NullPool, RowMapping, create_engine, text

from app.config import Role, Settings
from app.domain.clock import SystemClock
from playground.client import Person, Playground
from playground.types import Json
from servers.guard import Guard
from servers.program import Program
from servers.server import Server
from servers.topology import Topology

ZONE = ZoneInfo("Europe/Berlin")
"""Of the restaurant: where clocks change, and somebody sits there meanwhile."""
NIGHT = ("22:00–23:30", "23:30–01:30", "01:30–02:30", "02:30–03:30", "03:30–04:30")
FIRST_DAY = date(2026, 11, 27)
WELL_WITHIN = 120.0
LOOK_EVERY = 0.1
_COUNTED_ANEW = 1.2
"""Seconds after which RabbitMQ has counted its messages again."""
_SHORTEST_OUTAGE = 2.0


class Site:
    """`pace` shortens outages: 1 in `make faults`. One site lives through many faults, day after day."""

    def __init__(self, topology: Topology, chat: Playground, owner: Person, host: Person, *, pace: float) -> None:
        self.topology = topology
        self.chat = chat
        self.admins = (owner, host)
        self.posts: list[Json] = []
        """Each post of an update to the proxy: `status` (None: no answer), `attempt`, `request`, `at`."""
        self._pace = pace
        self._today = FIRST_DAY
        given: dict[str, Any] = {
            name.lower(): value.format(port=1) for name, value in topology.services[Role.WEB][0].settings.items()
        }
        self.settings = Settings(_env_file=None, **given)
        self._shared_clock = topology.folder / "clock-offset"
        self._clock = SystemClock(self._shared_clock)
        self._engine: Engine = create_engine(self.settings.store_url.get_secret_value(), poolclass=NullPool)

    # -- striking. Each returns when it has come about.

    async def start(self, *servers: Server) -> None:
        """Returns when they answer. Those that run are left alone."""
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))

    async def stop(self, *servers: Server) -> None:
        """With SIGTERM: returns when they have ended."""
        await asyncio.gather(*(asyncio.to_thread(server.stop) for server in servers))

    async def kill(self, *servers: Server) -> None:
        """With SIGKILL."""
        await asyncio.gather(*(asyncio.to_thread(server.kill) for server in servers))

    def freeze(self, server: Server) -> None:
        """With SIGSTOP. It has to be thawed again, whatever happens."""
        server.freeze()

    def thaw(self, server: Server) -> None:
        server.thaw()

    async def outage(self, seconds: float) -> None:
        """So long something is away; less in the sample."""
        await asyncio.sleep(max(seconds * self._pace, min(seconds, _SHORTEST_OUTAGE)))

    # -- looking

    def services(self, *roles: Role) -> list[Program]:
        """Of these roles, or all."""
        return [service for role in roles or tuple(Role) for service in self.topology.services[role]]

    async def health(self, service: Program) -> Json:
        """What readiness says; empty if it says nothing."""
        with suppress(aiohttp.ClientError, TimeoutError):
            timeout = aiohttp.ClientTimeout(total=3)
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.get(f"http://{service.host}:{service.port}/health/ready") as answer,
            ):
                return dict(await answer.json())
        return {}

    async def leader(self, *, not_: Program | None = None) -> Program:
        """Waits until one scheduler leads, and no other one; `not_` is not asked."""
        asked = [service for service in self.services(Role.SCHEDULER) if service is not not_]
        while True:
            states = await asyncio.gather(*map(self.health, asked))
            leading = [
                service for service, state in zip(asked, states, strict=True) if state.get("scheduler") == "leading"
            ]
            if len(leading) == 1:
                return leading[0]
            await asyncio.sleep(LOOK_EVERY)

    async def rows(self, sql: str, **values: Any) -> Sequence[RowMapping]:
        """Of the service's database."""
        return await asyncio.to_thread(self.read, sql, **values)

    def read(self, sql: str, **values: Any) -> Sequence[RowMapping]:
        """The same, for who is in a thread already."""
        with self._engine.connect() as connection:
            return connection.execute(text(sql), values).mappings().all()

    async def unfinished(self) -> dict[str, int]:
        """By queue, dead letters too: what RabbitMQ holds, waiting or not acknowledged."""
        return await asyncio.to_thread(self.topology.rabbitmq.unfinished)

    async def redis_keys(self) -> list[str]:
        """All that Redis holds: locks."""
        async with Redis.from_url(self.topology.redis.url) as redis:
            return sorted(key.decode() for key in await redis.keys("*"))

    def logs(self) -> Iterator[Path]:
        """Of the service's processes."""
        return (service.log for service in self.services())

    # -- time

    def now(self) -> datetime:
        """By the clock that everybody shares."""
        return self._clock.now()

    @property
    def today(self) -> date:
        return self._today

    async def next_day(self, days: int = 1) -> None:
        """Noon of that day in the restaurant."""
        await self.on(self._today + timedelta(days=days))

    async def on(self, day: date) -> None:
        """Noon of that day, from which guests count."""
        self._today = day
        await self.at(datetime.combine(day, wall_time(12), ZONE))

    async def at(self, moment: datetime) -> None:
        """Everybody's clock is moved; guests count the days as before."""
        await self.chat.move_clock(to=moment.astimezone(UTC))

    def set_apart(self, service: Program, by: timedelta) -> None:
        """Its clock alone, until it is set `together` again; nobody's is to be moved meanwhile."""
        offset = self._clock.offset + by
        _replace(_own_clock(service), lambda new: new.write_text(str(offset.total_seconds())))

    def set_together(self, service: Program) -> None:
        _replace(_own_clock(service), lambda new: new.symlink_to(self._shared_clock))

    # -- waiting

    async def until(self, holds: Callable[[], Any], *, seconds: float = WELL_WITHIN) -> tuple[float, str]:
        """Asks until there is nothing to say any more; the seconds it took, and what was still to say at the end."""
        began = time.monotonic()
        while True:
            said = await holds()
            took = time.monotonic() - began
            if not said or took > seconds:
                return took, str(said or "")
            await asyncio.sleep(LOOK_EVERY)

    async def until_well(self) -> tuple[float, str]:
        """Every process is ready, one scheduler leads, nothing waits in outbox or queues: seconds, and what lacks."""
        took, lacking = await self.until(self._lacking)
        await asyncio.sleep(_COUNTED_ANEW)
        more, lacking = await self.until(self._lacking)
        return (took if more < LOOK_EVERY else took + _COUNTED_ANEW + more), lacking

    async def _lacking(self) -> str:
        states = await asyncio.gather(*map(self.health, self.services()))
        for service, state in zip(self.services(), states, strict=True):
            if state.get("status") != "ready":
                return f"{service.folder.name} says {state or 'nothing'}"
        if (leaders := sum(state["scheduler"] == "leading" for state in states)) != 1:
            return f"{leaders} schedulers lead"
        if due := await self.rows(
            "SELECT queue, last_error FROM outbox WHERE published_at IS NULL AND dead_at IS NULL "
            "AND available_at <= :now",
            now=self.now(),
        ):
            return f"{len(due)} messages wait in the outbox: {due[0]}"
        if waiting := {queue: count for queue, count in (await self.unfinished()).items() if count}:
            return f"RabbitMQ holds {waiting}"
        return ""

    def hear(self, event: Json) -> None:
        """Notes each post of an update."""
        if event["type"] == "trace" and event["entry"]["direction"] == "update":
            self.posts.append(event["entry"])

    def close(self) -> None:
        self._engine.dispose()


@asynccontextmanager
async def open_site(guard: Guard, folder: Path, *, pace: float = 1) -> AsyncIterator[Site]:
    """Everything started. PostgreSQL's own user has to be able to enter the folder."""
    topology = Topology(guard, folder, settings=_by_night(folder))
    for several in topology.services.values():
        for service in several:
            shared = service.settings["CLOCK_OFFSET_FILE"]
            _own_clock(service).symlink_to(shared)
            service.settings = {**service.settings, "CLOCK_OFFSET_FILE": str(_own_clock(service))}
    await asyncio.to_thread(topology.__enter__)
    try:
        async with Playground.connect(topology.page) as chat:
            site = Site(topology, chat, await chat.join("owner"), await chat.join("host"), pace=pace)
            chat.subscribe(site.hear)
            yield site
            site.close()
    finally:
        await asyncio.to_thread(topology.__exit__)


def _by_night(folder: Path) -> Mapping[str, str]:
    """The restaurant as it comes, but in `ZONE`, and open until early morning."""
    venue = json.loads((files("app.dao") / "venue.json").read_text("utf-8"))
    slots = json.loads((files("app.dao") / "slots.json").read_text("utf-8"))[:-1]
    for number, (start, end) in enumerate((sitting.split("–") for sitting in NIGHT), len(slots) + 1):
        slots.append({"id": number, "start_time": start, "end_time": end})
    made = {"VENUE_JSON": {**venue, "time_zone": ZONE.key}, "SLOTS_JSON": slots}
    for name, content in made.items():
        (folder / name).write_text(json.dumps(content), "utf-8")
    return {name: str(folder / name) for name in made}


def _own_clock(service: Program) -> Path:
    return service.folder / "clock-offset"


def _replace(file: Path, make: Callable[[Path], object]) -> None:
    """At once, for whoever reads it all the time."""
    new = file.with_suffix(".new")
    make(new)
    new.replace(file)
