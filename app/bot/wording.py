"""Bookings, parties and tables in words: the same on every screen."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.domain.booking import BookingStatus
from app.domain.seating import Table
from app.services.views import BookingCard, PrivacyNotice, SittingView
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


_DAYS_OF_A_YEAR = 365


def status_in(words: Words, status: BookingStatus) -> str:
    return words.say(_STATUS_KEYS[status])


def late_in(words: Words, card: BookingCard) -> str:
    """How late the party will be; empty: nothing is known of it, or nobody waits any more."""
    if not (card.late_minutes and card.grace_until and card.is_expected):
        return ""
    return words.say("visit-late", minutes=card.late_minutes, until=words.time(card.grace_until))


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


def booking_in(words: Words, card: BookingCard) -> str:
    """In one line."""
    return words.say(
        "booking-line",
        day=words.short_day(card.starts_at.date()),
        time=words.time(card.starts_at),
        guests=guests_in(words, card.party_size),
        table=tables_in(words, card.tables),
    )


def details_in(words: Words, card: BookingCard) -> Html:
    """When, how many, where: four lines."""
    return words.html(
        "details",
        day=words.day(card.starts_at.date()),
        time=words.span(card.starts_at, card.ends_at),
        guests=guests_in(words, card.party_size),
        table=tables_in(words, card.tables),
    )


def privacy_in(words: Words, notice: PrivacyNotice) -> Html:
    """The whole text on personal data, and of when it is."""
    own = words.language.of_texts(notice.text)
    text = words.html("privacy-own", text=own) if own else _standard_privacy(words, notice)
    version = words.html("privacy-version", version=notice.version, date=words.full_date(notice.dated))
    return Html(f"{text}\n\n{version}")


def _standard_privacy(words: Words, notice: PrivacyNotice) -> Html:
    return words.html(
        "privacy-standard",
        venue=notice.venue.name,
        phone=notice.venue.phone,
        kept=_kept(words, "privacy-kept", "privacy-kept-for-good", notice.forget_after_days),
        wishes=_kept(words, "privacy-wishes", "privacy-wishes-for-good", notice.forget_wishes_after_days),
    )


def _kept(words: Words, key: str, for_good: str, days: int | None) -> str:
    """In years where they are whole."""
    if days is None:
        return words.say(for_good)
    years, rest = divmod(days, _DAYS_OF_A_YEAR)
    return words.say(key, time=words.say("years", count=years) if not rest else words.say("days", count=days))
