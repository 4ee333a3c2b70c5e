"""The wizard opened to move a booking: it begins with what is booked, and any of it may be changed."""

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from app.bot.booking.draft import Draft
from app.bot.booking.leaving import leave_wizard
from app.bot.booking.state import BookingState
from app.bot.talk import Talk
from app.domain.errors import PartyMovesByPhone
from app.domain.seating import Table
from app.services.views import BookingCard


async def begin_move(callback: CallbackQuery, manager: DialogManager, talk: Talk, booking_id: int) -> None:
    """In place of the message with the pressed button. Raises what `movable` raises."""
    card = await talk.services.moves.movable(talk.actor, booking_id)
    draft = Draft.of_move(card, await _table(card, talk))
    state = await _first_window(card, draft, talk)
    await leave_wizard(manager, here=callback.message)
    await manager.start(state, data=draft.data)
    await manager.answer_callback()


async def _table(card: BookingCard, talk: Talk) -> Table | None:
    """The one that is booked, if it is offered still."""
    offered = await talk.services.availability.tables(card.party_size)
    return next((table for table in offered if (table,) == card.tables), None)


async def _first_window(card: BookingCard, draft: Draft, talk: Talk) -> State:
    """Other times of that day, as most who move come a little earlier or later."""
    try:
        await talk.services.moves.ensure_party(card.party_size)
    except PartyMovesByPhone as refusal:
        draft.notice(refusal.text_key, **refusal.params)
        return BookingState.count
    first, last = await talk.services.availability.days()
    return BookingState.booking_time if first <= card.service_date <= last else BookingState.booking_date
