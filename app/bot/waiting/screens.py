"""A place in the queue, and what became of an offer."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardButton

from app.bot.actions import BookingsPage
from app.bot.menu import home_row
from app.bot.screen import Row, Screen, button
from app.bot.user.screens import card_screen
from app.bot.wording import details_in, guests_in
from app.domain.booking import BookingStatus
from app.notifications.buttons import OfferAction, WaitingAction, offer_buttons
from app.notifications.render import render_offer
from app.services.views import BookingCard, WaitingCard
from app.texts import Html, Words


def times_between(words: Words, earliest: datetime, latest: datetime) -> str:
    """18:00, с 18:00 до 22:00"""
    if earliest == latest:
        return words.time(earliest)
    return words.say("waiting-between", first=words.time(earliest), last=words.time(latest))


def entry_in(words: Words, card: WaitingCard) -> Html:
    """What is waited for, and one's place or offer."""
    place = words.html("waiting-ahead", ahead=card.ahead)
    if card.offer_starts_at and card.offer_until:
        place = words.html("waiting-offered", time=words.time(card.offer_starts_at), until=words.time(card.offer_until))
    return words.html(
        "waiting-entry",
        day=words.day(card.service_date),
        times=times_between(words, card.earliest, card.latest),
        guests=guests_in(words, card.party_size),
        place=place,
    )


def joined_screen(words: Words, card: WaitingCard) -> Screen:
    leave = button(words.say("button-leave-queue"), WaitingAction(verb="leave", waiting_id=card.id))
    return Screen(words.html("waiting-joined", entry=entry_in(words, card)), [[leave], _ways_on(words)])


def with_waiting(screen: Screen, words: Words, cards: Sequence[WaitingCard]) -> Screen:
    """On top of «Мои брони»: where one waits, with one tap to leave each, and to take what is being offered."""
    if not cards:
        return screen
    entries = words.html("waiting-list", entries=Html("\n".join(entry_in(words, card) for card in cards)))
    rows = [row for card in cards for row in _rows_of(words, card)]
    return Screen(Html(f"{entries}\n\n{screen.text}"), [*rows, *screen.rows])


def offer_screen(words: Words, card: BookingCard, *, now: datetime) -> Screen:
    """The offer as it was sent, with the line on personal data that the guest has not agreed to yet."""
    text = render_offer(card, words, now=now)
    consent = words.html("offer-consent")
    return Screen(Html(f"{text}\n\n{consent}"), offer_buttons(words, card.id).inline_keyboard)


def taken_screen(words: Words, card: BookingCard) -> Screen:
    if card.status is BookingStatus.PENDING:
        return card_screen(words, card, 0)
    return card_screen(words, card, 0).after(words.html("offer-taken"))


def declined_screen(words: Words, card: BookingCard) -> Screen:
    return _passed(words, "offer-declined", card)


def lost_screen(words: Words, card: BookingCard) -> Screen:
    """Somebody else has the place by now."""
    return _passed(words, "offer-lost", card)


def begun_screen(words: Words, card: BookingCard) -> Screen:
    return Screen(words.html("offer-begun", booking=details_in(words, card)), [_ways_on(words)])


def _passed(words: Words, key: str, card: BookingCard) -> Screen:
    rows: list[Row] = [_ways_on(words)]
    if card.waiting_id is not None:
        again = WaitingAction(verb="again", waiting_id=card.waiting_id)
        rows.insert(0, [button(words.say("button-wait-again"), again)])
    return Screen(words.html(key, booking=details_in(words, card)), rows)


def _rows_of(words: Words, card: WaitingCard) -> list[Row]:
    day = words.short_day(card.service_date)
    leave = button(
        words.say("button-leave-entry", day=day, times=times_between(words, card.earliest, card.latest)),
        WaitingAction(verb="leave", waiting_id=card.id),
    )
    if card.offer_id is None or card.offer_starts_at is None or card.offer_until is None:
        return [[leave]]
    take = button(
        words.say(
            "button-take-entry", day=day, time=words.time(card.offer_starts_at), until=words.time(card.offer_until)
        ),
        OfferAction(verb="book", booking_id=card.offer_id),
    )
    return [[take], [leave]]


def _ways_on(words: Words) -> list[InlineKeyboardButton]:
    return [button(words.say("button-bookings"), BookingsPage()), *home_row(words)]
