"""What conversations remember, over restarts."""

from datetime import timedelta

from app.dao.database import Database
from app.domain.clock import Clock

_BATCH = 500


class DialogStore:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def load(self, key: str) -> bytes | None:
        async with self._db.read() as dao:
            return await dao.dialogs.load(key)

    async def save(self, key: str, body: bytes) -> None:
        now = self._clock.now()
        await self._db.write(lambda dao: dao.dialogs.save(key, body, now=now))

    async def delete(self, key: str) -> None:
        await self._db.write(lambda dao: dao.dialogs.delete(key))

    async def delete_older_than(self, days: int) -> int:
        """Abandoned conversations; in small bites, so that nobody waits for it."""
        before = self._clock.now() - timedelta(days=days)
        deleted = 0
        while True:
            bite = await self._db.write(lambda dao: dao.dialogs.delete_older(before, limit=_BATCH))
            deleted += bite
            if bite < _BATCH:
                return deleted
