"""Whoever sends what only other people's screens say: refused, changed nothing in any table, noted in the log.

The presses are made from the classes of callback data, so that none that is added later is forgotten.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import product
from typing import Any, Literal, get_args, get_origin

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import inspect

from app.bot.actions import (
    BookingAction,
    BookingsPage,
    DayBooking,
    DayPage,
    GuestsPage,
    LanguageAction,
    MenuAction,
    MyDataAction,
    PanelAction,
    WordsAction,
)
from app.domain.booking import BookingStatus
from app.notifications.buttons import (
    Decision,
    FollowUpAction,
    LateAction,
    OfferAction,
    Rating,
    RemindersAction,
    RepeatAction,
    TicketAction,
    VisitAction,
    WaitingAction,
)
from faults.screens import Recorder
from playground.client import Person
from tests.e2e.house import FRIDAY, SATURDAY, SUNDAY, House
from tests.e2e.wizard import Wish, walk

pytestmark = pytest.mark.slow

NOT_YOURS, STAFF_ONLY, CLOSED = "Такой брони у вас нет", "только сотрудникам", "Это окно уже закрыто"
NOT_WAITING = "Вас нет в этой очереди"
REFUSED: dict[type[CallbackData], str] = {
    BookingAction: NOT_YOURS,
    PanelAction: STAFF_ONLY,
    DayPage: STAFF_ONLY,
    DayBooking: STAFF_ONLY,
    GuestsPage: STAFF_ONLY,
    Decision: STAFF_ONLY,
    VisitAction: NOT_YOURS,
    LateAction: NOT_YOURS,
    Rating: NOT_YOURS,
    RepeatAction: NOT_YOURS,
    WordsAction: NOT_YOURS,
    TicketAction: NOT_YOURS,
    OfferAction: NOT_YOURS,
    WaitingAction: NOT_WAITING,
}
HARMLESS: set[type[CallbackData]] = {
    MenuAction,
    LanguageAction,
    BookingsPage,
    FollowUpAction,
    RemindersAction,
    MyDataAction,
}
"""They name nobody: whoever presses them means themselves."""
STARS = (1,)
PAGES = (0, 1_000_000)
STATUSES = (None, BookingStatus.HELD, BookingStatus.COMPLETED)


def callback_data() -> set[type[CallbackData]]:
    found, waiting = set(), list(CallbackData.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("app."):
            found.add(kind)
    return found


def forgeries(kind: type[CallbackData], ids: Iterable[int]) -> Iterator[str]:
    """All that its buttons could say of these ids."""
    by_name = {
        "booking_id": tuple(ids),
        "sequence": (0,),
        "waiting_id": tuple(ids),
        "page": PAGES,
        "day": (SATURDAY.toordinal(), 1),
        "status": STATUSES,
        "stars": STARS,
    }
    values = [by_name.get(name) or choices(field.annotation) for name, field in kind.model_fields.items()]
    for chosen in product(*values):
        yield kind(**dict(zip(kind.model_fields, chosen, strict=True))).pack()


def choices(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(annotation)
    raise AssertionError(f"say in `forgeries` what somebody would write for {annotation}")


def tables(house: House, *, without: Person) -> dict[str, list[str]]:
    """Every row of every table, but for what the bot remembers of that person, and those whom nobody remembers."""
    mine = (f":{without.id}:", f"'external_id': {without.id},", "'external_id': -")
    rows = {name: map(str, house.rows(f"SELECT * FROM {name}")) for name in inspect(house.engine).get_table_names()}  # noqa: S608 - its own
    return {name: sorted(row for row in found if not any(who in row for who in mine)) for name, found in rows.items()}


async def a_rich_past(house: House, anna: Person) -> None:
    """A visit that took place, a booking cancelled, one removed, and one to come."""
    await walk(anna, wish=Wish(day=FRIDAY, sitting="14:00 – 16:00"))
    for day, questions in ((SUNDAY, ("Отменить бронь", "Да, отменить")), (SUNDAY, ("Удалить запись", "Да, удалить"))):
        await walk(anna, wish=Wish(day=day))
        await anna.press("Мои брони")
        await anna.press("📅 вс")
        for button in questions:
            await anna.press(button)
    await walk(anna)
    await house.at(FRIDAY, "16:30")


def test_every_kind_of_callback_data_is_tried_here() -> None:
    assert callback_data() == REFUSED.keys() | HARMLESS


async def test_what_another_guest_or_an_owner_could_press_is_refused_to_everybody_else(
    house: House, anna: Person, boris: Person
) -> None:
    recorder = Recorder()
    await a_rich_past(house, anna)
    with recorder.listening(house.chat):
        await walk(anna, "confirmation", Wish(sitting="20:00 – 22:00"))
    await house.until_status("completed", "canceled", "canceled", "booked", "held")
    await walk(boris, wish=Wish(day=SUNDAY))
    await house.quiet()
    hers = {booking.id for booking in house.bookings() if booking.guest == anna.id}
    people = {int(row["id"]) for row in house.rows("SELECT id FROM users")} | {anna.id, boris.id}
    his = {booking.id for booking in house.bookings()} - hers
    before, noted = tables(house, without=boris), 0
    for kind, refusal in REFUSED.items():
        for data in forgeries(kind, hers | people - his):
            await boris.press_data(boris.last.id, data)
            assert refusal in boris.last.text, data
            noted += 1
    of_the_wizard = {update["callback_query"]["data"] for update in recorder.updates if "callback_query" in update}
    for data in sorted(data for data in of_the_wizard if "\x1d" in data):
        await boris.press_data(boris.last.id, data)
        assert CLOSED in boris.last.text, data
    assert tables(house, without=boris) == before
    assert len([line for line in house.log.splitlines() if "WARNING" in line and f"user={boris.id}" in line]) == noted
    await anna.press("Всё верно")
    assert "столик ваш" in anna.last.text


async def test_what_names_nobody_changes_nothing_of_anybody_elses(house: House, anna: Person, boris: Person) -> None:
    await walk(anna, wish=Wish(table="Стол №7"))
    await boris.send("/start")
    await house.quiet()
    before = tables(house, without=boris)
    for kind in HARMLESS:
        for data in forgeries(kind, ()):
            await boris.press_data(boris.last.id, data)
            assert "№7" not in boris.last.text, data
    assert tables(house, without=boris) == before
