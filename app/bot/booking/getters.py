"""What the windows show: plain values; the windows put them into words."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar, cast

from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.common import ManagedScroll
from aiogram_dialog.widgets.kbd import ManagedCalendar
from aiogram_dialog.widgets.kbd.calendar_kbd import next_month_begin

from app.bot.booking.draft import Draft
from app.bot.booking.month import shown_month
from app.bot.talk import Talk
from app.services.views import BookingCard, DayState, SittingView

T = TypeVar("T")
TABLES_PER_PAGE = 12
MOST_PARTIES = 80
"""As many buttons as fit under a message with the others; larger parties are typed."""
MOST_CHOICES = 97
"""Telegram takes a hundred buttons, and the window of times has three of its own; a day has 96 quarters of an hour."""
STARTS_PER_PAGE = 24
"""On a grid: six rows of four, that a phone shows without scrolling."""
TABLES = "tables"
STARTS = "starts"
WAITS = "waits"
CALENDAR = "calendar"


async def get_words(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    """For every window: the guest's language, the line about what just happened, and which booking is moved."""
    draft = Draft.of(dialog_manager)
    notice = draft.take_notice()
    return {
        "words": talk.words,
        "notice": talk.words.html(notice[0], **notice[1]) if notice else None,
        "moving": await talk.services.bookings.card(talk.actor, draft.moves) if draft.moves else None,
    }


async def get_count(talk: Talk, **_: Any) -> dict[str, Any]:
    return {"parties": range(1, min(await talk.services.availability.largest_party(), MOST_PARTIES) + 1)}


async def get_table(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    party = Draft.of(dialog_manager).party
    tables = await talk.services.availability.tables(party)
    shown, pages = await page_of(dialog_manager, TABLES, tables, TABLES_PER_PAGE)
    combinations = [] if tables else await talk.services.availability.combinations(party)
    return {"party": party, "tables": shown, "pages": pages, "combinations": combinations[:TABLES_PER_PAGE]}


async def get_date(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    draft, availability = Draft.of(dialog_manager), talk.services.availability
    today, last_day = await availability.days()
    month = shown_month(cast("ManagedCalendar", dialog_manager.find(CALENDAR)).get_offset(), today, last_day)
    end = next_month_begin(month) - timedelta(days=1)
    states = await availability.month(max(month, today), min(end, last_day), **_search(draft))
    return {
        **_wishes(draft),
        "states": states,
        "today": today,
        "last_day": last_day,
        "some_full": DayState.FULL in states.values(),
        "notes": await availability.notes(max(month, today), min(end, last_day)),
    }


async def get_time(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    draft = Draft.of(dialog_manager)
    wish = _search(draft)
    availability = talk.services.availability
    sittings = await availability.sittings(draft.day, **wish)
    on_grid = any(sitting.slot_id is None for sitting in sittings)
    starts, pages = await page_of(dialog_manager, STARTS, sittings if on_grid else [], STARTS_PER_PAGE)
    if lost := _view(draft):
        others = await availability.alternatives(lost, **wish, same_day=4 if on_grid else 0, other_days=6)
    else:
        others = [] if sittings else await availability.other_days(draft.day, **wish)
    any_would_help = await _any_would_help(draft, talk, sittings)
    return {
        **_wishes(draft),
        "day": draft.day,
        "note": (await availability.notes(draft.day, draft.day)).get(draft.day),
        "sittings": [] if on_grid else sittings,
        "starts": starts,
        "pages": pages,
        "other_days": others[: MOST_CHOICES - len(starts or sittings) - any_would_help],
        "any_would_help": any_would_help,
        "can_wait": draft.moves is None and await _can_wait(draft, talk, sittings),
    }


async def _any_would_help(draft: Draft, talk: Talk, sittings: Sequence[SittingView]) -> bool:
    """The wished table is not free, at all or when it was wanted; or it was not wished for, it is just the one that
    moves."""
    if draft.table_id is None or not sittings:
        return draft.table_id is not None
    if draft.lost is None and draft.moves is None:
        return False
    return len(await talk.services.availability.tables(draft.party)) > 1


async def get_confirmation(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    card = await _card(dialog_manager, talk)
    held = card.hold_until is not None and card.hold_until > talk.services.clock.now()
    asks_first = (await talk.services.venues.policy()).asks_first(card.party_size)
    draft = Draft.of(dialog_manager)
    to_agree = None if draft.moves else await talk.services.personal_data.to_agree(talk.actor.person)
    draft.seen_privacy, draft.waits = to_agree, False
    return {"card": card, "held": held, "asks_first": asks_first, "to_agree": to_agree is not None}


async def get_privacy(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    notice = await talk.services.personal_data.notice()
    return {"privacy": notice, "waits": Draft.of(dialog_manager).waits}


async def get_success(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    card = await _card(dialog_manager, talk)
    draft = Draft.of(dialog_manager)
    undo = draft.at_once and card.can_cancel
    return {"card": card, "venue": await talk.services.venues.card(), "undo": undo, "moved": draft.has_moved(card)}


async def _card(manager: DialogManager, talk: Talk) -> BookingCard:
    return talk.written or await talk.services.bookings.card(talk.actor, Draft.of(manager).booking_id)


async def page_of(manager: DialogManager, scroll: str, items: Sequence[T], size: int) -> tuple[Sequence[T], int]:
    """What is shown of them, and on how many pages they are."""
    pages = max(1, -(-len(items) // size))
    page = min(await cast("ManagedScroll", manager.find(scroll)).get_page(), pages - 1)
    return items[page * size : (page + 1) * size], pages


async def _can_wait(draft: Draft, talk: Talk, sittings: Sequence[SittingView]) -> bool:
    """Something that day is full. Of a table that was wished for, nobody knows yet whether others are."""
    if draft.table_id is not None and sittings and not draft.lost:
        return False
    free = len(sittings) if draft.table_id is None else 0
    return await talk.services.waiting.some_full(draft.day, party=draft.party, free=free)


def _search(draft: Draft) -> dict[str, Any]:
    """What is looked for; a booking that moves is not in its own way."""
    return {"party": draft.party, "table_id": draft.table_id, "without": draft.moves}


def _wishes(draft: Draft) -> dict[str, Any]:
    return {"party": draft.party, "table_number": draft.table_number}


def _view(draft: Draft) -> SittingView | None:
    """The lost sitting, as something to look for others near to."""
    lost = draft.lost
    return SittingView(lost.slot_id, lost.day, lost.starts_at, lost.starts_at) if lost else None
