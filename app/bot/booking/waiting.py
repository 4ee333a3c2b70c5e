"""The wizard's way into the queue: what time to wait for, where nothing is free."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Group, Select, SwitchTo

from app.bot import samples
from app.bot.booking import handlers
from app.bot.booking.draft import Draft
from app.bot.booking.getters import STARTS_PER_PAGE, WAITS, page_of
from app.bot.booking.leaving import leave_wizard
from app.bot.booking.state import BookingState
from app.bot.booking.windows import MARKUP, pager, way_back
from app.bot.screen import replace
from app.bot.talk import Talk, talk_of
from app.bot.waiting.screens import joined_screen, times_between
from app.bot.widgets import Notice, Say
from app.bot.wording import guests_in, times_in
from app.domain.errors import DayNotOffered
from app.domain.waiting import DayPart
from app.services.views import WaitingChoice
from app.texts import Html, Words

_PARTS: Mapping[DayPart, str] = MappingProxyType(
    {
        DayPart.DAY: "button-wait-day",
        DayPart.MORNING: "button-wait-morning",
        DayPart.LUNCH: "button-wait-lunch",
        DayPart.AFTERNOON: "button-wait-afternoon",
        DayPart.EVENING: "button-wait-evening",
    }
)


@dataclass(frozen=True, slots=True)
class Times:
    """A choice as a button names it."""

    earliest: datetime
    latest: datetime

    @classmethod
    def parse(cls, text: str) -> "Times":
        """Raises DayNotOffered if no button of ours says so."""
        try:
            earliest, latest = (datetime.fromtimestamp(int(part), tz=UTC) for part in text.split("-"))
        except (ValueError, OverflowError, OSError):
            raise DayNotOffered from None
        return cls(earliest, latest)

    @staticmethod
    def named(choice: WaitingChoice) -> str:
        return f"{choice.earliest.timestamp():.0f}-{choice.latest.timestamp():.0f}"


def get_waiting_window() -> Window:
    return Window(
        Notice(),
        Say(_question),
        Group(
            Select(
                Say(lambda words, data: _part(words, data["item"])),
                id="wait_part",
                item_id_getter=Times.named,
                items="parts",
                on_click=on_times,
            ),
            width=1,
        ),
        Group(
            Select(
                Say(lambda words, data: _sitting(words, data["item"])),
                id="wait_sitting",
                item_id_getter=Times.named,
                items="sittings",
                on_click=on_times,
            ),
            width=2,
        ),
        Group(
            Select(
                Say(lambda words, data: _sitting(words, data["item"])),
                id="wait_start",
                item_id_getter=Times.named,
                items="starts",
                on_click=on_times,
            ),
            width=4,
        ),
        *pager(WAITS),
        SwitchTo(Say("button-privacy"), id="privacy", state=BookingState.privacy, when="to_agree"),
        way_back(BookingState.booking_time),
        MessageInput(handlers.expected("waiting-unclear")),
        state=BookingState.waiting,
        getter=get_waiting,
        preview_data=samples.QUEUES,
        markup_factory=MARKUP,
    )


async def get_waiting(dialog_manager: DialogManager, talk: Talk, **_: Any) -> dict[str, Any]:
    draft = Draft.of(dialog_manager)
    choices = await talk.services.waiting.choices(draft.day, party=draft.party)
    exact = [choice for choice in choices if choice.sitting]
    on_grid = any(choice.sitting and choice.sitting.slot_id is None for choice in exact)
    starts, pages = await page_of(dialog_manager, WAITS, exact if on_grid else [], STARTS_PER_PAGE)
    draft.seen_privacy = await talk.services.personal_data.to_agree(talk.actor.person)
    return {
        "party": draft.party,
        "day": draft.day,
        "parts": [choice for choice in choices if choice.part],
        "sittings": [] if on_grid else exact,
        "starts": starts,
        "pages": pages,
        "to_agree": draft.seen_privacy is not None,
    }


async def on_times(callback: CallbackQuery, _: Any, manager: DialogManager, times: str) -> None:
    draft, talk = Draft.of(manager), talk_of(manager)
    wanted = Times.parse(times)
    card = await talk.services.waiting.join(
        talk.actor.agreeing_to(draft.seen_privacy),
        party=draft.party,
        day=draft.day,
        earliest=wanted.earliest,
        latest=wanted.latest,
    )
    await leave_wizard(manager, here=callback.message)
    await replace(manager.middleware_data["bot"], callback, joined_screen(talk.words, card))


def _question(words: Words, data: dict[str, Any]) -> Html:
    question = words.html("waiting-question", day=words.day(data["day"]), guests=guests_in(words, data["party"]))
    return Html(f"{question}\n\n{words.html('waiting-consent')}") if data["to_agree"] else question


def _part(words: Words, choice: WaitingChoice) -> str:
    times = times_between(words, choice.earliest, choice.latest)
    return words.say(_PARTS[choice.part or DayPart.DAY], times=times)


def _sitting(words: Words, choice: WaitingChoice) -> str:
    return times_in(words, choice.sitting) if choice.sitting else words.time(choice.earliest)
