"""What the operator's tools are told."""

import asyncio
import time

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
        self.counted = 0
        self.stopping = False
        self.count: int | Exception = 3

    async def look(self, name: str) -> State:
        self.asked += 1
        state = self.states[name]
        if isinstance(state, Exception):
            raise state
        return state

    async def read(self) -> None:
        self.counted += 1
        if isinstance(self.count, Exception):
            raise self.count
        self.metrics.bookings({BookingStatus.BOOKED: self.count})

    async def get(self, path: str) -> httpx.Response:
        parts = [
            Part("database", lambda: self.look("database"), needed=True),
            Part("broker", lambda: self.look("broker")),
        ]
        readiness = Readiness(parts, stopping=lambda: self.stopping)
        figures = Figures(self.metrics, readiness, look=lambda: self.metrics.connections(3, 7), read=[self.read])
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
        'bites_store_up{store="database"} 1.0',
        'bites_database_connections{state="in_use"} 3.0',
        "bites_ready 1.0",
        'bites_sends_total{outcome="sent"} 1.0',
        'bites_jobs_total{name="tidy",outcome="done"} 1.0',
        "process_resident_memory_bytes",
    ):
        assert line in answer.text
    assert service.counted == 1


async def test_the_metrics_are_told_while_the_database_is_away(service: Service, log: Log) -> None:
    service.count = StoreUnavailable("away")
    answer = await service.get("/metrics")
    assert answer.status_code == 200
    assert "process_resident_memory_bytes" in answer.text
    assert log.about("of a while ago")


async def test_a_part_that_is_away_is_seen_in_the_metrics(service: Service) -> None:
    service.states["database"] = AWAY
    answer = await service.get("/metrics")
    assert 'bites_store_up{store="database"} 0.0' in answer.text
    assert 'bites_store_up{store="broker"} 1.0' in answer.text
    assert "bites_ready 0.0" in answer.text


def test_what_another_role_does_is_not_told() -> None:
    worker = Metrics(["worker"]).text().decode()
    assert 'bites_role{role="worker"} 1.0' in worker
    assert 'bites_sends_total{outcome="sent"} 0.0' in worker
    for family in ("bites_updates_total", "bites_update_seconds", "bites_scheduler", "bites_jobs"):
        assert family not in worker


async def test_a_loop_that_is_held_up_is_seen_in_the_metrics(metrics: Metrics) -> None:
    watching = asyncio.create_task(metrics.watch_loop())
    await asyncio.sleep(0.45)
    time.sleep(0.2)  # noqa: ASYNC251 - as a bug would
    while "bites_event_loop_lag_seconds_count 1.0" not in metrics.text().decode():  # noqa: ASYNC110 - all that shows it
        await asyncio.sleep(0.01)
    watching.cancel()
    told = metrics.text().decode()
    assert 'bites_event_loop_lag_seconds_bucket{le="0.1"} 0.0' in told
    assert 'bites_event_loop_lag_seconds_bucket{le="0.5"} 1.0' in told
