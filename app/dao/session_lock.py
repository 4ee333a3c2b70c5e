"""A lock of PostgreSQL that lives as long as a connection of its own: it is free again when its process is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.domain.errors import StoreUnavailable

_ANSWER_WITHIN = 5
_LOOK_EVERY = 0.5
_STILL_HERE = "SELECT true"
# An owner whose machine is gone is noticed by the server within ten seconds.
_KEEPALIVE = {"tcp_keepalives_idle": "4", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}


class SessionLock:
    """`key` is the same in all processes of a deployment, and nobody else's in its database."""

    def __init__(self, db_url: str, key: int, *, name: str, silence: timedelta = timedelta()) -> None:
        """After so much `silence` of its owner it is free, too: a process that stands still keeps its connections."""
        self._key = key
        patience = {"idle_session_timeout": f"{silence.total_seconds() * 1000:.0f}"}
        self._engine: AsyncEngine = create_async_engine(
            db_url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "timeout": _ANSWER_WITHIN,
                "command_timeout": _ANSWER_WITHIN,
                "server_settings": {"application_name": f"binary-bites-{name}", **_KEEPALIVE, **patience},
            },
        )
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """False: somebody else has it. Raises StoreUnavailable."""
        return await self._ask("SELECT pg_try_advisory_lock(:key)", {"key": self._key})

    async def keep(self) -> None:
        """To be called now and then by whoever has taken it. Raises StoreUnavailable: it is lost."""
        if self._connection is None or not await self._ask(_STILL_HERE, {}):
            raise StoreUnavailable("the database: the lock was released")

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Waits for whoever has it; free again at the end of the block. Raises StoreUnavailable."""
        try:
            while not await self.take():  # noqa: ASYNC110 - nobody tells when it is free
                await asyncio.sleep(_LOOK_EVERY)
            yield
        finally:
            await self.release()

    async def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
        await self._engine.dispose()

    async def _ask(self, question: str, parameters: dict[str, int]) -> bool:
        try:
            if self._connection is None:
                self._connection = await self._engine.connect()
                # A statement is prepared in two steps, between which the server takes nobody's silence for idleness:
                # whoever stands still there while it has the lock would keep it.
                await self._connection.scalar(text(_STILL_HERE), {})
            return bool(await self._connection.scalar(text(question), parameters))
        except (SQLAlchemyError, OSError) as error:
            await self.release()
            reason = str(getattr(error, "orig", error)) or "it does not answer"
            raise StoreUnavailable(f"the database: {reason}") from error
