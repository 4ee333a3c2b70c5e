"""The chat page as a person sees it: a real browser, the real server, and a bot behind a webhook."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, WebSocketRoute, expect

from playground.client import Playground
from tests.playground.bot_side import Api, Receiver
from tests.playground.page.page_side import (
    GUEST,
    OWNER,
    PHONE,
    SECOND_GUEST,
    choose,
    column,
    incoming,
    keyboard,
    outgoing,
    say,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKUP = "<img src=x onerror=document.title='broken'> <b>не жирный</b> &amp;"


async def test_all_personas_stand_side_by_side_and_start_with_one_button(page: Page) -> None:
    for persona in (GUEST, SECOND_GUEST, OWNER):
        await expect(column(page, persona)).to_be_in_viewport(ratio=1)
    guest = column(page, GUEST)
    await guest.get_by_role("button", name="Начать").click()
    await expect(incoming(guest)).to_contain_text("/start")
    await expect(column(page, SECOND_GUEST).get_by_role("button", name="Начать")).to_be_visible()


async def test_markup_in_a_message_is_shown_as_it_was_written(page: Page) -> None:
    guest = column(page, GUEST)
    await say(guest, MARKUP)
    await expect(incoming(guest).locator(".text")).to_have_text(MARKUP)
    await expect(guest.locator("[data-message-id] img")).to_have_count(0)
    await expect(page).to_have_title("Песочница")


async def test_formatting_of_the_bot_is_drawn(page: Page, bot: Api) -> None:
    owner = column(page, OWNER)
    text = '<b>Жирный <i>и косой</i></b> <tg-spoiler>тайна</tg-spoiler> <a href="https://example.org/a">сайт</a>'
    await bot.result("sendMessage", chat_id=OWNER, text=text, parse_mode="HTML")
    await expect(owner.locator("strong em")).to_have_text("и косой")
    await expect(owner.get_by_role("link", name="сайт")).to_have_attribute("rel", "noopener noreferrer")
    await owner.get_by_role("button", name="Показать скрытый текст").click()
    await expect(owner.get_by_text("тайна")).to_be_visible()


async def test_a_press_reaches_the_bot_and_the_message_changes_in_its_place(page: Page) -> None:
    guest = column(page, GUEST)
    await say(guest, "счёт")
    await guest.get_by_role("button", name="0", exact=True).click()
    await guest.get_by_role("button", name="1", exact=True).click()
    await expect(incoming(guest)).to_have_count(1)
    await expect(incoming(guest)).to_contain_text("Счёт: 2")
    await expect(incoming(guest)).to_contain_text("изменено")
    await expect(guest.get_by_role("button", name="2", exact=True)).to_be_focused()


async def test_an_answer_to_a_press_passes_by_or_waits_to_be_read(page: Page) -> None:
    guest = column(page, GUEST)
    await say(guest, "ответь")
    await guest.get_by_role("button", name="Шепнуть").click()
    await expect(guest.get_by_role("status").filter(has_text="Шепнуть!")).to_be_visible()
    await guest.get_by_role("button", name="Крикнуть").click()
    alert = guest.get_by_role("alertdialog")
    await expect(alert).to_contain_text("Крикнуть!")
    await expect(alert.get_by_role("button", name="OK")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(alert).to_have_count(0)
    await expect(guest.get_by_role("button", name="Крикнуть")).not_to_have_attribute("aria-busy", "true")


async def test_a_button_is_busy_until_the_bot_answers(page: Page, receiver: Receiver) -> None:
    guest = column(page, GUEST)
    await say(guest, "ответь")
    button = guest.get_by_role("button", name="Шепнуть")
    await expect(button).to_be_visible()
    reply, gate = receiver.reply, asyncio.Event()

    async def wait_first(update: dict[str, Any]) -> web.Response:
        await gate.wait()
        return await reply(update)

    receiver.reply = wait_first
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    gate.set()
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_on_a_phone_the_list_leads_to_one_chat_and_counts_what_is_unread(phone: Page, bot: Api) -> None:
    guest, owner = column(phone, GUEST), column(phone, OWNER)
    await phone.get_by_role("button", name="Анна Иванова").click()
    await expect(guest).to_be_visible()
    await guest.get_by_role("button", name="К списку чатов").click()
    await expect(guest).to_be_hidden()
    for number in (1, 2):
        await bot.result(
            "sendMessage", chat_id=OWNER, text=f"Новая бронь {number}", reply_markup=keyboard(tuple("1234567"))
        )
    await phone.get_by_role("button", name="Ольга, новых: 2").click()
    await expect(owner.get_by_text("Новая бронь 2")).to_be_in_viewport()
    await expect(owner.get_by_role("button", name="7", exact=True).last).to_be_in_viewport(ratio=1)
    await expect(guest).to_be_hidden()
    await bot.result("sendMessage", chat_id=OWNER, text="Эту видно сразу")
    await expect(owner.get_by_role("button", name="К списку чатов", exact=True)).to_be_visible()
    await phone.go_back()
    await expect(phone.get_by_role("button", name="Ольга", exact=True)).to_be_visible()
    assert await phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_the_reading_position_stays_while_messages_come(page: Page, bot: Api) -> None:
    owner = column(page, OWNER)
    for number in range(30):
        await bot.result("sendMessage", chat_id=OWNER, text=f"Строка {number}")
    await expect(owner.get_by_text("Строка 29")).to_be_in_viewport()
    await owner.get_by_text("Строка 0", exact=True).scroll_into_view_if_needed()
    below = owner.get_by_role("button", name="К последним сообщениям")
    await expect(below).to_be_visible()
    await bot.result("sendMessage", chat_id=OWNER, text="Последняя")
    await expect(owner.get_by_role("button", name="К последним сообщениям, новых: 1")).to_be_visible()
    await expect(owner.get_by_text("Строка 0", exact=True)).to_be_in_viewport()
    await below.click()
    await expect(owner.get_by_text("Последняя")).to_be_in_viewport()


async def test_commands_are_chosen_from_a_list_with_the_keyboard(page: Page) -> None:
    guest = column(page, GUEST)
    field = guest.get_by_role("textbox", name="Сообщение")
    await field.fill("/")
    await expect(guest.get_by_role("option", name="/help")).to_contain_text("Что я умею")
    await field.press("Enter")
    await expect(incoming(guest)).to_contain_text("/help")


async def test_an_own_message_is_edited_with_the_arrow_key(page: Page, receiver: Receiver) -> None:
    guest = column(page, GUEST)
    await say(guest, "на двоих")
    await expect(incoming(guest)).to_have_count(1)
    field = guest.get_by_role("textbox", name="Сообщение")
    await field.press("ArrowUp")
    await expect(field).to_have_value("на двоих")
    await say(guest, "на троих")
    await expect(outgoing(guest)).to_contain_text("на троих")
    updates = await receiver.has(2)
    assert updates[-1]["edited_message"]["text"] == "на троих"


async def test_odd_things_can_be_sent(page: Page, receiver: Receiver) -> None:
    guest = column(page, GUEST)
    items = {
        "Фотография": "photo",
        "Стикер": "sticker",
        "Контакт": "contact",
        "Место на карте": "location",
        "Пересланное сообщение": "forward_origin",
    }
    for item in items:
        await choose(page, guest, "Прикрепить", item)
    updates = await receiver.has(len(items))
    for update, kind in zip(updates, items.values(), strict=True):
        assert kind in update["message"]
    await guest.get_by_role("button", name="Открыть фотографию").click()
    drawn = await page.get_by_role("dialog").get_by_role("img").evaluate("image => image.naturalWidth")
    assert drawn == 640
    await page.keyboard.press("Escape")


async def test_a_file_of_the_computer_can_be_sent(page: Page, receiver: Receiver) -> None:
    guest = column(page, GUEST)
    async with page.expect_file_chooser() as chooser:
        await choose(page, guest, "Прикрепить", "Файл с компьютера")
    await (await chooser.value).set_files({"name": "меню.txt", "mimeType": "text/plain", "buffer": b"soup"})
    [update] = await receiver.has(1)
    assert update["message"]["document"]["file_name"] == "меню.txt"
    async with page.expect_download() as download:
        await guest.get_by_role("link", name="меню.txt").click()
    assert (await (await download.value).path()).read_bytes() == b"soup"


async def test_the_bot_is_seen_typing_until_it_has_written(page: Page, bot: Api) -> None:
    owner = column(page, OWNER)
    await bot.result("sendChatAction", chat_id=OWNER, action="typing")
    await expect(owner.get_by_text("печатает")).to_be_visible()
    await bot.result("sendMessage", chat_id=OWNER, text="Готово")
    await expect(owner.get_by_text("печатает")).to_have_count(0)


async def test_a_reply_keyboard_sends_its_words_and_goes_when_the_bot_removes_it(page: Page, bot: Api) -> None:
    owner = column(page, OWNER)
    markup = {"keyboard": [[{"text": "Да"}, {"text": "Нет"}], [{"text": "Телефон", "request_contact": True}]]}
    await bot.result("sendMessage", chat_id=OWNER, text="Придёте?", reply_markup=markup)
    await owner.get_by_role("button", name="Да", exact=True).click()
    await expect(outgoing(owner)).to_contain_text("Да")
    await bot.result("sendMessage", chat_id=OWNER, text="Ждём", reply_markup={"remove_keyboard": True})
    await expect(owner.get_by_role("button", name="Да", exact=True)).to_have_count(0)


async def test_the_bot_is_blocked_and_unblocked(page: Page, bot: Api) -> None:
    owner = column(page, OWNER)
    await choose(page, owner, "Меню чата", "Заблокировать бота")
    await expect(owner.get_by_role("textbox")).to_be_hidden()
    assert "blocked" in await bot.refusal("sendMessage", chat_id=OWNER, text="?")
    await owner.get_by_role("button", name="Разблокировать").click()
    await expect(owner.get_by_role("textbox")).to_be_visible()


async def test_the_clock_is_moved_and_set_back(page: Page, chat: Playground) -> None:
    clock = page.get_by_role("group", name="Часы песочницы")
    await clock.get_by_role("button", name="+1 день").click()
    await clock.get_by_role("button", name="+1 час").click()
    await expect(clock).to_contain_text("+1 д 1 ч")
    assert chat.clock.offset == 25 * 3600
    await clock.get_by_role("button", name="Сброс").click()
    await expect(clock.get_by_role("button", name="Сброс")).to_be_disabled()
    assert chat.clock.offset == 0


async def test_somebody_new_joins_in_a_column_of_their_own(page: Page) -> None:
    await page.get_by_role("button", name="Добавить собеседника").click()
    dialog = page.get_by_role("dialog", name="Добавить собеседника")
    await dialog.get_by_label("Имя", exact=True).fill("Вера <i>")
    await dialog.get_by_role("button", name="Добавить").click()
    added = page.get_by_role("region", name="Чат: Вера <i>")
    await expect(added).to_be_in_viewport(ratio=0.9)
    await expect(added.get_by_role("textbox")).to_be_focused()


async def test_the_trace_tells_what_was_called_and_delivered(page: Page) -> None:
    await page.get_by_role("button", name="Журнал").click()
    await say(column(page, GUEST), "след")
    await expect(incoming(column(page, GUEST))).to_have_count(1)
    trace = page.get_by_role("complementary", name="Журнал вызовов и обновлений")
    await trace.get_by_label("Собеседники").select_option("Анна Иванова")
    rows = trace.get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await expect(rows.filter(has_text="sendMessage")).to_contain_text("200")
    await rows.filter(has_text="sendMessage").locator("summary").click()
    await expect(rows.filter(has_text="sendMessage")).to_contain_text('"text": "след"')
    await trace.get_by_label("Собеседники").select_option("Борис")
    await expect(rows.filter(visible=True)).to_have_count(0)


async def test_a_lost_connection_is_told_and_comes_back(page: Page) -> None:
    sockets: list[WebSocketRoute] = []

    async def refuse_the_second(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        if len(sockets) == 2:
            await socket.close()
        else:
            socket.connect_to_server()

    await page.route_web_socket("**/ws", refuse_the_second)
    await page.reload()
    guest = column(page, GUEST)
    await guest.get_by_role("textbox").fill("недописано")
    await sockets[0].close()
    line = page.get_by_text("Связь прервалась, подключаюсь снова…")
    await expect(line).to_be_visible()
    await expect(line).to_be_hidden()
    await expect(guest.get_by_role("textbox")).to_have_value("недописано")
    await say(guest, "снова здесь")
    await expect(incoming(guest)).to_contain_text("снова здесь")


async def test_the_page_speaks_english_and_remembers_the_dark_theme(page: Page) -> None:
    await page.get_by_role("button", name="Switch to English").click()
    await expect(column(page, GUEST).get_by_role("button", name="Start")).to_be_visible()
    await page.get_by_role("button", name="Light or dark theme").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page).to_have_title("Playground")
