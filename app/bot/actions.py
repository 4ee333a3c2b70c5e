"""What the buttons outside the wizard say: typed, so that nobody splits strings and nothing strange gets through."""

from enum import StrEnum
from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from app.domain.booking import BookingStatus
from app.domain.people import Language
from app.notifications.buttons import Id

PageNumber = Annotated[int, Field(ge=0, le=1_000_000)]
DayNumber = Annotated[int, Field(ge=1, le=3_652_059)]
"""A date as its proleptic Gregorian ordinal."""


class Place(StrEnum):
    HOME = "home"
    BOOK = "book"
    ABOUT = "about"


class MenuAction(CallbackData, prefix="menu"):
    to: Place


class LanguageAction(CallbackData, prefix="language"):
    language: Language


class BookingsPage(CallbackData, prefix="bookings"):
    page: PageNumber = 0


class BookingAction(CallbackData, prefix="booking"):
    """`page` is the page of «Мои брони» to come back to. `cancel`, `hide` and `ask` ask first."""

    verb: Literal["show", "cancel", "cancel_now", "hide", "hide_now", "ask", "ask_now", "wishes", "move"]
    booking_id: Id
    page: PageNumber = 0


class WordsAction(CallbackData, prefix="words"):
    """To the mark for a visit: `say` something, or `enough` is said."""

    verb: Literal["say", "enough"]
    booking_id: Id


class MyDataAction(CallbackData, prefix="me"):
    """One's own data, whoever presses it. `forget` asks first."""

    verb: Literal[
        "show",
        "read",
        "copy",
        "reminders_on",
        "reminders_off",
        "follow_ups_on",
        "follow_ups_off",
        "forget",
        "forget_now",
    ]


class PanelAction(CallbackData, prefix="admin"):
    to: Literal["panel", "users", "bookings"]


class DayPage(CallbackData, prefix="day"):
    """The bookings of a service day; without `day` today's."""

    day: DayNumber | None = None
    status: BookingStatus | None = None
    page: PageNumber = 0


class DayBooking(CallbackData, prefix="seen"):
    """A booking's card for staff, and the page of its day to come back to."""

    booking_id: Id
    day: DayNumber
    status: BookingStatus | None = None
    page: PageNumber = 0


class GuestsPage(CallbackData, prefix="guests"):
    page: PageNumber = 0
