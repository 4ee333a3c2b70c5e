"""A persona pays an invoice; the bot is asked, agrees or not, and gets the receipt."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground.client import Person, Playground
from playground.errors import ActionError
from playground.types import Json
from tests.playground.bot_side import Api

pytestmark = pytest.mark.slow

PRICES = [{"label": "Депозит", "amount": 100_000}, {"label": "Скидка", "amount": -10_000}]
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
COURIER = {"id": "courier", "title": "Курьер", "prices": [{"label": "Курьер", "amount": 30_000}]}


class Till:
    """A bot that sells, and what those who watch the chat are told."""

    def __init__(self, api: Api, chat: Playground, guest: Person) -> None:
        self.api, self.chat, self.guest = api, chat, guest
        self.told: list[Json] = []
        self.stop = chat.world.subscribe(lambda event: self.told.append(event) if event["type"] == "payment" else None)

    async def invoice(self, **more: Any) -> int:
        sent = await self.api.result("sendInvoice", chat_id=self.guest.id, **self.details(**more))
        return int(sent["message_id"])

    def details(self, **more: Any) -> Json:
        what = {"title": "Столик", "description": "Депозит за столик", "payload": "table-1"}
        return {**what, "provider_token": "1:TEST", "currency": "RUB", "prices": PRICES, **more}

    async def pay(self, message_id: int, **more: Any) -> Json:
        return await self.chat.do({"do": "pay", "persona": self.guest.id, "message_id": message_id, **more})

    async def update(self) -> Json:
        """The newest one."""
        return dict((await self.api.result("getUpdates", offset=-1))[0])

    async def told_of(self, stage: str) -> Json:
        await self.guest.wait_for(lambda _: any(event["stage"] == stage for event in self.told))
        return next(event for event in self.told if event["stage"] == stage)


@pytest.fixture
async def till(api: Api, chat: Playground, guest: Person) -> AsyncIterator[Till]:
    await guest.send("/start", wait=False)
    till = Till(api, chat, guest)
    yield till
    till.stop()


async def test_an_invoice_is_shown_asked_about_and_paid(till: Till) -> None:
    number = await till.invoice(need_name=True, need_phone_number=True, need_email=True, need_shipping_address=True)
    shown = till.guest.last.body
    assert shown["invoice"]["total_amount"] == 90_000
    assert shown["reply_markup"]["inline_keyboard"] == [[{"text": "Pay 900.00 RUB", "pay": True}]]
    assert (shown["invoice_details"]["prices"], shown["invoice_details"]["paid"]) == (PRICES, False)
    assert "payload" not in shown["invoice_details"]
    paid = await till.pay(number, phone_number="79160000000")
    query = (await till.update())["pre_checkout_query"]
    assert (query["id"], query["invoice_payload"], query["total_amount"]) == (paid["query_id"], "table-1", 90_000)
    assert (query["order_info"]["name"], query["order_info"]["phone_number"]) == ("Анна Иванова", "79160000000")
    assert query["order_info"]["email"] == "anna@example.org"
    with pytest.raises(ActionError, match="is being paid already"):
        await till.pay(number)
    assert await till.api.result("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    assert (await till.told_of("paid"))["message_id"] == number
    receipt = (await till.update())["message"]["successful_payment"]
    assert (receipt["currency"], receipt["total_amount"], receipt["invoice_payload"]) == ("RUB", 90_000, "table-1")
    assert receipt["telegram_payment_charge_id"] != receipt["provider_payment_charge_id"]
    invoice = next(message.body for message in till.guest.messages if message.id == number)
    assert invoice["invoice_details"]["paid"]
    with pytest.raises(ActionError, match="paid already"):
        await till.pay(number)


async def test_a_refusal_is_told_and_the_invoice_can_be_paid_later(till: Till) -> None:
    number = await till.invoice(max_tip_amount=500, suggested_tip_amounts=[100, 500])
    refused = (await till.pay(number, tip_amount=500))["query_id"]
    assert (await till.update())["pre_checkout_query"]["total_amount"] == 90_500
    answer = {"pre_checkout_query_id": refused, "ok": False}
    assert await till.api.refusal("answerPreCheckoutQuery", **answer) == (
        'Bad Request: parameter "error_message" is required'
    )
    assert await till.api.result("answerPreCheckoutQuery", **answer, error_message="Столик уже занят")
    assert (await till.told_of("failed"))["error"] == "Столик уже занят"
    assert await till.api.refusal("answerPreCheckoutQuery", **answer, error_message="ещё раз") == TOO_OLD
    assert (await till.pay(number))["query_id"] != refused


async def test_a_bot_that_is_silent_for_ten_seconds_loses_the_payment(till: Till) -> None:
    query = (await till.pay(await till.invoice()))["query_id"]
    await till.chat.move_clock(add=11)
    assert (await till.told_of("failed"))["error"] == "the bot did not answer in time"
    assert await till.api.refusal("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True) == TOO_OLD


async def test_shipping_is_chosen_before_a_flexible_invoice_is_paid(till: Till) -> None:
    number = await till.invoice(is_flexible=True, need_shipping_address=True)
    first = (await till.pay(number))["query_id"]
    assert (await till.update())["shipping_query"]["shipping_address"]["city"] == "Москва"
    answer = {"shipping_query_id": first, "ok": True}
    assert await till.api.refusal("answerPreCheckoutQuery", pre_checkout_query_id=first, ok=True) == TOO_OLD
    assert await till.api.result("answerShippingQuery", **answer, shipping_options=[COURIER])
    assert (await till.told_of("shipping"))["shipping_options"] == [COURIER]
    with pytest.raises(ActionError, match="did not offer the shipping option «дрон»"):
        await till.pay(number, shipping_option="дрон")
    await till.pay(number, shipping_option="courier")
    query = (await till.update())["pre_checkout_query"]
    assert (query["shipping_option_id"], query["total_amount"]) == ("courier", 120_000)


async def test_a_bot_that_cannot_deliver_says_why(till: Till) -> None:
    query = (await till.pay(await till.invoice(is_flexible=True)))["query_id"]
    assert await till.api.result("answerShippingQuery", shipping_query_id=query, ok=False, error_message="Далеко")
    assert (await till.told_of("failed"))["error"] == "Далеко"


async def test_an_invoice_behind_a_link_is_paid_as_well(till: Till) -> None:
    link = await till.api.result("createInvoiceLink", **till.details(currency="XTR", prices=PRICES[:1]))
    await till.api.result("sendMessage", chat_id=till.guest.id, text=link)
    assert link.startswith("https://t.me/$")
    query = (await till.pay(0, link=link))["query_id"]
    assert await till.api.result("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True)
    assert (await till.told_of("paid"))["message_id"] is None


async def test_stars_are_given_back_once(till: Till) -> None:
    number = await till.invoice(currency="XTR", prices=PRICES[:1])
    query = (await till.pay(number))["query_id"]
    assert await till.api.result("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True)
    await till.told_of("paid")
    charge = (await till.update())["message"]["successful_payment"]["telegram_payment_charge_id"]
    whose = {"user_id": till.guest.id, "telegram_payment_charge_id": charge}
    assert await till.api.result("refundStarPayment", **whose)
    assert till.guest.last.body["refunded_payment"]["total_amount"] == PRICES[0]["amount"]
    assert await till.api.refusal("refundStarPayment", **whose) == "Bad Request: CHARGE_ALREADY_REFUNDED"
    other = {**whose, "telegram_payment_charge_id": "x"}
    assert await till.api.refusal("refundStarPayment", **other) == "Bad Request: CHARGE_NOT_FOUND"


async def test_what_cannot_be_paid(till: Till) -> None:
    for wrong, complaint in (
        ({"message_id": till.guest.messages[0].id}, "there is no invoice to pay"),
        ({"message_id": 5}, "there is no invoice to pay"),
        ({"message_id": 5, "link": "https://t.me/$no"}, "there is no invoice to pay"),
        ({"message_id": await till.invoice(), "tip_amount": 1}, "a tip for this invoice is at most 0"),
    ):
        with pytest.raises(ActionError, match=complaint):
            await till.pay(**wrong)


@pytest.mark.parametrize(
    ("currency", "amount", "words"), [("JPY", 500, "Pay 500 JPY"), ("XTR", 7, "Pay ⭐️7"), ("USD", 123_456, "1,234.56")]
)
async def test_the_button_says_how_much_it_is(till: Till, currency: str, amount: int, words: str) -> None:
    await till.invoice(currency=currency, prices=[{"label": "x", "amount": amount}])
    assert words in till.guest.buttons[0]


NO_INVOICE: list[tuple[Json, str]] = [
    ({"title": ""}, 'parameter "title" is required'),
    ({"prices": ""}, 'parameter "prices" is required'),
    ({"prices": "{"}, "can't parse prices JSON object"),
    ({"prices": {}}, "expected an Array of labeled prices"),
    ({"prices": []}, "there must be at least one price"),
    ({"prices": [1]}, "can't parse labeled price: LabeledPrice must be an Object"),
    ({"prices": [{"label": "", "amount": 1}]}, "can't parse labeled price: LabeledPrice label must be non-empty"),
    ({"prices": [{"label": "x"}]}, "can't parse labeled price: Can't find field \"amount\""),
    ({"prices": [{"label": "x", "amount": 0}]}, "total price must be positive"),
    ({"prices": [{"label": "x", "amount": 10**12}]}, "too big amount of the currency specified"),
    ({"prices": [{"label": "x", "amount": 9 * 10**11}] * 2}, "total price is too big"),
    ({"payload": "я" * 65}, "INVOICE_PAYLOAD_INVALID"),
    ({"currency": "рубль"}, "CURRENCY_INVALID"),
    ({"currency": "XTR"}, "STARS_INVOICE_INVALID"),
    ({"provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
    ({"max_tip_amount": "много"}, 'can\'t parse "max_tip_amount" as Number'),
    ({"max_tip_amount": -1}, "invalid max_tip_amount of the currency specified"),
    ({"suggested_tip_amounts": 5}, "expected an Array of suggested tip amounts"),
    ({"suggested_tip_amounts": [True]}, "suggested tip amount must be of type Number or String"),
    ({"suggested_tip_amounts": ["x"]}, "can't parse suggested tip amount as Number"),
    ({"suggested_tip_amounts": [0]}, "suggested tip amount must be positive"),
    ({"suggested_tip_amounts": [1]}, "suggested tip amount can't be bigger than max_tip_amount"),
    (
        {"max_tip_amount": 9, "suggested_tip_amounts": [1, 2, 3, 4, 5]},
        "there can be at most 4 suggested tip amounts",
    ),
]


async def test_an_invoice_that_cannot_be(till: Till) -> None:
    for wrong, description in NO_INVOICE:
        assert await till.api.refusal("createInvoiceLink", **till.details(**wrong)) == f"Bad Request: {description}"


NO_OPTIONS: list[tuple[Any, str]] = [
    ("", 'parameter "shipping_options" is required'),
    ({}, "expected an Array of shipping options"),
    ([], "there must be at least one shipping option"),
    ([1], "can't parse shipping option: ShippingOption must be an Object"),
    ([{**COURIER, "id": ""}], "can't parse shipping option: ShippingOption identifier must be non-empty"),
    ([{**COURIER, "title": ""}], "can't parse shipping option: ShippingOption title must be non-empty"),
    (
        [{**COURIER, "prices": []}],
        "can't parse shipping option: Can't parse shipping option prices: There must be at least one price",
    ),
]


async def test_shipping_options_that_cannot_be(till: Till) -> None:
    for wrong, description in NO_OPTIONS:
        answer = {"shipping_query_id": "1", "ok": True, "shipping_options": wrong}
        assert await till.api.refusal("answerShippingQuery", **answer) == f"Bad Request: {description}"


async def test_a_photo_and_a_button_of_its_own(till: Till) -> None:
    button = {"inline_keyboard": [[{"text": "Внести депозит", "pay": True}]]}
    await till.invoice(photo_url="https://example.org/hall.png", photo_width=640, reply_markup=button)
    assert till.guest.buttons == ["Внести депозит"]
    assert till.guest.last.body["invoice_details"]["photo_width"] == 640
