"""What stands around the chats on the page: trouble made by hand, blocked lanes, the trace, the keyboard."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from tests.playground.bot_side import Api, Receiver
from tests.playground.page.page_side import GUEST, OWNER, SECOND_GUEST, choose, column, incoming, say

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_network_is_cut_and_restored(page: Page, receiver: Receiver) -> None:
    await page.get_by_role("button", name="Помехи").click()
    await page.get_by_role("switch", name="Отключить связь").check()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("Связь бота с Telegram отключена")).to_be_visible()
    guest = column(page, GUEST)
    await say(guest, "слышно?")
    await expect(guest.locator('[data-outgoing="true"]')).to_have_count(1)
    assert receiver.updates == []
    await page.get_by_role("button", name="Включить").click()
    await expect(incoming(guest)).to_contain_text("слышно?", timeout=10_000)


async def test_the_next_calls_fail_as_chosen(page: Page, bot: Api) -> None:
    await page.get_by_role("button", name="Помехи").click()
    trouble = page.get_by_role("dialog", name="Помехи")
    await trouble.get_by_label("Сколько вызовов").fill("2")
    await trouble.get_by_label("retry_after").fill("7")
    await trouble.get_by_role("button", name="429").click()
    await expect(page.get_by_role("status").filter(has_text="429")).to_be_visible()
    for _ in range(2):
        answer = await bot("getMe")
        assert answer.body["parameters"] == {"retry_after": 7}
    await trouble.get_by_role("button", name="500").click()
    await expect(page.get_by_role("status").filter(has_text="500")).to_be_visible()
    assert [(await bot("getMe")).status for _ in range(3)] == [500, 500, 200]


async def test_a_pace_that_is_too_fast_is_marked_in_the_trace(page: Page, bot: Api) -> None:
    await page.get_by_role("button", name="Помехи").click()
    await page.get_by_text("Отмечать").click()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Журнал").click()
    await expect(page.get_by_role("button", name="Помехи")).to_have_class("tool alarmed")
    for number in range(7):
        await bot.result("sendMessage", chat_id=OWNER, text=str(number))
    await expect(page.get_by_title("more than one message a second in this chat").first).to_be_visible()


async def test_a_poisonous_update_blocks_its_chat_only_and_the_page_says_so(page: Page, receiver: Receiver) -> None:
    reply, poisonous = receiver.reply, asyncio.Event()
    poisonous.set()

    async def stumble(update: dict[str, Any]) -> web.Response:
        if poisonous.is_set() and update.get("message", {}).get("text") == "яд":
            return web.Response(status=500)
        return await reply(update)

    receiver.reply = stumble
    guest, second = column(page, GUEST), column(page, SECOND_GUEST)
    await say(guest, "яд")
    notice = guest.get_by_text("Бот не принял message №")
    await expect(notice).to_be_visible()
    await say(guest, "я жду")
    await expect(guest.get_by_text("ждут за ним: 1")).to_be_visible()
    await expect(guest.get_by_text("Wrong response from the webhook: 500")).to_be_visible()
    await say(second, "а мне ответят?")
    await expect(incoming(second)).to_contain_text("а мне ответят?")
    await expect(second.get_by_text("Бот не принял")).to_have_count(0)
    await guest.get_by_role("button", name="В журнале").click()
    trace = page.get_by_role("complementary", name="Журнал вызовов и обновлений")
    await expect(trace.get_by_role("listitem").filter(visible=True).first).to_contain_text("500")
    poisonous.clear()
    await page.get_by_role("button", name="+1 час").click()
    await expect(incoming(guest)).to_have_count(2)
    await expect(notice).to_be_hidden()


async def test_unknown_methods_are_counted_and_the_trace_is_saved(page: Page, bot: Api) -> None:
    await page.get_by_role("button", name="Журнал").click()
    trace = page.get_by_role("complementary", name="Журнал вызовов и обновлений")
    for _ in range(2):
        assert (await bot("sendDice", chat_id=OWNER)).status == 501
    await trace.get_by_text("Методы, которых песочница не знает: 1").click()
    await expect(trace.get_by_text("sendDice ×2")).to_be_visible()
    async with page.expect_download() as download:
        await trace.get_by_role("link", name="Сохранить журнал в файл").click()
    saved = json.loads((await (await download.value).path()).read_text())
    assert saved["unsupported"] == {"sendDice": 2}
    assert [entry["name"] for entry in saved["trace"]][-1] == "sendDice"


async def test_everything_can_be_reached_without_a_mouse(page: Page) -> None:
    guest, second = column(page, GUEST), column(page, SECOND_GUEST)
    await page.get_by_role("button", name="Анна Иванова", exact=True).focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("button", name="Борис", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(second.get_by_role("textbox")).to_be_focused()
    await page.keyboard.type("две кнопки")
    await page.keyboard.press("Enter")
    await expect(incoming(second)).to_have_count(1)
    await second.get_by_role("button", name="0", exact=True).focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    await expect(second.get_by_role("button", name="Крикнуть")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(second.get_by_role("alertdialog")).to_be_visible()
    await expect(guest.get_by_role("button", name="Начать")).to_be_enabled()
    await page.keyboard.press("Escape")
    await expect(second.get_by_role("button", name="Крикнуть")).to_be_focused()


async def test_a_chat_is_hidden_and_comes_back_from_the_list(page: Page) -> None:
    owner = column(page, OWNER)
    await choose(page, owner, "Меню чата", "Скрыть чат")
    await expect(owner).to_be_hidden()
    await page.get_by_role("button", name="Ольга", exact=True).click()
    await expect(owner).to_be_in_viewport(ratio=0.9)
