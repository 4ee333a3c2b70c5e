"""Two updates of one conversation never run at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from aiogram.fsm.storage.base import BaseEventIsolation, DefaultKeyBuilder, StorageKey
from aiogram.fsm.storage.redis import RedisEventIsolation
from loguru import logger
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.domain.errors import StoreUnavailable

_ENDS_AFTER = 60
"""Seconds after which Redis gives a lock to somebody else: whoever held it must have died."""


class LocalIsolation(BaseEventIsolation):
    """For one web process: first come, first served. A lock lives only as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[StorageKey, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncIterator[None]:
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    async def close(self) -> None:
        pass


class SharedIsolation(BaseEventIsolation):
    """For several web processes. Raises StoreUnavailable when Redis is away; the Redis client stays the caller's."""

    def __init__(self, redis: Redis) -> None:
        keys = DefaultKeyBuilder(with_destiny=True, with_bot_id=True)
        self._inner = RedisEventIsolation(redis, key_builder=keys, lock_kwargs={"timeout": _ENDS_AFTER, "sleep": 0.02})

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncIterator[None]:
        held = AsyncExitStack()
        try:
            await held.enter_async_context(self._inner.lock(key))
        except (RedisError, OSError) as error:
            raise StoreUnavailable(f"Redis: {error}") from error
        try:
            yield
        finally:
            try:
                await held.aclose()
            except (RedisError, OSError) as error:
                logger.warning("A lock was not given back to Redis and ends by itself: {}", error)

    async def close(self) -> None:
        pass
