"""What a guest keeps of a booking, where its code leads whoever scans it, and what a cancellation leaves of it."""

from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image

from playground.client import Person
from tests.e2e.house import House
from tests.e2e.wizard import received, walk

pytestmark = pytest.mark.slow


def event_in(calendar: bytes) -> Any:
    [event] = Calendar.from_ical(calendar).events
    return event


async def test_a_booking_is_kept_scanned_and_taken_back(
    house: House, anna: Person, boris: Person, owner: Person
) -> None:
    await walk(anna)
    await anna.deliver_twice()
    await anna.press("Карточка и календарь")
    photo, document = anna.messages[-2:]
    assert len(received(anna, "Покажите код на входе")) == 1
    assert document.body["document"]["mime_type"] == "text/calendar"
    before = event_in(await anna.download(document))
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(await anna.download(photo))).convert("L"))
    address, _, payload = code.text.partition("?start=")
    assert address == f"https://t.me/{house.chat.world.bots[0].username}"

    await boris.start(payload)
    assert "только тому, кто её сделал" in boris.last.text
    assert "28 ноября" not in boris.last.text
    await owner.start(payload)
    assert "Бронь гостя" in owner.last.text
    await owner.press("Назад")
    assert "Брони · Суббота, 28 ноября" in owner.last.text
    await anna.start(payload)
    assert "Ваша бронь" in anna.last.text

    await anna.press("Отменить бронь")
    await anna.press("Да, отменить")
    await anna.press("Обновить в календаре")
    calendar = await anna.download()
    after = event_in(calendar)
    assert b"METHOD:CANCEL" in calendar
    assert (after.uid, after["status"]) == (before.uid, "CANCELLED")
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt >= before["last-modified"].dt
    await anna.press("Мои брони")
    assert "Нажмите на бронь" in anna.last.text
    assert payload not in house.log
