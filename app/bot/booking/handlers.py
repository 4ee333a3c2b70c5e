"""What happens on a press or a message in the wizard: collect, ask the services, go on."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, NoReturn, cast

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.common import ManagedScroll

from app.bot.booking.draft import Choice, Draft
from app.bot.booking.getters import MOST_PARTIES, STARTS
from app.bot.booking.leaving import leave_wizard
from app.bot.booking.state import BookingState
from app.bot.menu import menu_screen
from app.bot.screen import replace
from app.bot.talk import talk_of
from app.domain.errors import PartyTooLarge, PlaceIsFree

_DIGITS_OF_A_PARTY = 6


async def on_count(_: CallbackQuery, __: Any, manager: DialogManager, party: str) -> None:
    await _go_on_with(manager, party)


async def on_count_typed(message: Message, _: Any, manager: DialogManager) -> None:
    await _go_on_with(manager, (message.text or "").strip())


async def _go_on_with(manager: DialogManager, party: str) -> None:
    draft = Draft.of(manager)
    if not party.removeprefix("-").isdecimal():
        draft.notice("count-unclear")
    elif party.startswith("-") or not party.strip("0"):
        draft.notice("count-too-small")
    elif len(party) > _DIGITS_OF_A_PARTY:
        await _refuse_so_many(manager)
    else:
        if draft.moves:
            await talk_of(manager).services.moves.ensure_party(int(party))
        draft.party = int(party)
        await manager.switch_to(BookingState.table)


async def on_more(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    largest = await talk_of(manager).services.availability.largest_party()
    if largest <= MOST_PARTIES:
        await _refuse_so_many(manager)
    Draft.of(manager).notice("count-typed", largest=largest)


async def _refuse_so_many(manager: DialogManager) -> NoReturn:
    services = talk_of(manager).services
    phone = (await services.venues.card()).phone
    raise PartyTooLarge(largest=await services.availability.largest_party(), phone=phone)


async def on_any_table(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    Draft.of(manager).wish_for(None)
    await manager.switch_to(BookingState.booking_date)


async def on_table(_: CallbackQuery, __: Any, manager: DialogManager, table_id: str) -> None:
    draft = Draft.of(manager)
    tables = await talk_of(manager).services.availability.tables(draft.party)
    wished = next((table for table in tables if str(table.id) == table_id), None)
    if wished is None:
        draft.notice("table-unclear")
        return
    draft.wish_for(wished)
    await manager.switch_to(BookingState.booking_date)


async def on_date(_: Any, __: Any, manager: DialogManager, day: date) -> None:
    draft = Draft.of(manager)
    draft.day = day
    draft.forget_loss()
    await cast("ManagedScroll", manager.find(STARTS)).set_page(0)
    await manager.switch_to(BookingState.booking_time)


async def on_any_instead(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    draft = Draft.of(manager)
    draft.wish_for(None)
    draft.forget_loss()


async def on_wait(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    """Where a table was wished for, others may be free."""
    draft, talk = Draft.of(manager), talk_of(manager)
    if not await talk.services.waiting.choices(draft.day, party=draft.party):
        raise PlaceIsFree
    draft.waits = True
    await manager.switch_to(BookingState.waiting)


async def on_time(_: CallbackQuery, __: Any, manager: DialogManager, choice: str) -> None:
    draft, talk = Draft.of(manager), talk_of(manager)
    wanted = Choice.parse(choice)
    draft.want(wanted)
    held = await talk.services.bookings.hold(
        talk.actor,
        party=draft.party,
        day=wanted.day,
        slot_id=wanted.slot_id,
        starts_at=wanted.starts_at,
        table_id=draft.table_id,
        replaces=draft.moves,
    )
    draft.booking_id, talk.written = held.id, held
    await manager.switch_to(BookingState.confirmation)


async def on_back_to_time(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    talk = talk_of(manager)
    await talk.services.bookings.release(talk.actor)
    await manager.switch_to(BookingState.booking_time)


async def on_confirmation(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    talk = talk_of(manager)
    draft = Draft.of(manager)
    if draft.moves:
        talk.written = await talk.services.moves.move(talk.actor, draft.booking_id)
        draft.booking_id = talk.written.id
    else:
        actor = talk.actor.agreeing_to(draft.seen_privacy)
        talk.written = await talk.services.bookings.book(actor, draft.booking_id)
    await manager.switch_to(BookingState.success)


async def on_cancel(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    talk = talk_of(manager)
    given_up = await leave_wizard(manager, here=callback.message)
    screen = await menu_screen(talk)
    notice = talk.words.html(given_up or "cancel-nothing")
    await replace(manager.middleware_data["bot"], callback, screen.after(notice))


async def on_back_to_menu(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    await leave_wizard(manager, here=callback.message)
    await replace(manager.middleware_data["bot"], callback, await menu_screen(talk_of(manager)))


def expected(notice: str) -> Callable[[Message, Any, DialogManager], Awaitable[None]]:
    """Whatever else was sent: say what is expected, and the window again."""

    async def on_message(_: Message, __: Any, manager: DialogManager) -> None:
        Draft.of(manager).notice(notice)

    return on_message
