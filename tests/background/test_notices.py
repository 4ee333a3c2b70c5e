"""What admins are told, and what not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.background.build import Tempo
from app.domain.events import ADMIN_MSG, AdminText
from app.services.wishes import SETTLED
from playground.client import Person, Playground
from tests.background.conftest import House, guest

pytestmark = pytest.mark.slow


async def test_every_admin_reads_who_booked_what_and_when(house: House, owner: Person, host: Person) -> None:
    async with house.open():
        await house.book(guest(name="Анна <b>", username="anna_k"))
        for admin in (owner, host):
            seen = await admin.wait_for("Новая бронь")
            assert "Анна <b> (@anna_k)" in seen.text
            assert "Стол №1 · 2 гостя" in seen.text
            assert "27 ноября" in seen.text
            assert "18:00 – 20:00" in seen.text
            assert seen.body["entities"][1]["url"] == "https://t.me/anna_k"


async def test_an_admin_reads_english_once_they_speak_it(house: House, owner: Person, host: Person) -> None:
    async with house.open():
        await house.services.users.meet(guest(owner.id, name="Olga", language="en").person)
        await house.book()
        assert "2 guests" in (await owner.wait_for("New booking")).text
        assert "2 гостя" in (await host.wait_for("Новая бронь")).text


async def test_wishes_of_a_guest_who_has_gone_away_in_the_middle_are_told_some_minutes_later(
    house: House, owner: Person
) -> None:
    async with house.open():
        booking = await house.book()
        await house.services.wishes.change(guest(), booking.id, lambda wishes: replace(wishes, high_chairs=2))
        house.clock.move_to(house.clock.now() + SETTLED)
        assert "👶 2 детских стульчика\n\nНовое: детские стульчики." in (await owner.wait_for("Пожелания гостя")).text
        await house.services.wishes.change(guest(), booking.id, lambda wishes: replace(wishes, high_chairs=0))
        house.clock.move_to(house.clock.now() + SETTLED)
        assert "Больше не нужно: детские стульчики." in (await owner.wait_for("Больше не нужно")).text


async def test_admins_are_told_of_a_cancelled_and_of_a_removed_booking(house: House, owner: Person) -> None:
    async with house.open():
        booking = await house.book()
        await owner.wait_for("Новая бронь")
        await house.services.bookings.hide(guest(), booking.id)
        await owner.wait_for("Гость удалил бронь")
        headings = [message.text.splitlines()[0] for message in owner.messages]
        assert headings == ["🆕 Новая бронь", "🚫 Бронь отменена", "🗑 Гость удалил бронь из своего списка"]


async def test_a_booking_that_is_cancelled_meanwhile_is_not_called_new(
    house: House, owner: Person, host: Person, chat: Playground
) -> None:
    async with house.open():
        await chat.fail("429", retry_after=1, chat_id=host.id)
        booking = await house.book()
        await owner.wait_for("Новая бронь")
        await house.services.bookings.cancel(guest(), booking.id)
        await host.wait_for("Бронь отменена")
        assert len(host.messages) == 1


async def test_a_booking_whose_visit_is_over_meanwhile_is_told_all_the_same(
    house: House, owner: Person, chat: Playground
) -> None:
    async with house.open(admins=[owner.id]):
        await chat.fail("429", retry_after=1, chat_id=owner.id)
        booking = await house.book()
        await house.until(lambda: bool(house.said("429")) or bool(house.said("waits")))
        house.clock.move_to(booking.ends_at)
        assert await house.services.bookings.complete(booking.id)
        await owner.wait_for("Новая бронь")


async def test_a_blocked_and_a_slow_admin_delay_nobody(
    house: House, chat: Playground, owner: Person, host: Person
) -> None:
    gone = await chat.join(id=9003, first_name="Ушёл", started=True)
    async with house.open(admins=[gone.id, host.id, owner.id, 9004]):
        await house.services.users.meet(guest(gone.id).person)
        await gone.block(wait=False)
        await chat.fail("429", count=2, retry_after=1, chat_id=host.id)
        await house.book()
        await owner.wait_for("Новая бронь")
        assert not host.messages
        await host.wait_for("Новая бронь")
        assert [len(admin.messages) for admin in (owner, host)] == [1, 1]
        known = await house.services.users.find(guest(gone.id).person)
        assert known
        assert known.blocked
        assert house.said("chat not found")


async def test_a_blocked_admin_is_left_alone_until_the_next_start(house: House, owner: Person) -> None:
    async with house.open():
        await house.services.users.meet(guest(owner.id).person)
        await owner.block(wait=False)
        await house.book()
        await house.until(lambda: bool(house.said("takes no messages")))
        await owner.block(blocked=False, wait=False)
        await house.book(guest(1502))
        await house.until(lambda: len(house.said("user_msg", "is done")) == 4)
        await house.services.users.meet(guest(owner.id).person)
        await house.book(guest(1503, name="Вера"))
        await owner.wait_for("Вера")
        assert len(owner.messages) == 1


async def test_telegram_away_for_a_while_loses_nothing(house: House, chat: Playground, owner: Person) -> None:
    async with house.open(admins=[owner.id]):
        await chat.fail("500", count=3, chat_id=owner.id)
        await house.book()
        await owner.wait_for("Новая бронь")
        assert len(house.said("TelegramServerError")) == 3


def impatient(house: House) -> Tempo:
    patience = replace(house.setup.tempo.patience, sends=2)
    return replace(house.setup.tempo, patience=patience)


async def test_a_notice_that_never_gets_through_is_a_dead_letter(house: House, chat: Playground, owner: Person) -> None:
    async with house.open(admins=[owner.id], tempo=impatient(house)):
        await chat.fail("500", count=2, chat_id=owner.id)
        await house.book()
        await house.until(lambda: bool(house.said("is given up")))
        assert 'bites_sends_total{outcome="dead"} 1.0' in house.metrics.text().decode()
        assert not owner.messages


async def test_a_line_for_all_admins_is_shown_as_it_is(house: House, owner: Person, host: Person) -> None:
    async with house.open():
        await house.services.messages.put(ADMIN_MSG, AdminText(text="Кухня <закрыта> & точка"))
        for admin in (owner, host):
            await admin.wait_for("Кухня <закрыта> & точка")


async def test_admins_are_told_of_start_and_stop_once(house: House, owner: Person) -> None:
    async with house.open(announce=True):
        await house.background.announce_start()
        await owner.wait_for("Бот запущен · 27 ноября, 11:30")
        await house.background.announce_start()
        house.clock.move_to(house.clock.now() + timedelta(minutes=4))
        await house.background.announce_stop()
        assert "Бот остановлен" in owner.last.text
        await house.background.announce_stop()
        assert len(owner.messages) == 2


async def test_the_stop_does_not_wait_long_for_telegram(house: House, owner: Person, chat: Playground) -> None:
    async with house.open(announce=True, admins=[owner.id]):
        await chat.fail("hang", chat_id=owner.id)
        await house.background.announce_stop()
        assert house.said("Not all admins are told of the stop")


async def test_a_telegram_that_asks_to_wait_is_not_waited_for_at_the_stop(
    house: House, owner: Person, host: Person, chat: Playground
) -> None:
    async with house.open(announce=True):
        await chat.fail("429", retry_after=30, chat_id=owner.id)
        await house.background.announce_stop()
        assert "Бот остановлен" in host.last.text
        assert not owner.messages


async def test_nobody_is_told_of_the_start_if_the_operator_wants_it_quiet(house: House, owner: Person) -> None:
    async with house.open():
        await house.background.announce_start()
        await house.background.announce_stop()
        await house.book()
        assert "Новая бронь" in (await owner.wait_for("Новая бронь")).text
        assert len(owner.messages) == 1
