"""What a message says to its reader, if it still holds."""

from app.background.offers import offer_letter, passed_letter
from app.background.planned import planned_letter
from app.background.still_true import still_true, still_true_for_admins
from app.domain.booking import LIVE
from app.domain.events import (
    AdminNotice,
    BookingEvent,
    BookingRequested,
    CancelRequested,
    ForPeople,
    GuestNotice,
    OfferPassed,
    ReviewLeft,
    WaitingOffer,
)
from app.domain.people import Language
from app.notifications.buttons import cancel_request_buttons, off_buttons, request_buttons
from app.notifications.letter import Letter
from app.notifications.render import render_guest_notice, render_notice, render_review
from app.services import Services
from app.services.views import BookingCard, UserCard, VenueCard
from app.texts import Texts, Words


async def letter_of(message: ForPeople, reader: UserCard | None, services: Services, texts: Texts) -> Letter | None:
    """None: there is nothing to be said any more. Raises SendLater."""
    words = texts.in_language(reader.language if reader else Language.RU)
    venue = await services.venues.card()
    if isinstance(message, AdminNotice):
        return await _notice(message, services, venue, words)
    if isinstance(message, GuestNotice):
        return await _decision(message, services, venue, words)
    if isinstance(message, WaitingOffer):
        return await offer_letter(message, services, words)
    return await planned_letter(message, reader, services, words)


async def _notice(message: AdminNotice, services: Services, venue: VenueCard, words: Words) -> Letter | None:
    event = message.event
    card = None
    if isinstance(event, BookingEvent):
        card = await services.bookings.snapshot_status(event.booking.booking_id)
        if card is None or not still_true_for_admins(event, card):
            return None
        if isinstance(event, ReviewLeft):
            return await _review(event, card, services, venue, words)
    text = render_notice(event, card, venue, words)
    match event:
        case BookingRequested():
            return Letter(text, request_buttons(words, event.booking.booking_id))
        case CancelRequested():
            return Letter(text, cancel_request_buttons(words, event.booking.booking_id))
    return Letter(text)


async def _review(
    event: ReviewLeft, card: BookingCard, services: Services, venue: VenueCard, words: Words
) -> Letter | None:
    """None: the guest has corrected a slip of the finger."""
    review = await services.reviews.left_for(card.id)
    return Letter(render_review(event, review, card, venue, words)) if review and review.low else None


async def _decision(message: GuestNotice, services: Services, venue: VenueCard, words: Words) -> Letter | None:
    event = message.event
    card = await services.bookings.snapshot_status(event.booking.booking_id)
    if card is None or not still_true(event, card) or message.recipient != card.guest.recipient:
        return None  # also if it was planned before its guest was forgotten
    text = render_guest_notice(event, venue, words)
    if isinstance(event, OfferPassed):
        return passed_letter(text, event, card, words)
    return Letter(text, None if card.status in LIVE else off_buttons(words, card.id))
