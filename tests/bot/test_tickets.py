"""«Карточка и календарь»: what a guest is sent, and where the code on it leads."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from aiogram.exceptions import TelegramServerError
from aiogram.methods import TelegramMethod
from icalendar import Calendar
from PIL import Image

from app.bot.links import BookingLink, booking_payload, read_booking_payload
from app.domain.people import Actor
from app.domain.people import Person as Somebody
from app.notifications.buttons import TicketAction
from tests.bot.people import House, Person
from tests.bot.telegram import Bubble

TICKET, CALENDAR = "Карточка и календарь", "Обновить в календаре"
NEUTRAL = "только тому, кто её сделал"


def code_on(bubble: Bubble) -> str:
    """What a phone reads off the picture."""
    assert bubble.file is not None
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(bubble.file.data)).convert("L"))
    return code.text


def entry_in(bubble: Bubble) -> Any:
    assert bubble.file is not None
    return Calendar.from_ical(bubble.file.data)


async def payload_of(guest: Person) -> str:
    """Of the booking just made."""
    await guest.presses(TICKET)
    return code_on(guest.bubbles[-2]).partition("?start=")[2]


async def test_the_card_and_the_calendar_file_come_below_the_window(guest: Person) -> None:
    await guest.books()
    window = guest.screen
    await guest.presses(TICKET)
    first, card, file = guest.bubbles
    assert first == window
    assert card.file is not None
    assert file.file is not None
    assert "Суббота, 28 ноября, 18:00 – 20:00" in card.text
    assert code_on(card).startswith("https://t.me/bites_bot?start=b")
    assert (card.file.filename, file.file.filename) == ("booking-1.png", "booking-1.ics")
    [event] = entry_in(file).events
    assert (event.uid, event["sequence"], event["status"]) == ("booking-1@bites_bot.t.me", 1, "CONFIRMED")
    assert code_on(card) in event.description
    await guest.says("Спасибо!")
    assert "Столик уже забронирован" in guest.text, "the window is still there"


async def test_an_impatient_second_press_sends_nothing_again(house: House, guest: Person) -> None:
    await guest.books()
    window = guest.screen
    for _ in range(3):
        await guest.sends(window.data(TICKET), window)
    assert len(guest.bubbles) == 3
    assert house.telegram.toasts == ["Уже прислал — карточка чуть ниже 👇"] * 2
    house.clock.advance(timedelta(seconds=10))
    await guest.sends(window.data(TICKET), window)
    assert len(guest.bubbles) == 5


async def test_what_did_not_get_through_may_be_asked_for_again_at_once(house: House, guest: Person) -> None:
    await guest.books()
    window = guest.screen

    def overloaded(method: TelegramMethod[Any]) -> None:
        if method.__api_method__ in {"sendPhoto", "sendChatAction"}:
            raise TelegramServerError(method=method, message="Bad Gateway")

    house.telegram.refuse = overloaded
    await guest.sends(window.data(TICKET), window)
    assert len(guest.bubbles) == 1
    house.telegram.refuse = None
    await guest.sends(window.data(TICKET), window)
    assert len(guest.bubbles) == 3


async def test_what_is_below_the_file_opens_a_new_message(guest: Person) -> None:
    await guest.books()
    await guest.presses(TICKET, "Мои брони", "📅 сб, 28 нояб., 18:00 · 2 гостя", TICKET)
    assert len(guest.bubbles) == 4, "the same booking, asked for within seconds"
    assert guest.bubbles[2].file, "the file stays as it is"


async def test_a_cancelled_booking_is_taken_out_of_the_calendar(house: House, guest: Person) -> None:
    await guest.books()
    await guest.presses(TICKET)
    before = entry_in(guest.screen).events[0]
    await guest.presses("Мои брони", "📅 сб, 28 нояб., 18:00 · 2 гостя", "Отменить бронь", "Да, отменить")
    assert TICKET not in " ".join(guest.buttons)
    card = guest.screen
    await guest.presses(CALENDAR)
    calendar = entry_in(guest.screen)
    [event] = calendar.events
    assert (calendar["method"], event["status"], event.uid) == ("CANCEL", "CANCELLED", before.uid)
    assert event["sequence"] > before["sequence"]
    assert "исчезнет" in guest.text
    await guest.sends(card.data(CALENDAR), card)
    assert house.telegram.toasts == ["Уже прислал — файл чуть ниже 👇"]


async def test_a_booking_that_was_deleted_leaves_the_calendar_too(guest: Person) -> None:
    await guest.books()
    await guest.presses("Мои брони", "📅 сб, 28 нояб., 18:00 · 2 гостя", "Удалить запись", "Да, удалить")
    assert "Запись удалена" in guest.text
    await guest.presses(CALENDAR)
    assert entry_in(guest.screen)["method"] == "CANCEL"
    await guest.sends(TicketAction(verb="card", booking_id=1).pack())
    assert "Такой брони у вас нет" in guest.text, "its card is gone"


async def test_what_is_only_held_and_what_is_not_ones_own_has_no_card(guest: Person, other_guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")
    await other_guest.says("/start")
    for person in (guest, other_guest):
        await person.sends(TicketAction(verb="card", booking_id=1).pack())
        assert "Такой брони у вас нет" in person.text


async def test_staff_see_the_booking_and_its_guest_the_own_card(guest: Person, owner: Person) -> None:
    await guest.books()
    payload = await payload_of(guest)
    await guest.says(f"/start {payload}")
    assert "Ваша бронь" in guest.text
    await owner.says(f"/start {payload}")
    assert "Бронь гостя" in owner.text
    assert "Анна" in owner.text
    await owner.presses("Назад")
    assert "Брони · Суббота, 28 ноября" in owner.text


async def test_who_is_forgotten_finds_nothing_and_staff_find_the_visit_and_its_mark(
    house: House, guest: Person, owner: Person
) -> None:
    await guest.books(day=27)
    payload = await payload_of(guest)
    house.clock.advance(timedelta(hours=9))
    await house.services().bookings.complete_due()
    who = Actor(Somebody(guest.id, "Анна"))
    await house.services().reviews.rate(who, 1, 2)
    await owner.says(f"/start {payload}")
    assert "Анна" in owner.text
    assert "⭐ Оценка гостя: ★★☆☆☆" in owner.text
    await guest.sends("me:forget_now")
    await guest.says(f"/start {payload}")
    assert NEUTRAL in guest.text
    await owner.says(f"/start {payload}")
    assert "Анна" not in owner.text
    assert "⭐ Оценка гостя: ★★☆☆☆" in owner.text


async def test_others_and_forgers_read_the_same_and_learn_nothing(
    house: House, guest: Person, other_guest: Person, log: list[str]
) -> None:
    await guest.books()
    payload = await payload_of(guest)
    token, real = house.bot.token, read_booking_payload(house.bot.token, payload)
    assert real
    other = booking_payload(token, real._replace(booking_id=2))
    reused = booking_payload(token, real._replace(made_at=real.made_at - 1))
    read = set()
    for tried in (payload, payload[:-1] + "_", payload[:-1], payload + "A", "b", "b" + "é" * 32, other, reused):
        await other_guest.says(f"/start {tried}")
        read.add(other_guest.text)
    [text] = read
    assert NEUTRAL in text
    assert "Добро пожаловать" in text
    assert not any(payload[1:12] in line for line in log)
    assert sum(line.startswith("WARNING") for line in log) == 5
    await other_guest.says("/start from_the_website")
    assert "Добро пожаловать" in other_guest.text
    assert NEUTRAL not in other_guest.text


async def test_a_hidden_booking_is_no_longer_opened_by_its_guest(guest: Person, owner: Person) -> None:
    await guest.books()
    payload = await payload_of(guest)
    await guest.presses("Мои брони", "📅 сб, 28 нояб., 18:00 · 2 гостя", "Удалить запись", "Да, удалить")
    await guest.says(f"/start {payload}")
    assert NEUTRAL in guest.text
    await owner.says(f"/start {payload}")
    assert "отменена" in owner.text, "the restaurant's record stays"


@pytest.mark.parametrize("link", [BookingLink(1, 0), BookingLink(2**63 - 1, 2**32 - 1)])
def test_a_payload_fits_and_leads_back(link: BookingLink) -> None:
    payload = booking_payload("42:token", link)
    assert len(payload) == 33
    assert read_booking_payload("42:token", payload) == link
    assert read_booking_payload("43:token", payload) is None, "another bot's"
    assert read_booking_payload("42:token", "c" + payload[1:]) is None
