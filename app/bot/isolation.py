"""Two updates of one conversation never run at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from aiogram.fsm.storage.base import BaseEventIsolation, DefaultKeyBuilder, StorageKey
from loguru import logger
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import RedisError

from app.domain.errors import StoreUnavailable

_ENDS_AFTER = 6.0
"""Seconds after which a lock that is not renewed goes to the next one: whoever held it has died."""
_ASKED_EVERY = 0.02


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
        self._redis = redis
        self._keys = DefaultKeyBuilder(with_destiny=True, with_bot_id=True)

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncIterator[None]:
        lock = self._redis.lock(self._keys.build(key, "lock"), timeout=_ENDS_AFTER, sleep=_ASKED_EVERY)
        try:
            await lock.acquire()
        except (RedisError, OSError) as error:
            raise StoreUnavailable(f"Redis: {error}") from error
        renewing = asyncio.create_task(_renew(lock))
        try:
            yield
        finally:
            renewing.cancel()
            try:
                await lock.release()
            except (RedisError, OSError) as error:
                logger.warning("A lock was not given back to Redis and ends by itself: {}", error)

    async def close(self) -> None:
        pass


async def _renew(lock: Lock) -> None:
    """Until cancelled."""
    while True:
        await asyncio.sleep(_ENDS_AFTER / 3)
        try:
            await lock.reacquire()
        except (RedisError, OSError) as error:
            logger.warning("A lock could not be renewed: {}", error)
