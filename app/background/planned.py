"""What the guest hears before and after a visit: planned when it is agreed on, read again when it is to be said."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from aiogram.types import InlineKeyboardMarkup
from loguru import logger

from app.domain.events import USER_MSG, FollowUp, Planned, Reminder
from app.domain.people import Language
from app.domain.reminders import makes_sense_until, reminders_of
from app.domain.review import took_place
from app.domain.schedule import after_quiet_hours
from app.notifications.buttons import follow_up_rows, reminder_buttons, stars_row
from app.notifications.letter import Letter
from app.notifications.render import plain, render_reminder
from app.notifications.telegram import SendLater
from app.services import Services
from app.services.messages import Effects, Outgoing
from app.services.views import BookingCard, UserCard
from app.texts import Html, Words

_FIRST = 0
"""Of the messages after a visit: the one that asks for a mark."""
_OUTDATED = timedelta(days=7)
"""A message after the visit that could not be sent for so long is not sent at all."""


async def planned_for(card: BookingCard, services: Services, *, agreed_at: datetime) -> list[Planned]:
    """All of it, as the booking stands; `agreed_at` is when it was booked, accepted or moved."""
    if card.guest.erased:
        return []
    return [*await _reminders(card, services, agreed_at), *await _follow_ups(card, services)]


async def put_planned(messages: Iterable[Planned], effects: Effects) -> None:
    outgoing = [Outgoing(one, one.planned_at, one.dedup_key, one.booking_id) for one in messages]
    await effects.put_all(USER_MSG, outgoing)


async def planned_letter(message: Planned, reader: UserCard | None, services: Services, words: Words) -> Letter | None:
    """None: it does not hold any more, or nobody wants it. Raises SendLater in the night."""
    card = await services.bookings.snapshot_status(message.booking_id)
    if card is None or card.guest.recipient != message.recipient:
        return None
    if isinstance(message, FollowUp):
        return await _thanks(message, card, reader, services, words)
    return await _reminder(message, card, reader, services, words)


async def _reminders(card: BookingCard, services: Services, agreed_at: datetime) -> list[Reminder]:
    venue, policy = await services.venues.card(), await services.venues.policy()
    starts_at = card.starts_at.astimezone(UTC)
    planned = reminders_of(starts_at, venue.zone, policy.reminders, agreed_at=agreed_at)
    return [
        Reminder(
            recipient=card.guest.recipient,
            booking_id=card.id,
            sequence=card.sequence,
            which=which,
            starts_at=starts_at,
            planned_at=at,
        )
        for which, at in planned.items()
    ]


async def _follow_ups(card: BookingCard, services: Services) -> list[FollowUp]:
    venue, guest = await services.venues.card(), card.guest.recipient
    language = (await services.users.languages([guest])).get(guest, Language.RU)
    return [
        FollowUp(
            recipient=guest,
            booking_id=card.id,
            sequence=card.sequence,
            number=number,
            text=language.of_texts(plan.text),
            planned_at=after_quiet_hours(card.ends_at.astimezone(UTC) + plan.after, venue.zone),
        )
        for number, plan in enumerate(await services.venues.follow_ups())
    ]


async def _reminder(
    message: Reminder, card: BookingCard, reader: UserCard | None, services: Services, words: Words
) -> Letter | None:
    now = services.clock.now()
    venue, wanted = await services.venues.card(), (await services.venues.policy()).reminders
    told, stands = (message.sequence, message.starts_at), (card.sequence, card.starts_at.astimezone(UTC))
    if told != stands or not card.is_expected or not wanted.has(message.which) or (reader and reader.no_reminders):
        return None
    morning, until = after_quiet_hours(now, venue.zone), makes_sense_until(message.which, message.starts_at, wanted)
    if morning > until:
        logger.warning("Reminder {} is dropped: it was due at {:%Y-%m-%d %H:%M}", message.which, message.planned_at)
        return None
    _ensure_day(now, morning)
    return Letter(render_reminder(card, venue, words, now=now), reminder_buttons(words, card))


async def _thanks(
    message: FollowUp, card: BookingCard, reader: UserCard | None, services: Services, words: Words
) -> Letter | None:
    now = services.clock.now()
    if (
        message.sequence != card.sequence
        or (reader and reader.no_follow_ups)
        or not took_place(card.status, card.ends_at, now=now)
    ):
        return None
    if now > message.planned_at + _OUTDATED:
        logger.warning("Follow-up {} is dropped: it was planned for {:%Y-%m-%d}", message.number, message.planned_at)
        return None
    _ensure_day(now, after_quiet_hours(now, (await services.venues.card()).zone))
    text, rows = plain(await _text_of(message, words.language, services)), follow_up_rows(words, card.id)
    if message.number == _FIRST and await services.reviews.left_for(card.id) is None:
        text, rows = Html(f"{text}\n\n{words.html('review-question')}"), [stars_row(words, card.id), *rows]
    return Letter(text, InlineKeyboardMarkup(inline_keyboard=rows))


async def _text_of(message: FollowUp, language: Language, services: Services) -> str:
    """In the language that the guest reads now, if the owner's file still has the text that was planned."""
    planned = (plan.text for plan in await services.venues.follow_ups() if message.text in plan.text.values())
    return next((language.of_texts(texts) for texts in planned), message.text)


def _ensure_day(now: datetime, morning: datetime) -> None:
    if morning > now:
        raise SendLater("it is night", morning - now)
