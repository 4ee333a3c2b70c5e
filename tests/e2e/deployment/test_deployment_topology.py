"""Two web processes, a worker and two schedulers over PostgreSQL, RabbitMQ and Redis: one restaurant."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from app.config import Role
from playground.client import Person
from servers.guard import Guard
from servers.nginx import Nginx
from servers.rabbitmq import RabbitMQ
from servers.server import free_port
from tests.e2e.deployment.conftest import Deploying
from tests.e2e.deployment.process import Deployment, Service
from tests.e2e.house import SATURDAY
from tests.e2e.wizard import Wish, received, walk

pytestmark = pytest.mark.slow


@pytest.fixture
def shared(rabbitmq: RabbitMQ, rabbitmq_vhost: str, redis_url: str) -> dict[str, str]:
    """Settings of all five."""
    return {
        "RABBITMQ_HOST": rabbitmq.host,
        "RABBITMQ_PORT": str(rabbitmq.port),
        "VHOST": rabbitmq_vhost,
        "REDIS_URL": redis_url,
        "WEB_CONCURRENCY": "2",
    }


@pytest.mark.timeout(240)
async def test_the_roles_are_split_over_five_processes_and_two_of_them_are_killed(
    deploying: Deploying,
    postgres_database: str,
    shared: dict[str, str],
    guard: Guard,
    anna: Person,
    boris: Person,
    owner: Person,
) -> None:
    async with deploying(postgres_database, **shared) as deployment:
        leader = await one_more(deployment, Role.SCHEDULER)
        await leader.until_health(code=200, status="ready", scheduler="leading", broker="connected", updates="off")
        webs = [await launched(deployment, Role.WEB) for _ in range(2)]
        for web in webs:
            await web.answers()
        worker = await one_more(deployment, Role.WORKER)
        standby = await one_more(deployment, Role.SCHEDULER)
        await standby.until_health(code=200, status="ready", scheduler="standby")
        await worker.until_health(code=200, status="ready", scheduler="off")
        with proxied(guard, deployment.port, webs):
            await walk(anna, "time")
            for web in webs:
                assert "bites_updates_total" in (await web.get("/metrics")).text
            await anna.press("18:00 – 20:00")
            with deployment.locked():
                tap = await anna.press("Всё верно", wait=False)
                killed = await the_one_in_work(webs)
                await killed.kill()
            assert (await anna.settled(tap, timeout=30)).outcome == "acknowledged"
            assert "Готово, столик ваш!" in anna.last.text
            await owner.wait_for("Новая бронь", timeout=20)
            await leader.kill()
            await standby.until_health(scheduler="leading", code=200)
            await walk(boris, wish=Wish(sitting="16:00 – 18:00"))
            await owner.wait_for(lambda owner: len(received(owner, "Новая бронь")) == 2, timeout=20)
            await deployment.at(SATURDAY, "21:00")
            await deployment.until_status("completed", "completed")
            for guest in (anna, boris):
                await guest.wait_for("Спасибо, что были у нас", timeout=20)
        await deployment.quiet()
        for person, words in ((owner, "Новая бронь"), (anna, "Спасибо, что были"), (boris, "Спасибо, что были")):
            assert len(received(person, words)) == (2 if person is owner else 1)
        assert deployment.chat.world.trace.calls["setWebhook"] == 1
        webs.remove(killed)
        for service in (*webs, worker, standby):
            assert await service.stop() == 0
            assert "Traceback" not in service.said


@contextmanager
def proxied(guard: Guard, port: int, webs: Sequence[Service]) -> Iterator[None]:
    first, second = webs
    proxy = Nginx(guard, (first.port, second.port), port=port)
    proxy.start()
    try:
        yield
    finally:
        proxy.close()


async def one_more(deployment: Deployment, role: Role) -> Service:
    return await (await launched(deployment, role)).answers()


async def launched(deployment: Deployment, role: Role) -> Service:
    port = free_port()
    health = {} if role is Role.WEB else {"HEALTH_PORT": str(port)}
    return await deployment.launch(port=port, ROLES=role, **health)


async def the_one_in_work(services: Sequence[Service]) -> Service:
    """Of several, as soon as it has something to do."""
    waiting = {asyncio.create_task(service.until_in_work()): service for service in services}
    done, idle = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in idle:
        task.cancel()
    await asyncio.gather(*idle, return_exceptions=True)
    return waiting[done.pop()]
