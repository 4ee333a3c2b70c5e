"""What every DAO is: statements within one session, which somebody else commits."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar, TypeVarTuple

from sqlalchemy import Executable, Row
from sqlalchemy.sql.selectable import TypedReturnsRows

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Session(Protocol):
    """A read session, or one transaction of a write session."""

    async def rows(self, statement: TypedReturnsRows[*Ts], parameters: Parameters = None) -> Sequence[Row[*Ts]]: ...

    async def count(self, statement: Executable, parameters: Parameters = None) -> int:
        """How many rows the statement has changed."""
        ...

    async def send(self, statement: Executable, parameters: Parameters = None) -> None:
        """A statement whose answer nobody waits for: it may go along with the next one or with the commit."""
        ...


class Dao:
    def __init__(self, session: Session) -> None:
        self._session = session

    async def _first(self, statement: TypedReturnsRows[*Ts], parameters: Parameters = None) -> Row[*Ts] | None:
        rows = await self._session.rows(statement, parameters)
        return rows[0] if rows else None

    async def _value(self, statement: TypedReturnsRows[T], parameters: Parameters = None) -> T | None:
        """The only column of the first row."""
        row = await self._first(statement, parameters)
        return row[0] if row else None

    async def _number(self, statement: TypedReturnsRows[int], parameters: Parameters = None) -> int:
        """Of a statement that always has a row."""
        return (await self._session.rows(statement, parameters))[0][0]
