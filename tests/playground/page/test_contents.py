"""What messages carry on the page: albums, places, invoices, Mini Apps; and what a person does with them."""

from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from playground.client import Playground
from tests.playground.bot_side import Api, Receiver
from tests.playground.page.page_side import (
    GUEST,
    OWNER,
    SECOND_GUEST,
    choose,
    column,
    incoming,
    outgoing,
    say,
    serving,
)
from tests.playground.pictures import picture

pytestmark = pytest.mark.asyncio(loop_scope="session")

APP = """<!doctype html><title>Стол</title><button id="send">Отправить</button>
<button id="ask">Спросить</button><button id="link">К боту</button><output></output>
<script>
const say = (eventType, eventData = {}) => parent.postMessage(JSON.stringify({eventType, eventData}), '*');
addEventListener('message', ({data}) => { document.querySelector('output').textContent += data; });
say('web_app_ready');
say('web_app_setup_main_button', {is_visible: true, is_active: true, text: 'Готово', color: '#2481cc'});
say('web_app_setup_back_button', {is_visible: true});
say('web_app_setup_closing_behavior', {need_confirmation: true});
say('web_app_request_theme');
document.querySelector('#send').onclick = () => say('web_app_data_send', {data: 'стол 4'});
document.querySelector('#link').onclick = () => say('web_app_open_tg_link', {path_full: '/bot42_bot?start=table'});
document.querySelector('#ask').onclick = () => say('web_app_open_popup', {
  title: 'Стол 4', message: 'Занять?', buttons: [{id: 'yes', type: 'default', text: 'Да'}, {id: 'no', type: 'cancel'}]
});
</script>"""
ORDER: dict[str, Any] = {
    "title": "Предоплата",
    "description": "Столик на четверых",
    "payload": "order",
    "provider_token": "x",
    "currency": "RUB",
    "prices": [{"label": "Депозит", "amount": 200_000}],
    "need_name": True,
    "need_phone_number": True,
    "is_flexible": True,
    "need_shipping_address": True,
    "max_tip_amount": 50_000,
    "suggested_tip_amounts": [10_000],
}
COURIER = {"id": "courier", "title": "Курьер", "prices": [{"label": "Доставка", "amount": 30_000}]}


async def test_an_album_is_one_bubble_whose_pictures_are_leafed_through(page: Page, bot: Api, chat: Playground) -> None:
    owner = column(page, OWNER)
    stored = chat.world.files.add(picture(), name="a.png", mime_type="image/png", folder="photos")
    media = [{"type": "photo", "media": stored.described["file_id"], "caption": f"Зал {n}"} for n in (1, 2, 3)]
    await bot.result("sendMediaGroup", chat_id=OWNER, media=media)
    await expect(incoming(owner)).to_have_count(1)
    await owner.get_by_role("button", name="Открыть фотографию").nth(1).click()
    viewer = page.get_by_role("dialog", name="Фотография")
    await expect(viewer).to_contain_text("Зал 2")
    await page.keyboard.press("ArrowRight")
    await expect(viewer).to_contain_text("Зал 3")
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)


async def test_places_and_people_are_cards(page: Page, bot: Api) -> None:
    owner = column(page, OWNER)
    place = {"latitude": 55.77, "longitude": 37.62}
    await bot.result("sendVenue", chat_id=OWNER, **place, title="Binary Bites", address="Цветной бульвар, 15")
    link = owner.get_by_role("link", name="Binary Bites Цветной бульвар, 15")
    await expect(link).to_have_attribute(
        "href", "https://www.openstreetmap.org/?mlat=55.77&mlon=37.62#map=16/55.77/37.62"
    )
    await bot.result("sendContact", chat_id=OWNER, phone_number="+79991234567", first_name="Вера")
    await owner.get_by_role("button", name="+79991234567").click()
    await expect(owner.get_by_role("status")).to_contain_text("Скопировано")
    assert await page.evaluate("navigator.clipboard.readText()") == "+79991234567"


async def test_an_invoice_is_paid_with_a_delivery_and_a_tip(page: Page, bot: Api, receiver: Receiver) -> None:
    refusals = ["Столик уже занят"]

    async def sell(update: dict[str, Any]) -> web.Response:
        if query := update.get("shipping_query"):
            options = {"ok": True, "shipping_options": [COURIER]}
            await bot.result("answerShippingQuery", shipping_query_id=query["id"], **options)
        if query := update.get("pre_checkout_query"):
            answer = {"ok": False, "error_message": refusals.pop()} if refusals else {"ok": True}
            await bot.result("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], **answer)
        return web.Response()

    receiver.reply = sell
    owner = column(page, OWNER)
    await bot.result("sendInvoice", chat_id=OWNER, **ORDER)
    await incoming(owner).get_by_role("button", name="Pay").click()
    form = owner.get_by_role("dialog", name="Предоплата")
    await form.get_by_label("Имя получателя").fill("Ольга Н.")
    await form.get_by_role("button", name="100,00").click()
    await form.get_by_role("button", name="Выбрать доставку").click()
    await expect(form.get_by_role("radio", name="Курьер")).to_be_checked()
    pay = form.get_by_role("button", name="Оплатить 2 400,00 ₽")
    await pay.click()
    await expect(form.get_by_role("alert")).to_have_text("Столик уже занят")
    await pay.click()
    await form.get_by_role("button", name="Готово").click()
    await expect(owner).to_contain_text("Оплачено: 2 400,00 ₽")
    await expect(incoming(owner).get_by_role("button", name="Чек")).to_be_visible()
    receipt = (await receiver.has(4))[-1]["message"]["successful_payment"]
    assert receipt["total_amount"] == 240_000
    assert receipt["order_info"]["name"] == "Ольга Н."


async def test_a_mini_app_of_the_keyboard_sends_its_data_and_closes(page: Page, bot: Api, receiver: Receiver) -> None:
    guest = column(page, GUEST)
    async with serving(APP) as url:
        await say(guest, "стол")
        button = {"text": "Выбрать стол", "web_app": {"url": url}}
        await bot.result("sendMessage", chat_id=GUEST, text="Какой?", reply_markup={"keyboard": [[button]]})
        await guest.get_by_role("button", name="Выбрать стол").click()
        app = guest.frame_locator("iframe")
        launch = await app.locator("html").evaluate("() => location.hash")
        assert "tgWebAppData=" in launch
        assert "hash%3D" in launch
        await guest.get_by_role("button", name="Готово").click()
        await expect(app.locator("output")).to_contain_text("main_button_pressed")
        await expect(app.locator("output")).to_contain_text("button_color")
        await app.get_by_role("button", name="Отправить").click()
        await expect(guest.locator("iframe")).to_have_count(0)
    await expect(guest).to_contain_text("Данные из мини-приложения «Выбрать стол» переданы боту")
    updates = await receiver.has(2)
    assert updates[-1]["message"]["web_app_data"] == {"button_text": "Выбрать стол", "data": "стол 4"}


async def test_a_mini_app_of_the_menu_asks_goes_back_and_leads_to_the_bot(page: Page, bot: Api) -> None:
    guest = column(page, GUEST)
    async with serving(APP) as url:
        menu = {"type": "web_app", "text": "Столы", "web_app": {"url": url}}
        await bot.result("setChatMenuButton", menu_button=menu)
        await guest.get_by_role("button", name="Столы").click()
        panel = guest.get_by_role("dialog", name="Мини-приложение")
        app = guest.frame_locator("iframe")
        await app.get_by_role("button", name="Спросить").click()
        await panel.get_by_role("alertdialog", name="Стол 4").get_by_role("button", name="Да").click()
        await expect(app.locator("output")).to_contain_text('"button_id":"yes"')
        await panel.get_by_role("button", name="Назад").click()
        await expect(app.locator("output")).to_contain_text("back_button_pressed")
        await app.get_by_role("button", name="К боту").click()
        await expect(outgoing(guest)).to_contain_text("/start table")
        await panel.get_by_role("button", name="Закрыть").click()
        await panel.get_by_role("alertdialog").get_by_role("button", name="Закрыть").click()
        await expect(panel).to_have_count(0)


async def test_reactions_are_shown_given_and_taken_back(page: Page, bot: Api, receiver: Receiver) -> None:
    guest = column(page, GUEST)
    await say(guest, "спасибо")
    await expect(incoming(guest)).to_have_count(1)
    [update] = await receiver.has(1)
    number = update["message"]["message_id"]
    await bot.result(
        "setMessageReaction", chat_id=GUEST, message_id=number, reaction=[{"type": "emoji", "emoji": "🎉"}]
    )
    await expect(outgoing(guest).get_by_role("button", name="🎉")).to_have_attribute("aria-pressed", "false")
    await incoming(guest).locator(".bubble").click(button="right")
    await page.get_by_role("menuitemcheckbox", name="Реакция 🔥").click()
    own = incoming(guest).get_by_role("button", name="🔥")
    await expect(own).to_have_attribute("aria-pressed", "true")
    await own.click()
    await expect(own).to_have_count(0)
    changes = [update["message_reaction"] for update in (await receiver.has(3))[1:]]
    assert [[each["emoji"] for each in change["new_reaction"]] for change in changes] == [["🔥"], []]


async def test_contact_and_place_are_sent_only_after_a_question(page: Page, bot: Api, receiver: Receiver) -> None:
    guest = column(page, GUEST)
    await say(guest, "привет")
    row = [{"text": "Телефон", "request_contact": True}, {"text": "Место", "request_location": True}]
    keyboard = {"keyboard": [row], "one_time_keyboard": True}
    await bot.result("sendMessage", chat_id=GUEST, text="Как связаться?", reply_markup=keyboard)
    await guest.get_by_role("button", name="Телефон").click()
    await guest.get_by_role("alertdialog").get_by_role("button", name="Отмена").click()
    await expect(guest.get_by_role("button", name="Телефон")).to_be_hidden()
    for name in ("Телефон", "Место"):
        await guest.get_by_role("button", name="Клавиатура бота").click()
        await guest.get_by_role("button", name=name, exact=True).click()
        await guest.get_by_role("alertdialog").get_by_role("button", name="Поделиться").click()
    _, contact, location = await receiver.has(3)
    assert contact["message"]["contact"]["user_id"] == GUEST
    assert "location" in location["message"]


async def test_an_asked_for_reply_quotes_the_question(page: Page, bot: Api, receiver: Receiver) -> None:
    owner = column(page, OWNER)
    markup = {"force_reply": True, "input_field_placeholder": "Название стола"}
    await bot.result("sendMessage", chat_id=OWNER, text="Как назвать стол?", reply_markup=markup)
    field = owner.get_by_role("textbox", name="Сообщение")
    await expect(field).to_have_attribute("placeholder", "Название стола")
    await field.fill("У окна")
    await field.press("Enter")
    await expect(outgoing(owner).get_by_role("button", name="Ответ на: Как назвать стол?")).to_be_visible()
    [update] = await receiver.has(1)
    assert update["message"]["reply_to_message"]["text"] == "Как назвать стол?"


@pytest.mark.parametrize("link", ["https://t.me/bot42_bot?start=gift-7", "tg://resolve?domain=bot42_bot&start=gift-7"])
async def test_a_link_to_the_bot_starts_it_with_its_payload(
    page: Page, bot: Api, receiver: Receiver, link: str
) -> None:
    owner = column(page, OWNER)
    await bot.result("sendMessage", chat_id=OWNER, text=f'<a href="{link}">Подарок</a>', parse_mode="HTML")
    await owner.get_by_role("link", name="Подарок").click()
    await expect(outgoing(owner)).to_contain_text("/start gift-7")
    [update] = await receiver.has(1)
    assert update["message"]["text"] == "/start gift-7"


async def test_buttons_copy_open_links_and_lead_to_people(page: Page, bot: Api) -> None:
    owner = column(page, OWNER)
    row = [
        {"text": "Код", "copy_text": {"text": "BITES-7"}},
        {"text": "Сайт", "url": "https://example.org/menu"},
        {"text": "Анна", "url": "https://t.me/anna"},
    ]
    await bot.result("sendMessage", chat_id=OWNER, text="Вот", reply_markup={"inline_keyboard": [row]})
    await owner.get_by_role("button", name="Код").click()
    await expect(owner.get_by_role("status")).to_contain_text("Скопировано")
    assert await page.evaluate("navigator.clipboard.readText()") == "BITES-7"
    await owner.get_by_role("button", name="Сайт").click()
    dialog = page.get_by_role("dialog", name="Открыть ссылку?")
    await expect(dialog.get_by_role("link", name="Открыть")).to_have_attribute("href", "https://example.org/menu")
    await page.keyboard.press("Escape")
    await owner.get_by_role("button", name="Анна").click()
    await expect(column(page, GUEST).get_by_role("textbox")).to_be_focused()


async def test_several_people_talk_in_a_group_until_the_bot_is_removed(page: Page, receiver: Receiver) -> None:
    await page.get_by_role("button", name="Добавить группу или канал").click()
    dialog = page.get_by_role("dialog", name="Добавить группу или канал")
    await dialog.get_by_label("Название").fill("Смена")
    await dialog.get_by_role("button", name="Добавить").click()
    room = page.get_by_role("region", name="Чат: Смена")
    await expect(room).to_be_in_viewport(ratio=0.9)
    await say(room, "кто сегодня?")
    await room.get_by_label("Писать от имени").select_option(str(SECOND_GUEST))
    await expect(incoming(room).filter(has_text="кто сегодня?").first).to_contain_text("Анна Иванова")
    await incoming(room).get_by_role("button", name="0").first.click()
    await expect(room).to_contain_text("Счёт: 1")
    pressed = (await receiver.has(4))[-1]["callback_query"]
    assert (pressed["from"]["id"], pressed["message"]["chat"]["title"]) == (SECOND_GUEST, "Смена")
    await expect(page.get_by_role("button", name="Смена", exact=True)).to_contain_text("Bot 42: кто сегодня?")
    await choose(page, room, "Меню чата", "Удалить бота отсюда")
    await expect(room.get_by_role("textbox")).to_be_hidden()
    await room.get_by_role("button", name="Вернуть бота").click()
    await expect(room.get_by_role("textbox")).to_be_visible()
