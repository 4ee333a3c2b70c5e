"""What conversations remember and what they cost."""

import asyncio
import gc
import tracemalloc

import pytest
from aiogram.fsm.storage.base import StorageKey
from redis.asyncio import Redis as Client

from app.bot.isolation import LocalIsolation, SharedIsolation
from app.bot.storage import CACHED_RECORDS, REMEMBERED_UPDATES, DialogStorage, Record, Records
from app.domain.errors import StoreUnavailable
from app.texts import Texts
from servers.redis import Redis
from tests.bot.people import Person, open_house

KEY = StorageKey(bot_id=1, chat_id=2, user_id=2)


class Drawer:
    """A store that counts."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.loads = 0
        self.away = False

    async def load(self, key: str) -> bytes | None:
        self.loads += 1
        return self.bodies.get(key)

    async def delete(self, key: str) -> None:
        self.bodies.pop(key, None)

    async def save(self, key: str, body: bytes) -> None:
        if self.away:
            raise StoreUnavailable
        self.bodies[key] = body


async def test_a_record_comes_back_as_it_was_kept() -> None:
    drawer, records = Drawer(), Records(cached=False)
    record = await records.load(drawer, "a")
    storage = DialogStorage(record)
    await storage.set_data(KEY, {"state": "x", "ids": [1, 2]})
    record.mark(7)
    await records.save(drawer, "a", record)
    again = await records.load(drawer, "a")
    assert await DialogStorage(again).get_data(KEY) == {"state": "x", "ids": [1, 2]}
    assert again.handled == [7]
    await DialogStorage(again).set_data(KEY, {})
    assert not again.data
    with pytest.raises(NotImplementedError):
        await storage.set_state(KEY, "x")
    with pytest.raises(NotImplementedError):
        await storage.get_state(KEY)


def test_what_a_newer_version_has_written_besides_is_passed_over() -> None:
    record = Record.parse(b'{"data": {}, "notes": {"language": "en"}, "handled": [7], "drafts": []}')
    assert (record.notes, record.handled) == ({"language": "en"}, [7])


def test_only_the_last_updates_are_remembered() -> None:
    record = Record()
    for update_id in range(100):
        record.mark(update_id)
    assert record.handled == list(range(100 - REMEMBERED_UPDATES, 100))


@pytest.mark.parametrize(("cached", "loads"), [(True, 1), (False, 3)])
async def test_a_cached_record_is_read_once(*, cached: bool, loads: int) -> None:
    drawer, records = Drawer(), Records(cached=cached)
    for _ in range(3):
        record = await records.load(drawer, "a")
        record.mark(1)
        await records.save(drawer, "a", record)
    assert drawer.loads == loads


async def test_what_could_not_be_kept_is_read_again() -> None:
    drawer, records = Drawer(), Records(cached=True)
    record = await records.load(drawer, "a")
    record.mark(1)
    drawer.away = True
    with pytest.raises(StoreUnavailable):
        await records.save(drawer, "a", record)
    assert (await records.load(drawer, "a")).handled == []


async def test_several_processes_see_each_others_dialogs(migrated_sqlite: str, texts: Texts) -> None:
    async with open_house(migrated_sqlite, texts, cached=False) as house:
        guest = Person(house)
        await guest.says("/start")
        first, second = house.dispatcher, None
        house.restart()
        second = house.dispatcher
        for number, label in enumerate(("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")):
            house.dispatcher = (first, second)[number % 2]
            await guest.presses(label)
        await guest.presses("Всё верно")
        assert "Готово" in guest.text


async def test_ten_thousand_abandoned_dialogs_cost_next_to_no_memory() -> None:
    drawer, records, isolation = Drawer(), Records(cached=True), LocalIsolation()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(10_000):
        async with isolation.lock(StorageKey(bot_id=1, chat_id=number, user_id=number)):
            record = await records.load(drawer, str(number))
            record.data["aiogd:context:abc"] = {"dialog_data": {"party": 2, "text": "x" * 500}}
            await records.save(drawer, str(number), record)
            drawer.bodies.clear()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 4_000_000
    assert CACHED_RECORDS < 10_000


async def test_a_local_lock_keeps_the_order_and_is_gone_when_nobody_waits() -> None:
    isolation, order = LocalIsolation(), []

    async def take(number: int) -> None:
        async with isolation.lock(KEY):
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*map(take, range(20)))
    assert order == list(range(20))
    gc.collect()
    assert not isolation._locks
    await isolation.close()


async def test_a_shared_lock_holds_between_processes(redis_url: str) -> None:
    one, other = (Client.from_url(redis_url) for _ in range(2))
    inside = 0

    async def take(isolation: SharedIsolation) -> None:
        nonlocal inside
        async with isolation.lock(KEY):
            inside += 1
            await asyncio.sleep(0.01)
            assert inside == 1
            inside -= 1

    isolations = SharedIsolation(one), SharedIsolation(other)
    await asyncio.gather(*(take(isolation) for isolation in isolations * 5))
    for isolation, client in zip(isolations, (one, other), strict=True):
        await isolation.close()
        await client.aclose()


async def test_a_lock_lasts_as_long_as_its_work(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.bot.isolation._ENDS_AFTER", 0.3)
    async with Client.from_url(redis_url) as one, Client.from_url(redis_url) as other:
        async with SharedIsolation(one).lock(KEY):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.8), SharedIsolation(other).lock(KEY):
                    pass
        async with asyncio.timeout(2), SharedIsolation(other).lock(KEY):
            pass


async def test_without_redis_a_store_is_away(redis_server: Redis) -> None:
    redis_server.clear()
    client = Client.from_url(redis_server.url, socket_connect_timeout=1)
    isolation = SharedIsolation(client)
    async with isolation.lock(KEY):
        redis_server.stop()
    with pytest.raises(StoreUnavailable, match="Redis"):
        async with isolation.lock(KEY):
            pass
    redis_server.start()
    async with isolation.lock(KEY):
        pass
    await client.aclose()
