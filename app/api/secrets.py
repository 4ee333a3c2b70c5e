"""Secrets of the webhook that other processes of this deployment go by, while it is changed in one after the other.

Telegram sends one secret with all posts, and its proxy hands them to any process. So each process notes its own one in
the deployment's memory before it tells Telegram, and lets in what the others have noted. No secret is kept, only what
tells it apart.
"""

import asyncio
import hashlib
import json
import time
from typing import Protocol

from app.api.health import Briefly
from app.domain.errors import StoreUnavailable

_LOOKED_AT_EVERY = 1.0
_PATIENCE = 2.0
_KNOWN_AFTER = 1.5
"""Seconds until every process has seen a note."""
_STILL_ON_ITS_WAY = 600
"""Seconds for which a secret is let in after Telegram was told of another one."""

Notes = dict[str, float | None]
"""Digests; each is good until then, in seconds since 1970, or until Telegram is told of another one."""


class Memory(Protocol):
    """Remembers a few bytes for the deployment, over restarts."""

    async def load(self, key: str) -> bytes | None: ...
    async def save(self, key: str, body: bytes) -> None: ...


class Secrets:
    """Ours, and those of the others. All but `is_anothers` is to be done by one process at a time."""

    def __init__(self, ours: str, memory: Memory, bot_id: int) -> None:
        self._ours = _digest(ours.encode())
        self._memory = memory
        self._key = f"webhook-secrets:{bot_id}"
        self._lately = Briefly(self._load, _LOOKED_AT_EVERY)

    async def is_anothers(self, secret: bytes) -> bool:
        """Raises StoreUnavailable, also where it does not answer soon: strangers are not to stand in line for it."""
        try:
            async with asyncio.timeout(_PATIENCE):
                until = (await self._lately()).get(_digest(secret), 0)
        except TimeoutError:
            raise StoreUnavailable("the database: it does not answer") from None
        return until is None or time.time() < until

    async def note_ours(self) -> None:
        """Returns when all the others let it in. Raises StoreUnavailable."""
        noted = await self._load()
        if noted.get(self._ours, 0) is None:
            return
        await self._save({**noted, self._ours: None})
        if noted:
            await asyncio.sleep(_KNOWN_AFTER)

    async def let_go_of_others(self) -> None:
        """Telegram has been told of ours; what is on its way may still come. Raises StoreUnavailable."""
        now, noted = time.time(), await self._load()
        ends = {digest: now + _STILL_ON_ITS_WAY if until is None else until for digest, until in noted.items()}
        await self._save({**{digest: until for digest, until in ends.items() if until > now}, self._ours: None})

    async def _load(self) -> Notes:
        body = await self._memory.load(self._key)
        notes: Notes = json.loads(body) if body else {}
        return notes

    async def _save(self, notes: Notes) -> None:
        await self._memory.save(self._key, json.dumps(notes).encode())


def _digest(secret: bytes) -> str:
    return hashlib.sha256(b"binary-bites/webhook " + secret).hexdigest()
