"""Bookings, parties and tables in words: the same on every screen."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.domain.booking import BookingStatus
from app.domain.seating import Table
from app.services.views import BookingCard, SittingView
from app.texts import Html, Words

MARKS: Mapping[BookingStatus, str] = MappingProxyType(
    {
        BookingStatus.HELD: "⏳",
        BookingStatus.PENDING: "❓",
        BookingStatus.EXPIRED: "⌛",
        BookingStatus.DECLINED: "✖️",
        BookingStatus.BOOKED: "📅",
        BookingStatus.CONFIRMED: "✅",
        BookingStatus.SEATED: "🍽",
        BookingStatus.CANCELED: "🚫",
        BookingStatus.NO_SHOW: "👻",
        BookingStatus.COMPLETED: "🏁",
    }
)

_STATUS_KEYS: Mapping[BookingStatus, str] = MappingProxyType(
    {
        BookingStatus.HELD: "status-held",
        BookingStatus.PENDING: "status-pending",
        BookingStatus.EXPIRED: "status-expired",
        BookingStatus.DECLINED: "status-declined",
        BookingStatus.BOOKED: "status-booked",
        BookingStatus.CONFIRMED: "status-confirmed",
        BookingStatus.SEATED: "status-seated",
        BookingStatus.CANCELED: "status-canceled",
        BookingStatus.NO_SHOW: "status-no-show",
        BookingStatus.COMPLETED: "status-completed",
    }
)


def status_in(words: Words, status: BookingStatus) -> str:
    return words.say(_STATUS_KEYS[status])


def guests_in(words: Words, party: int) -> str:
    return words.say("guests", party=party)


def tables_in(words: Words, tables: Sequence[Table]) -> str:
    """Стол №3, Столы №3, 4"""
    if len(tables) == 1:
        return words.say("table", number=str(tables[0].number))
    return words.say("tables", numbers=", ".join(str(table.number) for table in tables))


def times_in(words: Words, sitting: SittingView) -> str:
    """A sitting by its begin and end, a start on the grid by itself."""
    if sitting.slot_id is None:
        return words.time(sitting.starts_at)
    return words.span(sitting.starts_at, sitting.ends_at)


def details_in(words: Words, card: BookingCard) -> Html:
    """When, how many, where: four lines."""
    return words.html(
        "details",
        day=words.day(card.starts_at.date()),
        time=words.span(card.starts_at, card.ends_at),
        guests=guests_in(words, card.party_size),
        table=tables_in(words, card.tables),
    )
