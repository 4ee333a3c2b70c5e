"""Posts the updates of one bot to its webhook, as the official server does.

One lane per chat for messages and one per pressing user for queries. A lane waits for its head; lanes run side by side
over at most `max_connections` connections. A refused update is repeated at once, then after 2, 4, 8 … seconds. Of all
updates the oldest are looked at, twice as many as there may be connections: so many behind one that is refused again
and again, and other lanes stand still as well.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import perf_counter

import aiohttp
import orjson

from playground.arguments import whole_number
from playground.delivery import Blocked, Delivered, LastError, Outcome, Pending, Updates, WebhookSettings

ANSWER_TIMEOUT = 60.0
RECONNECT_PAUSE = 2.0
LONGEST_RETRY_AFTER = 3600
LONGEST_PAUSES = (60, 120)
GONE_LIFETIME = 23 * 3600
LARGEST_ANSWER = 50 << 20
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


class Pauses:
    """How long an update waits after each refusal."""

    def __init__(self) -> None:
        self._refused = False
        self._last = 1

    def after(self, refusal: Refusal) -> float:
        if isinstance(refusal, Unreachable):
            return RECONNECT_PAUSE
        pause: float = min(refusal.retry_after, LONGEST_RETRY_AFTER)
        if not pause and self._refused:
            pause = self._last = min(self._last * 2, random.randint(*LONGEST_PAUSES))  # noqa: S311 - no secret
        self._refused = True
        return pause


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
        self._door = asyncio.Lock()
        self._away_until: float | None = None
        self._room = settings.max_connections * 2
        self._backlog: deque[Pending] = deque()
        self._lanes: dict[str, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone_since: float | None = None

    def start(self) -> None:
        self._updates.webhook = self.settings
        self._updates.wake = self.enqueue
        self._backlog.extend(self._updates.waiting.values())
        self._load()

    async def stop(self) -> None:
        """Undelivered updates stay with the bot."""
        self._detach()
        own = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not own]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def enqueue(self, pending: Pending) -> None:
        self._backlog.append(pending)
        self._load()
        blocked = self._updates.blocked.get(pending.lane)
        if blocked is not None:
            blocked.waiting += 1
            self._updates.block(blocked)

    @property
    def _stands(self) -> bool:
        return self._updates.webhook is self.settings

    def _detach(self) -> None:
        if self._stands:
            self._updates.webhook = None
            self._updates.wake = None
            for key in list(self._updates.blocked):
                self._updates.free(key)

    def _load(self) -> None:
        """Into their lanes, as long as there is room; what is too old by now is left out."""
        while self._room and self._backlog:
            pending = self._backlog.popleft()
            if not self._waits(pending):
                continue
            if pending.expires_at < self._clock.now():
                self._updates.settle(pending, "expired")
                continue
            self._room -= 1
            lane = self._lanes.get(pending.lane)
            if lane is not None:
                lane.append(pending)
                continue
            self._lanes[pending.lane] = deque([pending])
            task = asyncio.create_task(self._run_lane(pending.lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _waits(self, pending: Pending) -> bool:
        return self._updates.waiting.get(pending.id) is pending

    async def _run_lane(self, key: str) -> None:
        lane = self._lanes[key]
        while lane and self._stands:
            head = lane[0]
            if self._waits(head):
                outcome = await self._deliver(head)
                if outcome is not None:
                    self._updates.settle(head, outcome)
                    self._updates.free(key)
            lane.popleft()
            self._room += 1
            if self._stands:
                self._load()
        del self._lanes[key]

    async def _deliver(self, pending: Pending) -> Outcome | None:
        """The outcome, or None when the webhook ended meanwhile."""
        pauses = Pauses()
        while self._stands:
            deliveries = await self._knock(pending)
            refusal = next((refused for _, refused in deliveries if refused is not None), None)
            if refusal is None:
                self._away_until = None
                return "acknowledged"
            pause = pauses.after(refusal)
            due = self._clock.now() + pause
            expired = due > pending.expires_at
            for delivered, refused in deliveries:
                if refused is not None:
                    delivered.retry_in = None if expired else pause
                    self._updates.on_delivery(delivered)
            self._note_refusal(refusal, due)
            if expired:
                return "expired"
            if self._stands:
                self._block(pending, due, str(refusal))
            await self._clock.sleep_until(due)
        return None

    async def _knock(self, pending: Pending) -> list[tuple[Delivered, Refusal | None]]:
        """While nobody is there one lane knocks at a time; the others wait behind it, unless the clock was set back."""
        if self._away_until is None:
            return await self._post(pending)
        async with self._door:
            if self._away_until is not None and self._away_until <= self._clock.now() + RECONNECT_PAUSE:
                await self._clock.sleep_until(self._away_until)
            return await self._post(pending)

    async def _post(self, pending: Pending) -> list[tuple[Delivered, Refusal | None]]:
        body = orjson.dumps(pending.payload())
        if not pending.twice:
            return [await self._post_once(pending, body)]
        pending.twice = False
        return list(await asyncio.gather(self._post_once(pending, body), self._post_once(pending, body)))

    async def _post_once(self, pending: Pending, body: bytes) -> tuple[Delivered, Refusal | None]:
        async with self._connections:
            started = perf_counter()
            pending.attempts += 1
            delivered = Delivered(pending)
            try:
                content, content_type = await self._exchange(body, delivered)
            except Refusal as refusal:
                delivered.seconds = perf_counter() - started
                return delivered, refusal
            delivered.seconds = perf_counter() - started
        self._gone_since = None
        self._updates.on_delivery(delivered)
        if content:
            await self._on_answer(content, content_type)
        return delivered, None

    async def _exchange(self, body: bytes, delivered: Delivered) -> tuple[bytes, str]:
        """The answer's body and content type. Raises Refusal."""
        if self._updates.trouble.network_down:
            raise Unreachable("Connection timed out")
        try:
            async with self._http.post(
                self.settings.url, data=body, headers=self._headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                delivered.status = response.status
                content = await _whole(response)
        except aiohttp.ClientConnectorDNSError:
            raise Unreachable("Failed to resolve host: Name or service not known") from None
        except aiohttp.ClientSSLError as wrong:
            raise Unreachable(f"SSL error {{{wrong.__cause__}}}") from None
        except aiohttp.ClientConnectorError:
            raise Unreachable("Connection refused") from None
        except TimeoutError:
            raise Refusal("Read timeout expired") from None
        except (aiohttp.ClientError, ValueError):
            raise Refusal("Webhook connection closed") from None
        if response.status in SUCCESS:
            return content, response.headers.get("Content-Type", "")
        raise Refusal(
            f"Wrong response from the webhook: {response.status} {response.reason or ''}".rstrip(),
            status=response.status,
            retry_after=max(whole_number(response.headers.get("Retry-After", "")), 0),
        )

    def _note_refusal(self, refusal: Refusal, due: float) -> None:
        self._away_until = due if isinstance(refusal, Unreachable) else None
        self._updates.last_error = LastError(self._clock.unix(), str(refusal))
        if refusal.status is not None:
            self._watch_gone(refusal.status)

    def _block(self, pending: Pending, due: float, error: str) -> None:
        behind = sum(other.lane == pending.lane for other in self._updates.waiting.values())
        blocked = Blocked(pending.lane, behind, pending.attempts, due, error, pending.id, pending.kind)
        self._updates.block(blocked)

    def _watch_gone(self, status: int) -> None:
        """A webhook that says 410 for 23 hours is removed."""
        now = self._clock.now()
        if status != HTTPStatus.GONE:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = now
        elif now > self._gone_since + GONE_LIFETIME:
            self._detach()


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """Raises Refusal for an answer that does not end."""
    try:
        await response.content.readexactly(LARGEST_ANSWER)
    except asyncio.IncompleteReadError as ended:
        return ended.partial
    raise Refusal("Webhook connection closed", status=response.status)
