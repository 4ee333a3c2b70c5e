"""What happens on a press or a message in the windows of wishes: collect, keep, back to the overview."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode

from app.bot import screen
from app.bot.booking.draft import Draft, booking_of
from app.bot.booking.leaving import leave_wizard
from app.bot.keyboard import lower_keyboard, note_keyboard
from app.bot.talk import talk_of
from app.bot.user.screens import card_screen
from app.bot.wishes.getters import page_of
from app.bot.wishes.state import WishesState
from app.domain.errors import PhoneNotYours
from app.domain.phones import phone_of
from app.domain.wishes import LONGEST_ALLERGIES, LONGEST_COMMENT, MOST_HIGH_CHAIRS, Occasion, Wishes, tidied

Typed = Callable[[Message, Any, DialogManager], Awaitable[None]]


async def on_occasion(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    if item in list(Occasion):
        await _change(manager, lambda wishes: replace(wishes, occasion=Occasion(item)))


async def on_high_chairs(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    if item in map(str, range(1, MOST_HIGH_CHAIRS + 1)):
        await _change(manager, lambda wishes: replace(wishes, high_chairs=int(item)))


async def on_allergies(message: Message, _: Any, manager: DialogManager) -> None:
    text = tidied(message.text or "", longest=LONGEST_ALLERGIES)
    await _change(manager, lambda wishes: replace(wishes, allergies=text))


async def on_comment(message: Message, _: Any, manager: DialogManager) -> None:
    text = tidied(message.text or "", longest=LONGEST_COMMENT)
    await _change(manager, lambda wishes: replace(wishes, comment=text))


def without(**nothing: Any) -> Callable[[CallbackQuery, Any, DialogManager], Awaitable[None]]:
    """A wish is removed: `nothing` is its field as it is when nothing is wished."""

    async def on_remove(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
        await _change(manager, partial(_replaced, nothing))

    return on_remove


def _replaced(nothing: dict[str, Any], wishes: Wishes) -> Wishes:
    return replace(wishes, **nothing)


async def on_phone(callback: CallbackQuery, button: Any, manager: DialogManager) -> None:
    talk = talk_of(manager)
    card = await talk.services.wishes.read(talk.actor, booking_of(manager))
    if card.guest.phone:
        await manager.switch_to(WishesState.phone)
    else:
        await on_other_phone(callback, button, manager)


async def on_other_phone(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    note_keyboard(talk_of(manager))
    await manager.switch_to(WishesState.contact, show_mode=ShowMode.DELETE_AND_SEND)


async def on_phone_removed(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    talk = talk_of(manager)
    await talk.services.users.keep_phone(talk.actor.person, None)
    Draft.of(manager).notice("phone-removed")
    await manager.switch_to(WishesState.overview)


async def on_contact(message: Message, _: Any, manager: DialogManager) -> None:
    """Trusted only as the keyboard's button sends it: one's own, and not passed on."""
    talk, contact = talk_of(manager), message.contact
    if not contact or contact.user_id != talk.actor.person.external_id or message.forward_origin:
        raise PhoneNotYours
    await talk.services.users.keep_phone(talk.actor.person, phone_of(contact.phone_number))
    await _after_contact(message, manager, "contact-kept")


async def on_instead_of_contact(message: Message, _: Any, manager: DialogManager) -> None:
    if message.text == talk_of(manager).words.say("button-not-now"):
        await _after_contact(message, manager, "contact-not-now")
    else:
        Draft.of(manager).notice("contact-expected")


async def _after_contact(message: Message, manager: DialogManager, notice: str) -> None:
    await lower_keyboard(manager.middleware_data["bot"], message.chat.id, talk_of(manager), notice)
    await manager.switch_to(WishesState.overview)


async def on_done(callback: CallbackQuery, _: Any, manager: DialogManager) -> None:
    """The booking's card comes in its place."""
    talk = talk_of(manager)
    booking_id, page = booking_of(manager), page_of(manager)
    told = await talk.services.wishes.done(talk.actor, booking_id)
    await leave_wizard(manager, here=callback.message)
    card = card_screen(talk.words, await talk.services.bookings.card(talk.actor, booking_id), page)
    notice = talk.words.html("wishes-kept" if told else "wishes-same")
    await screen.replace(manager.middleware_data["bot"], callback, card.after(notice))


async def _change(manager: DialogManager, edit: Callable[[Wishes], Wishes]) -> None:
    talk = talk_of(manager)
    talk.written = await talk.services.wishes.change(talk.actor, booking_of(manager), edit)
    await manager.switch_to(WishesState.overview)
