"""Every window and screen with an evening as it could be: for the documentation and the tests."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from aiogram.fsm.state import State
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.api.entities import Context

from app.bot import menu, samples
from app.bot.actions import DayPage
from app.bot.admin import screens as admin
from app.bot.booking.dialog import booking_dialog
from app.bot.booking.state import BookingState
from app.bot.groups import private_only_screen
from app.bot.personal import screens as personal
from app.bot.review.dialog import review_dialog
from app.bot.review.screens import review_screen
from app.bot.review.state import ReviewState
from app.bot.screen import Screen
from app.bot.ticket.picture import ticket_picture
from app.bot.ticket.router import calendar_screen, picture_caption
from app.bot.user import screens as user
from app.bot.visits import screens as visits
from app.bot.waiting import screens as waiting
from app.bot.wishes.dialog import wishes_dialog
from app.bot.wishes.state import WishesState
from app.domain.booking import BookingStatus
from app.domain.events import OfferPassed
from app.notifications.buttons import offer_buttons, offer_ended_buttons, offer_over_buttons
from app.notifications.render import render_guest_notice, render_offer, render_offer_over
from app.texts import Words


@dataclass(frozen=True, slots=True)
class Drawing:
    name: str
    text: str
    """HTML as Telegram takes it."""
    rows: list[list[InlineKeyboardButton]] | list[list[KeyboardButton]]
    picture: bytes = b""
    """A PNG above the text."""


class _Preview:
    """As much of a dialog manager as it takes to draw a window from its preview data.

    aiogram-dialog's own would need its `tools` extra, which brings ten packages to draw graphs with.
    """

    def __init__(self, dialog: Dialog, state: State) -> None:
        self._dialog = dialog
        self._context = Context(_intent_id="0", _stack_id="", state=state, start_data={})
        self.middleware_data = {"dialog_manager": self}

    def is_preview(self) -> bool:
        return True

    def current_context(self) -> Context:
        return self._context

    def find(self, widget_id: str) -> Any:
        widget: Any = self._dialog.find(widget_id)
        return widget.managed(self)

    async def load_data(self) -> dict[str, Any]:
        return {}


async def drawings(words: Words) -> AsyncIterator[Drawing]:
    """All that a person can be shown, in that language."""
    for name, screen in _menu_screens(words).items():
        yield Drawing(name, screen.text, screen.markup.inline_keyboard)
    dialog = booking_dialog(words)
    for state in dialog.states():
        yield await _window(dialog, state.state or "", state)
    for state, case, data in (
        (BookingState.table, "tables together", samples.TOGETHER),
        (BookingState.booking_time, "a full day", samples.FULL_DAY),
        (BookingState.booking_time, "a day that is closed", samples.CLOSED_DAY),
        (BookingState.booking_time, "a grid", samples.GRID_DAY),
        (BookingState.waiting, "a grid, a first time", samples.QUEUES_OF_A_GRID),
        (BookingState.confirmation, "a first one", samples.FIRST_CONFIRMATION),
        (BookingState.success, "pending", samples.PENDING),
        (BookingState.success, "as last time", samples.DONE_AT_ONCE),
        (BookingState.repeat_taken, "nothing near", {**samples.REPEAT_TAKEN, "places": []}),
        (BookingState.count, "moving a booking", samples.COUNT | samples.MOVE),
        (BookingState.table, "moving a booking", samples.TABLE | samples.MOVE),
        (BookingState.booking_date, "moving a booking", samples.DATE | samples.MOVE),
        (BookingState.booking_time, "moving a booking", samples.MOVE_TIME),
        (BookingState.confirmation, "moving a booking", samples.MOVE_CONFIRMATION),
        (BookingState.success, "a booking is moved", samples.MOVED),
        (BookingState.success, "nothing has changed", samples.NOT_MOVED),
    ):
        yield await _window(dialog, f"{state.state}, {case}", state, {"words": words, **data})
    wishes = wishes_dialog(words)
    for state in wishes.states():
        yield await _window(wishes, state.state or "", state)
    noted = {"words": words, **samples.WISHES_NOTED}
    yield await _window(wishes, "WishesState:overview, noted", WishesState.overview, noted)
    review = review_dialog(words)
    yield await _window(review, str(ReviewState.words.state), ReviewState.words)
    sorry = {"words": words, **samples.SORRY}
    yield await _window(review, f"{ReviewState.words.state}, a low mark", ReviewState.words, sorry)
    for drawing in _tickets(words):
        yield drawing
    screens = _user_screens(words) | _waiting_screens(words) | _personal_screens(words) | _admin_screens(words)
    for name, screen in screens.items():
        yield Drawing(name, screen.text, screen.markup.inline_keyboard)


async def _window(dialog: Dialog, name: str, state: State, data: dict[str, Any] | None = None) -> Drawing:
    manager = cast("DialogManager", _Preview(dialog, state))
    window = cast("Window", dialog.windows[state])
    data = data or await window.load_data(dialog, manager)
    markup = await window.render_kbd(data, manager)
    assert isinstance(markup, InlineKeyboardMarkup | ReplyKeyboardMarkup)  # noqa: S101 - no window goes without
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else markup.keyboard
    return Drawing(name, await window.render_text(data, manager), rows)


def _tickets(words: Words) -> Iterator[Drawing]:
    """What the guest keeps, as picture and file come one below the other."""
    for case, ticket in samples.TICKETS.items():
        below = calendar_screen(words, ticket)
        picture = ticket_picture(words, ticket)
        yield Drawing(f"A booking's card, {case}", picture_caption(words, ticket), [], picture)
        yield Drawing(f"A booking's calendar file, {case}", below.text, below.markup.inline_keyboard)


def _menu_screens(words: Words) -> dict[str, Screen]:
    venue = samples.VENUE_CARD
    return {
        "/start": menu.greeting_screen(words, venue),
        "Menu, an owner's": menu.menu_screen_of(words, venue, owner=True),
        "About": menu.about_screen(words, venue),
        "/help": menu.help_screen(words),
        "/language": menu.language_screen(words, venue.languages),
        "In a group": private_only_screen(words, "binary_bites_bot"),
    }


def _user_screens(words: Words) -> dict[str, Screen]:
    card, venue, now = samples.card(), samples.VENUE_CARD, samples.THAT_DAY
    eve, coming, running_late = now - timedelta(days=1), samples.COMING, samples.RUNNING_LATE
    return {
        "Reminder, the day before": visits.reminder_screen(words, samples.REMINDED, venue, now=eve, reminded=True),
        "Reminder, on the day; confirmed": visits.reminder_screen(words, coming, venue, now=now, reminded=True),
        "Reminder, running late": visits.reminder_screen(words, running_late, venue, now=now, reminded=False),
        "How late?": visits.late_question(words, running_late),
        "A booking, running late": user.card_screen(words, running_late, 0).after(
            visits.late_told(words, running_late)
        ),
        "My bookings": user.bookings_screen(words, samples.BOOKINGS),
        "My bookings, none yet": user.bookings_screen(words, samples.NO_BOOKINGS),
        "A booking": user.card_screen(words, card, 0),
        "A booking with wishes": user.card_screen(words, samples.CALLABLE, 0),
        "A visit that is over": user.card_screen(words, samples.card(BookingStatus.COMPLETED), 0),
        "A booking that waits for the restaurant": user.card_screen(words, samples.WAITING, 0),
        "A booking, too late to cancel": user.card_screen(words, samples.LATE, 0),
        "A booking, asked to cancel": user.card_screen(words, samples.ASKED, 0),
        "A booking, cancelled": user.card_screen(words, samples.card(BookingStatus.CANCELED), 0),
        "A booking: ask to cancel?": user.ask_question(words, samples.LATE, 0),
        "A booking: cancel?": user.cancel_question(words, card, 0),
        "A booking: delete?": user.hide_question(words, card, 0),
        "A mark, without a line": review_screen(words, samples.SORRY["review"], samples.VENUE_CARD.phone),
        "A mark, with a line": review_screen(words, samples.REVIEWED, samples.VENUE_CARD.phone),
    }


def _waiting_screens(words: Words) -> dict[str, Screen]:
    card, now = samples.OFFERED, samples.SECONDS_LATER
    both = [samples.ASKED_TO_COME, samples.QUEUED]
    offer = Screen(render_offer(card, words, now=now), offer_buttons(words, 1).inline_keyboard)
    lapsed = OfferPassed(occurred_at=now, booking=samples.SNAPSHOT, waiting_id=1, silent=True)
    told = render_guest_notice(lapsed, samples.VENUE_CARD, words)
    return {
        "In the queue": waiting.joined_screen(words, samples.QUEUED),
        "My bookings, and where one waits": waiting.with_waiting(
            user.bookings_screen(words, samples.BOOKINGS), words, both
        ),
        "An offer": offer,
        "An offer, after the text on personal data was changed": waiting.offer_screen(words, card, now=now),
        "An offer, taken": waiting.taken_screen(words, samples.card()),
        "An offer, declined": waiting.declined_screen(words, card),
        "An offer, its time is up": Screen(told, offer_over_buttons(words, 1, 1).inline_keyboard),
        "An offer, in its place then": Screen(
            render_offer_over(card, words), offer_ended_buttons(words).inline_keyboard
        ),
        "An offer, taken by somebody else": waiting.lost_screen(words, card),
        "An offer of what has begun": waiting.begun_screen(words, card),
    }


def _personal_screens(words: Words) -> dict[str, Screen]:
    return {
        "My data": personal.my_data_screen(words, samples.MY_DATA),
        "My data, before a first booking": personal.my_data_screen(words, samples.NEW_HERE),
        "My data, nothing known": personal.unknown_screen(words),
        "How data are kept": personal.notice_screen(words, samples.PRIVACY_NOTICE),
        "Forget me?": personal.forget_question(words, samples.MY_DATA),
        "Forget me? Nothing to come": personal.forget_question(words, samples.NEW_HERE),
        "Forgotten": personal.forgotten_screen(words),
    }


def _admin_screens(words: Words) -> dict[str, Screen]:
    day = samples.EVENING
    back, visit = DayPage(day=day.toordinal()), samples.card(BookingStatus.COMPLETED)
    return {
        "Admin panel": admin.panel_screen(words),
        "Admin panel: users": admin.user_stats_screen(words, samples.USER_STATS),
        "Admin panel: bookings": admin.booking_stats_screen(words, samples.BOOKING_STATS),
        "Admin panel: a day": admin.day_screen(words, day, None, samples.BOOKINGS, waiting=3),
        "Admin panel: a day without bookings": admin.day_screen(words, day, None, samples.NO_BOOKINGS),
        "Admin panel: a booking with wishes": admin.day_booking_screen(words, samples.CALLABLE, back),
        "Admin panel: a booking": admin.day_booking_screen(words, samples.card(), back),
        "Admin panel: a booking, running late": admin.day_booking_screen(words, samples.RUNNING_LATE, back),
        "Admin panel: a visit with a mark": admin.day_booking_screen(words, visit, back, samples.REVIEWED),
        "A decision, made": admin.decided_screen(words, samples.card()),
        "Admin panel: guests": admin.guests_screen(words, samples.GUESTS),
    }
