"""What an operator sees of a running service, and what nobody sees."""

from pathlib import Path

import pytest

from playground.client import Person, Playground
from servers.server import free_port
from tests.e2e.deployment.conftest import Deploying
from tests.e2e.deployment.process import PASSWORD, SECRET, Deployment
from tests.e2e.house import TOKEN
from tests.e2e.wizard import walk

pytestmark = pytest.mark.slow

START = {
    "update_id": 7,
    "message": {
        "message_id": 7,
        "date": 1_795_770_000,
        "chat": {"id": 1001, "type": "private", "first_name": "Анна"},
        "from": {"id": 1001, "is_bot": False, "first_name": "Анна"},
        "text": "/start",
    },
}


async def test_health_and_metrics_are_served_and_nothing_else(deployment: Deployment, anna: Person) -> None:
    service = await deployment.start()
    await walk(anna)
    await deployment.quiet()
    await service.until_counted('bites_sends_total{outcome="sent"} 2.0')
    assert (await service.get("/health/live")).json() == {"status": "alive"}
    assert await service.health() == {
        "code": 200,
        "status": "ready",
        "database": "ok",
        "broker": "embedded",
        "redis": "off",
        "scheduler": "leading",
        "outbox_lag": 0.0,
        "updates": "webhook",
    }
    metrics = (await service.get("/metrics")).text
    for line in (
        'bites_updates_total{kind="callback_query",outcome="handled"} 6.0',
        'bites_updates_total{kind="message",outcome="handled"} 1.0',
        'bites_booking_changes_total{status="booked"} 1.0',
        'bites_sends_total{outcome="sent"} 2.0',
        "bites_updates_in_work 0.0",
        'bites_outbox_lag_seconds{urgency="urgent"} 0.0',
    ):
        assert line in metrics.splitlines()
    for path in (
        "/",
        "/docs",
        "/redoc",
        "/openapi.json",
        "/asyncapi",
        "/health",
        "/webhook/",
        "/.env",
        "/data/log.txt",
    ):
        assert (await service.get(path)).status_code == 404
    assert (await service.get("/webhook")).status_code == 405


async def test_only_telegram_may_post_and_only_updates(deployment: Deployment) -> None:
    service = await deployment.start()
    header = "X-Telegram-Bot-Api-Secret-Token"
    secret = {header: SECRET}
    http, url = deployment.http, f"{service.address}/webhook"
    for headers in ({}, {header: "wrong"}, {header: SECRET + "x"}, {header.encode(): "sécret-é".encode()}):
        refused = await http.post(url, json=START, headers=headers)
        assert (refused.status_code, refused.content) == (403, b"")
    for content in (
        b"hello",
        b"[]",
        b"[1, 2]",
        b'"text"',
        b"\xff\xfe",
        b'{"update_id": "x"}',
        b'{"message": {}}',
        b"",
    ):
        assert (await http.post(url, content=content, headers=secret)).status_code == 400
    assert (await http.post(url, content=b"x" * (1 << 20 | 1), headers=secret)).status_code == 413
    assert (await http.post(url, json=START, headers=secret)).status_code == 200


async def test_a_bot_api_that_is_away_at_the_start_delays_the_webhook_and_not_the_service(
    deploying: Deploying,
) -> None:
    port = free_port()
    async with deploying(TELEGRAM_API_URL=f"http://127.0.0.1:{port}") as deployment:
        service = await deployment.start()
        await service.says("The bot cannot be set up yet")
        await service.until_health(code=200, updates="setting up")
        async with Playground.start(token=TOKEN, port=port) as telegram:
            anna = await telegram.join("guest")
            await anna.send("/start", timeout=30)
            assert "Binary Bites" in anna.last.text
            await service.until_health(code=200, updates="webhook")
            assert await service.stop() == 0


async def test_no_secret_is_logged_not_even_in_the_finest_log_of_failures(
    deploying: Deploying, chat: Playground, anna: Person, tmp_path: Path
) -> None:
    """What is looked for, and where, stands in `tests/discretion.py`."""
    nobody = f"redis://:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{free_port()}/0"
    async with deploying(LOG_LEVEL="TRACE", REDIS_URL=nobody) as deployment:
        deployment.expect_error("could not be handled")
        service = await deployment.start()
        sent = await anna.send("/start", wait=False)
        await service.says("is to come again")
        assert sent.outcome is None
        await service.stop()
        await deployment.start(REDIS_URL="", LOG_STYLE="json")
        await anna.settled(sent, timeout=30)
        await chat.fail("500", chat_id=anna.id)
        await anna.send("/help")
        await walk(anna, "time")
        deployment.execute("CREATE TRIGGER broken BEFORE INSERT ON bookings BEGIN SELECT RAISE(ABORT, 'broken'); END")
        await anna.press("18:00 – 20:00")
        await deployment.http.post(
            f"{service.address}/webhook", json=START, headers={"X-Telegram-Bot-Api-Secret-Token": "no"}
        )
        assert "Traceback" in deployment.log
        assert "Traceback" in (tmp_path / "log-1.txt").read_text("utf-8")
