"""The month as buttons: Monday first, words by Babel, nothing to press on days that cannot be booked."""

from collections.abc import Callable
from datetime import date
from typing import Any

from aiogram.types import InlineKeyboardButton
from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.kbd import Calendar, CalendarConfig
from aiogram_dialog.widgets.kbd.calendar_kbd import (
    CalendarDaysView,
    CalendarScope,
    CalendarScopeView,
    CalendarUserConfig,
    OnDateSelected,
    date_from_raw,
    raw_from_date,
)

from app.bot.widgets import Say
from app.domain.errors import DayNotOffered
from app.services.views import DayState

FULL = "✖"


def shown_month(turned_to: date | None, today: date, last_day: date) -> date:
    """The first day of the month that a calendar shows: the one turned to, within what can be booked."""
    return min(max(turned_to or today, today), last_day).replace(day=1)


class BookingCalendar(Calendar):
    """Draws `states` (by day), `today` and `last_day` of the window's data."""

    def __init__(self, widget_id: str, on_click: OnDateSelected) -> None:
        super().__init__(id=widget_id, on_click=on_click)

    def _init_views(self) -> dict[CalendarScope, CalendarScopeView]:
        return {CalendarScope.DAYS: _Days(self._item_callback_data)}

    def get_scope(self, manager: DialogManager) -> CalendarScope:  # noqa: ARG002 - there is one only
        return CalendarScope.DAYS

    async def _get_user_config(self, data: dict[str, Any], manager: DialogManager) -> CalendarUserConfig:  # noqa: ARG002 - its signature
        return CalendarUserConfig(min_date=data["today"], max_date=data["last_day"])

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        self.set_offset(shown_month(self.get_offset(manager), data["today"], data["last_day"]), manager)
        return await super()._render_keyboard(data, manager)

    async def _handle_click_date(self, data: str, manager: DialogManager) -> None:
        try:
            day = date_from_raw(int(data))
        except (ValueError, OverflowError):
            raise DayNotOffered from None
        await self.on_click.process_event(manager.event, self.managed(manager), manager, day)

    async def _handle_click_month(self, data: str, manager: DialogManager) -> None:  # noqa: ARG002 - aiogram-dialog's signature
        """Nothing that is shown says so."""
        raise DayNotOffered

    _handle_click_year = _handle_click_month


class _Days(CalendarDaysView):
    """One month, with only the weeks and the ways to turn that there are."""

    def __init__(self, callback_generator: Callable[[str], str]) -> None:
        super().__init__(
            callback_generator,
            weekday_text=Say(lambda words, data: words.weekday(data["date"])),
            header_text=Say(lambda words, data: words.month(data["date"])),
            prev_month_text=Say(lambda words, data: f"◀️ {words.month_name(data['date'])}"),
            next_month_text=Say(lambda words, data: f"{words.month_name(data['date'])} ▶️"),
        )

    async def _render_date_button(
        self,
        selected_date: date,
        today: date,  # noqa: ARG002 - aiogram-dialog's signature
        data: dict[str, Any],
        manager: DialogManager,  # noqa: ARG002 - the same
    ) -> InlineKeyboardButton:
        state = data["states"].get(selected_date, DayState.OVER)
        if state in {DayState.OVER, DayState.CLOSED}:
            return _inert(" ")
        mark = FULL if state is DayState.FULL else ""
        pressed = self.callback_generator(str(raw_from_date(selected_date)))
        return InlineKeyboardButton(text=f"{mark}{selected_date.day}", callback_data=pressed)

    async def _render_days(
        self, config: CalendarConfig, offset: date, data: dict[str, Any], manager: DialogManager
    ) -> list[list[InlineKeyboardButton]]:
        weeks = await super()._render_days(config, offset, data, manager)
        return [week for week in weeks if any(button.text.strip() for button in week)]

    async def _render_header(
        self,
        config: CalendarConfig,  # noqa: ARG002 - aiogram-dialog's signature
        offset: date,
        data: dict[str, Any],
        manager: DialogManager,
    ) -> list[InlineKeyboardButton]:
        return [_inert(await self.header_text.render_text({"date": offset, "data": data}, manager))]

    async def _render_pager(
        self, config: CalendarConfig, offset: date, data: dict[str, Any], manager: DialogManager
    ) -> list[InlineKeyboardButton]:
        pager = await super()._render_pager(config, offset, data, manager)
        return [button for button in pager[::2] if button.text.strip()]


def _inert(text: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data="")
