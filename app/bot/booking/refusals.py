"""A step of the wizard is refused: the guest is told where it is to be put right, with what is still free."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from aiogram import BaseMiddleware
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram_dialog import DialogManager, ShowMode
from loguru import logger

from app.bot.booking.draft import Draft
from app.bot.booking.leaving import leave_wizard
from app.bot.booking.state import BookingState
from app.domain.errors import (
    ConsentNeeded,
    DayNotOffered,
    DomainError,
    NoTableForParty,
    OverlappingBooking,
    PartyMovesByPhone,
    PartyTooLarge,
    PlaceIsFree,
    SittingOver,
    SlotTaken,
    TooSoon,
)

_PUT_RIGHT_IN: Mapping[type[DomainError], State] = MappingProxyType(
    {
        SlotTaken: BookingState.booking_time,
        SittingOver: BookingState.booking_time,
        TooSoon: BookingState.booking_time,
        OverlappingBooking: BookingState.booking_time,
        PlaceIsFree: BookingState.booking_time,
        DayNotOffered: BookingState.booking_date,
        PartyTooLarge: BookingState.count,
        NoTableForParty: BookingState.count,
        PartyMovesByPhone: BookingState.count,
        ConsentNeeded: BookingState.confirmation,
    }
)
_PUT_RIGHT_IN_REPEAT: Mapping[type[DomainError], State] = MappingProxyType(
    {
        SlotTaken: BookingState.repeat_taken,
        SittingOver: BookingState.repeat_taken,
        TooSoon: BookingState.repeat_taken,
        OverlappingBooking: BookingState.repeat_day,
        DayNotOffered: BookingState.repeat_day,
        ConsentNeeded: BookingState.repeat_day,
    }
)
"""Where nobody has gone through the wizard's windows, they would be strange."""
_REPEAT = (BookingState.repeat_day, BookingState.repeat_taken)


class Refusals(BaseMiddleware):
    """Goes around a dialog's handlers, inside of what keeps the dialog's data."""

    def __init__(self, put_right_in: Mapping[type[DomainError], State | None] = _PUT_RIGHT_IN) -> None:
        """None: in the very window where it was refused."""
        self._put_right_in = put_right_in

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        manager: DialogManager = data["dialog_manager"]
        if isinstance(event, Message):
            manager.show_mode = ShowMode.DELETE_AND_SEND
        try:
            return await handler(event, data)
        except DomainError as refusal:
            windows, kind = self._windows(manager), type(refusal)
            if kind not in windows:
                await leave_wizard(manager, here=event.message if isinstance(event, CallbackQuery) else None)
                raise
            logger.log(refusal.log_level, "Refused: {}", refusal)
            await _show_again(manager, windows[kind] or manager.current_context().state, refusal)
            return None

    def _windows(self, manager: DialogManager) -> Mapping[type[DomainError], State | None]:
        is_repeat = manager.has_context() and manager.current_context().state in _REPEAT
        return _PUT_RIGHT_IN_REPEAT if is_repeat else self._put_right_in


async def _show_again(manager: DialogManager, state: State, refusal: DomainError) -> None:
    draft = Draft.of(manager)
    draft.notice(refusal.text_key, **refusal.params)
    if isinstance(refusal, SlotTaken):
        draft.lose()
    if isinstance(refusal, PlaceIsFree):
        draft.wish_for(None)
        draft.forget_loss()
    if isinstance(refusal, ConsentNeeded) and draft.waits:
        state = BookingState.waiting
    await manager.switch_to(state)
    await manager.show()
    await manager.answer_callback()
