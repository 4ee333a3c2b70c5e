"""What the service counts, as Prometheus reads it."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from app import __version__
from app.domain.booking import BookingStatus
from app.domain.events import ADMIN_MSG, NOTI_USER, USER_MSG
from app.domain.waiting import WaitingStatus

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_LATE = (0.005, 0.02, 0.1, 0.5, 2)
_LOOK_EVERY = 0.5
"""Seconds between two looks at how late the loop is."""

_STORES = ("database", "redis", "broker")
_WITHOUT = ("off", "embedded")
_SCHEDULER_STATES = ("leading", "standby", "failing")
_ZEROS: dict[str, dict[str, list[tuple[str, ...]]]] = {
    "web": {
        "updates": [
            ("unread", "overloaded"),
            ("unread", "stopping"),
            *((kind, end) for kind in ("message", "callback_query") for end in ("handled", "failed", "unavailable")),
        ],
        "rejected": [("403",), ("400",), ("413",), ("408",)],
        "changes": [("held",), ("booked",), ("moved",), ("pending",), ("declined",), ("confirmed",), ("canceled",)],
    },
    "worker": {
        "sends": [(end,) for end in ("sent", "blocked", "refused", "later", "silent", "dead")],
        "deliveries": [(queue, end) for queue in (ADMIN_MSG, USER_MSG) for end in ("done", "later", "dead")],
    },
    "scheduler": {
        "changes": [("completed",), ("expired",)],
        "deliveries": [(NOTI_USER, end) for end in ("done", "later", "dead")],
    },
}
"""What may happen where: it is told from the beginning, as a counter that appears with a 1 has not grown."""


class Metrics:
    """One set of counters for one running service; two services in one process do not mix theirs.

    What is another role's affair is not told. Figures of the database are of the whole deployment: each process tells
    the same, so they are never to be added up.
    """

    def __init__(self, roles: Collection[str] = tuple(_ZEROS)) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # when each began to count is twice the lines, and nobody asks
        registry = self._registry = CollectorRegistry()
        web, worker, scheduler = (registry if role in roles else None for role in _ZEROS)
        self._build = Info("bites_build", "The version that runs.", registry=registry)
        self._role = Gauge("bites_role", "1 for each role of the process.", ["role"], registry=registry)
        self._ready = Gauge("bites_ready", "Whether the process may get work.", registry=registry)
        self._clock = Gauge("bites_clock_timestamp_seconds", "Now, as the service sees it.", registry=registry)
        self._late = Histogram(
            "bites_event_loop_lag_seconds",
            "How late the process does what is due, by a look twice a second.",
            buckets=_LATE,
            registry=registry,
        )
        self._updates = Counter("bites_updates", "Updates taken in.", ["kind", "outcome"], registry=web)
        self._seconds = Histogram(
            "bites_update_seconds",
            "From taking an update in to being done with it, its time in the waiting line included.",
            buckets=_SECONDS,
            registry=web,
        )
        self._in_work = Gauge("bites_updates_in_work", "Updates taken in and not yet done.", registry=web)
        self._rejected = Counter("bites_posts_rejected", "Posts that are no update.", ["status"], registry=web)
        self._waiting = Gauge("bites_telegram_pending_updates", "Updates that wait at Telegram.", registry=web)
        self._calls = Histogram(
            "bites_bot_api_seconds", "Calls of the Bot API.", ["method"], buckets=_SECONDS, registry=registry
        )
        self._answers = Counter(
            "bites_bot_api_answers", "How they ended: HTTP status, or none.", ["method", "status"], registry=registry
        )
        self._changes = Counter("bites_booking_changes", "Bookings changed.", ["status"], registry=registry)
        self._sends = Counter("bites_sends", "Messages of the queues sent to people.", ["outcome"], registry=worker)
        self._deliveries = Counter(
            "bites_deliveries",
            "Messages of the queues given to their consumers.",
            ["queue", "outcome"],
            registry=registry,
        )
        self._publishes = Counter("bites_publishes", "Messages given to RabbitMQ.", ["outcome"], registry=registry)
        self._scheduler = Gauge("bites_scheduler", "1 for the schedule's state.", ["state"], registry=scheduler)
        self._jobs = Counter(
            "bites_jobs", "Runs of periodic and delayed jobs.", ["name", "outcome"], registry=scheduler
        )
        self._job_done = Gauge(
            "bites_job_done_timestamp_seconds", "When the job was last done here.", ["name"], registry=scheduler
        )
        self._stores = Gauge("bites_store_up", "Whether the store can be worked with.", ["store"], registry=registry)
        self._connections = Gauge(
            "bites_database_connections", "PostgreSQL's of this process.", ["state"], registry=registry
        )
        self._bookings = Gauge("bites_bookings", "Bookings in the database.", ["status"], registry=registry)
        self._waiting_parties = Gauge(
            "bites_waiting", "Parties that wait for a place, or for which one is held.", ["status"], registry=registry
        )
        self._due = Gauge("bites_outbox_messages", "Messages due and not gone.", ["urgency"], registry=registry)
        self._lag = Gauge("bites_outbox_lag_seconds", "Age of the oldest of them.", ["urgency"], registry=registry)
        self._dead = Gauge("bites_dead_letters", "Given up by the embedded queue.", ["queue"], registry=registry)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        self._begin(roles)

    def _begin(self, roles: Collection[str]) -> None:
        self._build.info({"version": __version__})
        families = {
            "updates": self._updates,
            "rejected": self._rejected,
            "changes": self._changes,
            "sends": self._sends,
            "deliveries": self._deliveries,
        }
        for role in roles:
            self._role.labels(role).set(1)
            for family, several in _ZEROS[role].items():
                for labels in several:
                    families[family].labels(*labels)

    async def watch_loop(self) -> None:
        """Until cancelled."""
        now = asyncio.get_running_loop().time
        while True:
            due = now() + _LOOK_EVERY
            await asyncio.sleep(_LOOK_EVERY)
            self._late.observe(max(now() - due, 0))

    def update_taken(self) -> None:
        self._in_work.inc()

    def update_done(self, kind: str, outcome: str, seconds: float) -> None:
        """`outcome`: handled, failed (a bug), unavailable (a store was away), cancelled."""
        self._in_work.dec()
        self._updates.labels(kind, outcome).inc()
        self._seconds.observe(seconds)

    def update_refused(self, outcome: str) -> None:
        """Turned away unread: overloaded or stopping."""
        self._updates.labels("unread", outcome).inc()

    def post_rejected(self, status: int) -> None:
        self._rejected.labels(str(status)).inc()

    def waiting_at_telegram(self, updates: int) -> None:
        self._waiting.set(updates)

    def called(self, method: str, status: str, seconds: float) -> None:
        """A method of the Bot API; `status` is none if there was no answer."""
        self._calls.labels(method).observe(seconds)
        self._answers.labels(method, status).inc()

    def booking_changed(self, change: str, count: int) -> None:
        self._changes.labels(change).inc(count)

    def message_sent(self, outcome: str) -> None:
        """`outcome`: sent, blocked, refused, later, silent (no longer true), dead."""
        self._sends.labels(outcome).inc()

    def message_delivered(self, queue: str, outcome: str) -> None:
        """`outcome`: done, later or dead."""
        self._deliveries.labels(queue, outcome).inc()

    def message_published(self, outcome: str) -> None:
        """`outcome`: done or failed."""
        self._publishes.labels(outcome).inc()

    def job_ran(self, job: str, outcome: str) -> None:
        """`outcome`: done or failed."""
        self._jobs.labels(job, outcome).inc()
        if outcome == "done":
            self._job_done.labels(job).set_to_current_time()

    def part(self, name: str, state: str, *, well: bool) -> None:
        """As readiness knows it; what this process does without is not told."""
        if name in _STORES and state not in _WITHOUT:
            self._stores.labels(name).set(well)
        elif name == "scheduler":
            for known in _SCHEDULER_STATES:
                self._scheduler.labels(known).set(known == state)

    def ready(self, ready: bool) -> None:
        self._ready.set(ready)

    def clock(self, now: datetime) -> None:
        self._clock.set(now.timestamp())

    def connections(self, in_use: int, free: int) -> None:
        self._connections.labels("in_use").set(in_use)
        self._connections.labels("free").set(free)

    def bookings(self, by_status: Mapping[BookingStatus, int]) -> None:
        for status, count in by_status.items():
            self._bookings.labels(status).set(count)

    def waiting(self, by_status: Mapping[WaitingStatus, int]) -> None:
        for status, count in by_status.items():
            self._waiting_parties.labels(status).set(count)

    def outbox(self, urgency: str, messages: int, lag: timedelta) -> None:
        self._due.labels(urgency).set(messages)
        self._lag.labels(urgency).set(lag.total_seconds())

    def dead_letters(self, by_queue: Mapping[str, int]) -> None:
        for queue, count in by_queue.items():
            self._dead.labels(queue).set(count)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)
