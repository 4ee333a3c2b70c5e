"""What somebody who waits is told of a place: that it is held, and that its time is up."""

from typing import Protocol

from aiogram.types import InlineKeyboardMarkup
from loguru import logger

from app.domain.booking import BookingStatus
from app.domain.errors import StoreUnavailable
from app.domain.events import OfferPassed, Recipient, WaitingOffer
from app.notifications.buttons import offer_buttons, offer_ended_buttons, offer_over_buttons
from app.notifications.letter import Letter
from app.notifications.render import render_offer, render_offer_over
from app.notifications.telegram import Delivery, Sent
from app.services import Services
from app.services.views import BookingCard
from app.texts import Html, Words


class OfferSender(Protocol):
    async def post(self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None = None) -> Sent: ...

    async def edit(self, chat_id: int, message_id: int, text: str, buttons: InlineKeyboardMarkup | None) -> None: ...


async def offer_letter(offer: WaitingOffer, services: Services, words: Words) -> Letter | None:
    """As long as the place is held for whom it was offered to."""
    card, now = await services.bookings.snapshot_status(offer.booking_id), services.clock.now()
    if card is None or card.status is not BookingStatus.HELD or card.waiting_id != offer.waiting_id:
        return None
    if card.hold_until is None or card.hold_until <= now:
        return None
    return Letter(render_offer(card, words, now=now), offer_buttons(words, card.id))


def passed_letter(text: Html, passed: OfferPassed, card: BookingCard, words: Words) -> Letter:
    """A late answer is good as long as nobody has the place."""
    instead = Letter(render_offer_over(card, words), offer_ended_buttons(words))
    return Letter(text, offer_over_buttons(words, card.id, passed.waiting_id), instead)


async def send_offer(letter: Letter, offer: WaitingOffer, services: Services, sender: OfferSender) -> Delivery:
    """Once it is sent, nothing may have it sent again: what cannot be noted now, its end will put right."""
    sent = await sender.post(offer.recipient.external_id, letter.text, letter.buttons)
    try:
        if sent.message_id is not None:
            await services.offers.note_message(offer.waiting_id, sent.message_id)
        else:
            await services.offers.take_back(offer.booking_id)
    except StoreUnavailable as error:
        logger.warning("What became of an offer is not noted: {}", error)
    return sent.delivery


async def end_offer(
    passed: OfferPassed, recipient: Recipient, letter: Letter, services: Services, sender: OfferSender
) -> None:
    """Its message says so and cannot be accepted any more, where that is possible."""
    try:
        message_id = await services.offers.message_of(passed.waiting_id)
    except StoreUnavailable as error:
        logger.warning("The message of an offer stays as it is: {}", error)
        return
    if message_id is not None:
        await sender.edit(recipient.external_id, message_id, letter.text, letter.buttons)
