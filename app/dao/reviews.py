"""What guests thought of their visits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import ReviewRow

_THIS = ReviewRow.booking_id == bindparam("booking")
_get = select(ReviewRow.stars, ReviewRow.comment).where(_THIS)
_new = insert(ReviewRow)
_rate = _new.on_conflict_do_update(
    index_elements=[ReviewRow.booking_id],
    set_={"stars": _new.excluded.stars, "changed_at": _new.excluded.changed_at},
    where=ReviewRow.stars != _new.excluded.stars,
)
_comment = update(ReviewRow).where(_THIS, ReviewRow.comment.is_(None))
_say = _comment.values(comment=bindparam("words"), changed_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class StoredReview:
    stars: int
    comment: str | None


class ReviewReader(Dao):
    async def get(self, booking_id: int) -> StoredReview | None:
        row = await self._first(_get, {"booking": booking_id})
        return StoredReview(*row) if row else None


class ReviewWriter(ReviewReader):
    async def rate(self, booking_id: int, stars: int, *, now: datetime) -> bool:
        """False: it has as many stars already."""
        review = {"booking_id": booking_id, "stars": stars, "created_at": now, "changed_at": now}
        return await self._session.count(_rate, review) == 1

    async def comment(self, booking_id: int, words: str, *, now: datetime) -> bool:
        """False: it has none to comment on, or a comment already."""
        return await self._session.count(_say, {"booking": booking_id, "words": words, "now": now}) == 1
