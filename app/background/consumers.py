"""What is done with a message of each queue. Each run notes the message in the transaction of its effects."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from aiogram.types import InlineKeyboardMarkup

from app.background.letters import letter_of
from app.background.offers import OfferSender, end_offer, send_offer
from app.background.planned import planned_for, put_planned
from app.background.still_true import TRUE_IN, still_true
from app.domain.booking import LIVE
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
    ForGuest,
    ForPeople,
    GuestNotice,
    Message,
    OfferPassed,
    Planned,
    Recipient,
    WaitingOffer,
)
from app.metrics import Metrics
from app.notifications.letter import Letter
from app.notifications.telegram import Delivery
from app.services import Services
from app.services.messages import Effects, Outgoing
from app.services.views import BookingCard
from app.texts import Texts

_STORE_PAUSE = 1.0


class Sender(OfferSender, Protocol):
    async def send(
        self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None = None, *, bulk: bool = False
    ) -> Delivery: ...


class Visits(Protocol):
    """The completion of visits at their end."""

    async def complete_at(self, booking_id: int, ends_at: datetime) -> None: ...

    async def forget(self, booking_id: int) -> None: ...


_FREES = frozenset({"booking_canceled", "booking_declined", "booking_lapsed", "booking_moved", "offer_passed"})
"""By event, after which others may have the table."""


async def admin_msg(message: Message, services: Services, *, admins: Iterable[Recipient]) -> None:
    """One message of its own for each admin: nobody waits for another one's chat."""

    def notice(admin: Recipient) -> Outgoing:
        key = f"{NOTICE_KEY}{message.message_id}:{admin.channel}:{admin.external_id}"
        return Outgoing(AdminNotice.model_validate({"recipient": admin, "event": message}), dedup_key=key)

    async def fan_out(effects: Effects) -> None:
        await effects.put_all(USER_MSG, map(notice, admins))

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
    if not isinstance(message, BookingEvent) or message.kind not in TRUE_IN:
        return
    card = await services.bookings.snapshot_status(message.booking.booking_id)
    if card is None or not still_true(message, card):
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
    letter = None if reader and reader.blocked else await letter_of(message, reader, services, texts)
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
    return GuestNotice(recipient=card.guest.recipient, event=event)


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
