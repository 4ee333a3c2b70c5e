"""The job store's own thread: it knows when, the service's loop knows what to do."""

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection as DriverConnection
from threading import Thread, local
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from apscheduler.executors.base import BaseExecutor
from apscheduler.job import Job
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from loguru import logger
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from app.background import jobs
from app.background.jobs import Work
from app.domain.clock import Clock
from app.domain.errors import StoreUnavailable
from app.metrics import Metrics
from app.services import ServicesFactory

P = ParamSpec("P")
T = TypeVar("T")

_RETRY = 5.0
"""Seconds until a job store that failed is asked again."""
_BUSY = 10.0
"""Seconds for which somebody waits for the store, or for its connection."""
_START = 5.0
"""Seconds that a visit waits for the schedule that is just starting."""
_FINISH = 5.0
"""Seconds that a running job has to end when the schedule stops."""
_LET_GO = 2.0
"""Seconds that the store has to answer when the schedule stops; then its thread is left alone with it."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the periodic jobs run, in the system's time."""

    sweep: timedelta = timedelta(minutes=30)
    holds: timedelta = timedelta(minutes=1)
    tidy: timedelta = timedelta(days=1)

    @classmethod
    def for_moved_clock(cls) -> "Rhythm":
        """Where somebody may move the clock: what has become due by that happens within seconds."""
        soon = timedelta(seconds=5)
        return cls(sweep=soon, holds=soon, tidy=soon)


class Schedule:
    """Delayed completion of each visit, and the periodic jobs. The tables are the truth: its store may be lost."""

    def __init__(
        self, services: ServicesFactory, clock: Clock, metrics: Metrics, *, store_url: str, rhythm: Rhythm
    ) -> None:
        self._services = services
        self._clock = clock
        self._metrics = metrics
        self._store_url = store_url
        self._rhythm = rhythm
        self._scheduler: _Scheduler | None = None
        self._started = asyncio.Event()
        self._at_work: set[asyncio.Task[Any]] = set()

    @property
    def running(self) -> bool:
        return self._scheduler is not None

    @property
    def healthy(self) -> bool:
        return self._scheduler is not None and self._scheduler.healthy

    async def start(self) -> None:
        """Raises StoreUnavailable. What was missed is done at once."""
        scheduler = _Scheduler(_LoopExecutor(asyncio.get_running_loop(), self._run), self._store_url)
        starting = _in_thread(self._start, scheduler)
        try:
            await asyncio.shield(starting)
        except (SQLAlchemyError, OSError) as error:
            reason = getattr(error, "orig", error)  # SQLAlchemy's own words are many lines
            raise StoreUnavailable(f"STORE_URL does not lead to a job store that can be used ({reason})") from error
        except asyncio.CancelledError:
            await asyncio.wait([starting], timeout=_LET_GO)  # its thread cannot be held back
            if starting.done() and starting.exception() is None:
                self._scheduler = scheduler  # for `stop` to find
            raise
        self._scheduler = scheduler
        self._started.set()

    def _start(self, scheduler: "_Scheduler") -> None:
        periodic = (
            (jobs.complete_missed, self._rhythm.sweep),
            (jobs.expire_holds, self._rhythm.holds),
            (jobs.tell_wishes, self._rhythm.holds),
            (jobs.offer_freed, self._rhythm.holds),
            (jobs.tidy, self._rhythm.tidy),
        )
        _make_folder(self._store_url)
        scheduler.start(paused=True)
        try:
            for function, every in periodic:
                scheduler.add_job(
                    _name(function),
                    IntervalTrigger(seconds=every.total_seconds(), timezone=UTC),
                    id=function.__name__,
                    next_run_time=datetime.now(UTC),
                    replace_existing=True,
                )
            scheduler.resume()
        except SQLAlchemyError:
            scheduler.shutdown()
            raise

    async def stop(self) -> None:
        """No job starts any more; those that run may finish within some seconds."""
        self._started.clear()
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            _, frozen = await asyncio.wait([_in_thread(scheduler.shutdown)], timeout=_LET_GO)
            if frozen:
                logger.warning("The job store does not answer, and is not waited for")
        await asyncio.sleep(0)  # what the thread has handed over last begins only now
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=_FINISH)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def complete_at(self, booking_id: int, ends_at: datetime) -> None:
        """Plan the visit's completion; planning it again is harmless. Raises StoreUnavailable."""
        left = ends_at - self._clock.now()
        run_date = datetime.now(UTC) + left  # read after the clock, so that the job never comes too early
        await self._in_store(lambda scheduler: scheduler.add_visit(booking_id, run_date))

    async def forget(self, booking_id: int) -> None:
        """The visit needs no completion any more. Raises StoreUnavailable."""
        await self._in_store(lambda scheduler: scheduler.forget(_id(booking_id)))

    async def _in_store(self, change: Callable[["_Scheduler"], object]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_START):
                await self._started.wait()
        if self._scheduler is None:
            raise StoreUnavailable("the schedule is not led by this process")
        try:
            async with asyncio.timeout(2 * _BUSY):
                await _in_thread(change, self._scheduler)
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the job store failed: {error}") from error
        except TimeoutError:
            raise StoreUnavailable("the job store does not answer") from None

    async def _run(self, name: str, work: Work) -> None:
        if task := asyncio.current_task():
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        try:
            await work(self._services())
        except StoreUnavailable as error:
            logger.warning("Job {} did not run, the next sweep does its work: {}", name, error)
            self._metrics.job_ran(name, "failed")
        except Exception as error:  # noqa: BLE001 - a bug in one job must not stop the others; it is logged whole
            logger.opt(exception=error).error("Job {} failed", name)
            self._metrics.job_ran(name, "failed")
        else:
            self._metrics.job_ran(name, "done")


class _Scheduler(BackgroundScheduler):  # type: ignore[misc]  # APScheduler is not typed
    """Survives a job store that fails for a while, and tells whether it is at work."""

    def __init__(self, executor: BaseExecutor, store_url: str) -> None:
        self._store = _Store(engine=_engine(store_url))
        self._added = local()
        self._next_look = datetime.max.replace(tzinfo=UTC)
        self._looks_since = math.inf
        super().__init__(
            timezone=UTC,
            jobstores={"default": self._store},
            executors={"default": executor},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    @property
    def healthy(self) -> bool:
        thread = self._thread
        alive = self.running and thread is not None and thread.is_alive()
        return bool(alive and not self._store.failing and monotonic() < self._looks_since + _BUSY)

    def shutdown(self, *args: Any, **options: Any) -> None:
        super().shutdown(*args, **options)
        self._store.close()

    def add_visit(self, booking_id: int, run_date: datetime) -> None:
        self._added.run_date = run_date
        try:
            self.add_job(
                _name(jobs.complete_booking),
                DateTrigger(run_date, timezone=UTC),
                args=(booking_id,),
                id=_id(booking_id),
                replace_existing=True,
            )
        finally:
            del self._added.run_date

    def wakeup(self) -> None:
        """Not for a visit that ends after the next look: that one finds it, within the minute in which holds expire."""
        run_date = getattr(self._added, "run_date", None)
        if run_date is None or run_date < self._next_look:
            super().wakeup()

    def forget(self, job_id: str) -> None:
        try:
            self.remove_job(job_id)
        except JobLookupError:
            logger.debug("Job {} is not in the store", job_id)

    def _process_jobs(self) -> float | None:
        """As inherited, but a failure of the store is not the end of the thread."""
        self._looks_since = monotonic()
        try:
            wait: float | None = super()._process_jobs()
        except (SQLAlchemyError, JobLookupError) as error:
            self._store.failed(error)
            wait = _RETRY
        self._looks_since = math.inf
        if wait is not None:
            self._next_look = datetime.now(UTC) + timedelta(seconds=wait)
        return wait


class _Store(SQLAlchemyJobStore):  # type: ignore[misc]  # APScheduler is not typed
    """Knows whether the database took part the last time."""

    failing = False

    def shutdown(self) -> None:
        """Too early: the scheduler's thread and those who add visits may be in the middle of something."""

    def close(self) -> None:
        """Waits for whoever has the connection."""
        with suppress(SQLAlchemyError):
            self.engine.connect().close()
        self.engine.dispose()

    def failed(self, error: Exception) -> None:
        if not self.failing:
            logger.error("The job store fails: {}", error)
        self.failing = True

    def get_due_jobs(self, now: datetime) -> list[Job]:
        try:
            due: list[Job] = super().get_due_jobs(now)
        except SQLAlchemyError as error:
            self.failed(error)
            return []
        self.failing = False
        return due


class _LoopExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler is not typed
    """Hands each due job over to the service's loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, run: Callable[[str, Work], Any]) -> None:
        super().__init__()
        self._loop = loop
        self._run = run

    def _do_submit_job(self, job: Job, _run_times: list[datetime]) -> None:
        work: Work = job.func(*job.args)
        done = asyncio.run_coroutine_threadsafe(self._run(job.func.__name__, work), self._loop)
        done.add_done_callback(lambda _: self._run_job_success(job.id, ()))


def _in_thread(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> asyncio.Future[T]:
    """As `asyncio.to_thread`, but the end of the process does not wait for it: a frozen store never answers."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work(*args, **options))
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            done.set_exception(error)

    Thread(target=run, name="job store", daemon=True).start()
    return asyncio.wrap_future(done)


def _engine(store_url: str) -> Engine:
    """With one connection, that stays open; opening it takes ten times as long as writing a job."""
    postgres = make_url(store_url).get_backend_name() == "postgresql"
    engine = create_engine(
        store_url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=_BUSY,
        pool_pre_ping=True,
        connect_args=_impatient() if postgres else {},
    )
    if not postgres:
        event.listen(engine, "connect", _set_up)
    return engine


def _impatient() -> dict[str, Any]:
    """PostgreSQL is given up when it is locked, and when its machine is gone without a word."""
    return {
        "connect_timeout": math.ceil(_BUSY),
        "options": f"-c statement_timeout={_BUSY * 1000:.0f}",
        "keepalives_idle": 4,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": round(_BUSY * 1000),
    }


def _set_up(connection: DriverConnection, _: object) -> None:
    """A commit need not wait for the disk: what a power cut takes from the store, the sweep completes."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _make_folder(store_url: str) -> None:
    """The store's, if it is a file of SQLite."""
    store = make_url(store_url)
    if store.get_backend_name() == "sqlite" and store.database:
        Path(store.database).parent.mkdir(parents=True, exist_ok=True)


def _name(function: Callable[..., Work]) -> str:
    return f"{function.__module__}:{function.__name__}"


def _id(booking_id: int) -> str:
    return f"complete:{booking_id}"
