"""PostgreSQL over asyncpg."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from loguru import logger
from sqlalchemy import URL, AdaptedConnection, Connection, Executable, Row, String, event, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.selectable import TypedReturnsRows

from app.dao.base import Parameters, Session, T, Ts
from app.domain.errors import StoreUnavailable

POOL_SIZE = 10
"""Connections of a process, where nobody says otherwise."""
_ANSWER_WITHIN = 20.0
"""Seconds after which a server is given up that is there and says nothing; long statements it ends by itself."""
_SETTINGS = {
    "application_name": "binary-bites",
    "timezone": "UTC",
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",  # compiling takes longer than any of our statements
}


_LOST_TO_ANOTHER = {"40001", "40P01"}
"""Serialization failure and deadlock: the server has chosen this transaction to give way."""
_PAUSES = (0.02, 0.1, 0.5)
"""Seconds, at most, after which one that gave way is tried again."""


class PostgresSession:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def rows(self, statement: TypedReturnsRows[*Ts], parameters: Parameters = None) -> Sequence[Row[*Ts]]:
        return (await self._connection.execute(statement, parameters)).all()

    async def count(self, statement: Executable, parameters: Parameters = None) -> int:
        return (await self._connection.execute(statement, parameters)).rowcount

    async def send(self, statement: Executable, parameters: Parameters = None) -> None:
        await self._connection.execute(statement, parameters)


class PostgresStore:
    writable = select(func.current_setting("transaction_read_only", type_=String) == "off")

    def __init__(self, url: URL, *, pool_size: int = POOL_SIZE) -> None:
        self._writing = create_async_engine(
            url,
            hide_parameters=True,  # an error is logged, and they are names and phones
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,
            connect_args={"server_settings": _SETTINGS, "timeout": 10, "command_timeout": _ANSWER_WITHIN},
        )
        self._reading = self._writing.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def connections(self) -> tuple[int, int]:
        pool = cast("QueuePool", self._writing.pool)
        return pool.checkedout(), pool.size() - pool.checkedout()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[PostgresSession]:
        async with _connected(self._reading) as connection:
            yield PostgresSession(connection)

    async def write(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """`work` is run again, from its beginning, when its transaction had to give way to another one."""
        for pause in _PAUSES:
            try:
                return await self._transaction(work)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _LOST_TO_ANOTHER:
                    raise
                logger.info("A transaction gave way to another one and is tried again: {}", error.orig)
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - so that the two do not meet again
        return await self._transaction(work)

    async def _transaction(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        async with _connected(self._writing) as connection, connection.begin():
            return await work(PostgresSession(connection))

    async def inspect(self, job: Callable[[Connection], T]) -> T:
        async with _connected(self._reading) as connection:
            return await connection.run_sync(job)

    async def close(self) -> None:
        """Without a goodbye: a server that says nothing would be waited for, for each connection anew."""
        event.listen(self._writing.sync_engine, "close", _cut)
        await self._writing.dispose()


def _cut(connection: AdaptedConnection, _: object) -> None:
    connection.driver_connection.terminate()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    connection = engine.connect()
    try:
        await connection.start()
    except OSError as error:
        raise StoreUnavailable(f"the database: {error}") from error
    try:
        yield connection
    finally:
        await connection.close()
