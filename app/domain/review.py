"""What a guest says of a visit: from one star to five, and perhaps a line."""

import unicodedata
from datetime import datetime, timedelta

from app.domain.booking import LIVE, BookingStatus
from app.domain.errors import CommentTooLong, NothingSaid, NotToBeRated

MOST_STARS = 5
RATED_WITHIN = timedelta(days=30)
"""After the visit's end."""
LONGEST_COMMENT = 500
_JOINERS = "\u200c\u200d"
"""They hold letters and emoji together; other characters that nobody sees are left out."""


def took_place(status: BookingStatus, ends_at: datetime, *, now: datetime) -> bool:
    """Completed, or about to be."""
    return status is BookingStatus.COMPLETED or (status in LIVE and ends_at <= now)


def ensure_to_be_rated(status: BookingStatus, ends_at: datetime, *, now: datetime) -> None:
    if not took_place(status, ends_at, now=now) or now > ends_at + RATED_WITHIN:
        raise NotToBeRated(days=RATED_WITHIN.days)


def comment_of(text: str) -> str:
    """In one line, as it is kept. Raises NothingSaid, CommentTooLong."""
    seen = "".join(letter if _is_seen(letter) else " " for letter in text)
    comment = " ".join(seen.split())
    if not comment.strip(_JOINERS):
        raise NothingSaid
    if len(comment) > LONGEST_COMMENT:
        raise CommentTooLong(limit=LONGEST_COMMENT, length=len(comment))
    return comment


def _is_seen(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter)[0] != "C"
