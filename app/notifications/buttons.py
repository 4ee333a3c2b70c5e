"""What the buttons under notices say."""

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from pydantic import Field

from app.domain.booking import BookingStatus, Lateness
from app.domain.review import MOST_STARS
from app.services.views import BookingCard
from app.texts import Words

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Sequence = Annotated[int, Field(ge=0, le=32767)]


class FollowUpAction(CallbackData, prefix="fu"):
    """The guest's answer to a message after the visit: come again, or be left alone."""

    verb: Literal["again", "stop"]


class RepeatAction(CallbackData, prefix="repeat"):
    """«Как в прошлый раз»: `here`, in place of the message, or `below` it, since its other buttons are still good."""

    verb: Literal["here", "below"]
    booking_id: Id


class Rating(CallbackData, prefix="rate"):
    """The guest's mark for a visit."""

    stars: Annotated[int, Field(ge=1, le=MOST_STARS)]
    booking_id: Id


def follow_up_rows(words: Words, booking_id: int) -> list[list[InlineKeyboardButton]]:
    repeat = _button(words, "button-repeat", RepeatAction(verb="below", booking_id=booking_id))
    again = _button(words, "button-book-again", FollowUpAction(verb="again"))
    stop = _button(words, "button-no-follow-ups", FollowUpAction(verb="stop"))
    return [[repeat], [again], [stop]]


def stars_row(words: Words, booking_id: int, chosen: int | None = None) -> list[InlineKeyboardButton]:
    return [
        InlineKeyboardButton(
            text=words.say("button-stars-chosen" if stars == chosen else "button-stars", stars=stars),
            callback_data=Rating(stars=stars, booking_id=booking_id).pack(),
        )
        for stars in range(1, MOST_STARS + 1)
    ]


class Decision(CallbackData, prefix="decide"):
    """Staff's answer to a request: of a large party for a table, or of a guest who cancels too late."""

    verb: Literal["accept", "decline", "let_go", "keep"]
    booking_id: Id


class TicketAction(CallbackData, prefix="ticket"):
    """What a guest keeps of a booking: its card with a code and the entry for the calendar, or only that entry anew."""

    verb: Literal["card", "calendar"]
    booking_id: Id


def ticket_button(words: Words, booking_id: int) -> InlineKeyboardButton:
    return _button(words, "button-ticket", TicketAction(verb="card", booking_id=booking_id))


def calendar_button(words: Words, booking_id: int) -> InlineKeyboardButton:
    """Where a booking that may stand in a calendar was moved or came to nothing."""
    return _button(words, "button-calendar", TicketAction(verb="calendar", booking_id=booking_id))


def request_buttons(words: Words, booking_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_button(words, "button-accept", Decision(verb="accept", booking_id=booking_id))],
            [_button(words, "button-decline", Decision(verb="decline", booking_id=booking_id))],
        ]
    )


def cancel_request_buttons(words: Words, booking_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_button(words, "button-let-go", Decision(verb="let_go", booking_id=booking_id))],
            [_button(words, "button-keep-booking", Decision(verb="keep", booking_id=booking_id))],
        ]
    )


class VisitAction(CallbackData, prefix="visit"):
    """The guest's answer before a visit. `sequence` is of the booking as the button knew it."""

    verb: Literal["come", "late", "cancel"]
    booking_id: Id
    sequence: Sequence


class LateAction(CallbackData, prefix="late"):
    """So late."""

    booking_id: Id
    sequence: Sequence
    minutes: Lateness


class RemindersAction(CallbackData, prefix="remind"):
    """Whether the guest wants reminders."""

    wanted: Literal["yes", "no"]


def reminder_buttons(words: Words, card: BookingCard, *, reminded: bool = True) -> InlineKeyboardMarkup:
    """`reminded` says whether the guest wants more of them."""

    def answer(text: str, verb: Literal["come", "late", "cancel"]) -> InlineKeyboardButton:
        return _button(words, text, VisitAction(verb=verb, booking_id=card.id, sequence=card.sequence))

    come = [answer("button-come", "come")] if card.status is BookingStatus.BOOKED else []
    late = [answer("button-late", "late")] if card.can_be_late else []
    cancel = [answer("button-cancel-visit", "cancel")] if card.can_cancel or card.can_ask_to_cancel else []
    rows = [come, late + cancel, [reminders_button(words, reminded=reminded)]]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def reminders_button(words: Words, *, reminded: bool) -> InlineKeyboardButton:
    text, wanted = ("button-no-reminders", "no") if reminded else ("button-reminders", "yes")
    return _button(words, text, RemindersAction(wanted=wanted))


def off_buttons(words: Words, booking_id: int) -> InlineKeyboardMarkup:
    """The restaurant has called it off: book again, and tidy one's calendar."""
    again = _button(words, "button-book-again", FollowUpAction(verb="again"))
    return InlineKeyboardMarkup(inline_keyboard=[[again], [calendar_button(words, booking_id)]])


class OfferAction(CallbackData, prefix="offer"):
    """The answer of who has waited to a place that is held: take it, pass it on, or ask how much time is left."""

    verb: Literal["book", "decline", "left"]
    booking_id: Id


class WaitingAction(CallbackData, prefix="wait"):
    """Of one's own place in the queue."""

    verb: Literal["leave", "again"]
    waiting_id: Id


def offer_buttons(words: Words, booking_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_button(words, "button-take-offer", OfferAction(verb="book", booking_id=booking_id))],
            [_button(words, "button-decline-offer", OfferAction(verb="decline", booking_id=booking_id))],
            [_button(words, "button-time-left", OfferAction(verb="left", booking_id=booking_id))],
        ]
    )


def offer_ended_buttons(words: Words) -> InlineKeyboardMarkup:
    """Under an offer that was not answered in time: the message below it says what can still be done about that."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[_button(words, "button-book-again", FollowUpAction(verb="again"))]],
    )


def offer_over_buttons(words: Words, booking_id: int, waiting_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_button(words, "button-take-offer-late", OfferAction(verb="book", booking_id=booking_id))],
            [_button(words, "button-wait-again", WaitingAction(verb="again", waiting_id=waiting_id))],
        ]
    )


def _button(words: Words, text: str, action: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words.say(text), callback_data=action.pack())
