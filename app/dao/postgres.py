"""PostgreSQL over asyncpg."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, Connection, Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.selectable import TypedReturnsRows

from app.dao.base import Parameters, Session, T, Ts
from app.domain.errors import StoreUnavailable

_CONNECTIONS = 10
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
    def __init__(self, url: URL) -> None:
        self._writing = create_async_engine(
            url,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,
            connect_args={"server_settings": _SETTINGS, "timeout": 10, "command_timeout": _ANSWER_WITHIN},
        )
        self._reading = self._writing.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[PostgresSession]:
        async with _connected(self._reading) as connection:
            yield PostgresSession(connection)

    async def write(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        async with _connected(self._writing) as connection, connection.begin():
            return await work(PostgresSession(connection))

    async def inspect(self, job: Callable[[Connection], T]) -> T:
        async with _connected(self._reading) as connection:
            return await connection.run_sync(job)

    async def close(self) -> None:
        await self._writing.dispose()


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
