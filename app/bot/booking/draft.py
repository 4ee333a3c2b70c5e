"""What the guest has chosen so far: ids and ISO strings in the dialog's data."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from aiogram_dialog import DialogManager

from app.domain.errors import DayNotOffered
from app.domain.seating import Table
from app.services.views import BookingCard, SittingView

_APART = timedelta(days=2)
"""At most, a service day and the start (in UTC) of one of its sittings."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A sitting, or a start on the grid, as a button names it."""

    day: date
    slot_id: int | None
    starts_at: datetime

    @classmethod
    def of(cls, sitting: SittingView) -> "Choice":
        return cls(sitting.service_date, sitting.slot_id, sitting.starts_at)

    @classmethod
    def parse(cls, text: str) -> "Choice":
        """Raises DayNotOffered if no button of ours says so."""
        try:
            day, slot_id, starts_at = (int(part) for part in text.split("-"))
            choice = cls(date.fromordinal(day), slot_id or None, datetime.fromtimestamp(starts_at, tz=UTC))
        except (ValueError, OverflowError, OSError):
            raise DayNotOffered from None
        if abs(choice.starts_at.date() - choice.day) > _APART:
            raise DayNotOffered
        return choice

    def __str__(self) -> str:
        return f"{self.day.toordinal()}-{self.slot_id or 0}-{self.starts_at.timestamp():.0f}"


class Draft:
    """The dialog's data by name."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    @classmethod
    def of(cls, manager: DialogManager) -> "Draft":
        return cls(manager.dialog_data)

    @classmethod
    def of_move(cls, booking: BookingCard, table: Table | None) -> "Draft":
        """It begins with what is booked."""
        draft = cls({"moves": (booking.id, booking.sequence)})
        draft.party, draft.day = booking.party_size, booking.service_date
        draft.wish_for(table)
        return draft

    @property
    def data(self) -> dict[str, Any]:
        """To begin a wizard with."""
        return self._data

    @property
    def party(self) -> int:
        return int(self._data["party"])

    @party.setter
    def party(self, party: int) -> None:
        self._data["party"] = party

    @property
    def table_id(self) -> int | None:
        """None: any that fits."""
        table: tuple[int, int] | None = self._data.get("table")
        return table[0] if table else None

    @property
    def table_number(self) -> int | None:
        table: tuple[int, int] | None = self._data.get("table")
        return table[1] if table else None

    def wish_for(self, table: Table | None) -> None:
        self._data["table"] = (table.id, table.number) if table else None

    @property
    def day(self) -> date:
        return date.fromisoformat(self._data["day"])

    @day.setter
    def day(self, day: date) -> None:
        self._data["day"] = day.isoformat()

    @property
    def lost(self) -> Choice | None:
        """The sitting that somebody else was faster to take."""
        return Choice.parse(lost) if (lost := self._data.get("lost")) else None

    def want(self, choice: Choice) -> None:
        self._data["wanted"] = str(choice)
        self._data["lost"] = None
        self.day = choice.day

    def lose(self) -> None:
        """The sitting wanted last is gone."""
        self._data["lost"] = self._data.get("wanted")

    def forget_loss(self) -> None:
        self._data["lost"] = None

    @property
    def booking_id(self) -> int:
        """Of the hold, and of the booking that it became."""
        return int(self._data["booking"])

    @booking_id.setter
    def booking_id(self, booking_id: int) -> None:
        self._data["booking"] = booking_id

    @property
    def seen_privacy(self) -> str | None:
        """The version of the text on personal data that stood above the button to confirm with."""
        return self._data.get("privacy")

    @seen_privacy.setter
    def seen_privacy(self, version: str | None) -> None:
        self._data["privacy"] = version

    @property
    def waits(self) -> bool:
        """Whether the guest is on the way into the queue, and not to a booking."""
        return bool(self._data.get("waits"))

    @waits.setter
    def waits(self, waits: bool) -> None:
        self._data["waits"] = waits

    @property
    def repeats(self) -> int:
        """The earlier visit that is to be had again."""
        return int(self._data["repeats"])

    @repeats.setter
    def repeats(self, booking_id: int) -> None:
        self._data["repeats"] = booking_id

    @property
    def at_once(self) -> bool:
        """Booked without a question: it can be undone where it is told."""
        return bool(self._data.get("at_once"))

    @at_once.setter
    def at_once(self, at_once: bool) -> None:
        self._data["at_once"] = at_once

    @property
    def moves(self) -> int | None:
        """The booking that is moved; None: a new one is made."""
        moving: tuple[int, int] | None = self._data.get("moves")
        return moving[0] if moving else None

    def has_moved(self, booking: BookingCard) -> bool:
        """It is not as it was at the beginning."""
        moving: tuple[int, int] | None = self._data.get("moves")
        return moving is not None and booking.sequence != moving[1]

    def notice(self, key: str, **params: str | int) -> None:
        """A line for the next window."""
        self._data["notice"] = {"key": key, "params": params}

    def take_notice(self) -> tuple[str, dict[str, str | int]] | None:
        notice = self._data.pop("notice", None)
        return (notice["key"], notice["params"]) if notice else None


def booking_of(manager: DialogManager) -> int:
    """What a dialog beside the wizard was opened for."""
    return int(cast("dict[str, int]", manager.start_data)["booking"])
