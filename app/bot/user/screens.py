"""«Мои брони»: the list, a card, and the questions before something is undone."""

from aiogram.types import InlineKeyboardButton

from app.bot.actions import BookingAction, BookingsPage, MenuAction, Place
from app.bot.menu import home_row
from app.bot.paging import page_row
from app.bot.screen import Screen, button
from app.bot.wording import MARKS, details_in, guests_in, late_in, status_in
from app.domain.booking import STANDING, BookingStatus
from app.notifications.buttons import RepeatAction, VisitAction, calendar_button, ticket_button
from app.notifications.wishes import with_wishes
from app.services.views import BookingCard, Page
from app.texts import Html, Words


def bookings_screen(words: Words, page: Page[BookingCard]) -> Screen:
    if not page.total:
        return Screen(
            words.html("bookings-none"),
            [[button(words.say("button-book"), MenuAction(to=Place.BOOK))], home_row(words)],
        )
    rows = [[_open(words, card, page.number)] for card in page.items]
    turn = page_row(words, page, lambda number: BookingsPage(page=number))
    return Screen(words.html("bookings"), [*rows, turn, home_row(words)])


def card_screen(words: Words, card: BookingCard, page: int) -> Screen:
    hide = BookingAction(verb="hide", booking_id=card.id, page=page)
    details = with_wishes(words, details_in(words, card), card)
    return Screen(
        words.html("booking-card", details=details, status=_status(words, card)),
        [
            _late_row(words, card),
            [*_move_button(words, card, page), *_cancel_row(words, card, page)],
            _wishes_row(words, card, page),
            _ticket_row(words, card),
            _repeat_row(words, card),
            [button(words.say("button-hide"), hide)],
            [button(words.say("button-back"), BookingsPage(page=page)), *home_row(words)],
        ],
    )


def _status(words: Words, card: BookingCard) -> Html:
    status = f"{MARKS[card.status]} {status_in(words, card.status)}"
    if card.status is BookingStatus.PENDING and card.hold_until:
        status += f"\n{words.say('booking-pending', until=words.moment(card.hold_until))}"
    if late := late_in(words, card):
        status += f"\n{late}"
    if card.can_ask_to_cancel and card.cancel_requested:
        status += f"\n{words.say('booking-cancel-requested')}"
    elif card.can_ask_to_cancel and card.cancel_until:
        status += f"\n{words.say('booking-late', until=words.moment(card.cancel_until))}"
    return words.html("booking-status", status=status)


def _wishes_row(words: Words, card: BookingCard, page: int) -> list[InlineKeyboardButton]:
    if not card.can_wish:
        return []
    return [button(words.say("button-wishes"), BookingAction(verb="wishes", booking_id=card.id, page=page))]


def _repeat_row(words: Words, card: BookingCard) -> list[InlineKeyboardButton]:
    if card.status is not BookingStatus.COMPLETED:
        return []
    return [button(words.say("button-repeat"), RepeatAction(verb="here", booking_id=card.id))]


def _late_row(words: Words, card: BookingCard) -> list[InlineKeyboardButton]:
    if not card.can_be_late:
        return []
    return [button(words.say("button-late"), VisitAction(verb="late", booking_id=card.id, sequence=card.sequence))]


def _move_button(words: Words, card: BookingCard, page: int) -> list[InlineKeyboardButton]:
    if not card.can_move:
        return []
    return [button(words.say("button-move"), BookingAction(verb="move", booking_id=card.id, page=page))]


def _cancel_row(words: Words, card: BookingCard, page: int) -> list[InlineKeyboardButton]:
    if card.can_cancel:
        cancel = BookingAction(verb="cancel", booking_id=card.id, page=page)
        return [button(words.say("button-cancel-booking"), cancel)]
    if card.can_ask_to_cancel and not card.cancel_requested:
        ask = BookingAction(verb="ask", booking_id=card.id, page=page)
        return [button(words.say("button-ask-to-cancel"), ask)]
    return []


def undo_question(words: Words, card: BookingCard, page: int) -> Screen:
    """What may be cancelled, or asked for, as the booking stands."""
    question = cancel_question if card.can_cancel else ask_question if card.can_ask_to_cancel else card_screen
    return question(words, card, page)


def _ticket_row(words: Words, card: BookingCard) -> list[InlineKeyboardButton]:
    """Of what is to come; of what came to nothing, the file that takes it out of the calendar."""
    if card.status in STANDING:
        return [ticket_button(words, card.id)]
    if card.status in {BookingStatus.CANCELED, BookingStatus.DECLINED}:
        return [calendar_button(words, card.id)]
    return []


def ask_question(words: Words, card: BookingCard, page: int) -> Screen:
    """Too late to cancel alone."""
    yes = button(words.say("button-confirm-ask"), BookingAction(verb="ask_now", booking_id=card.id, page=page))
    until = words.moment(card.cancel_until or card.starts_at)
    text = words.html("booking-ask-question", details=details_in(words, card), until=until)
    return Screen(text, [[yes], [_keep(words, card, page)]])


def cancel_question(words: Words, card: BookingCard, page: int) -> Screen:
    yes = button(words.say("button-confirm-cancel"), BookingAction(verb="cancel_now", booking_id=card.id, page=page))
    text = words.html("booking-cancel-question", details=details_in(words, card))
    return Screen(text, [[yes], [_keep(words, card, page)]])


def hide_question(words: Words, card: BookingCard, page: int) -> Screen:
    yes = button(words.say("button-confirm-hide"), BookingAction(verb="hide_now", booking_id=card.id, page=page))
    text = words.html("booking-hide-question", details=details_in(words, card))
    return Screen(text, [[yes], [_keep(words, card, page)]])


def _keep(words: Words, card: BookingCard, page: int) -> InlineKeyboardButton:
    return button(words.say("button-keep"), BookingAction(verb="show", booking_id=card.id, page=page))


def _open(words: Words, card: BookingCard, page: int) -> InlineKeyboardButton:
    text = words.say(
        "button-booking",
        mark=MARKS[card.status],
        day=words.short_day(card.starts_at.date()),
        time=words.time(card.starts_at),
        guests=guests_in(words, card.party_size),
    )
    return button(text, BookingAction(verb="show", booking_id=card.id, page=page))
