"""A person before the page, and a bot that repeats what it is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from playwright.async_api import Locator, Page, ViewportSize

from tests.playground.bot_side import Api

WIDE = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
GUEST, SECOND_GUEST, OWNER, HOST = 1001, 1002, 9001, 9002


def keyboard(*rows: tuple[str, ...]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": text} for text in row] for row in rows]}


@dataclass
class Repeater:
    """Its buttons count, whisper and shout."""

    api: Api

    async def reply(self, update: dict[str, Any]) -> web.Response:
        if message := update.get("message"):
            markup = keyboard(("0",), ("Шепнуть", "Крикнуть"))
            text = message.get("text") or "не текст"
            await self.api.result("sendMessage", chat_id=message["chat"]["id"], text=text, reply_markup=markup)
        if query := update.get("callback_query"):
            await self._answer(query)
        return web.Response()

    async def _answer(self, query: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"callback_query_id": query["id"]}
        if query["data"].isdecimal():
            number = str(int(query["data"]) + 1)
            place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await self.api.result("editMessageText", **place, text=f"Счёт: {number}", reply_markup=keyboard((number,)))
        else:
            answer |= {"text": f"{query['data']}!", "show_alert": query["data"] == "Крикнуть"}
        await self.api.result("answerCallbackQuery", **answer)


def column(page: Page, persona: int) -> Locator:
    return page.locator(f'[data-persona="{persona}"]')


def incoming(place: Locator) -> Locator:
    return place.locator('[data-outgoing="false"]')


def outgoing(place: Locator) -> Locator:
    return place.locator('[data-outgoing="true"]')


async def say(place: Locator, text: str) -> None:
    field = place.get_by_role("textbox", name="Сообщение")
    await field.fill(text)
    await field.press("Enter")


async def choose(page: Page, place: Locator, menu: str, item: str) -> None:
    await place.get_by_role("button", name=menu).click()
    await page.get_by_role("menuitem", name=item).click()


@asynccontextmanager
async def serving(html: str) -> AsyncIterator[str]:
    """A Mini App's own server; yields its address."""

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/app", show)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/app"
    await runner.cleanup()
