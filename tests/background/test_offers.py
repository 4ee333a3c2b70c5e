"""Offers on their way: through a restart, to a chat that is gone, and at the end of their time."""

import asyncio
from datetime import timedelta

import pytest

from app.domain.events import OFFER_KEY, USER_MSG, WaitingOffer
from app.services.views import BookingCard
from playground.client import Person, Playground
from tests.background.conftest import FRIDAY, VENUE, House, guest

pytestmark = pytest.mark.slow

BORIS = 1502


async def wait(house: House, booked: BookingCard, *guests: int) -> None:
    for number in guests:
        await house.services.waiting.join(
            guest(number), party=2, day=FRIDAY, earliest=booked.starts_at, latest=booked.starts_at
        )


@pytest.fixture
def small_house(house: House) -> House:
    """Two guests may come at a time."""
    house.venue = {**VENUE, "policy": {"pacing": 2}}
    return house


async def test_a_place_freed_before_a_kill_is_offered_after_the_restart_and_one_offered_before_it_is_heard_of(
    small_house: House, anna: Person
) -> None:
    house = small_house
    async with house.open(run=False):
        booked = await house.book(guest(1600))
        await wait(house, booked, anna.id)
        await house.services.bookings.cancel(guest(1600), booked.id)
    async with house.open():
        await anna.wait_for("Место освободилось!")
        [place] = await house.services.waiting.mine(guest())
        assert place.offer_id
        await house.services.waiting.leave(guest(), place.id)
        await wait_again(house, booked)
    async with house.open(run=False):
        await house.services.offers.offer_freed()
    async with house.open():
        await anna.wait_for(lambda chat: len([one for one in chat.messages if "освободилось" in one.text]) == 2)


async def wait_again(house: House, booked: BookingCard) -> None:
    """What is free at once is nobody's to wait for."""
    taken = await house.book(guest(1601))
    await wait(house, booked, guest().person.external_id)
    house.background.wake()
    await house.services.bookings.cancel(guest(1601), taken.id)


async def test_who_has_blocked_the_bot_is_passed_over_at_once_and_silence_is_told_where_the_offer_stood(
    small_house: House, anna: Person, chat: Playground
) -> None:
    house, gone = small_house, await chat.join(id=BORIS, first_name="Борис", started=True)
    async with house.open():
        booked = await house.book(guest(1600))
        await wait(house, booked, gone.id, anna.id)
        await gone.block(wait=False)
        await house.services.bookings.cancel(guest(1600), booked.id)
        offer = await anna.wait_for("Место освободилось!")
        await is_noted(house)
        house.clock.move_to(house.clock.now() + timedelta(minutes=11))
        await anna.wait_for("Время вышло: место предложено следующим")
        await anna.wait_for("больше не действует")
        seen = anna.message(offer.id)
        assert seen
        assert "больше не действует" in seen.text
        assert await house.services.waiting.mine(guest()) == []


async def is_noted(house: House) -> None:
    """That the offer was made: else whoever is silent was never asked."""
    [place] = await house.services.waiting.mine(guest())
    async with asyncio.timeout(10):
        while not await _has_left(house, f"{OFFER_KEY}{place.offer_id}"):  # noqa: ASYNC110 - the table is all that shows it
            await asyncio.sleep(0.02)


async def _has_left(house: House, key: str) -> bool:
    async with house.services.offers._db.read() as dao:
        return await dao.outbox.has_left(key)


async def test_an_offer_that_no_longer_holds_is_not_made(small_house: House, anna: Person) -> None:
    house = small_house
    async with house.open(run=False):
        booked = await house.book(guest(1600))
        await wait(house, booked, anna.id)
        await house.services.bookings.cancel(guest(1600), booked.id)
        [held] = await house.services.offers.offer_freed()
        await house.services.waiting.decline(guest(), held)
        stale = WaitingOffer.model_validate(
            {"recipient": {"external_id": anna.id}, "booking_id": booked.id, "waiting_id": 1}
        )
        await house.services.messages.put(USER_MSG, stale)
    async with house.open():
        await house.until(lambda: len(house.said("user_msg", "is done")) >= 2)
        assert [message.text for message in anna.messages if "освободилось" in message.text] == []
