"""What an operator's tools ask: is it alive, may it get work, how is it doing. No secret and no address is told."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from loguru import logger

from app.domain.errors import StoreUnavailable
from app.metrics import Metrics

_T = TypeVar("_T")

_PATIENCE = 2
_READY_SECONDS = 0.5
_SCRAPE_SECONDS = 5
_REPORT = {"status": {"enum": ["ready", "degraded", "not ready", "stopping"]}}


@dataclass(frozen=True, slots=True)
class State:
    """How a part is doing, in a word or a figure."""

    word: str | float
    well: bool = True


OK = State("ok")
OFF = State("off")
AWAY = State("away", well=False)


@dataclass(frozen=True, slots=True)
class Part:
    """Something the service consists of; without a `needed` one it should get no work."""

    name: str
    look: Callable[[], Awaitable[State]]
    needed: bool = False

    async def state(self) -> State:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.look()
        except (StoreUnavailable, TimeoutError):
            return AWAY


class Briefly(Generic[_T]):
    """Keeps an answer for a moment, so that strangers who ask often cost nothing."""

    def __init__(self, ask: Callable[[], Awaitable[_T]], seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._kept: tuple[float, _T] | None = None

    async def __call__(self) -> _T:
        async with self._asking:
            if self._kept is None or time.monotonic() - self._kept[0] >= self._seconds:
                self._kept = time.monotonic(), await self._ask()
            return self._kept[1]


class Readiness:
    """Asks all parts at once."""

    def __init__(self, parts: Sequence[Part], *, stopping: Callable[[], bool]) -> None:
        self._parts = parts
        self._stopping = stopping
        self._states = Briefly(self._ask, _READY_SECONDS)

    async def look(self) -> tuple[bool, Mapping[str, State]]:
        """Whether it may get work, and the state of each part."""
        states = dict(zip((part.name for part in self._parts), await self._states(), strict=True))
        lacking = any(part.needed and not states[part.name].well for part in self._parts)
        return not lacking and not self._stopping(), states

    async def report(self) -> tuple[bool, Mapping[str, object]]:
        """As it is told."""
        ready, states = await self.look()
        if self._stopping():
            status = "stopping"
        elif not ready:
            status = "not ready"
        else:
            status = "ready" if all(state.well for state in states.values()) else "degraded"
        return ready, {"status": status, **{name: state.word for name, state in states.items()}}

    async def _ask(self) -> list[State]:
        return await asyncio.gather(*(part.state() for part in self._parts))


class Figures:
    """What the metrics tell of the process's parts and of the database, read when somebody wants it."""

    def __init__(
        self,
        metrics: Metrics,
        readiness: Readiness,
        *,
        look: Callable[[], None],
        read: Sequence[Callable[[], Awaitable[None]]],
    ) -> None:
        """`look` costs nothing, `read` asks the database; each hands its figures to the metrics."""
        self._metrics = metrics
        self._readiness = readiness
        self._look = look
        self._reads = read
        self._refreshed = Briefly(self._refresh, _SCRAPE_SECONDS)
        self._outdated = False

    async def text(self) -> bytes:
        ready, states = await self._readiness.look()
        self._metrics.ready(ready)
        for name, state in states.items():
            self._metrics.part(name, str(state.word), well=state.well)
        self._look()
        await self._refreshed()
        return self._metrics.text()

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                for read in self._reads:
                    await read()
        except (StoreUnavailable, TimeoutError) as error:
            if not self._outdated:
                logger.warning("The metrics tell the database's figures of a while ago: {}", error or "it is slow")
            self._outdated = True
        else:
            self._outdated = False


def health_routes(readiness: Readiness, figures: Figures) -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.get("/health/live", responses={200: _json("The process runs.", {"status": {"const": "alive"}})})
    async def live() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @router.get(
        "/health/ready",
        responses={
            200: _json("It may get work.", _REPORT),
            503: _json("It should get no work: a needed part is away, or it stops.", _REPORT),
        },
    )
    async def ready() -> JSONResponse:
        may_work, report = await readiness.report()
        return JSONResponse(report, HTTPStatus.OK if may_work else HTTPStatus.SERVICE_UNAVAILABLE)

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        return Response(await figures.text(), media_type="text/plain; version=1.0.0; charset=utf-8")

    return router


def _json(description: str, properties: Mapping[str, object]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
