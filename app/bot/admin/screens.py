"""The panel's screens: statistics, the bookings of a day, a booking, the guests."""

from datetime import date, timedelta

from aiogram.types import InlineKeyboardButton

from app.bot.actions import DayBooking, DayPage, GuestsPage, PanelAction
from app.bot.menu import home_row
from app.bot.paging import page_row
from app.bot.screen import Screen, button
from app.bot.wording import MARKS, details_in, guests_in, late_in, status_in, tables_in
from app.domain.booking import BookingStatus
from app.notifications.render import guest_link
from app.notifications.wishes import with_phone, with_wishes
from app.services.views import BookingCard, BookingStats, GuestRow, Page, Review, UserStats
from app.texts import Html, Words, name_of, stars_of

_S = BookingStatus
FILTERS = (None, _S.PENDING, _S.BOOKED, _S.CONFIRMED, _S.SEATED, _S.COMPLETED, _S.CANCELED, _S.NO_SHOW)
_IN_A_ROW = 2


def panel_screen(words: Words) -> Screen:
    return Screen(
        words.html("admin-panel"),
        [
            [button(words.say("button-user-stats"), PanelAction(to="users"))],
            [button(words.say("button-booking-stats"), PanelAction(to="bookings"))],
            [button(words.say("button-day"), DayPage()), button(words.say("button-guests"), GuestsPage())],
            home_row(words),
        ],
    )


def user_stats_screen(words: Words, stats: UserStats) -> Screen:
    text = words.html(
        "user-stats",
        total=stats.total,
        today=stats.new_today,
        week=stats.new_this_week,
        booked=stats.with_bookings,
        blocked=stats.blocked,
    )
    return Screen(text, [_back_row(words)])


def booking_stats_screen(words: Words, stats: BookingStats) -> Screen:
    lines = [
        words.html("booking-stats-line", mark=MARKS[status], status=status_in(words, status), count=count)
        for status, count in stats.by_status.items()
    ]
    text = words.html(
        "booking-stats",
        today=stats.today,
        guests=guests_in(words, stats.guests_today),
        upcoming=stats.upcoming,
        total=stats.total,
        statuses=Html("\n".join(lines)),
    )
    text = Html(f"{text}\n\n{_marks(words, stats)}")
    return Screen(text, [_back_row(words)])


def _marks(words: Words, stats: BookingStats) -> Html:
    if stats.marks.average is None:
        return words.html("marks-none")
    recent, all_of_them = (
        words.say("marks", average=one.average, count=one.count) if one.average else "—"
        for one in (stats.recent_marks, stats.marks)
    )
    return words.html("marks-of-guests", recent=recent, all=all_of_them)


def day_screen(
    words: Words, day: date, status: BookingStatus | None, page: Page[BookingCard], *, waiting: int = 0
) -> Screen:
    """`waiting` parties hope for a place that day."""
    chosen = status_in(words, status) if status else words.say("filter-all")
    if page.total:
        text = words.html("day-bookings", day=words.day(day), filter=chosen, total=page.total)
    else:
        text = words.html("day-bookings-none", day=words.day(day), filter=chosen)
    if waiting:
        text = Html(f"{text}\n{words.html('day-waiting', count=waiting)}")
    this = day.toordinal()
    bookings = [
        [button(_line(words, card), DayBooking(booking_id=card.id, day=this, status=status, page=page.number))]
        for card in page.items
    ]
    turn = page_row(words, page, lambda number: DayPage(day=this, status=status, page=number))
    filters = [_filter(words, this, other, chosen=other == status) for other in FILTERS]
    rows = [filters[start : start + _IN_A_ROW] for start in range(0, len(filters), _IN_A_ROW)]
    return Screen(text, [*bookings, turn, _days_row(words, day, status), *rows, _back_row(words)])


def day_booking_screen(words: Words, card: BookingCard, back: DayPage, review: Review | None = None) -> Screen:
    text = words.html(
        "admin-booking",
        details=with_wishes(words, details_in(words, card), card),
        guest=with_phone(words, guest_link(card.guest, words), card.guest),
        mark=MARKS[card.status],
        status=_state(words, card),
        created=words.moment(card.created_at),
    )
    if review:
        text = Html(f"{text}\n{_review(words, review)}")
    return Screen(text, [[button(words.say("button-back"), back)], _back_row(words)])


def _state(words: Words, card: BookingCard) -> str:
    """The status, and until when the table of those who are expected waits."""
    status = status_in(words, card.status)
    if not (card.is_expected and card.grace_until):
        return status
    waits = late_in(words, card) or words.say("admin-grace", until=words.time(card.grace_until))
    return f"{status}\n{waits}"


def _review(words: Words, review: Review) -> Html:
    stars = stars_of(review.stars)
    if review.comment:
        return words.html("admin-review-words", stars=stars, comment=name_of(review.comment))
    return words.html("admin-review", stars=stars)


def decided_screen(words: Words, card: BookingCard) -> Screen:
    """Instead of a notice that asked for a decision."""
    back = DayPage(day=card.service_date.toordinal())
    return Screen(day_booking_screen(words, card, back).text, [[button(words.say("button-day"), back)]])


def guests_screen(words: Words, page: Page[GuestRow]) -> Screen:
    if not page.total:
        return Screen(words.html("guest-list-none"), [_back_row(words)])
    lines = Html("\n".join(_guest_line(words, row) for row in page.items))
    turn = page_row(words, page, lambda number: GuestsPage(page=number))
    return Screen(words.html("guest-list", total=page.total, lines=lines), [turn, _back_row(words)])


def _back_row(words: Words) -> list[InlineKeyboardButton]:
    return [button(words.say("button-panel"), PanelAction(to="panel")), *home_row(words)]


def _days_row(words: Words, day: date, status: BookingStatus | None) -> list[InlineKeyboardButton]:
    """Yesterday, today, tomorrow as seen from `day`, as far as there are days."""
    row = [button(words.say("button-today"), DayPage(status=status))]
    if day > date.min:
        before = day - timedelta(days=1)
        text = words.say("button-previous-day", day=words.day_and_month(before))
        row.insert(0, button(text, DayPage(day=before.toordinal(), status=status)))
    if day < date.max:
        after = day + timedelta(days=1)
        text = words.say("button-next-day", day=words.day_and_month(after))
        row.append(button(text, DayPage(day=after.toordinal(), status=status)))
    return row


def _filter(words: Words, day: int, status: BookingStatus | None, *, chosen: bool) -> InlineKeyboardButton:
    name = status_in(words, status) if status else words.say("button-filter-all")
    text = words.say("button-filter-chosen", status=name) if chosen else name
    return button(text, DayPage(day=day, status=status))


def _line(words: Words, card: BookingCard) -> str:
    return words.say(
        "button-day-booking",
        mark=MARKS[card.status],
        time=_time(words, card),
        tables=tables_in(words, card.tables),
        guests=guests_in(words, card.party_size),
        name=words.say("notice-guest-erased") if card.guest.erased else name_of(card.guest.full_name),
    )


def _time(words: Words, card: BookingCard) -> str:
    time = words.time(card.starts_at)
    if card.late_minutes and card.is_expected:
        return words.say("day-booking-late", time=time, minutes=card.late_minutes)
    return time


def _guest_line(words: Words, row: GuestRow) -> Html:
    return words.html("guest-line", guest=guest_link(row.guest, words), bookings=row.bookings, upcoming=row.upcoming)
