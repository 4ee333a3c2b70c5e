"""What keeps the data is away for a while: people are told, Telegram offers again, and nothing is lost."""

import time

import pytest

from playground.client import Person
from servers.postgres import Postgres
from servers.redis import Redis
from tests.e2e.deployment.conftest import Deploying
from tests.e2e.deployment.process import PASSWORD, Deployment
from tests.e2e.patience import until
from tests.e2e.wizard import received, walk

pytestmark = pytest.mark.slow

ONE_MOMENT = "у нас заминка"
GOODBYES = 5
"""Seconds that a stop may take beyond STOP_TIMEOUT."""
SORRY = "что-то пошло не так"


async def test_while_somebody_else_has_the_sqlite_file_the_guest_is_told_and_the_update_comes_again(
    deployment: Deployment, anna: Person
) -> None:
    service = await deployment.start()
    await walk(anna, "confirmation")
    with deployment.locked():
        tap = await anna.press("Всё верно", wait=False)
        await anna.wait_for(lambda anna: any(ONE_MOMENT in toast.text for toast in anna.toasts), timeout=20)
        await service.says("is to come again")
        assert (await service.health())["code"] == 200
    delivery = await anna.settled(tap, timeout=20)
    assert (delivery.outcome, delivery.retries > 0) == ("acknowledged", True)
    assert "Готово, столик ваш!" in anna.last.text
    await deployment.quiet()
    assert deployment.statuses() == ["booked"]


async def test_a_bug_is_told_and_logged_with_its_update_and_the_next_update_works(
    deployment: Deployment, anna: Person, boris: Person
) -> None:
    deployment.expect_error("could not be handled")
    service = await deployment.start()
    await walk(anna, "time")
    deployment.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON bookings BEGIN SELECT RAISE(ABORT, 'the trigger is broken'); END"
    )
    tap = await anna.press("18:00 – 20:00")
    assert (tap.outcome, tap.attempts) == ("acknowledged", 1)
    await anna.wait_for(SORRY)
    [line] = [line for line in service.said.splitlines() if "could not be handled" in line]
    assert f"update={tap.update_id} user={anna.id}" in line
    assert "the trigger is broken" in service.said
    await boris.send("/start")
    assert "Binary Bites" in boris.last.text
    deployment.execute("DROP TRIGGER broken")
    await walk(anna)
    assert deployment.statuses() == ["booked"]


async def test_while_postgresql_is_away_the_update_comes_again_until_it_is_back(
    deploying: Deploying, postgres: Postgres, postgres_database: str, anna: Person, owner: Person
) -> None:
    db_url = postgres_database.replace("postgres@", f"postgres:{PASSWORD.replace('/', '%2F')}@")
    async with deploying(db_url) as deployment:
        deployment.expect_error("The lock on the schedule is lost", "The job store fails")
        service = await deployment.start()
        await walk(anna, "confirmation")
        postgres.kill()
        tap = await anna.press("Всё верно", wait=False)
        await anna.wait_for(lambda anna: any(ONE_MOMENT in toast.text for toast in anna.toasts), timeout=20)
        await service.until_health(code=503, database="away")
        assert (await service.get("/health/live")).status_code == 200
        postgres.start()
        delivery = await anna.settled(tap, timeout=30)
        assert (delivery.outcome, delivery.retries > 0) == ("acknowledged", True)
        assert "Готово, столик ваш!" in anna.last.text
        await service.until_health(code=200, database="ok", scheduler="leading")
        await owner.wait_for("Новая бронь", timeout=30)
        await deployment.quiet()
        assert deployment.statuses() == ["booked"]
        assert len(received(owner, "Новая бронь")) == 1


async def test_while_postgresql_can_only_be_read_the_update_comes_again_until_it_can_be_written(
    deploying: Deploying, postgres: Postgres, postgres_database: str, anna: Person, owner: Person
) -> None:
    async with deploying(postgres_database) as deployment:
        service = await deployment.start()
        await walk(anna, "confirmation")
        with postgres.read_only():
            await service.until_health(code=503, database="away")
            tap = await anna.press("Всё верно", wait=False)
            await anna.wait_for(lambda anna: any(ONE_MOMENT in toast.text for toast in anna.toasts), timeout=20)
        delivery = await anna.settled(tap, timeout=30)
        assert (delivery.outcome, delivery.retries > 0) == ("acknowledged", True)
        await service.until_health(code=200, database="ok", scheduler="leading")
        await owner.wait_for("Новая бронь", timeout=30)
        await deployment.quiet()
        assert deployment.statuses() == ["booked"]


async def test_a_postgresql_that_says_nothing_does_not_hold_up_the_end(
    deploying: Deploying, postgres: Postgres, postgres_database: str, anna: Person
) -> None:
    async with deploying(postgres_database, STOP_TIMEOUT="1") as deployment:
        deployment.expect_error(
            "cut off in its middle", "graceful shutdown exceeded", "The lock on the schedule is lost"
        )
        service = await deployment.start()
        await service.until_health(scheduler="leading")
        await walk(anna, "confirmation")
        with postgres.silent():
            tap = await anna.press("Всё верно", wait=False)
            await service.until_in_work()
            signaled = time.monotonic()
            assert await service.stop() == 0
            assert time.monotonic() - signaled < 1 + GOODBYES
        await deployment.start()
        assert (await anna.settled(tap, timeout=30)).outcome == "acknowledged"
        assert "Готово, столик ваш!" in anna.last.text


async def test_while_redis_is_away_the_update_comes_again_until_it_is_back(
    deploying: Deploying, redis_server: Redis, redis_url: str, postgres_database: str, anna: Person
) -> None:
    async with deploying(postgres_database, REDIS_URL=redis_url, WEB_CONCURRENCY="2") as deployment:
        service = await deployment.start()
        await walk(anna, "confirmation")
        redis_server.kill()
        tap = await anna.press("Всё верно", wait=False)
        await anna.wait_for(lambda anna: any(ONE_MOMENT in toast.text for toast in anna.toasts), timeout=20)
        await service.until_health(code=503, redis="away")
        redis_server.start()
        delivery = await anna.settled(tap, timeout=30)
        assert (delivery.outcome, delivery.retries > 0) == ("acknowledged", True)
        assert "Готово, столик ваш!" in anna.last.text
        await service.until_health(code=200, redis="ok")
        await until(lambda: deployment.statuses() == ["booked"], what="the booking")
