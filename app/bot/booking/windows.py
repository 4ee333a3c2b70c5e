"""What the wizard says and which buttons it has."""

from datetime import date
from textwrap import shorten
from typing import Any

from aiogram.enums import ContentType
from aiogram_dialog import Window
from aiogram_dialog.widgets.common import WhenCondition
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Keyboard, NextPage, PrevPage, Row, Select, StubScroll, SwitchTo

from app.bot import samples
from app.bot.actions import BookingAction, BookingsPage, MenuAction, Place
from app.bot.booking import handlers
from app.bot.booking.draft import Choice
from app.bot.booking.getters import (
    CALENDAR,
    STARTS,
    TABLES,
    get_confirmation,
    get_count,
    get_date,
    get_privacy,
    get_success,
    get_table,
    get_time,
)
from app.bot.booking.month import BookingCalendar
from app.bot.booking.state import BookingState
from app.bot.widgets import LastingButton, Moving, Notice, Say, WindowMarkup
from app.bot.wording import booking_in, details_in, guests_in, privacy_in, tables_in, times_in
from app.domain.booking import BookingStatus
from app.domain.seating import Combination, Table
from app.notifications.buttons import TicketAction
from app.services.views import DayNote
from app.texts import Html, Words

MARKUP = WindowMarkup()
_LONGEST_DESCRIPTION = 240
"""So that a page of tables fits into one message."""


def get_count_window() -> Window:
    return Window(
        Notice(),
        Moving(),
        Say("count-question"),
        Group(
            Select(
                Say(lambda _, data: str(data["item"])),
                id="party",
                item_id_getter=str,
                items="parties",
                on_click=handlers.on_count,
            ),
            width=4,
        ),
        Button(Say("button-more"), id="more", on_click=handlers.on_more),
        Row(Button(Say("button-back"), id="back_to_menu", on_click=handlers.on_back_to_menu), _cancel()),
        MessageInput(handlers.on_count_typed, content_types=[ContentType.TEXT]),
        MessageInput(handlers.expected("count-unclear")),
        state=BookingState.count,
        getter=get_count,
        preview_data=samples.COUNT,
        markup_factory=MARKUP,
    )


def get_table_window() -> Window:
    return Window(
        Notice(),
        Moving(),
        Say(_table_text),
        Button(Say("button-any-table"), id="any_table", on_click=handlers.on_any_table),
        Group(
            Select(
                Say(lambda words, data: _table_button(words, data["item"])),
                id="table",
                item_id_getter=lambda table: table.id,
                items="tables",
                on_click=handlers.on_table,
            ),
            width=2,
        ),
        *pager(TABLES),
        way_back(BookingState.count),
        MessageInput(handlers.expected("table-unclear")),
        state=BookingState.table,
        getter=get_table,
        preview_data=samples.TABLE,
        markup_factory=MARKUP,
    )


def get_date_window() -> Window:
    return Window(
        Notice(),
        Moving(),
        Say(_date_text),
        BookingCalendar(CALENDAR, on_click=handlers.on_date),
        way_back(BookingState.table),
        MessageInput(handlers.expected("date-unclear")),
        state=BookingState.booking_date,
        getter=get_date,
        preview_data=samples.DATE,
        markup_factory=MARKUP,
    )


def get_time_window() -> Window:
    return Window(
        Notice(),
        Moving(),
        Say(_time_text),
        Group(
            Select(
                Say(lambda words, data: times_in(words, data["item"])),
                id="time",
                item_id_getter=lambda sitting: str(Choice.of(sitting)),
                items="sittings",
                on_click=handlers.on_time,
            ),
            width=2,
        ),
        Group(
            Select(
                Say(lambda words, data: times_in(words, data["item"])),
                id="start",
                item_id_getter=lambda sitting: str(Choice.of(sitting)),
                items="starts",
                on_click=handlers.on_time,
            ),
            width=4,
        ),
        *pager(STARTS),
        Group(
            Select(
                Say(lambda words, data: _other_day(words, data["item"])),
                id="other_day",
                item_id_getter=lambda sitting: str(Choice.of(sitting)),
                items="other_days",
                on_click=handlers.on_time,
            ),
            width=1,
        ),
        Button(Say("button-any-table"), id="any_instead", on_click=handlers.on_any_instead, when="any_would_help"),
        Button(Say("button-wait"), id="wait", on_click=handlers.on_wait, when="can_wait"),
        way_back(BookingState.booking_date),
        MessageInput(handlers.expected("time-unclear")),
        state=BookingState.booking_time,
        getter=get_time,
        preview_data=samples.TIME,
        markup_factory=MARKUP,
    )


def get_confirmation_window() -> Window:
    return Window(
        Notice(),
        Say(_confirmation_text),
        Button(Say("button-confirm"), id="confirm", on_click=handlers.on_confirmation),
        SwitchTo(Say("button-privacy"), id="privacy", state=BookingState.privacy, when="to_agree"),
        Row(Button(Say("button-back"), id="back_to_time", on_click=handlers.on_back_to_time), _cancel()),
        MessageInput(handlers.expected("confirmation-unclear")),
        state=BookingState.confirmation,
        getter=get_confirmation,
        preview_data=samples.CONFIRMATION,
        markup_factory=MARKUP,
    )


def get_privacy_window() -> Window:
    """What the guest agrees to; the table stays held meanwhile."""
    return Window(
        Notice(),
        Say(lambda words, data: privacy_in(words, data["privacy"])),
        Row(
            _back_to(BookingState.confirmation, when=lambda data, *_: not data["waits"]),
            _back_to(BookingState.waiting, when="waits"),
            _cancel(),
        ),
        MessageInput(handlers.expected("privacy-unclear")),
        state=BookingState.privacy,
        getter=get_privacy,
        preview_data=samples.PRIVACY,
        markup_factory=MARKUP,
    )


def get_success_window() -> Window:
    return Window(
        Notice(),
        Say(_success_text),
        LastingButton(
            Say("button-cancel-booking"),
            lambda data: BookingAction(verb="cancel", booking_id=data["card"].id),
            when="undo",
        ),
        LastingButton(Say("button-wishes"), lambda data: BookingAction(verb="wishes", booking_id=data["card"].id)),
        LastingButton(Say("button-ticket"), lambda data: TicketAction(verb="card", booking_id=data["card"].id)),
        LastingButton(
            Say("button-calendar"),
            lambda data: TicketAction(verb="calendar", booking_id=data["card"].id),
            when="moved",
        ),
        Row(
            LastingButton(Say("button-bookings"), BookingsPage()),
            LastingButton(Say("button-home"), MenuAction(to=Place.HOME)),
        ),
        MessageInput(handlers.expected("success-unclear")),
        state=BookingState.success,
        getter=get_success,
        preview_data=samples.SUCCESS,
        markup_factory=MARKUP,
    )


def way_back(state: Any) -> Keyboard:
    return Row(_back_to(state), _cancel())


def _back_to(state: Any, when: WhenCondition = None) -> SwitchTo:
    """Its id names the window it leads to: a second, hasty press is no second step back."""
    name = state.state.partition(":")[2]
    return SwitchTo(Say("button-back"), id=f"back_to_{name}", state=state, when=when)


def _cancel() -> Button:
    return Button(Say("button-cancel"), id="cancel", on_click=handlers.on_cancel)


def pager(scroll: str) -> list[Keyboard]:
    """Of what the window's data has `pages` of."""
    return [
        StubScroll(id=scroll, pages="pages"),
        Row(
            PrevPage(
                scroll=scroll,
                id=f"{scroll}_before",
                text=Say(lambda words, data: _page(words, "button-previous-page", data)),
                when=lambda data, *_: data["current_page"] > 0,
            ),
            NextPage(
                scroll=scroll,
                id=f"{scroll}_after",
                text=Say(lambda words, data: _page(words, "button-next-page", data)),
                when=lambda data, *_: data["current_page"] < data["pages"] - 1,
            ),
        ),
    ]


def _page(words: Words, key: str, data: dict[str, Any]) -> str:
    return words.say(key, number=data["target_page1"], total=data["pages"])


def _table_button(words: Words, table: Table) -> str:
    return words.say("button-table", number=str(table.number), seats=table.max_seats)


def _table_text(words: Words, data: dict[str, Any]) -> str:
    question = words.html("table-question", guests=guests_in(words, data["party"]))
    tables = [_table_line(words, table) for table in data["tables"]]
    together = [_combination_line(words, combination) for combination in data["combinations"]]
    return "\n".join([question, "", *tables, *([words.html("table-together")] if together else []), *together])


def _table_line(words: Words, table: Table) -> Html:
    return words.html(
        "table-line",
        number=str(table.number),
        seats=table.max_seats,
        description=shorten(words.language.of_texts(table.description), _LONGEST_DESCRIPTION, placeholder="…"),
    )


def _combination_line(words: Words, combination: Combination) -> Html:
    tables = tables_in(words, combination.tables)
    return words.html("combination-line", tables=tables, seats=combination.max_seats)


def _wishes(words: Words, data: dict[str, Any]) -> dict[str, str]:
    number = data["table_number"]
    table = words.say("table-chosen", number=str(number)) if number else words.say("table-any")
    return {"guests": guests_in(words, data["party"]), "table": table}


def _date_text(words: Words, data: dict[str, Any]) -> str:
    question = words.html("date-question", **_wishes(words, data))
    notes = "\n".join(_dated_note(words, day, note) for day, note in data["notes"].items())
    legend = words.html("date-legend") if data["some_full"] else ""
    return "\n\n".join(part for part in (question, notes, legend) if part)


def _dated_note(words: Words, day: date, note: DayNote) -> Html:
    return words.html("date-note", day=words.day_and_month(day), note=_note(words, note))


def _note(words: Words, note: DayNote) -> str:
    text = words.language.of_texts(note.text)
    closed = [words.say("day-closed")] if note.closed else []
    return " · ".join([*closed, *([text] if text else [])])


def _time_text(words: Words, data: dict[str, Any]) -> str:
    parts = [words.html("time-wish", day=words.day(data["day"]), **_wishes(words, data))]
    if data["note"]:
        parts.append(words.html("time-note", note=_note(words, data["note"])))
    return "\n".join([*parts, "", _times(words, data)])


def _times(words: Words, data: dict[str, Any]) -> str:
    """What there is that day, and around it."""
    some = bool(data["sittings"] or data["starts"])
    closed = data["note"] is not None and data["note"].closed
    text = words.html("time-question" if some else "time-closed" if closed else "time-full")
    if data["other_days"]:
        return f"{text}\n{words.html('time-nearest-too' if some else 'time-nearest')}"
    if some:
        return text
    return f"{text}\n{words.html('time-nothing-any' if data['any_would_help'] else 'time-nothing')}"


def _other_day(words: Words, sitting: Any) -> str:
    return words.say(
        "button-other-day",
        day=words.short_day(sitting.service_date),
        time=times_in(words, sitting),
    )


def _confirmation_text(words: Words, data: dict[str, Any]) -> str:
    card = data["card"]
    held = words.html("confirmation-held", until=words.time(card.hold_until)) if data["held"] else None
    promise = held or words.html("confirmation-not-held")
    if data["asks_first"]:
        promise = Html(f"{promise}\n{words.html('confirmation-asks-first')}")
    if data["to_agree"]:
        promise = Html(f"{promise}\n\n{words.html('confirmation-consent')}")
    if moving := data.get("moving"):
        before = booking_in(words, moving)
        return words.html("move-question", before=before, details=details_in(words, card), promise=promise)
    return words.html("confirmation-question", details=details_in(words, card), promise=promise)


def _success_text(words: Words, data: dict[str, Any]) -> str:
    card, venue = data["card"], data["venue"]
    address = words.language.of_texts(venue.address)
    if data.get("moving"):
        key = "move-done" if data["moved"] else "move-unchanged"
        return words.html(key, details=details_in(words, card), address=address)
    if card.status is BookingStatus.PENDING:
        return words.html("success-pending", details=details_in(words, card), until=words.moment(card.hold_until))
    return words.html("success", details=details_in(words, card), address=address)
