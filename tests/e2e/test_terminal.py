"""A table in a terminal: without a browser, without a mouse."""

import io
from pathlib import Path

import pytest

from app.domain.booking import BookingStatus
from playground.terminal.__main__ import read_options, run
from tests.e2e.house import House

pytestmark = pytest.mark.slow

BOOKING = """\
# for two, on Saturday evening
/start
expect: [1] 🍽 Забронировать столик
1
expect: Сколько вас будет?
99
expect: There is no button 99
"2"
expect: Какой стол?
1
expect: В какой день вас ждать?
expect: [14] 28
14
expect: Суббота, 28 ноября
expect: [7] 18:00 – 20:00
7
expect: Всё верно?
1
expect: Готово, столик ваш!
expect: Стол №1
:as owner
expect: Новая бронь
"""


async def test_a_guest_books_with_nothing_but_numbers(house: House, tmp_path: Path) -> None:
    script, screen = tmp_path / "booking.txt", io.StringIO()
    script.write_text(BOOKING, "utf-8")
    options = read_options([house.chat.page_url, "--script", str(script), "--language", "en"])
    code = await run(options, io.StringIO(), screen)
    assert code == 0, screen.getvalue()
    assert house.statuses() == [BookingStatus.BOOKED]
