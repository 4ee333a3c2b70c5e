"""Events into words: HTML, in the reader's language and the venue's time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from html import escape
from types import MappingProxyType

from app.domain.booking import STANDING, BookingStatus
from app.domain.events import (
    AdminText,
    BookingAccepted,
    BookingCanceled,
    BookingCreated,
    BookingDeclined,
    BookingEvent,
    BookingHidden,
    BookingLapsed,
    BookingMoved,
    BookingRequested,
    BookingSnapshot,
    CancelRefused,
    CancelRequested,
    ForAdmins,
    ForGuest,
    GuestLate,
    OfferPassed,
    ReviewLeft,
    ServiceNotice,
    WishesChanged,
)
from app.domain.typed import is_readable
from app.notifications.wishes import changes_in, with_phone, with_wishes
from app.services.views import BookingCard, GuestName, Review, VenueCard
from app.texts import Html, Words, name_of, stars_of

_NOTICES: Mapping[type[BookingEvent], str] = MappingProxyType(
    {
        BookingCreated: "notice-booking-created",
        BookingRequested: "notice-booking-requested",
        BookingLapsed: "notice-booking-lapsed",
        BookingCanceled: "notice-booking-canceled",
        CancelRequested: "notice-cancel-requested",
        WishesChanged: "notice-wishes-changed",
        BookingHidden: "notice-booking-hidden",
    }
)
_TOLD: Mapping[type[BookingEvent], str] = MappingProxyType(
    {
        BookingAccepted: "told-booking-accepted",
        BookingDeclined: "told-booking-declined",
        BookingLapsed: "told-booking-lapsed",
        BookingCanceled: "told-booking-canceled",
        CancelRefused: "told-cancel-refused",
        OfferPassed: "told-offer-passed",
    }
)


def render_notice(event: ForAdmins, card: BookingCard | None, venue: VenueCard, words: Words) -> Html:
    """What an admin reads. `card` tells who the guest is; the rest is as it was when the event happened."""
    match event:
        case AdminText():
            return plain(event.text)
        case ServiceNotice(kind="service_started"):
            return words.html("notice-service-started", moment=words.moment(event.occurred_at.astimezone(venue.zone)))
        case ServiceNotice():
            return words.html("notice-service-stopped", moment=words.moment(event.occurred_at.astimezone(venue.zone)))
        case BookingMoved():
            return _move(event, card, venue.zone, words)
    booking = _booking(event.booking, card, venue.zone, words)
    if isinstance(event, GuestLate):
        until = words.time(event.until.astimezone(venue.zone))
        return words.html("notice-guest-late", booking=booking, minutes=event.minutes, until=until)
    answer = event.answer_until if isinstance(event, BookingRequested) else event.occurred_at
    changes = changes_in(words, event.changed, card.wishes) if isinstance(event, WishesChanged) and card else ""
    until = words.moment(answer.astimezone(venue.zone))
    return words.html(_NOTICES[type(event)], booking=booking, until=until, changes=changes)


def render_guest_notice(event: ForGuest, venue: VenueCard, words: Words) -> Html:
    """What a guest reads of the restaurant's decision."""
    booking = _visit(event.booking, venue.zone, words)
    address = words.language.of_texts(venue.address)
    return words.html(_TOLD[type(event)], booking=booking, address=address, phone=venue.phone)


def render_reminder(card: BookingCard, venue: VenueCard, words: Words, *, now: datetime) -> Html:
    """What the guest is reminded of, or has answered to it."""
    days = (card.starts_at.date() - now.astimezone(venue.zone).date()).days
    visit = _visit_of_card(card, words)
    return words.html(
        "reminder",
        days=days,
        time=words.time(card.starts_at),
        visit=visit,
        address=words.language.of_texts(venue.address),
        state=_expected(card, words),
    )


def _expected(card: BookingCard, words: Words) -> Html:
    """What the house knows of the guest's coming."""
    if card.late_minutes and card.grace_until:
        return words.html("reminder-late", minutes=card.late_minutes, until=words.time(card.grace_until))
    return words.html("reminder-confirmed" if card.status is BookingStatus.CONFIRMED else "reminder-question")


def render_review(event: ReviewLeft, review: Review, card: BookingCard, venue: VenueCard, words: Words) -> Html:
    """What an admin reads of a low mark, as it is now."""
    booking, stars = _booking(event.booking, card, venue.zone, words), stars_of(review.stars)
    if event.commented and review.comment:
        return words.html("notice-review-words", stars=stars, comment=name_of(review.comment), booking=booking)
    return words.html("notice-review", stars=stars, booking=booking)


def render_offer(card: BookingCard, words: Words, *, now: datetime) -> Html:
    """What a guest reads who has waited; `card` is what is held, and until when."""
    until = card.hold_until or card.starts_at
    minutes = minutes_left(until, now=now)
    return words.html("offer", booking=_visit_of_card(card, words), minutes=minutes, until=words.time(until))


def render_offer_over(card: BookingCard, words: Words) -> Html:
    """In its place, once nobody has answered."""
    return words.html("offer-over", booking=_visit_of_card(card, words))


def minutes_left(until: datetime, *, now: datetime) -> int:
    """As people count: the one that has begun is still there."""
    return max(0, -((now - until) // timedelta(minutes=1)))


def plain(text: str) -> Html:
    """Shown as it is."""
    return Html(escape(text, quote=False))


def guest_link(guest: GuestName, words: Words) -> Html:
    """The guest's name as a way to write to them."""
    if guest.erased:
        return words.html("notice-guest-erased")
    readable = is_readable(guest.full_name)
    name = plain(name_of(guest.full_name)) if readable else words.html("notice-guest-unnamed")
    if guest.username:
        return Html(f'<a href="https://t.me/{escape(guest.username)}">{name}</a> (@{escape(guest.username)})')
    return Html(f'<a href="tg://user?id={guest.external_id}">{name}</a>')


def _booking(booking: BookingSnapshot, card: BookingCard | None, zone: tzinfo, words: Words) -> Html:
    return words.html("notice-booking", **_guest_and_visit(_visit(booking, zone, words), card, words))


def _move(event: BookingMoved, card: BookingCard | None, zone: tzinfo, words: Words) -> Html:
    """To where the booking is now: it may have moved again."""
    now = _visit_of_card(card, words) if card else _visit(event.booking, zone, words)
    before = _visit(event.before, zone, words)
    return words.html("notice-booking-moved", before=before, **_guest_and_visit(now, card, words))


def _guest_and_visit(visit: Html, card: BookingCard | None, words: Words) -> dict[str, Html]:
    if card is None:
        return {"guest": words.html("notice-guest-unnamed"), "visit": visit}
    guest = with_phone(words, guest_link(card.guest, words), card.guest)
    return {"guest": guest, "visit": with_wishes(words, visit, card) if card.status in STANDING else visit}


def _visit(booking: BookingSnapshot, zone: tzinfo, words: Words) -> Html:
    starts_at, ends_at = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    return _visit_of(booking.tables, booking.party_size, starts_at, ends_at, words)


def _visit_of(tables: Sequence[int], party: int, starts_at: datetime, ends_at: datetime, words: Words) -> Html:
    return words.html(
        "notice-visit",
        tables=", ".join(map(str, tables)),
        count=len(tables),
        party=party,
        day=words.day(starts_at.date()),
        time=words.span(starts_at, ends_at),
    )


def _visit_of_card(card: BookingCard, words: Words) -> Html:
    return _visit_of([table.number for table in card.tables], card.party_size, card.starts_at, card.ends_at, words)
