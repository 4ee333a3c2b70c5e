"""Without a public address: updates are fetched, and a fetched one is as safe as a posted one."""

import pytest

from playground.client import Person, Playground
from tests.e2e.deployment.conftest import Deploying
from tests.e2e.house import TOKEN
from tests.e2e.wizard import received, walk

pytestmark = pytest.mark.slow


async def test_a_whole_booking_by_long_polling_with_a_kill_in_the_middle_of_the_confirmation(
    deploying: Deploying, anna: Person, boris: Person, owner: Person
) -> None:
    async with deploying(BASE_URL="") as deployment:
        service = await deployment.start()
        await service.until_health(code=200, updates="polling")
        await walk(anna, "confirmation")
        with deployment.locked():
            tap = await anna.press("Всё верно", wait=False)
            await service.until_in_work()
            other = await boris.send("/start", wait=False)
            await service.kill()
        service = await deployment.start()
        assert (await anna.settled(tap)).outcome == "acknowledged"
        assert (await boris.settled(other)).outcome == "acknowledged"
        assert "Готово, столик ваш!" in anna.last.text
        assert "Binary Bites" in boris.last.text
        await owner.wait_for("Новая бронь")
        await deployment.quiet()
        assert deployment.statuses() == ["booked"]
        assert len(received(owner, "Новая бронь")) == 1
        assert await service.stop() == 0


async def test_a_second_program_that_fetches_is_one_clear_line_in_the_log(
    deploying: Deploying, chat: Playground, anna: Person
) -> None:
    async with deploying(BASE_URL="") as deployment:
        deployment.expect_error("Another program fetches the updates")
        service = await deployment.start()
        await anna.send("/start")
        answer = await deployment.http.get(f"{chat.base_url}/bot{TOKEN}/getUpdates")
        assert answer.status_code == 200
        await service.says("Another program fetches the updates of this bot or sets its webhook; stop one of them")
        await anna.send("/help")
        assert "Что я умею" in anna.last.text
        await service.says("Updates can be fetched again")
        assert len(deployment.lines("Another program fetches")) == 1


async def test_updates_that_go_elsewhere_are_fetched_only_when_the_operator_says_so(
    deploying: Deploying, chat: Playground, anna: Person
) -> None:
    elsewhere = "http://127.0.0.1:9/elsewhere"
    async with deploying(BASE_URL="") as deployment:
        await deployment.http.get(f"{chat.base_url}/bot{TOKEN}/setWebhook", params={"url": elsewhere})
        refused = await deployment.launch()
        assert await refused.ended() == 2
        [sentence] = [line for line in refused.said.splitlines() if " INFO " not in line]
        assert elsewhere in sentence
        assert "TAKE_OVER_WEBHOOK=1" in sentence
        await deployment.start(TAKE_OVER_WEBHOOK="1")
        await anna.send("/start")
        assert "Binary Bites" in anna.last.text
