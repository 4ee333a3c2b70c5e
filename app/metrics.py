"""What the service counts, as Prometheus reads it."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from app.domain.booking import BookingStatus

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """One set of counters for one running service; two services in one process do not mix theirs."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._updates = Counter("bites_updates", "Updates taken in.", ["kind", "outcome"], registry=registry)
        self._seconds = Histogram(
            "bites_update_seconds",
            "From taking an update in to being done with it, its time in the waiting line included.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._in_work = Gauge("bites_updates_in_work", "Updates taken in and not yet done.", registry=registry)
        self._sends = Counter("bites_sends", "Messages of the queues sent to people.", ["outcome"], registry=registry)
        self._jobs = Counter("bites_jobs", "Runs of periodic and delayed jobs.", ["job", "outcome"], registry=registry)
        self._bookings = Gauge("bites_bookings", "Bookings in the database.", ["status"], registry=registry)
        self._lag = Gauge("bites_outbox_lag_seconds", "Age of the oldest message due.", registry=registry)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

    def update_taken(self) -> None:
        self._in_work.inc()

    def update_done(self, kind: str, outcome: str, seconds: float) -> None:
        self._in_work.dec()
        self._updates.labels(kind, outcome).inc()
        self._seconds.observe(seconds)

    def update_refused(self) -> None:
        """Turned away unread, because the service stops or is overloaded."""
        self._updates.labels("unread", "refused").inc()

    def message_sent(self, outcome: str) -> None:
        """`outcome`: sent, blocked, later, silent (no longer true), dead."""
        self._sends.labels(outcome).inc()

    def job_ran(self, job: str, outcome: str) -> None:
        """`outcome`: done or failed."""
        self._jobs.labels(job, outcome).inc()

    def bookings(self, by_status: Mapping[BookingStatus, int]) -> None:
        for status, count in by_status.items():
            self._bookings.labels(status).set(count)

    def outbox_lag(self, seconds: float) -> None:
        self._lag.set(seconds)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)
