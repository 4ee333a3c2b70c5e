"""What conversations remember."""

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import DialogRow

_load = select(DialogRow.body).where(DialogRow.key == bindparam("key"))
_insert = insert(DialogRow)
_save = _insert.on_conflict_do_update(
    index_elements=[DialogRow.key],
    set_={"body": _insert.excluded.body, "updated_at": _insert.excluded.updated_at},
)

_delete = delete(DialogRow).where(DialogRow.key == bindparam("gone"))


class DialogReader(Dao):
    async def load(self, key: str) -> bytes | None:
        return await self._value(_load, {"key": key})


class DialogWriter(DialogReader):
    async def save(self, key: str, body: bytes, *, now: datetime) -> None:
        await self._session.send(_save, {"key": key, "body": body, "updated_at": now})

    async def delete(self, key: str) -> None:
        await self._session.send(_delete, {"gone": key})

    async def delete_older(self, before: datetime, *, limit: int) -> int:
        """Not what the deployment knows of its webhook: whoever starts looks at it, however old it is."""
        idle = and_(DialogRow.updated_at < before, DialogRow.key.not_like("webhook%"))
        old = select(DialogRow.key).where(idle).limit(limit)
        return await self._session.count(delete(DialogRow).where(DialogRow.key.in_(old)))
