"""Updates of one bot: numbered, kept until they are acknowledged, posted to a webhook or fetched with getUpdates."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from playground.clock import Clock, first_number
from playground.errors import ActionError, ApiError, conflict, restarting
from playground.trouble import Trouble
from playground.types import Json

Outcome = Literal["acknowledged", "expired", "dropped", "unwanted"]
ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
REMEMBERED = 10_000
MESSAGE_LIFETIME = 86_400.0
QUERY_LIFETIME = 150.0
LIFETIMES = {
    "inline_query": 30.0,
    "chosen_inline_result": 600.0,
    "callback_query": QUERY_LIFETIME,
    "shipping_query": QUERY_LIFETIME,
    "pre_checkout_query": QUERY_LIFETIME,
}
# The kinds that have a lane of their own beside that of their chat's messages: its name, and whose it is.
LANES = {
    "inline_query": ("inline", "from"),
    "chosen_inline_result": ("chosen", "from"),
    "callback_query": ("callback", "from"),
    "shipping_query": ("payment", "from"),
    "pre_checkout_query": ("payment", "from"),
    "my_chat_member": ("membership", "chat"),
    "chat_member": ("member", "from"),
    "message_reaction": ("reaction", "chat"),
    "message_reaction_count": ("reactions", "chat"),
}


def lane_of(kind: str, body: Any) -> str:
    """Updates of one lane wait for each other; one that names neither chat nor person has a lane of its own."""
    name, whose = LANES.get(kind, ("chat", "chat"))
    owner = body.get(whose) if isinstance(body, dict) else None
    number = owner.get("id") if isinstance(owner, dict) else None
    return f"{name} {number}" if isinstance(number, int) else f"{kind} {uuid4().hex}"


@dataclass(slots=True, eq=False)
class Pending:
    """One update on its way; `settled` gets its outcome, `attempts` counts how often the bot got it."""

    id: int
    kind: str
    body: Json
    lane: str
    persona: int | None
    expires_at: float
    settled: asyncio.Future[Outcome]
    attempts: int = 0
    twice: bool = False
    delivered_at: float = 0

    @property
    def unwanted(self) -> bool:
        """The bot did not ask for this kind."""
        return self.settled.done() and self.settled.result() == "unwanted"

    def payload(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}

    def settle(self, outcome: Outcome) -> None:
        if not self.settled.done():
            self.settled.set_result(outcome)


@dataclass(slots=True)
class WebhookSettings:
    """`allowed_updates` stand with the updates: they are remembered when the webhook is gone."""

    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str | None = None


@dataclass(slots=True)
class LastError:
    at: int
    message: str


@dataclass(slots=True)
class Blocked:
    """A webhook lane that waits for another try of its head; `waiting` counts the head too, 0 says it is free."""

    key: str
    waiting: int
    attempts: int
    due: float
    error: str
    update_id: int
    kind: str


@dataclass(slots=True)
class Delivered:
    """One delivery: its HTTP status or None, the seconds it took, and in how many it will be tried again."""

    pending: Pending
    status: int | None = None
    seconds: float = 0
    retry_in: float | None = None


@dataclass(slots=True, eq=False)
class Updates:
    """`on_delivery` is told of each delivery, `on_lane` of each lane that is blocked or free again."""

    clock: Clock
    trouble: Trouble
    on_delivery: Callable[[Delivered], None]
    on_lane: Callable[[Blocked], None]
    waiting: dict[int, Pending] = field(default_factory=dict)
    known: dict[int, Pending] = field(default_factory=dict)
    repeats: deque[Pending] = field(default_factory=deque)
    allowed: frozenset[str] = frozenset()
    webhook: WebhookSettings | None = None
    last_error: LastError | None = None
    wake: Callable[[Pending], None] | None = None  # how the webhook learns of a new update
    blocked: dict[str, Blocked] = field(default_factory=dict)
    closing: bool = False
    next_webhook_change: float = 0
    next_id: int = field(default_factory=first_number)
    _poller: asyncio.Future[ApiError | None] | None = None

    def add(self, kind: str, body: Any, *, persona: int | None, twice: bool = False) -> Pending:
        expires_at = self.clock.now() + LIFETIMES.get(kind, MESSAGE_LIFETIME)
        pending = self._pending(self.next_id, kind, body, persona, expires_at, twice=twice)
        if not self._wants(kind):
            pending.settle("unwanted")
            return pending
        self.next_id += 1
        self._keep(pending)
        self._announce(pending)
        return pending

    def restore(self, number: int, kind: str, body: Any, *, persona: int | None, expires_at: float) -> None:
        """One that waited before a restart."""
        self._keep(self._pending(number, kind, body, persona, expires_at))

    def repeat(self, settled: Pending) -> Pending:
        """Deliver an acknowledged update once more, under its own id. Raises ActionError when it waits itself."""
        if settled.id in self.waiting:
            raise ActionError("the last update is still on its way")
        expires_at = self.clock.now() + QUERY_LIFETIME
        again = self._pending(settled.id, settled.kind, settled.body, settled.persona, expires_at)
        again.attempts = settled.attempts
        self.known[again.id] = again
        if self.webhook is None:
            self.repeats.append(again)
        else:
            self.waiting[again.id] = again
        self._announce(again)
        return again

    def settle(self, pending: Pending, outcome: Outcome) -> None:
        self.waiting.pop(pending.id, None)
        pending.settle(outcome)

    def block(self, blocked: Blocked) -> None:
        self.blocked[blocked.key] = blocked
        self.on_lane(blocked)

    def free(self, key: str) -> None:
        blocked = self.blocked.pop(key, None)
        if blocked is not None:
            blocked.waiting = 0
            self.on_lane(blocked)

    def drop_all(self) -> None:
        for pending in list(self.waiting.values()):
            self.settle(pending, "dropped")

    async def poll(self, *, offset: int, limit: int, seconds: float) -> list[Json]:
        """What waits from `offset` on, confirming everything below it; empty after so many seconds of nothing."""
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.end_poll(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        self._confirm_below(offset)
        if not (self.waiting or self.repeats) and seconds > 0:
            await self._wait_for_news(seconds)
        return self._fetch(limit)

    @property
    def is_polled(self) -> bool:
        """A long poll waits for news."""
        return self._poller is not None and not self._poller.done()

    def end_poll(self, reason: ApiError | None) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(reason)

    def close(self) -> None:
        self.closing = True
        self.end_poll(restarting())
        self.drop_all()

    def _pending(
        self, number: int, kind: str, body: Any, persona: int | None, expires_at: float, *, twice: bool = False
    ) -> Pending:
        settled = asyncio.get_running_loop().create_future()
        return Pending(number, kind, body, lane_of(kind, body), persona, expires_at, settled, twice=twice)

    def _keep(self, pending: Pending) -> None:
        self.waiting[pending.id] = self.known[pending.id] = pending
        if len(self.known) > REMEMBERED:
            del self.known[next(iter(self.known))]

    def _wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED

    def _announce(self, pending: Pending) -> None:
        if self.wake is not None:
            self.wake(pending)
        else:
            self.end_poll(None)

    async def _wait_for_news(self, seconds: float) -> None:
        if self.closing:
            raise restarting()
        self._poller = poller = asyncio.get_running_loop().create_future()
        with contextlib.suppress(TimeoutError):
            refusal = await asyncio.wait_for(poller, seconds)
            if refusal is not None:
                raise refusal

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            offset = sorted(self.waiting)[offset:][0] if self.waiting else 0
        now = self.clock.now()
        for pending in list(self.waiting.values()):
            if pending.id < offset:
                self.settle(pending, "acknowledged")
                self.on_delivery(Delivered(pending, 200, now - pending.delivered_at))
            elif pending.expires_at < now:
                self.settle(pending, "expired")

    def _fetch(self, limit: int) -> list[Json]:
        batch = [*self.repeats, *sorted(self.waiting.values(), key=lambda pending: pending.id)][:limit]
        fetched = []
        for pending in batch:
            pending.attempts += 1
            pending.delivered_at = self.clock.now()
            self.on_delivery(Delivered(pending))
            fetched.extend([pending.payload()] * (2 if pending.twice else 1))
            pending.twice = False
        for _ in range(min(len(self.repeats), limit)):
            self.repeats.popleft().settle("acknowledged")
        return fetched
