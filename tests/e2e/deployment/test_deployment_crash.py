"""`kill -9` at any moment: what people were doing goes on, and what they were promised still comes."""

import pytest

from playground.client import Person, Playground
from tests.e2e.deployment.process import Deployment
from tests.e2e.house import OWNER, SATURDAY, SUNDAY
from tests.e2e.patience import until
from tests.e2e.wizard import ANY, EVENING, STEPS, Wish, received, walk

pytestmark = pytest.mark.slow

NEXT_TAP = {"count": "2", "table": ANY, "date": str(SATURDAY.day), "time": EVENING, "confirmation": "Всё верно"}
THEN_SEES = {
    "count": "Какой стол?",
    "table": "В какой день вас ждать?",
    "date": "Во сколько вас ждать?",
    "time": "Всё верно?",
    "confirmation": "Готово, столик ваш!",
}
THANKS = "Спасибо, что были у нас"


async def test_the_next_tap_goes_on_at_every_step_of_the_wizard(deployment: Deployment) -> None:
    service = await deployment.start()
    guests = dict(zip(NEXT_TAP, await deployment.guests(len(NEXT_TAP)), strict=True))
    for step, guest in guests.items():
        await walk(guest, step)
    await service.kill()
    taps = {step: await guest.press(NEXT_TAP[step], wait=False) for step, guest in guests.items()}
    await deployment.start()
    for step, guest in guests.items():
        assert (await guest.settled(taps[step])).outcome == "acknowledged"
        assert THEN_SEES[step] in guest.last.text
    for step, guest in guests.items():
        for later in STEPS[STEPS.index(step) + 1 : -1]:
            await guest.press(NEXT_TAP[later])
        assert "Готово, столик ваш!" in guest.last.text
    await deployment.quiet()
    assert deployment.statuses() == ["booked"] * len(guests)


async def test_a_kill_in_the_middle_of_the_confirmation_books_once_and_tells_the_admin_once(
    deployment: Deployment, anna: Person, owner: Person
) -> None:
    service = await deployment.start()
    await walk(anna, "confirmation")
    with deployment.locked():
        tap = await anna.press("Всё верно", wait=False)
        await service.until_in_work()
        await service.kill()
    await deployment.start()
    assert (await anna.settled(tap)).outcome == "acknowledged"
    assert "Готово, столик ваш!" in anna.last.text
    await owner.wait_for("Новая бронь")
    await deployment.quiet()
    assert deployment.statuses() == ["booked"]
    assert len(received(owner, "Новая бронь")) == 1


async def test_a_kill_between_the_booking_and_its_notice_loses_no_notice_and_doubles_none(
    deployment: Deployment, chat: Playground, anna: Person, owner: Person
) -> None:
    service = await deployment.start()
    await walk(anna, "confirmation")
    await chat.fail("hang", chat_id=OWNER)
    await anna.press("Всё верно")
    await until(lambda: not chat.world.trouble.failures, what="a notice on its way")
    await service.kill()
    assert received(owner, "Новая бронь") == []
    await deployment.start()
    await owner.wait_for("Новая бронь")
    await deployment.quiet()
    assert len(received(owner, "Новая бронь")) == 1
    assert len(received(anna, "Готово, столик ваш!")) == 1


async def test_a_hold_of_before_the_kill_keeps_the_table(deployment: Deployment, anna: Person, boris: Person) -> None:
    service = await deployment.start()
    await walk(anna, "confirmation", Wish(table="Стол №1"))
    await service.kill()
    await deployment.start()
    await walk(boris, "date", Wish(table="Стол №1"))
    await boris.press(str(SATURDAY.day))
    assert EVENING not in boris.buttons
    await anna.press("Всё верно")
    assert "Готово, столик ваш!" in anna.last.text


async def test_a_visit_that_ended_while_the_service_was_down_is_completed_and_the_guest_thanked(
    deployment: Deployment, anna: Person
) -> None:
    service = await deployment.start()
    await walk(anna)
    await deployment.quiet()
    await service.kill()
    await deployment.at(SATURDAY, "21:30")
    assert deployment.statuses() == ["booked"]
    await deployment.start()
    await deployment.until_status("completed")
    await anna.wait_for(THANKS)
    await deployment.quiet()
    assert len(received(anna, THANKS)) == 1


async def test_when_the_clock_is_moved_what_has_become_due_happens_within_ten_seconds(
    deployment: Deployment, anna: Person
) -> None:
    await deployment.start()
    await walk(anna)
    await deployment.quiet()
    await deployment.at(SATURDAY, "19:59")
    assert deployment.statuses() == ["booked"]
    await deployment.at(SATURDAY, "20:00")
    await until(lambda: deployment.statuses() == ["completed"], what="completion", seconds=10)
    await deployment.at(SATURDAY, "21:00")
    await anna.wait_for(THANKS, timeout=10)
    await deployment.at(SUNDAY, "09:59")
    await deployment.at(SUNDAY, "10:00")
    await anna.wait_for("промокод", timeout=10)
    await anna.wait_for("новое меню", timeout=10)
    assert len(received(anna, THANKS)) == 1
