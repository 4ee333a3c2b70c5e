"""What every DAO is: queries over one connection, which somebody else commits."""

from sqlalchemy.ext.asyncio import AsyncConnection


class Dao:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
