"""Puts the service together: the one place that knows everyone.

`uvicorn app.main:app` runs it with uvicorn's own server, `python -m app` with one of ours. Importing this makes the
FastAPI object only; its lifespan reads the settings and builds the rest.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from loguru import logger
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.addresses import only_from
from app.api.deadline import Deadline
from app.api.health import AWAY, OFF, OK, Briefly, Figures, Part, Readiness, State, health_routes
from app.api.intake import Feed, UpdateIntake
from app.api.openapi import describe_webhook
from app.api.polling import Poller
from app.api.registration import Turn, WebhookElsewhere, WebhookWish
from app.api.secrets import Secrets
from app.api.source import MOST_CONNECTIONS, Edge, Fetched, Posted, Source
from app.api.webhook import Webhook
from app.background.build import Background, Setup, build_background
from app.background.job_store import ensure_usable
from app.bot.commands import commands
from app.bot.create_bot import build_bot, build_dispatcher
from app.bot.isolation import LocalIsolation, SharedIsolation
from app.bot.session import FastSession
from app.bot.storage import Records
from app.bot.updates import allowed_updates
from app.config import Role, Settings, SettingsError, load_settings, unknown_env_keys
from app.dao.database import Database
from app.dao.init_logic import SeedFiles, seed
from app.dao.ownership import SoleProcess
from app.dao.session_lock import SessionLock
from app.domain.clock import Clock, SystemClock
from app.domain.errors import DatabaseInUse, SchemaError, SeedError, StoreUnavailable
from app.log import setup_logging, shutdown_logging
from app.metrics import Metrics
from app.services import Policy, ServicesFactory
from app.texts import Texts


class Refusal(Exception):
    """The service cannot start: one sentence for the operator."""


_NO_TELEMETRY = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False)
"""We count for ourselves; spans of each request would cost a tenth of the server's time."""

_SET_UP = 0x62697467
"""Key of the lock under which one process tells Telegram where to post."""
_LONGEST_STEP = timedelta(minutes=1)
"""Whoever has it for longer stands still, and the next one may."""

_COUNT_SECONDS = 60
"""Between two counts of all bookings: of a million they take a tenth of a second."""

_TO_END = 3
"""Seconds that a process may need beyond STOP_TIMEOUT until it is gone."""

REFUSALS = (Refusal, SettingsError, SeedError, SchemaError, DatabaseInUse, StoreUnavailable, WebhookElsewhere)
"""What ends a start, each with one sentence."""


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    """Without `settings` they are read from the environment and `.env` when the service starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _service(app, settings or load_settings(), clock):
            yield

    app = FastAPI(
        title="Binary Bites", lifespan=lifespan, openapi_url=None, redirect_slashes=False, telemetry=_NO_TELEMETRY
    )
    app.add_middleware(OneSentence)
    return app


class OneSentence:
    """Tells the server why there is no service without a traceback, where somebody can do something about it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, _short(send) if scope["type"] == "lifespan" else send)


def _short(send: Send) -> Send:
    async def tell(message: Message) -> None:
        refusal = sys.exception()
        if message["type"] == "lifespan.startup.failed" and isinstance(refusal, REFUSALS):
            message = {**message, "message": str(refusal)}
        await send(message)

    return tell


@dataclass(frozen=True, slots=True)
class House:
    """What several parts are built from."""

    settings: Settings
    services: ServicesFactory
    bot: Bot
    redis: Redis | None
    texts: Texts
    metrics: Metrics
    deadline: Deadline
    records: Records
    sole: SoleProcess | None


@asynccontextmanager
async def _service(app: FastAPI, settings: Settings, clock: Clock | None) -> AsyncIterator[None]:
    """What is begun first ends last."""
    async with AsyncExitStack() as stack:
        deadline = Deadline(settings.stop_timeout)
        _begin_logs(settings, deadline, stack)
        clock = clock or SystemClock(settings.clock_offset_file)
        records = Records(cached=settings.redis_url is None)
        sole = await _be_alone(settings, records, stack)
        db = await _open_database(settings, clock, stack)
        metrics = Metrics(settings.roles)
        session = FastSession(on_answer=metrics.called)
        bot = build_bot(settings.bot_token.get_secret_value(), settings.telegram_api_url, session)
        stack.push_async_callback(bot.session.close)
        redis = _connect_redis(settings, stack)
        services = ServicesFactory(db, clock, _policy(settings), on_change=metrics.booking_changed)
        house = House(settings, services, bot, redis, Texts.load(), metrics, deadline, records, sole)
        background = await _begin_background(house, db, clock, stack)
        edge = _build_edge(house) if Role.WEB in settings.roles else None
        if edge:
            await edge.start()
        stack.push_async_callback(background.announce_stop)
        if edge:
            stack.push_async_callback(edge.stop, deadline.left)
        _serve(app, settings, edge, _health(house, db, background, edge))
        await background.announce_start()
        watching = asyncio.create_task(metrics.watch_loop(), name="loop")
        stack.callback(watching.cancel)
        logger.info("Started: {}", _summary(settings))
        stack.callback(deadline.begin)
        with _little_garbage(), deadline.begun_by_signal():
            yield


@contextmanager
def _little_garbage() -> Iterator[None]:
    """What the start has made stays, so the collector need not walk through it again and again; and it walks seldom.

    Without this it takes an eighth of the time of every update.
    """
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _begin_logs(settings: Settings, deadline: Deadline, stack: AsyncExitStack) -> None:
    if settings.log_file:
        _ensure_writable("LOG_FILE", settings.log_file)
    setup_logging(
        settings.log_level,
        style=settings.log_style,
        template=settings.format_log,
        file=settings.log_file,
        rotation=settings.log_rotation,
        secrets=settings.secrets,
    )
    stack.callback(_end_logs, deadline)
    if unknown := unknown_env_keys():
        logger.warning("Unknown settings in .env, misspelt perhaps: {}", ", ".join(unknown))


def _ensure_writable(setting: str, file: Path) -> None:
    """Makes it and its directory, if they are not there. Raises Refusal."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("ab").close()
    except OSError as error:
        raise Refusal(f"{setting} names {file}, which cannot be written: {error.strerror}.") from None


def _end_logs(deadline: Deadline) -> None:
    if deadline.begun:
        logger.info("Stopped")
    shutdown_logging()


async def _be_alone(settings: Settings, records: Records, stack: AsyncExitStack) -> SoleProcess | None:
    """Where several processes could not work together. A SQLite file is kept by the database itself."""
    if settings.is_sqlite or not (missing := _missing_for_several(settings)):
        return None
    sole = SoleProcess(settings.db_url.get_secret_value(), remedy=f"several need {missing}", on_return=records.forget)
    try:
        await sole.start(timedelta(seconds=settings.stop_timeout + _TO_END))
    except StoreUnavailable as error:
        raise _no_database(error) from error
    stack.push_async_callback(sole.stop)
    return sole


def _missing_for_several(settings: Settings) -> str:
    missing = []
    if Role.WEB in settings.roles and settings.redis_url is None:
        missing.append("REDIS_URL, where they lock a user's updates")
    if settings.rabbitmq_url is None:
        missing.append("RABBITMQ_HOST, as the embedded queue serves one")
    return ", and ".join(missing)


async def _open_database(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Database:
    db = Database(settings.db_url.get_secret_value(), pool_size=settings.db_pool_size)
    try:
        await db.start()
    except StoreUnavailable as error:
        raise _no_database(error) from error
    stack.push_async_callback(db.close)
    files = SeedFiles(settings.venue_json, settings.tables_json, settings.slots_json, settings.followups_json)
    await seed(db, clock, files, settings.init_db, time_zone=settings.timezone)
    return db


def _no_database(error: StoreUnavailable) -> Refusal:
    return Refusal(f"DB_URL does not lead to a database that can be used ({error}).")


def _connect_redis(settings: Settings, stack: AsyncExitStack) -> Redis | None:
    """Connects when it is first used."""
    if settings.redis_url is None:
        return None
    redis = Redis.from_url(settings.redis_url.get_secret_value(), socket_connect_timeout=2, socket_timeout=5)
    stack.push_async_callback(redis.aclose)
    return redis


async def _begin_background(house: House, db: Database, clock: Clock, stack: AsyncExitStack) -> Background:
    settings = house.settings
    if Role.SCHEDULER in settings.roles:
        await _ensure_job_store(settings.store_url.get_secret_value())
    setup = Setup(
        admins=settings.admin_ids,
        roles=settings.roles,
        rabbitmq_url=settings.rabbitmq_url.get_secret_value() if settings.rabbitmq_url else None,
        store_url=settings.store_url.get_secret_value(),
        db_url=settings.db_url.get_secret_value(),
        clock_moves=settings.clock_offset_file is not None,
        announce=settings.notify_admins_on_start,
    )
    background = build_background(
        setup,
        house.services,
        house.bot,
        house.texts,
        clock,
        house.metrics,
        present=lambda: house.sole is None or house.sole.present,
    )
    db.after_commit(background.wake)
    await background.start()
    stack.push_async_callback(lambda: background.stop(timedelta(seconds=house.deadline.left())))
    return background


async def _ensure_job_store(url: str) -> None:
    store = make_url(url)
    if store.get_backend_name() == "sqlite":
        _ensure_writable("STORE_URL", Path(store.database or ""))
    try:
        await asyncio.to_thread(ensure_usable, url)
    except StoreUnavailable as error:
        raise Refusal(f"{error}.") from error


def _build_edge(house: House) -> Edge:
    settings, bot = house.settings, house.bot
    dispatcher = build_dispatcher(
        house.services,
        house.texts,
        owners=frozenset(settings.admin_ids),
        isolation=SharedIsolation(house.redis) if house.redis else LocalIsolation(),
        records=house.records,
    )
    intake = UpdateIntake(_feed(house, dispatcher), house.metrics, limit=settings.max_concurrent_updates)
    checks = (
        [only_from(settings.webhook_networks, proxies=settings.trusted_proxies)] if settings.trusted_proxies else []
    )
    secret = settings.secret_token.get_secret_value()
    secrets = Secrets(secret, house.services().dialogs, bot.id)
    webhook = Webhook(bot, intake, secret=secret, is_anothers=secrets.is_anothers, checks=checks)
    return Edge(intake, _build_source(house, intake, allowed_updates(dispatcher)), webhook)


def _feed(house: House, dispatcher: Dispatcher) -> Feed:
    async def feed(update: Update) -> object:
        if house.sole:
            house.sole.ensure_present()
        with house.deadline.work():
            return await dispatcher.feed_update(house.bot, update)

    return feed


def _build_source(house: House, intake: UpdateIntake, allowed: Sequence[str]) -> Source:
    settings, bot, menu = house.settings, house.bot, commands(house.texts)
    if settings.webhook_url is None:
        poller = Poller(bot, intake, allowed_updates=allowed)
        return Fetched(bot, poller, menu, take_over=settings.take_over_webhook)
    wish = WebhookWish(
        url=settings.webhook_url,
        secret=settings.secret_token.get_secret_value(),
        allowed_updates=allowed,
        max_connections=min(settings.max_concurrent_updates, MOST_CONNECTIONS),
    )
    return Posted(bot, wish, house.services().dialogs, menu, _turn(settings), house.metrics.waiting_at_telegram)


def _turn(settings: Settings) -> Turn:
    """For what one of several processes does; a SQLite file has one process."""
    if settings.is_sqlite:
        return nullcontext
    return SessionLock(settings.db_url.get_secret_value(), _SET_UP, name="set-up", silence=_LONGEST_STEP).held


def _health(house: House, db: Database, background: Background, edge: Edge | None) -> APIRouter:
    async def database() -> State:
        await db.ping()
        return OK if house.sole is None or house.sole.present else State("not ours, see the log", well=False)

    async def redis() -> State:
        try:
            if house.redis:
                await cast("Awaitable[bool]", house.redis.ping())
        except (RedisError, OSError):
            return AWAY
        return OK if house.redis else OFF

    async def broker() -> State:
        word = background.state().broker
        known = word in {"embedded", "connected", "away"}
        return State(word if known else "refused, see the log", well=word in {"embedded", "connected"})

    async def scheduler() -> State:
        word = background.state().scheduler
        return State(word, well=word != "failing")

    async def outbox_lag() -> State:
        return State(round((await house.services().messages.lag()).total_seconds(), 1))

    async def updates() -> State:
        return State(edge.source.state if edge else "off")

    # A process that talks with guests goes on without the others: what they miss waits in the outbox.
    alone = edge is None
    parts = [
        Part("database", database, needed=True),
        Part("redis", redis, needed=True),
        Part("broker", broker, needed=alone),
        Part("scheduler", scheduler, needed=alone),
        Part("outbox_lag", outbox_lag),
        Part("updates", updates),
    ]
    readiness = Readiness(parts, stopping=lambda: house.deadline.begun)
    return health_routes(readiness, _figures(house, db, readiness))


def _figures(house: House, db: Database, readiness: Readiness) -> Figures:
    metrics, services = house.metrics, house.services()

    def look() -> None:
        metrics.clock(services.clock.now())
        if db.connections:
            metrics.connections(*db.connections)

    async def outbox() -> None:
        urgent, bulk = await services.messages.backlogs()
        metrics.outbox("urgent", urgent.count, urgent.lag)
        metrics.outbox("bulk", bulk.count, bulk.lag)

    async def history() -> None:
        metrics.bookings(await services.stats.by_status())
        metrics.waiting(await services.waiting.by_status())
        if house.settings.rabbitmq_url is None:  # which has the others
            metrics.dead_letters(await services.messages.dead_letters())

    return Figures(metrics, readiness, look=look, read=[outbox, Briefly(history, _COUNT_SECONDS)])


def _serve(app: FastAPI, settings: Settings, edge: Edge | None, health: APIRouter) -> None:
    app.router.routes.clear()
    if edge:
        app.router.routes.append(edge.webhook.route())
    app.include_router(health)
    if settings.docs_enabled:
        app.openapi_url, app.docs_url = "/openapi.json", "/docs"
        app.setup()
        if edge:
            describe_webhook(app)


def _policy(settings: Settings) -> Policy:
    return Policy(
        hold=timedelta(minutes=settings.hold_minutes),
        horizon_days=settings.booking_horizon_days,
        max_live_bookings=settings.max_live_bookings,
        owners=frozenset(settings.admin_ids),
    )


def _summary(settings: Settings) -> str:
    """What runs here, for the log."""
    database = make_url(settings.db_url.get_secret_value())
    return "; ".join(
        [
            f"roles {', '.join(sorted(settings.roles))}",
            f"database {database.database if settings.is_sqlite else f'{database.database} at {database.host}'}",
            f"queue {settings.rabbitmq_host or 'embedded'}",
            f"updates {'by long polling' if settings.polling else f'to {settings.webhook_url}'}",
            f"log {settings.log_file or 'on the console only'}",
        ]
    )


app = create_app()
