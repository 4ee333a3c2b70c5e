"""What a guest says of a visit: from one star to five, and perhaps a line."""

from datetime import datetime, timedelta

from app.domain.booking import LIVE, BookingStatus
from app.domain.errors import CommentTooLong, NothingSaid, NotToBeRated
from app.domain.typed import is_readable, lines_of

MOST_STARS = 5
RATED_WITHIN = timedelta(days=30)
"""After the visit's end."""
LONGEST_COMMENT = 500


def took_place(status: BookingStatus, ends_at: datetime, *, now: datetime) -> bool:
    """Completed, or about to be."""
    return status is BookingStatus.COMPLETED or (status in LIVE and ends_at <= now)


def ensure_to_be_rated(status: BookingStatus, ends_at: datetime, *, now: datetime) -> None:
    if not took_place(status, ends_at, now=now) or now > ends_at + RATED_WITHIN:
        raise NotToBeRated(days=RATED_WITHIN.days)


def comment_of(text: str) -> str:
    """In one line, as it is kept. Raises NothingSaid, CommentTooLong."""
    comment = " ".join(lines_of(text))
    if not is_readable(comment):
        raise NothingSaid
    if len(comment) > LONGEST_COMMENT:
        raise CommentTooLong(limit=LONGEST_COMMENT, length=len(comment))
    return comment
