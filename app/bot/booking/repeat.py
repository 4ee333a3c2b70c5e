"""«Как в прошлый раз»: a day is pressed, and the table is booked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, ManagedCalendar, Row, Select, SwitchTo
from aiogram_dialog.widgets.kbd.calendar_kbd import next_month_begin

from app.bot import samples
from app.bot.booking import handlers
from app.bot.booking.draft import Choice, Draft
from app.bot.booking.month import BookingCalendar, shown_month
from app.bot.booking.state import BookingState
from app.bot.talk import Talk, talk_of
from app.bot.widgets import Notice, Say, WindowMarkup
from app.bot.wording import guests_in, tables_in
from app.domain.booking import BookingStatus
from app.domain.errors import DayNotOffered
from app.services.views import BookingCard, DayState, EarlierVisit, Place
from app.texts import Html, Words

_CALENDAR = "repeat_calendar"
_MARKUP = WindowMarkup()
_AHEAD = timedelta(days=42)
"""How far the nearest days are looked for."""
_NEAREST = 3


def get_repeat_day_window() -> Window:
    return Window(
        Notice(),
        Say(_day_text),
        Group(
            Select(
                Say(lambda words, data: words.short_day(data["item"])),
                id="repeat_day",
                item_id_getter=date.toordinal,
                items="nearest",
                on_click=on_near_day,
            ),
            width=_NEAREST,
        ),
        BookingCalendar(_CALENDAR, on_click=on_day),
        Button(Say("button-cancel"), id="cancel", on_click=handlers.on_cancel),
        MessageInput(handlers.expected("date-unclear")),
        state=BookingState.repeat_day,
        getter=get_day,
        preview_data=samples.REPEAT_DAY,
        markup_factory=_MARKUP,
    )


def get_repeat_taken_window() -> Window:
    return Window(
        Notice(),
        Say(_taken_text),
        Group(
            Select(
                Say(lambda words, data: _place(words, data["item"], data["data"]["day"])),
                id="place",
                item_id_getter=_place_id,
                items="places",
                on_click=on_place,
            ),
            width=1,
        ),
        Row(
            SwitchTo(Say("button-back"), id="back_to_repeat_day", state=BookingState.repeat_day),
            Button(Say("button-cancel"), id="cancel", on_click=handlers.on_cancel),
        ),
        MessageInput(handlers.expected("time-unclear")),
        state=BookingState.repeat_taken,
        getter=get_taken,
        preview_data=samples.REPEAT_TAKEN,
        markup_factory=_MARKUP,
    )


async def get_day(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    visit = await _visit(dialog_manager, talk)
    today, last_day = await talk.services.availability.days()
    month = shown_month(cast("ManagedCalendar", dialog_manager.find(_CALENDAR)).get_offset(), today, last_day)
    end = max(next_month_begin(month) - timedelta(days=1), today + _AHEAD)
    states = await talk.services.repeats.days(visit, today, min(end, last_day))
    shown = [state for day, state in states.items() if (day.year, day.month) == (month.year, month.month)]
    return {
        "visit": visit,
        "states": states,
        "today": today,
        "last_day": last_day,
        "nearest": nearest_days(states, visit.service_date),
        "some_full": DayState.FULL in shown,
    }


async def get_taken(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    visit, day = await _visit(dialog_manager, talk), Draft.of(dialog_manager).day
    return {"visit": visit, "day": day, "places": await talk.services.repeats.places(visit, day)}


async def on_near_day(callback: CallbackQuery, widget: Any, manager: DialogManager, number: str) -> None:
    try:
        day = date.fromordinal(int(number))
    except (ValueError, OverflowError):
        raise DayNotOffered from None
    await on_day(callback, widget, manager, day)


async def on_day(_: Any, __: Any, manager: DialogManager, day: date) -> None:
    """A day that is marked as taken leads to what is nearest, any other one to a booking."""
    draft, talk = Draft.of(manager), talk_of(manager)
    visit = await _visit(manager, talk)
    draft.day = day
    card = await talk.services.repeats.booked(talk.actor, visit, day)
    if card is None:
        if (await talk.services.repeats.days(visit, day, day))[day] is DayState.FULL:
            await manager.switch_to(BookingState.repeat_taken)
            return
        card = await talk.services.repeats.book(talk.actor, visit, day)
    draft.at_once = card.status is not BookingStatus.HELD
    await _go_on(manager, card)


async def on_place(_: CallbackQuery, __: Any, manager: DialogManager, place: str) -> None:
    """It is not as it was, so it is confirmed."""
    talk = talk_of(manager)
    visit, (choice, table_ids) = await _visit(manager, talk), _parse(place)
    card = await talk.services.bookings.hold(
        talk.actor,
        party=visit.party,
        day=choice.day,
        slot_id=choice.slot_id,
        starts_at=choice.starts_at,
        table_id=table_ids,
    )
    await _go_on(manager, card)


async def _go_on(manager: DialogManager, card: BookingCard) -> None:
    draft = Draft.of(manager)
    draft.want(Choice(card.service_date, None, card.starts_at))
    draft.booking_id, talk_of(manager).written = card.id, card
    held = card.status is BookingStatus.HELD
    await manager.switch_to(BookingState.confirmation if held else BookingState.success)


async def _visit(manager: DialogManager, talk: Talk) -> EarlierVisit:
    return await talk.services.repeats.visit(talk.actor, Draft.of(manager).repeats)


def nearest_days(states: Mapping[date, DayState], like: date) -> list[date]:
    """The same weekday of the next weeks, or whatever is next."""
    free = [day for day, state in states.items() if state is DayState.FREE]
    same_first = sorted(free, key=lambda day: (day.weekday() != like.weekday(), day))
    return sorted(same_first[:_NEAREST])


def _place_id(place: Place) -> str:
    return f"{Choice.of(place.sitting)}-{'.'.join(str(table.id) for table in place.tables)}"


def _parse(place: str) -> tuple[Choice, list[int]]:
    """Raises DayNotOffered if no button of ours says so."""
    choice, _, tables = place.rpartition("-")
    if not all(table.isdecimal() for table in tables.split(".")):
        raise DayNotOffered
    return Choice.parse(choice), [int(table) for table in tables.split(".")]


def _wish(words: Words, visit: EarlierVisit) -> dict[str, str]:
    return {
        "guests": guests_in(words, visit.party),
        "tables": tables_in(words, visit.tables),
        "time": f"{visit.begins:%H:%M}",
    }


def _day_text(words: Words, data: dict[str, Any]) -> Html:
    visit: EarlierVisit = data["visit"]
    parts = [words.html("repeat-asks-first" if visit.asks_first else "repeat-question", **_wish(words, visit))]
    if data["some_full"]:
        parts.append(words.html("repeat-legend"))
    return Html("\n\n".join(parts))


def _taken_text(words: Words, data: dict[str, Any]) -> Html:
    key = "repeat-taken" if data["places"] else "repeat-nothing"
    return words.html(key, day=words.day(data["day"]), **_wish(words, data["visit"]))


def _place(words: Words, place: Place, day: date) -> str:
    sitting, tables = place.sitting, tables_in(words, place.tables)
    if sitting.service_date == day:
        return words.say("button-place", time=words.time(sitting.starts_at), tables=tables)
    on = words.short_day(sitting.service_date)
    return words.say("button-other-place", day=on, time=words.time(sitting.starts_at), tables=tables)
