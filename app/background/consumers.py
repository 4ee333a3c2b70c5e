"""What is done with a message of each queue. Each run notes the message in the transaction of its effects."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from aiogram.types import InlineKeyboardMarkup
from loguru import logger

from app.domain.booking import LIVE, BookingStatus
from app.domain.errors import StoreUnavailable
from app.domain.events import (
    ADMIN_MSG,
    NOTI_USER,
    USER_MSG,
    AdminNotice,
    BookingCanceled,
    BookingCreated,
    BookingEvent,
    FollowUp,
    Message,
    Recipient,
)
from app.domain.people import Language
from app.domain.schedule import after_quiet_hours
from app.metrics import Metrics
from app.notifications.buttons import follow_up_buttons
from app.notifications.render import plain, render_notice
from app.notifications.telegram import Delivery, SendLater
from app.services import Services
from app.services.messages import Effects
from app.services.views import BookingCard, UserCard, VenueCard
from app.texts import Html, Texts, Words

_STORE_PAUSE = 1.0
_OUTDATED = timedelta(days=7)
"""A message after the visit that could not be sent for so long is not sent at all."""


class Sender(Protocol):
    async def send(
        self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None = None, *, bulk: bool = False
    ) -> Delivery: ...


class Visits(Protocol):
    """The completion of visits at their end."""

    async def complete_at(self, booking_id: int, ends_at: datetime) -> None: ...

    async def forget(self, booking_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Letter:
    text: Html
    buttons: InlineKeyboardMarkup | None = None


async def admin_msg(message: Message, services: Services, *, admins: Iterable[Recipient]) -> None:
    """One message of its own for each admin: nobody waits for another one's chat."""

    async def fan_out(effects: Effects) -> None:
        for admin in admins:
            notice = AdminNotice.model_validate({"recipient": admin, "event": message})
            key = f"notice:{message.message_id}:{admin.channel}:{admin.external_id}"
            await effects.put(USER_MSG, notice, dedup_key=key)

    await services.messages.once(ADMIN_MSG, message.message_id, fan_out)


async def noti_user(message: Message, services: Services, *, visits: Visits) -> None:
    """Plans what is to happen to the visit and after it, or takes it back. The job first: planned twice, it is one.

    Of a completed visit nothing is to be planned: what follows it was planned with the booking.
    """
    if not isinstance(message, BookingCreated | BookingCanceled):
        return
    card = await services.bookings.snapshot_status(message.booking.booking_id)
    if card is None or not _holds(message, card):
        return
    if isinstance(message, BookingCreated):
        await _plan(message, card, services, visits)
    else:
        await visits.forget(card.id)
        await services.messages.once(NOTI_USER, message.message_id, lambda effects: effects.drop_follow_ups(card.id))


async def user_msg(message: Message, services: Services, *, sender: Sender, texts: Texts, metrics: Metrics) -> None:
    """Sends one message to one chat, if what it says still holds. Raises SendLater."""
    if not isinstance(message, AdminNotice | FollowUp) or await services.messages.seen(USER_MSG, message.message_id):
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
    """Not of a booking that a restored database does not know: it may have another one of that number."""
    told = event.booking
    starts_at = card.starts_at.astimezone(UTC)  # an hour that comes twice is equal to itself in its own zone only
    if (told.user_id, told.starts_at) != (card.guest.user_id, starts_at):
        return False
    if isinstance(event, BookingCreated):
        return card.status in LIVE | {BookingStatus.COMPLETED}
    return card.status is BookingStatus.CANCELED or not isinstance(event, BookingCanceled)


async def _plan(created: BookingCreated, card: BookingCard, services: Services, visits: Visits) -> None:
    if card.status in LIVE:
        await visits.complete_at(card.id, card.ends_at)
    follow_ups = await _follow_ups(card, services)

    async def plan(effects: Effects) -> None:
        for follow_up in follow_ups:
            await effects.put(
                USER_MSG,
                follow_up,
                available_at=follow_up.planned_at,
                dedup_key=follow_up.dedup_key,
                booking_id=card.id,
            )

    await services.messages.once(NOTI_USER, created.message_id, plan)


async def _follow_ups(card: BookingCard, services: Services) -> list[FollowUp]:
    venue = await services.venues.card()
    guest = Recipient(channel=card.guest.channel, external_id=card.guest.external_id)
    language = (await services.users.languages([guest])).get(guest, Language.RU)
    return [
        FollowUp(
            recipient=guest,
            booking_id=card.id,
            number=number,
            text=language.of_texts(plan.text),
            planned_at=after_quiet_hours(card.ends_at.astimezone(UTC) + plan.after, venue.zone),
        )
        for number, plan in enumerate(await services.venues.follow_ups())
    ]


async def _letter(
    message: AdminNotice | FollowUp, reader: UserCard | None, services: Services, texts: Texts
) -> Letter | None:
    """None: there is nothing to be said any more."""
    words = texts.in_language(reader.language if reader else Language.RU)
    venue = await services.venues.card()
    if isinstance(message, AdminNotice):
        return await _notice(message, services, venue, words)
    card = await services.bookings.snapshot_status(message.booking_id)
    now = services.clock.now()
    if card is None or (reader and reader.no_follow_ups) or not _visited(card, now):
        return None
    if (card.guest.channel, card.guest.external_id) != (message.recipient.channel, message.recipient.external_id):
        return None
    if now > message.planned_at + _OUTDATED:
        logger.warning("Follow-up {} is dropped: it was planned for {:%Y-%m-%d}", message.number, message.planned_at)
        return None
    morning = after_quiet_hours(now, venue.zone)
    if morning > now:
        raise SendLater("it is night", morning - now)
    return Letter(plain(await _thanks(message, words.language, services)), follow_up_buttons(words))


async def _thanks(message: FollowUp, language: Language, services: Services) -> str:
    """In the language that the guest reads now, if the owner's file still has the text that was planned."""
    planned = (plan.text for plan in await services.venues.follow_ups() if message.text in plan.text.values())
    return next((language.of_texts(texts) for texts in planned), message.text)


async def _notice(message: AdminNotice, services: Services, venue: VenueCard, words: Words) -> Letter | None:
    event = message.event
    card = None
    if isinstance(event, BookingEvent):
        card = await services.bookings.snapshot_status(event.booking.booking_id)
        if card is None or not _holds(event, card):
            return None
    return Letter(render_notice(event, card, venue, words))


def _visited(card: BookingCard, now: datetime) -> bool:
    """Completed, or about to be."""
    return card.status is BookingStatus.COMPLETED or (card.status in LIVE and card.ends_at <= now)


async def _send(letter: Letter, message: AdminNotice | FollowUp, services: Services, sender: Sender) -> None:
    recipient, bulk = message.recipient, isinstance(message, FollowUp)
    delivery = await sender.send(recipient.external_id, letter.text, letter.buttons, bulk=bulk)
    if delivery is Delivery.BLOCKED:
        await services.users.mark_blocked(recipient.channel, recipient.external_id)
