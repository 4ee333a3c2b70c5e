"""A booking as an iCalendar file that adds an entry to a calendar, changes it, and takes it out again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress
from icalendar.enums import STATUS

from app.bot.ticket.contents import OFF, Ticket
from app.bot.wording import guests_in, tables_in
from app.domain.booking import BookingStatus
from app.services.views import BookingCard
from app.texts import Words

_ALARM = timedelta(hours=2)
_DAY = timedelta(days=1)
_STAGES: Mapping[BookingStatus, int] = MappingProxyType({BookingStatus.PENDING: 0} | dict.fromkeys(OFF, 2))
"""A request, then (1) a booking that stands, then nothing: the entry's SEQUENCE grows with each, and never shrinks."""
_A_MOVE = 3
"""By as much it grows when the booking is moved: it may be a request again."""


def calendar_file(words: Words, ticket: Ticket, *, now: datetime) -> bytes:
    card, venue = ticket.card, ticket.venue
    address = words.language.of_texts(venue.address)
    start, end = _moments(card)
    summary = words.say("calendar-canceled" if ticket.is_off else "calendar-summary", venue=venue.name)
    event = Event.new(
        uid=f"booking-{card.id}@{ticket.bot}.t.me",
        sequence=_A_MOVE * card.sequence + _STAGES.get(card.status, 1),
        stamp=now.astimezone(UTC),
        created=card.created_at.astimezone(UTC),
        last_modified=card.changed_at.astimezone(UTC),
        start=start,
        end=end,
        summary=summary,
        description=_description(words, ticket),
        location=", ".join(part for part in (venue.name, address) if part),
        url=ticket.link,
        status=_status(ticket),
        organizer=_organizer(ticket),
    )
    if not ticket.is_off:
        event.add_component(_alarm(summary))
    calendar = Calendar()
    calendar.add("prodid", "-//Binary Bites//Table booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if ticket.is_off else "PUBLISH")
    calendar.add_component(event)
    first, last = card.starts_at.date(), card.ends_at.date()
    calendar.add_missing_timezones(first - _DAY, last + _DAY)
    return bytes(calendar.to_ical())


def _moments(card: BookingCard) -> tuple[datetime, datetime]:
    """In the venue's zone, by the name that calendars know it by; an hour that comes twice has one only in UTC."""
    begin_and_end = card.starts_at, card.ends_at
    if all(isinstance(at.tzinfo, ZoneInfo) and _comes_once(at) for at in begin_and_end):
        return begin_and_end
    return card.starts_at.astimezone(UTC), card.ends_at.astimezone(UTC)


def _comes_once(at: datetime) -> bool:
    return at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset()


def _status(ticket: Ticket) -> STATUS:
    if ticket.is_off:
        return STATUS.CANCELLED
    return STATUS.TENTATIVE if ticket.card.status is BookingStatus.PENDING else STATUS.CONFIRMED


def _description(words: Words, ticket: Ticket) -> str:
    card = ticket.card
    return words.say(
        "calendar-description",
        day=words.day(card.starts_at.date()),
        time=words.span(card.starts_at, card.ends_at),
        guests=guests_in(words, card.party_size),
        table=tables_in(words, card.tables),
        phone=ticket.venue.phone,
        link=ticket.link,
    )


def _organizer(ticket: Ticket) -> vCalAddress:
    """Whoever publishes or cancels has to be named; a restaurant with a bot need not have an address for mail."""
    organizer = vCalAddress(f"mailto:{ticket.bot}@telegram.invalid")
    organizer.params["CN"] = ticket.venue.name
    return organizer


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.TRIGGER = -_ALARM
    return alarm
