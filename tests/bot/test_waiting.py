"""What guests see of the queue: the ways into it, and what becomes of an offer, however late or strange the press."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.filters.callback_data import CallbackData

from app.domain.people import Actor
from app.domain.people import Person as Somebody
from app.domain.privacy import STANDARD
from app.notifications.buttons import OfferAction, WaitingAction
from app.texts import Texts
from tests.bot.people import OWNER, TODAY, House, Person, open_house

DAY = TODAY + timedelta(days=1)
EVENING = "18:00 – 20:00"
WAIT = "Сообщить, если освободится"


@pytest.fixture
async def house(migrated_sqlite: str, texts: Texts, tmp_path: Path) -> AsyncIterator[House]:
    """One table for four, at two sittings."""
    tables, slots = tmp_path / "tables.json", tmp_path / "slots.json"
    tables.write_text(json.dumps([{"id": 1, "capacity": 4, "description": "А"}]))
    hours = (("18:00", "20:00"), ("20:00", "22:00"))
    slots.write_text(
        json.dumps([{"id": n, "start_time": start, "end_time": end} for n, (start, end) in enumerate(hours, 1)])
    )
    async with open_house(migrated_sqlite, texts, {"tables": tables, "slots": slots}) as house:
        yield house


def actor(who: Person) -> Actor:
    return Actor(Somebody(who.id, "Гость"), agrees_to=STANDARD)


async def take(house: House, who: Person, slot: int = 1) -> int:
    bookings = house.services().bookings
    held = await bookings.hold(actor(who), party=2, day=DAY, slot_id=slot)
    return (await bookings.book(actor(who), held.id)).id


async def offer(house: House, guest: Person, other: Person) -> int:
    """The guest waits for a table that the other one has, and then it is offered."""
    booked = await take(house, other)
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28", WAIT, EVENING)
    assert "Вы первые в очереди" in guest.text
    await house.services().bookings.cancel(actor(other), booked)
    [held] = await house.services().offers.offer_freed()
    return held


def press(action: CallbackData) -> str:
    return action.pack()


async def test_the_way_into_the_queue_is_there_where_something_is_full(
    house: House, guest: Person, other_guest: Person
) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28")
    assert WAIT not in " ".join(guest.buttons)
    late = [await take(house, other_guest, slot) for slot in (1, 2)]
    await guest.presses("Назад", "✖28", WAIT)
    assert "🔒 Нажимая на время" in guest.text
    assert [button for button in guest.buttons if "18:00" in button] == ["Весь день: с 18:00 до 20:00", EVENING]
    await guest.presses("Как мы храним данные", "Назад")
    await guest.says("весь вечер")
    assert "Выберите кнопкой ниже" in guest.text
    for strange in ("0-0", "1-2-3", "x", f"{10**20}-1"):
        stale = guest.screen
        await guest.sends(guest.screen.data(EVENING).replace(EVENING, "").rpartition(":")[0] + f":{strange}")
        assert guest.screen is not stale
        assert "бронь не открыта" in guest.text
        await guest.presses("✖28", WAIT)
    await guest.presses("Весь день: с 18:00 до 20:00")
    assert "с 18:00 до 20:00 · 2 гостя\nВы первые в очереди." in guest.text
    await guest.presses("Мои брони")
    assert guest.buttons[0].startswith("✖️ Не ждать: сб, 28")
    await guest.presses(guest.buttons[0])
    assert guest.text.startswith("Вы вышли из очереди.")
    await house.services().bookings.cancel(actor(other_guest), late[0])
    await house.services().bookings.cancel(actor(other_guest), late[1])
    await take(house, other_guest)
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Стол №1 · 4 места", "28")
    assert WAIT not in " ".join(guest.buttons), "another table may be free"


async def test_what_is_freed_meanwhile_is_shown_instead(house: House, guest: Person, other_guest: Person) -> None:
    booked = [await take(house, other_guest, slot) for slot in (1, 2)]
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Стол №1 · 4 места", "✖28", WAIT)
    for booking in booked:
        await house.services().bookings.cancel(actor(other_guest), booking)
    await guest.presses(EVENING)
    assert "Ждать не нужно: место уже есть" in guest.text
    assert EVENING in guest.buttons
    booked = [await take(house, other_guest, slot) for slot in (1, 2)]
    await guest.presses("Назад", "✖28")
    for booking in booked:
        await house.services().bookings.cancel(actor(other_guest), booking)
    await guest.presses(WAIT)
    assert "Ждать не нужно: место уже есть" in guest.text


async def test_an_offer_tells_how_much_time_is_left_and_is_taken_from_the_list_as_well(
    house: House, guest: Person, other_guest: Person
) -> None:
    held = await offer(house, guest, other_guest)
    left, take_it = (press(OfferAction(verb=verb, booking_id=held)) for verb in ("left", "book"))
    house.clock.advance(timedelta(minutes=8, seconds=30))
    await guest.sends(left)
    assert house.telegram.toasts[-1] == "Держу место за вами ещё 2 минуты, до 12:10."
    await guest.says("/start")
    await guest.presses("Мои брони")
    assert "Место на 18:00 держу за вами до 12:10" in guest.text
    house.clock.advance(timedelta(minutes=2))
    await guest.sends(left)
    assert "Время вышло" in house.telegram.toasts[-1]
    await guest.presses("Забронировать сб, 28 нояб., 18:00 — до 12:10")
    assert "Готово, столик ваш!" in guest.text
    for again in (left, take_it, press(OfferAction(verb="decline", booking_id=held))):
        await guest.sends(again)
        assert "забронирована" in guest.text


async def test_what_a_guest_can_put_right_leaves_the_offer_as_it_is(
    house: House, guest: Person, other_guest: Person
) -> None:
    held = await offer(house, guest, other_guest)
    take_it = press(OfferAction(verb="book", booking_id=held))
    venues = house.services().venues
    owner = Actor(Somebody(OWNER, "Ольга"), owner_of=frozenset({1}))
    await venues.change_policy(owner, lambda policy: policy.model_copy(update={"forget_after_days": 30}))
    await guest.sends(take_it)
    assert "Правила хранения данных обновились" in guest.text
    await guest.sends(take_it)
    assert "Готово, столик ваш!" in guest.text


async def test_who_has_another_booking_by_now_is_told_beside_the_offer(
    house: House, guest: Person, other_guest: Person
) -> None:
    held = await offer(house, guest, other_guest)
    owner = Actor(Somebody(OWNER, "Ольга"), owner_of=frozenset({1}))
    venues, bookings = house.services().venues, house.services().bookings
    await venues.change_policy(owner, lambda policy: policy.model_copy(update={"overlapping_bookings": True}))
    house.clock.advance(timedelta(minutes=10))
    await take(house, guest)
    await venues.change_policy(owner, lambda policy: policy.model_copy(update={"overlapping_bookings": False}))
    before = guest.text
    await guest.sends(press(OfferAction(verb="book", booking_id=held)))
    assert (guest.text, "уже есть бронь" in house.telegram.toasts[-1]) == (before, True)
    await bookings.cancel(actor(guest), (await bookings.mine(actor(guest))).items[0].id)
    await take(house, other_guest)
    await guest.sends(press(OfferAction(verb="book", booking_id=held)))
    assert "место уже заняли" in guest.text
    house.clock.advance(timedelta(days=2))
    await guest.sends(press(OfferAction(verb="book", booking_id=held)))
    assert "уже не забронировать" in guest.text
    await guest.sends(press(WaitingAction(verb="again", waiting_id=1)))
    assert "бронь не открыта" in guest.text


async def test_nobody_answers_for_somebody_else_and_a_hold_of_the_wizard_is_no_offer(
    house: House, guest: Person, other_guest: Person
) -> None:
    held = await offer(house, guest, other_guest)
    owner = Person(house, OWNER, first_name="Ольга")
    for stranger in (other_guest, owner):
        await stranger.says("/start")
        for verb in ("book", "decline", "left"):
            await stranger.sends(press(OfferAction(verb=verb, booking_id=held)))
            assert "Такой брони у вас нет" in stranger.text
        for verb in ("leave", "again"):
            await stranger.sends(press(WaitingAction(verb=verb, waiting_id=1)))
            assert "Вас нет в этой очереди" in stranger.text
    own = await house.services().bookings.hold(actor(other_guest), party=2, day=DAY, slot_id=2)
    await other_guest.sends(press(OfferAction(verb="book", booking_id=own.id)))
    assert "Такой брони у вас нет" in other_guest.text
    await guest.sends(press(OfferAction(verb="book", booking_id=held)))
    assert "Готово, столик ваш!" in guest.text


async def test_a_large_party_that_waited_waits_for_the_restaurants_word(
    house: House, guest: Person, other_guest: Person
) -> None:
    owner = Actor(Somebody(OWNER, "Ольга"), owner_of=frozenset({1}))
    held = await offer(house, guest, other_guest)
    venues = house.services().venues
    await venues.change_policy(owner, lambda policy: policy.model_copy(update={"largest_online": 1}))
    await guest.sends(press(OfferAction(verb="book", booking_id=held)))
    assert "ждёт ответа ресторана" in guest.text


async def test_who_wants_to_wait_again_for_what_is_free_is_shown_it_and_a_booking_under_way_goes_on(
    house: House, guest: Person, other_guest: Person
) -> None:
    held = await offer(house, guest, other_guest)
    await guest.sends(press(OfferAction(verb="decline", booking_id=held)))
    declined = guest.screen
    await guest.presses("Ждать снова")
    assert "Ждать не нужно: место уже есть" in guest.text
    await guest.presses(EVENING)
    assert "Всё верно?" in guest.text
    await house.services().bookings.release(actor(guest))
    await guest.sends(press(WaitingAction(verb="again", waiting_id=1)), declined)
    assert "Ждать не нужно" in house.telegram.toasts[-1]
    await guest.presses("Всё верно")
    assert "Готово" in guest.text
