"""What the deployment says at most so often."""

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import NoticeStampRow


class NoticeWriter(Dao):
    async def stamp(self, kind: str, *, now: datetime, every: timedelta) -> bool:
        """True for one caller of all in `every`, also over several processes."""
        stamp = insert(NoticeStampRow).values(kind=kind, at=now)
        stamp = stamp.on_conflict_do_update(
            index_elements=[NoticeStampRow.kind],
            set_={"at": stamp.excluded.at},
            where=NoticeStampRow.at <= now - every,
        )
        return await self._first(stamp.returning(NoticeStampRow.kind)) is not None
