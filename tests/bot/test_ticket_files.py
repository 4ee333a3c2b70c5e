"""The card as a picture and the calendar file, whatever the restaurant is called and wherever it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
import zxingcpp
from icalendar import Calendar
from PIL import Image, ImageFont

from app.bot import samples
from app.bot.ticket import picture
from app.bot.ticket.calendar_file import calendar_file
from app.bot.ticket.contents import Ticket
from app.bot.ticket.picture import ticket_picture
from app.domain.booking import BookingStatus
from app.domain.people import Language
from app.texts import Texts

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 11, 28, 18, tzinfo=MOSCOW)
LONG = "набережная канала Грибоедова, дом 128; корпус 3, " * 6


def ticket(
    status: BookingStatus = BookingStatus.BOOKED,
    *,
    sequence: int = 0,
    starts_at: datetime = EVENING,
    name: str = "Binary Bites",
    address: str = "Москва, Цветной бульвар, 15",
) -> Ticket:
    ends_at = (starts_at.astimezone(UTC) + timedelta(hours=2)).astimezone(starts_at.tzinfo)
    card = replace(samples.card(status, booking_id=128), starts_at=starts_at, ends_at=ends_at, sequence=sequence)
    venue = replace(samples.VENUE_CARD, name=name, address={"ru": address})
    return replace(samples.TICKET, card=card, venue=venue)


def entry(texts: Texts, of: Ticket) -> Any:
    return Calendar.from_ical(calendar_file(texts.in_language(Language.RU), of, now=NOW))


@pytest.mark.parametrize(
    ("status", "method", "said", "sequence"),
    [
        (BookingStatus.PENDING, "PUBLISH", "TENTATIVE", 0),
        (BookingStatus.BOOKED, "PUBLISH", "CONFIRMED", 1),
        (BookingStatus.CONFIRMED, "PUBLISH", "CONFIRMED", 1),
        (BookingStatus.CANCELED, "CANCEL", "CANCELLED", 2),
        (BookingStatus.DECLINED, "CANCEL", "CANCELLED", 2),
        (BookingStatus.EXPIRED, "CANCEL", "CANCELLED", 2),
    ],
)
def test_an_entry_is_added_changed_and_taken_out(
    texts: Texts, status: BookingStatus, method: str, said: str, sequence: int
) -> None:
    calendar = entry(texts, ticket(status))
    [event] = calendar.events
    assert (calendar["method"], event["status"], event["sequence"]) == (method, said, sequence)
    assert [alarm.TRIGGER for alarm in event.walk("VALARM")] == [timedelta(hours=-2)] * (method == "PUBLISH")
    assert entry(texts, ticket(status, sequence=1)).events[0]["sequence"] > 2, "moved, it is newer than all before"


@pytest.mark.parametrize("name", ["Binary Bites", 'Кафе "Уют"; сад, 1\\2', "🍕 Пицца\nи مطعم 🎉", ""])
@pytest.mark.parametrize("address", ["Москва, Цветной бульвар, 15", LONG])
def test_another_reader_finds_the_same_in_the_file(texts: Texts, name: str, address: str) -> None:
    content = calendar_file(texts.in_language(Language.RU), ticket(name=name, address=address), now=NOW)
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    event = vobject.readOne(content.decode()).vevent
    ours: Any = Calendar.from_ical(content).events[0]
    assert event.uid.value == ours.uid == "booking-128@binary_bites_bot.t.me"
    assert event.dtstart.value == EVENING
    assert event.dtend.value == EVENING + timedelta(hours=2)
    assert event.location.value == ours.location == ", ".join(part for part in (name, address) if part)
    assert event.summary.value == ours.summary
    assert name in ours.summary
    assert samples.LINK in event.description.value
    assert event.dtstamp.value == NOW


@pytest.mark.parametrize(
    ("starts_at", "written"),
    [
        (EVENING, b"DTSTART;TZID=Europe/Moscow:20261128T180000"),
        (datetime(2026, 7, 10, 20, tzinfo=BERLIN), b"DTSTART;TZID=Europe/Berlin:20260710T200000"),
        (datetime(2026, 10, 24, 23, 30, tzinfo=BERLIN), b"DTSTART;TZID=Europe/Berlin:20261024T233000"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN), b"DTSTART:20261024T233000Z"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), b"DTSTART:20261025T003000Z"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), b"DTSTART:20261025T013000Z"),
        (datetime(2026, 11, 28, 18, tzinfo=UTC), b"DTSTART:20261128T180000Z"),
    ],
)
def test_the_time_is_the_restaurants_and_cannot_be_mistaken(texts: Texts, starts_at: datetime, written: bytes) -> None:
    content = calendar_file(texts.in_language(Language.EN), ticket(starts_at=starts_at), now=NOW)
    assert written in content
    assert (b"BEGIN:VTIMEZONE" in content) == (b"TZID=" in written)
    event = vobject.readOne(content.decode()).vevent
    assert event.dtstart.value.astimezone(UTC) == starts_at.astimezone(UTC)
    assert event.dtend.value - event.dtstart.value.astimezone(UTC) == timedelta(hours=2)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "of",
    [
        ticket(),
        ticket(BookingStatus.CANCELED, name="Ы" * 200, address="ы" * 500),
        ticket(BookingStatus.PENDING, name="🍕🎉", address="مطعم"),
    ],
)
def test_a_phone_reads_the_code_whatever_stands_beside_it(texts: Texts, language: Language, of: Ticket) -> None:
    png = ticket_picture(texts.in_language(language), of)
    assert len(png) < 60_000
    image = Image.open(BytesIO(png)).convert("L")
    for shown in (image, image.resize((image.width // 2, image.height // 2))):
        [code] = zxingcpp.read_barcodes(shown)
        assert code.text == samples.LINK
        corners = code.position
        assert corners.top_right.x - corners.top_left.x >= shown.width * 0.25


def test_our_fonts_have_every_letter_that_is_drawn() -> None:
    for weight in ("Regular", "SemiBold"):
        font = ImageFont.truetype(picture._FONTS / f"Inter-{weight}.ttf", 20, layout_engine=ImageFont.Layout.BASIC)
        nothing = bytes(font.getmask("\uffff"))
        letters = [letter for letter in map(chr, range(0x20, 0x2200)) if picture._drawable(letter) == letter]
        assert len(letters) > 500
        assert [letter for letter in letters if bytes(font.getmask(letter)) == nothing] == []
