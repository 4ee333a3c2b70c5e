"""What a guest wishes for a visit: typed, tidied, within limits."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.booking import CANCELABLE, BookingStatus
from app.domain.errors import BookingChanged, VisitOver, WishTooLong, WishUnreadable
from app.domain.typed import is_readable, lines_of

MOST_HIGH_CHAIRS = 3
LONGEST_ALLERGIES = 300
LONGEST_COMMENT = 500
_MOST_LINES = 10


class Occasion(StrEnum):
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    DATE = "date"
    BUSINESS = "business"
    CHILDREN = "children"
    OTHER = "other"


class Wish(StrEnum):
    """Each is a field of `Wishes`."""

    OCCASION = "occasion"
    HIGH_CHAIRS = "high_chairs"
    ALLERGIES = "allergies"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Wishes:
    occasion: Occasion | None = None
    high_chairs: int = 0
    allergies: str = ""
    comment: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Wishes":
        """Another version may have stored more, or an occasion that we do not know."""
        occasion = stored.get("occasion")
        return cls(
            occasion=Occasion(occasion) if occasion in list(Occasion) else None,
            high_chairs=stored.get("high_chairs", 0),
            allergies=stored.get("allergies", ""),
            comment=stored.get("comment", ""),
        )

    def stored(self) -> dict[str, Any]:
        """Without what is not wished."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def unlike(self, others: "Wishes") -> tuple[Wish, ...]:
        return tuple(wish for wish in Wish if getattr(self, wish) != getattr(others, wish))

    def __bool__(self) -> bool:
        return self != Wishes()


def tidied(text: str, *, longest: int) -> str:
    """In so many lines at the most, as it is kept. Raises WishUnreadable, WishTooLong."""
    said = lines_of(text)
    head, tail = said[: _MOST_LINES - 1], said[_MOST_LINES - 1 :]
    tidy = "\n".join([*head, " ".join(tail)] if tail else head)
    if not is_readable(tidy):
        raise WishUnreadable
    if len(tidy) > longest:
        raise WishTooLong(limit=longest, length=len(tidy))
    return tidy


def may_wish(status: BookingStatus, *, ends_at: datetime, now: datetime) -> bool:
    """Who sits at the table already tells the waiter."""
    return status in CANCELABLE and now < ends_at


def ensure_may_wish(status: BookingStatus, *, ends_at: datetime, now: datetime) -> None:
    if status not in CANCELABLE:
        raise BookingChanged(status=status.value)
    if ends_at <= now:
        raise VisitOver
