"""Events into words: HTML, in the reader's language and the venue's time."""

import unicodedata
from datetime import tzinfo
from html import escape

from app.domain.events import (
    AdminText,
    BookingCanceled,
    BookingCreated,
    BookingHidden,
    BookingSnapshot,
    ServiceNotice,
)
from app.services.views import BookingCard, GuestName, VenueCard
from app.texts import Html, Words, name_of

Notice = BookingCreated | BookingCanceled | BookingHidden | AdminText | ServiceNotice


def render_notice(event: Notice, card: BookingCard | None, venue: VenueCard, words: Words) -> Html:
    """What an admin reads. `card` tells who the guest is; the rest is as it was when the event happened."""
    match event:
        case AdminText():
            return plain(event.text)
        case ServiceNotice(kind="service_started"):
            return words.html("notice-service-started", moment=words.moment(event.occurred_at.astimezone(venue.zone)))
        case ServiceNotice():
            return words.html("notice-service-stopped", moment=words.moment(event.occurred_at.astimezone(venue.zone)))
    booking = _booking(event.booking, card, venue.zone, words)
    match event:
        case BookingCreated():
            return words.html("notice-booking-created", booking=booking)
        case BookingCanceled():
            return words.html("notice-booking-canceled", booking=booking)
        case BookingHidden():
            return words.html("notice-booking-hidden", booking=booking)


def plain(text: str) -> Html:
    """Shown as it is."""
    return Html(escape(text, quote=False))


def guest_link(guest: GuestName, words: Words) -> Html:
    """The guest's name as a way to write to them."""
    seen = any(unicodedata.category(letter)[0] not in "CZ" for letter in guest.full_name)
    name = plain(name_of(guest.full_name)) if seen else words.html("notice-guest-unnamed")
    if guest.username:
        return Html(f'<a href="https://t.me/{escape(guest.username)}">{name}</a> (@{escape(guest.username)})')
    return Html(f'<a href="tg://user?id={guest.external_id}">{name}</a>')


def _booking(booking: BookingSnapshot, card: BookingCard | None, zone: tzinfo, words: Words) -> Html:
    starts_at, ends_at = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    return words.html(
        "notice-booking",
        guest=guest_link(card.guest, words) if card else words.html("notice-guest-unnamed"),
        tables=", ".join(map(str, booking.tables)),
        count=len(booking.tables),
        party=booking.party_size,
        day=words.day(starts_at.date()),
        time=words.span(starts_at, ends_at),
    )
