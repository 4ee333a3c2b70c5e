"""What the operator's tools are told."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest

from app.api.health import AWAY, OK, Figures, Part, Readiness, State, health_routes
from app.domain.booking import BookingStatus
from app.domain.errors import StoreUnavailable
from app.metrics import Metrics
from tests.api.conftest import Log, served


class Service:
    """Parts whose state the test decides."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.states: dict[str, State | Exception] = {"database": OK, "broker": OK}
        self.asked = 0
        self.stopping = False
        self.count: int | Exception = 3

    async def look(self, name: str) -> State:
        self.asked += 1
        state = self.states[name]
        if isinstance(state, Exception):
            raise state
        return state

    async def bookings(self) -> Mapping[BookingStatus, int]:
        self.asked += 1
        if isinstance(self.count, Exception):
            raise self.count
        return {BookingStatus.BOOKED: self.count}

    async def lag(self) -> float:
        return 1.5

    async def get(self, path: str) -> httpx.Response:
        parts = [
            Part("database", lambda: self.look("database"), needed=True),
            Part("broker", lambda: self.look("broker")),
        ]
        readiness = Readiness(parts, stopping=lambda: self.stopping)
        figures = Figures(self.metrics, bookings=self.bookings, lag=self.lag)
        async with served(*health_routes(readiness, figures).routes) as url, httpx.AsyncClient(base_url=url) as http:
            answers = await asyncio.gather(*(http.get(path) for _ in range(3)))
        assert len({answer.text for answer in answers if path != "/metrics"}) <= 1
        return answers[0]


@pytest.fixture
def service(metrics: Metrics) -> Service:
    return Service(metrics)


async def test_it_is_alive_while_it_runs(service: Service) -> None:
    assert (await service.get("/health/live")).status_code == 200
    assert service.asked == 0


async def test_it_is_ready_when_every_part_is_well(service: Service) -> None:
    answer = await service.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "database": "ok", "broker": "ok"}


@pytest.mark.parametrize("trouble", [AWAY, StoreUnavailable("secret host name"), TimeoutError()])
async def test_without_a_needed_part_it_is_not_ready(service: Service, trouble: State | Exception) -> None:
    service.states["database"] = trouble
    answer = await service.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "database": "away", "broker": "ok"}


async def test_without_a_part_that_can_wait_it_goes_on_and_says_so(service: Service) -> None:
    service.states["broker"] = AWAY
    answer = await service.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "degraded", "database": "ok", "broker": "away"}


async def test_while_stopping_it_is_not_ready(service: Service) -> None:
    service.stopping = True
    answer = await service.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "stopping")


async def test_asking_often_costs_one_look(service: Service) -> None:
    await service.get("/health/ready")
    assert service.asked == 2


async def test_the_metrics_tell_updates_bookings_lag_sends_jobs_and_the_process(
    service: Service, metrics: Metrics
) -> None:
    metrics.update_taken()
    metrics.update_done("message", "handled", 0.004)
    metrics.message_sent("sent")
    metrics.job_ran("tidy", "done")
    answer = await service.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for line in (
        'bites_updates_total{kind="message",outcome="handled"} 1.0',
        'bites_update_seconds_bucket{le="0.005"} 1.0',
        "bites_updates_in_work 0.0",
        'bites_bookings{status="booked"} 3.0',
        "bites_outbox_lag_seconds 1.5",
        'bites_sends_total{outcome="sent"} 1.0',
        'bites_jobs_total{job="tidy",outcome="done"} 1.0',
        "process_resident_memory_bytes",
    ):
        assert line in answer.text
    assert service.asked == 1


async def test_the_metrics_are_told_while_the_database_is_away(service: Service, log: Log) -> None:
    service.count = StoreUnavailable("away")
    answer = await service.get("/metrics")
    assert answer.status_code == 200
    assert "process_resident_memory_bytes" in answer.text
    assert log.about("of a while ago")
