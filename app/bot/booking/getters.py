"""What the windows show: plain values; the windows put them into words."""

from datetime import timedelta
from typing import Any, cast

from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.common import ManagedScroll
from aiogram_dialog.widgets.kbd import ManagedCalendar
from aiogram_dialog.widgets.kbd.calendar_kbd import next_month_begin

from app.bot.booking.draft import Draft
from app.bot.booking.month import shown_month
from app.bot.talk import Talk
from app.services.views import BookingCard, DayState, SittingView

TABLES_PER_PAGE = 12
MOST_PARTIES = 80
"""As many buttons as fit under a message with the others; larger parties are typed."""
MOST_CHOICES = 97
"""Telegram takes a hundred buttons, and the window of times has three of its own; a day has 96 quarters of an hour."""
TABLES = "tables"
CALENDAR = "calendar"


async def get_words(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    """For every window: the guest's language, and the line about what just happened."""
    notice = Draft.of(dialog_manager).take_notice()
    return {"words": talk.words, "notice": talk.words.html(notice[0], **notice[1]) if notice else None}


async def get_count(talk: Talk, **_: Any) -> dict[str, Any]:
    return {"parties": range(1, min(await talk.services.availability.largest_party(), MOST_PARTIES) + 1)}


async def get_table(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    party = Draft.of(dialog_manager).party
    tables = await talk.services.availability.tables(party)
    pages = -(-len(tables) // TABLES_PER_PAGE)
    page = min(await cast("ManagedScroll", dialog_manager.find(TABLES)).get_page(), pages - 1)
    first = page * TABLES_PER_PAGE
    return {"party": party, "tables": tables[first : first + TABLES_PER_PAGE], "pages": pages}


async def get_date(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    draft, availability = Draft.of(dialog_manager), talk.services.availability
    today, last_day = await availability.days()
    month = shown_month(cast("ManagedCalendar", dialog_manager.find(CALENDAR)).get_offset(), today, last_day)
    end = next_month_begin(month) - timedelta(days=1)
    states = await availability.month(max(month, today), min(end, last_day), party=draft.party, table_id=draft.table_id)
    return {
        **_wishes(draft),
        "states": states,
        "today": today,
        "last_day": last_day,
        "some_full": DayState.FULL in states.values(),
    }


async def get_time(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    draft = Draft.of(dialog_manager)
    wish: dict[str, Any] = {"party": draft.party, "table_id": draft.table_id}
    sittings = await talk.services.availability.sittings(draft.day, **wish)
    other_days: list[SittingView] = []
    if draft.lost or not sittings:
        found = await talk.services.availability.other_days(draft.day, near=_view(draft), **wish)
        other_days = found[: MOST_CHOICES - len(sittings)]
    return {
        **_wishes(draft),
        "day": draft.day,
        "sittings": sittings,
        "other_days": other_days,
        "any_would_help": not sittings and draft.table_id is not None,
    }


async def get_confirmation(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    card = await _card(dialog_manager, talk)
    held = card.hold_until is not None and card.hold_until > talk.services.clock.now()
    return {"card": card, "held": held}


async def get_success(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    card = await _card(dialog_manager, talk)
    return {"card": card, "venue": await talk.services.venues.card()}


async def _card(manager: DialogManager, talk: Talk) -> BookingCard:
    return talk.written or await talk.services.bookings.card(talk.actor, Draft.of(manager).booking_id)


def _wishes(draft: Draft) -> dict[str, Any]:
    return {"party": draft.party, "table_number": draft.table_number}


def _view(draft: Draft) -> SittingView | None:
    """The lost sitting, as something to look for others near to."""
    lost = draft.lost
    return SittingView(lost.slot_id, lost.day, lost.starts_at, lost.starts_at) if lost else None
