"""Invoices, and a bot's answers to the questions that a payment asks."""

import re
import secrets
from typing import Any

from playground.arguments import WHOLE
from playground.chats import Payment
from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.callbacks import TOO_OLD
from playground.methods.fields import Fields, reading
from playground.methods.sending import post
from playground.types import Json

CURRENCY = re.compile(r"[A-Z]{3}")
STARS = "XTR"
WISHES = ("need_name", "need_phone_number", "need_email", "need_shipping_address", "is_flexible")
PHOTO_FIELDS = ("photo_size", "photo_width", "photo_height")
HIGHEST_AMOUNT = 9_999_9999_9999
LONGEST_PAYLOAD = 128
MOST_TIPS = 4
WITHOUT_CENTS = ("XTR", "JPY", "KRW", "VND", "CLP", "PYG", "UGX", "ISK")


async def send_invoice(call: Call) -> Json:
    details = _details(call)
    start = call.arguments.text("start_parameter")
    shown = {name: details[name] for name in ("title", "description", "currency", "total_amount")}
    content: Json = {"invoice": shown | {"start_parameter": start}}
    if not call.arguments.parsed("reply_markup", "reply keyboard markup"):
        content["reply_markup"] = {"inline_keyboard": [[{"text": f"Pay {_price(details)}", "pay": True}]]}
    return post(call, content, invoice=details)


async def create_invoice_link(call: Call) -> str:
    slug = f"${secrets.token_urlsafe(12)}"
    call.bot.invoice_links[slug] = _details(call)
    return f"https://t.me/{slug}"


async def answer_shipping_query(call: Call) -> bool:
    options: list[Json] = []
    if call.arguments.flag("ok"):
        options = _shipping_options(call)
    return _answer(call, "shipping_query", options)


async def answer_pre_checkout_query(call: Call) -> bool:
    return _answer(call, "pre_checkout_query", [])


async def refund_star_payment(call: Call) -> bool:
    """Both sides see it in the chat."""
    chat = call.world.known_chat(call.bot, call.arguments.text("user_id"))
    charge = call.arguments.needed_text("telegram_payment_charge_id")
    receipts = [found for message in chat.messages.values() if (found := message.body.get("successful_payment"))]
    receipt = next((one for one in receipts if one["telegram_payment_charge_id"] == charge), None)
    if receipt is None or receipt["currency"] != STARS:
        raise bad_request("CHARGE_NOT_FOUND")
    if any(_refunded(message.body) == charge for message in chat.messages.values()):
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    known = ("currency", "total_amount", "invoice_payload", "telegram_payment_charge_id")
    post(call, {"refunded_payment": {name: receipt[name] for name in known}}, chat=chat)
    return True


def _refunded(body: Json) -> str | None:
    charge: str | None = body.get("refunded_payment", {}).get("telegram_payment_charge_id")
    return charge


def prices_of(given: Any) -> list[Json]:
    if not isinstance(given, list):
        raise bad_request("Expected an Array of labeled prices")
    with reading("labeled price"):
        prices = [_price_part(item) for item in given]
    if not prices:
        raise bad_request("There must be at least one price")
    return prices


def _answer(call: Call, kind: str, options: list[Json]) -> bool:
    refusal = "" if call.arguments.flag("ok") else call.arguments.needed_text("error_message")
    payment = call.bot.payments.get(call.arguments.text(f"{kind}_id"))
    if payment is None or payment.kind != kind or not _open(call, payment):
        raise bad_request(TOO_OLD)
    payment.answer.set_result((options, refusal))
    return True


def _open(call: Call, payment: Payment) -> bool:
    return not payment.answer.done() and payment.expires_at >= call.world.clock.now()


def _details(call: Call) -> Json:
    """All that the page needs to show an invoice and have it paid; the payload is for the bot alone."""
    details: Json = {name: call.arguments.needed_text(name) for name in ("title", "description", "payload", "currency")}
    call.arguments.needed_text("prices")
    details["prices"] = prices_of(call.arguments.parsed("prices", "prices"))
    details["total_amount"] = _total(details["prices"])
    details |= _tips(call)
    details |= {name: call.arguments.flag(name) for name in WISHES}
    if url := call.arguments.text("photo_url"):
        details |= {"photo_url": url, **{name: call.arguments.number(name) for name in PHOTO_FIELDS}}
    _check_payable(call, details)
    return details | {"paid": False}


def _check_payable(call: Call, details: Json) -> None:
    if len(details["payload"].encode()) > LONGEST_PAYLOAD:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if not CURRENCY.fullmatch(details["currency"]):
        raise bad_request("CURRENCY_INVALID")
    if details["currency"] == STARS:
        if len(details["prices"]) != 1 or details["max_tip_amount"]:
            raise bad_request("STARS_INVOICE_INVALID")
    elif not call.arguments.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")


def _price_part(item: Any) -> Json:
    fields = Fields(item, otherwise="LabeledPrice must be an Object")
    label = fields.needed_text("label")
    if not label:
        raise bad_request("LabeledPrice label must be non-empty")
    return {"label": label, "amount": fields.needed_number("amount")}


def _total(prices: list[Json]) -> int:
    if any(abs(price["amount"]) > HIGHEST_AMOUNT for price in prices):
        raise bad_request("Too big amount of the currency specified")
    total = sum(price["amount"] for price in prices)
    if total <= 0:
        raise bad_request("Total price must be positive")
    if total > HIGHEST_AMOUNT:
        raise bad_request("Total price is too big")
    return int(total)


def _tips(call: Call) -> Json:
    highest = call.arguments.text("max_tip_amount") or "0"
    if not WHOLE.fullmatch(highest):
        raise bad_request('Can\'t parse "max_tip_amount" as Number')
    if not 0 <= int(highest) <= HIGHEST_AMOUNT:
        raise bad_request("Invalid max_tip_amount of the currency specified")
    suggested = call.arguments.parsed("suggested_tip_amounts", "suggested_tip_amounts", [])
    if not isinstance(suggested, list):
        raise bad_request("Expected an Array of suggested tip amounts")
    amounts = [_tip(item, int(highest)) for item in suggested]
    if len(amounts) > MOST_TIPS:
        raise bad_request("There can be at most 4 suggested tip amounts")
    return {"max_tip_amount": int(highest), "suggested_tip_amounts": amounts}


def _tip(item: Any, highest: int) -> int:
    if isinstance(item, bool) or not isinstance(item, int | float | str):
        raise bad_request("Suggested tip amount must be of type Number or String")
    if not WHOLE.fullmatch(str(item)):
        raise bad_request("Can't parse suggested tip amount as Number")
    if int(item) <= 0:
        raise bad_request("Suggested tip amount must be positive")
    if int(item) > highest:
        raise bad_request("Suggested tip amount can't be bigger than max_tip_amount")
    return int(item)


def _shipping_options(call: Call) -> list[Json]:
    call.arguments.needed_text("shipping_options")
    given = call.arguments.parsed("shipping_options", "shipping options")
    if not isinstance(given, list):
        raise bad_request("Expected an Array of shipping options")
    with reading("shipping option"):
        options = [_shipping_option(item) for item in given]
    if not options:
        raise bad_request("There must be at least one shipping option")
    return options


def _shipping_option(item: Any) -> Json:
    fields = Fields(item, otherwise="ShippingOption must be an Object")
    option: Json = {}
    for name, spoken in (("id", "identifier"), ("title", "title")):
        option[name] = fields.needed_text(name)
        if not option[name]:
            raise bad_request(f"ShippingOption {spoken} must be non-empty")
    with reading("shipping option prices"):
        option["prices"] = prices_of(fields.needed_array("prices"))
    return option


def _price(details: Json) -> str:
    amount, currency = details["total_amount"], details["currency"]
    if currency == STARS:
        return f"⭐️{amount}"
    return f"{amount} {currency}" if currency in WITHOUT_CENTS else f"{amount / 100:,.2f} {currency}"


METHODS: dict[str, Handler] = {
    "sendInvoice": send_invoice,
    "createInvoiceLink": create_invoice_link,
    "answerShippingQuery": answer_shipping_query,
    "answerPreCheckoutQuery": answer_pre_checkout_query,
    "refundStarPayment": refund_star_payment,
}
