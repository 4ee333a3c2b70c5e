"""Posts the updates of one bot to its webhook, as the official server does.

One lane per chat for messages and one per pressing user for queries. A lane waits for its head; lanes run side by side
over at most `max_connections` connections. A refused update is repeated at once, then after 2, 4, 8 … seconds.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from http import HTTPStatus
from time import perf_counter

import aiohttp
import orjson

from playground.delivery import LastError, Outcome, Pending, Updates, WebhookSettings

ANSWER_TIMEOUT = 60.0
RECONNECT_PAUSE = 2.0
LONGEST_RETRY_AFTER = 3600
LONGEST_PAUSES = (60, 120)
GONE_LIFETIME = 23 * 3600
SUCCESS = range(200, 300)

Answered = Callable[[bytes, str], Awaitable[None]]


class Refusal(Exception):
    """The update was not acknowledged; `retry_after` replaces the growing pause."""

    def __init__(self, reason: str, *, status: int | None = None, retry_after: float = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.retry_after = retry_after


class Unreachable(Refusal):
    """Nobody listens there: tried again every two seconds, as this is no fault of the update."""


class Webhook:
    """`on_answer` gets the body and content type of an answer that may hold a method to execute."""

    def __init__(
        self, settings: WebhookSettings, updates: Updates, http: aiohttp.ClientSession, on_answer: Answered
    ) -> None:
        self.settings = settings
        self._updates = updates
        self._clock = updates.clock
        self._http = http
        self._on_answer = on_answer
        self._headers = {"Content-Type": "application/json"}
        if settings.secret:
            self._headers["X-Telegram-Bot-Api-Secret-Token"] = settings.secret
        self._timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
        self._connections = asyncio.Semaphore(settings.max_connections)
        self._lanes: dict[Hashable, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone_since: float | None = None

    def start(self) -> None:
        self._updates.webhook = self.settings
        self._updates.wake = self.enqueue
        for pending in list(self._updates.waiting.values()):
            self.enqueue(pending)

    async def stop(self) -> None:
        """Undelivered updates stay with the bot."""
        self._detach()
        own = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not own]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def enqueue(self, pending: Pending) -> None:
        lane = self._lanes.get(pending.lane)
        if lane is not None:
            lane.append(pending)
            return
        self._lanes[pending.lane] = deque([pending])
        task = asyncio.create_task(self._run_lane(pending.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _detach(self) -> None:
        if self._updates.webhook is self.settings:
            self._updates.webhook = None
            self._updates.wake = None

    async def _run_lane(self, key: Hashable) -> None:
        lane = self._lanes[key]
        while lane and self._updates.webhook is self.settings:
            head = lane[0]
            if head.id in self._updates.waiting:
                outcome = await self._deliver(head)
                if outcome is not None:
                    self._updates.settle(head, outcome)
            lane.popleft()
        del self._lanes[key]

    async def _deliver(self, pending: Pending) -> Outcome | None:
        """The outcome, or None when the webhook ended meanwhile."""
        failures, pause = 0, 1.0
        while self._updates.webhook is self.settings:
            try:
                await self._post(pending)
            except Refusal as refusal:
                self._updates.last_error = LastError(self._clock.unix(), str(refusal))
                if isinstance(refusal, Unreachable):
                    effective = RECONNECT_PAUSE if failures else 0.0
                elif refusal.retry_after:
                    effective = min(refusal.retry_after, LONGEST_RETRY_AFTER)
                elif failures:
                    effective = pause = min(pause * 2, random.randint(*LONGEST_PAUSES))  # noqa: S311 - no secret
                else:
                    effective = 0.0
                failures += 1
                self._watch_gone(refusal.status)
            else:
                return "acknowledged"
            due = self._clock.now() + effective
            if due > pending.expires_at:
                return "expired"
            await self._clock.sleep_until(due)
        return None

    async def _post(self, pending: Pending) -> None:
        body = orjson.dumps(pending.payload())
        if not pending.twice:
            await self._post_once(pending, body)
            return
        pending.twice = False
        outcomes = await asyncio.gather(
            self._post_once(pending, body), self._post_once(pending, body), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _post_once(self, pending: Pending, body: bytes) -> None:
        async with self._connections:
            started = perf_counter()
            pending.attempts += 1
            status: int | None = None
            try:
                async with self._http.post(
                    self.settings.url, data=body, headers=self._headers, timeout=self._timeout, allow_redirects=False
                ) as response:
                    status = response.status
                    answer = await response.read()
            except aiohttp.ClientConnectorError:
                raise Unreachable("Connection refused") from None
            except TimeoutError:
                raise Refusal("Read timeout expired") from None
            except aiohttp.ClientError:
                raise Refusal("Webhook connection closed") from None
            finally:
                self._updates.on_delivery(pending, status, perf_counter() - started)
        if status not in SUCCESS:
            reason = response.reason or HTTPStatus(status).phrase
            retry_after = response.headers.get("Retry-After", "")
            raise Refusal(
                f"Wrong response from the webhook: {status} {reason}",
                status=status,
                retry_after=int(retry_after) if retry_after.isdecimal() else 0,
            )
        self._gone_since = None
        if answer:
            await self._on_answer(answer, response.headers.get("Content-Type", ""))

    def _watch_gone(self, status: int | None) -> None:
        """A webhook that says 410 for 23 hours is removed."""
        now = self._clock.now()
        if status != HTTPStatus.GONE:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = now
        elif now > self._gone_since + GONE_LIFETIME:
            self._detach()
