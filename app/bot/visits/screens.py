"""The reminder with its answer, and the question how late it will be."""

from datetime import datetime

from aiogram.types import InlineKeyboardButton

from app.bot.actions import BookingAction
from app.bot.screen import Screen, button
from app.bot.wording import details_in
from app.domain.booking import Lateness
from app.notifications.buttons import LateAction, reminder_buttons
from app.notifications.render import render_reminder
from app.services.views import BookingCard, VenueCard
from app.texts import Html, Words


def reminder_screen(words: Words, card: BookingCard, venue: VenueCard, *, now: datetime, reminded: bool) -> Screen:
    """As it was sent, with what the house knows by now."""
    buttons = reminder_buttons(words, card, reminded=reminded)
    return Screen(render_reminder(card, venue, words, now=now), buttons.inline_keyboard)


def late_question(words: Words, card: BookingCard) -> Screen:
    def late(text: str, minutes: Lateness) -> InlineKeyboardButton:
        return button(text, LateAction(booking_id=card.id, sequence=card.sequence, minutes=minutes))

    choices = [minutes for minutes in Lateness if minutes]
    in_time = [late(words.say("button-on-time"), Lateness.IN_TIME)] if card.late_minutes else []
    back = button(words.say("button-back"), BookingAction(verb="show", booking_id=card.id))
    text = words.html("visit-late-question", details=details_in(words, card))
    return Screen(
        text, [[late(words.say("button-late-minutes", minutes=int(one)), one) for one in choices], in_time, [back]]
    )


def late_told(words: Words, card: BookingCard) -> Html:
    """What the guest reads when the house knows."""
    if card.late_minutes and card.grace_until:
        return words.html("visit-late-told", minutes=card.late_minutes, until=words.time(card.grace_until))
    return words.html("visit-on-time-told")
