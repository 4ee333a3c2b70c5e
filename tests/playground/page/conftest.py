"""The real page in one browser for all tests; each has a playground, a bot and a browser profile of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from playground.client import Playground
from tests.playground.bot_side import TOKEN, Api, Receiver, receiving
from tests.playground.page.page_side import PHONE, WIDE, Repeater


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat() -> AsyncIterator[Playground]:
    async with Playground.start(token=TOKEN) as playground:
        yield playground


@pytest_asyncio.fixture(loop_scope="session")
async def api(chat: Playground) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as http:
        yield Api(http, chat.base_url)


@pytest_asyncio.fixture(loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest_asyncio.fixture(loop_scope="session")
async def bot(api: Api, receiver: Receiver) -> Api:
    """Repeats what it is told, with buttons that count, whisper and shout."""
    receiver.reply = Repeater(api).reply
    await api.result("setMyCommands", commands=[{"command": "help", "description": "Что я умею"}])
    await api.result(
        "setWebhook",
        url=receiver.url,
        allowed_updates=[
            "message",
            "edited_message",
            "callback_query",
            "message_reaction",
            "my_chat_member",
            "shipping_query",
            "pre_checkout_query",
            "channel_post",
        ],
    )
    return api


@pytest_asyncio.fixture(loop_scope="session")
async def page(chat: Playground, bot: Api, browser: Browser) -> AsyncIterator[Page]:  # noqa: ARG001 - it must be there
    async with _opened(chat, browser, WIDE) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chat: Playground, bot: Api, browser: Browser) -> AsyncIterator[Page]:  # noqa: ARG001 - it must be there
    async with _opened(chat, browser, PHONE) as page:
        yield page


@asynccontextmanager
async def _opened(chat: Playground, browser: Browser, size: ViewportSize) -> AsyncIterator[Page]:
    """Whatever the page writes to the console is a failure."""
    complaints: list[str] = []
    permissions = ["clipboard-read", "clipboard-write"]
    context = await browser.new_context(viewport=size, reduced_motion="reduce", permissions=permissions)
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(chat.page_url)
    yield page
    await context.close()
    assert complaints == []
