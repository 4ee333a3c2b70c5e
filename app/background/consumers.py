"""What is done with a message of each queue. Each run notes the message in the transaction of its effects."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol

from aiogram.types import InlineKeyboardMarkup

from app.background.offers import OfferSender, end_offer, offer_letter, passed_letter, send_offer
from app.background.planned import planned_for, planned_letter, put_planned
from app.domain.booking import CANCELABLE, EXPECTED, LIVE, STANDING, BookingStatus
from app.domain.errors import StoreUnavailable
from app.domain.events import (
    ADMIN_MSG,
    NOTI_USER,
    NOTICE_KEY,
    USER_MSG,
    AdminNotice,
    BookingAccepted,
    BookingCanceled,
    BookingCreated,
    BookingEvent,
    BookingMoved,
    BookingRequested,
    CancelRequested,
    ForGuest,
    GuestLate,
    GuestNotice,
    Message,
    OfferPassed,
    Planned,
    Recipient,
    ReviewLeft,
    WaitingOffer,
)
from app.domain.people import Language
from app.metrics import Metrics
from app.notifications.buttons import cancel_request_buttons, off_buttons, request_buttons
from app.notifications.letter import Letter
from app.notifications.render import render_guest_notice, render_notice, render_review
from app.notifications.telegram import Delivery
from app.services import Services
from app.services.messages import Effects
from app.services.views import BookingCard, UserCard, VenueCard
from app.texts import Texts, Words

_STORE_PAUSE = 1.0


class Sender(OfferSender, Protocol):
    async def send(
        self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None = None, *, bulk: bool = False
    ) -> Delivery: ...


class Visits(Protocol):
    """The completion of visits at their end."""

    async def complete_at(self, booking_id: int, ends_at: datetime) -> None: ...

    async def forget(self, booking_id: int) -> None: ...


_PLANNED = LIVE | {BookingStatus.COMPLETED}
_HOLDS_IN: Mapping[str, frozenset[BookingStatus]] = MappingProxyType(
    {
        "booking_created": _PLANNED,
        "booking_accepted": _PLANNED,
        "booking_moved": _PLANNED,
        "booking_requested": frozenset({BookingStatus.PENDING}),
        "booking_declined": frozenset({BookingStatus.DECLINED}),
        "booking_lapsed": frozenset({BookingStatus.EXPIRED}),
        "booking_canceled": frozenset({BookingStatus.CANCELED}),
        "cancel_requested": CANCELABLE,
        "wishes_changed": STANDING,
        "cancel_refused": LIVE,
        "guest_late": EXPECTED,
        "review_left": _PLANNED,
        "offer_passed": frozenset({BookingStatus.EXPIRED}),
    }
)
"""By event, the statuses in which it is still worth a word or a plan; the others always are."""

_FREES = frozenset({"booking_canceled", "booking_declined", "booking_lapsed", "booking_moved", "offer_passed"})
"""By event, after which others may have the table."""

ForPeople = AdminNotice | GuestNotice | Planned | WaitingOffer


async def admin_msg(message: Message, services: Services, *, admins: Iterable[Recipient]) -> None:
    """One message of its own for each admin: nobody waits for another one's chat."""

    async def fan_out(effects: Effects) -> None:
        for admin in admins:
            notice = AdminNotice.model_validate({"recipient": admin, "event": message})
            key = f"{NOTICE_KEY}{message.message_id}:{admin.channel}:{admin.external_id}"
            await effects.put(USER_MSG, notice, dedup_key=key)

    await services.messages.once(ADMIN_MSG, message.message_id, fan_out)


async def noti_user(message: Message, services: Services, *, visits: Visits) -> None:
    """Plans what is to happen to the visit and after it, or takes it back, and offers the table to those who wait."""
    await _plan_or_take_back(message, services, visits)
    if isinstance(message, BookingEvent) and message.kind in _FREES:
        await services.offers.offer_freed()


async def _plan_or_take_back(message: Message, services: Services, visits: Visits) -> None:
    """The job first: planned twice, it is one.

    Of a completed visit nothing is to be planned: what follows it was planned with the booking.
    """
    if not isinstance(message, BookingEvent) or message.kind not in _HOLDS_IN:
        return
    card = await services.bookings.snapshot_status(message.booking.booking_id)
    if card is None or not _holds(message, card):
        return
    notice = _guest_notice(message, card)
    if isinstance(message, BookingCreated | BookingAccepted | BookingMoved):
        await _plan(message, card, services, visits, notice)
        return
    if isinstance(message, BookingCanceled):
        await visits.forget(card.id)

    async def tell(effects: Effects) -> None:
        if card.status not in LIVE:
            await effects.drop_planned(card.id)
        await _put(notice, effects)

    await services.messages.once(NOTI_USER, message.message_id, tell)


async def user_msg(message: Message, services: Services, *, sender: Sender, texts: Texts, metrics: Metrics) -> None:
    """Sends one message to one chat, if what it says still holds. Raises SendLater."""
    if not isinstance(message, ForPeople) or await services.messages.seen(USER_MSG, message.message_id):
        return
    reader = await services.users.find_by_id(message.recipient.channel, message.recipient.external_id)
    letter = None if reader and reader.blocked else await _letter(message, reader, services, texts)
    if letter is None:
        metrics.message_sent("silent")
    else:
        await _send(letter, message, services, sender)
    await _note(message, services)


async def _note(message: Message, services: Services) -> None:
    """It is sent, so a store that is away is waited for: to try the message again would be to send it again."""
    while True:
        try:
            await services.messages.once(USER_MSG, message.message_id)
        except StoreUnavailable:
            await asyncio.sleep(_STORE_PAUSE)
        else:
            return


def _holds(event: BookingEvent, card: BookingCard) -> bool:
    """Not of what has moved since; nor of a booking that a restored database does not know: it may have another one
    of that number.
    """
    told = event.booking
    starts_at = card.starts_at.astimezone(UTC)  # an hour that comes twice is equal to itself in its own zone only
    if (told.user_id, told.sequence, told.starts_at) != (card.guest.user_id, card.sequence, starts_at):
        return False
    if isinstance(event, CancelRequested) and not card.cancel_requested:
        return False
    if isinstance(event, GuestLate) and event.minutes != card.late_minutes:
        return False
    return card.status in _HOLDS_IN.get(event.kind, BookingStatus)


def _holds_for_admins(event: BookingEvent, card: BookingCard) -> bool:
    """That a booking has left its place remains news when it has moved again."""
    if isinstance(event, BookingMoved) and event.booking.sequence < card.sequence:
        return event.booking.user_id == card.guest.user_id and card.status in _HOLDS_IN[event.kind]
    return _holds(event, card)


def _guest_notice(event: BookingEvent, card: BookingCard) -> GuestNotice | None:
    """None: the guest has done it, and knows, or is forgotten."""
    if (
        card.guest.erased
        or not isinstance(event, ForGuest)
        or (isinstance(event, BookingCanceled) and not event.by_staff)
    ):
        return None
    if isinstance(event, OfferPassed) and not event.silent:
        return None
    guest = Recipient(channel=card.guest.channel, external_id=card.guest.external_id)
    return GuestNotice(recipient=guest, event=event)


async def _put(notice: GuestNotice | None, effects: Effects) -> None:
    if notice:
        told = f"told:{notice.event.message_id}"
        await effects.put(USER_MSG, notice, dedup_key=told, booking_id=notice.event.booking.booking_id)


async def _plan(
    created: BookingEvent, card: BookingCard, services: Services, visits: Visits, notice: GuestNotice | None
) -> None:
    if card.status in LIVE:
        await visits.complete_at(card.id, card.ends_at)
    planned = await planned_for(card, services, agreed_at=created.occurred_at)

    async def plan(effects: Effects) -> None:
        await _put(notice, effects)
        await put_planned(planned, effects)

    await services.messages.once(NOTI_USER, created.message_id, plan)


async def _letter(message: ForPeople, reader: UserCard | None, services: Services, texts: Texts) -> Letter | None:
    """None: there is nothing to be said any more."""
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
        if card is None or not _holds_for_admins(event, card):
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
    if card is None or not _holds(event, card) or not _is_for(message.recipient, card):
        return None
    text = render_guest_notice(event, venue, words)
    if isinstance(event, OfferPassed):
        return passed_letter(text, event, card, words)
    return Letter(text, None if card.status in LIVE else off_buttons(words, card.id))


def _is_for(recipient: Recipient, card: BookingCard) -> bool:
    """Not if it was planned before its guest was forgotten."""
    return (card.guest.channel, card.guest.external_id) == (recipient.channel, recipient.external_id)


async def _send(letter: Letter, message: ForPeople, services: Services, sender: Sender) -> None:
    recipient, bulk = message.recipient, isinstance(message, Planned)
    if isinstance(message, WaitingOffer):
        delivery = await send_offer(letter, message, services, sender)
    else:
        delivery = await sender.send(recipient.external_id, letter.text, letter.buttons, bulk=bulk)
    if isinstance(message, GuestNotice) and isinstance(message.event, OfferPassed) and letter.instead:
        await end_offer(message.event, recipient, letter.instead, services, sender)
    if delivery is Delivery.BLOCKED:
        await services.users.mark_blocked(recipient.channel, recipient.external_id)
