"""A persona pays an invoice: the questions to the bot, its answers, the receipt."""

import asyncio
from uuid import uuid4

from playground.chats import Bot, Chat, Message, Payment
from playground.delivery import QUERY_LIFETIME
from playground.errors import ActionError
from playground.people import Persona
from playground.types import Json
from playground.world import World
from playground.writing import Writing, update_id

CHECKOUT_SECONDS = 10
NO_ANSWER = "the bot did not answer in time"
ADDRESS: Json = {
    "country_code": "RU",
    "state": "",
    "city": "Москва",
    "street_line1": "Тверская улица, 1",
    "street_line2": "",
    "post_code": "125009",
}


class Payments:
    """What an order asks for and the action does not say is taken from the persona."""

    def __init__(self, world: World, writing: Writing) -> None:
        self._world = world
        self._writing = writing

    def pay(self, action: Json) -> Json:
        """Ask for shipping options where they are to be chosen first, else for the permission to take the money."""
        bot, persona, chat = self._writing.private(action)
        invoice, message = _invoice(bot, chat, action)
        if invoice["paid"]:
            raise ActionError("this invoice is paid already")
        if any(payment.invoice is invoice and not payment.answer.done() for payment in bot.payments.values()):
            raise ActionError("this invoice is being paid already")
        order = _order(invoice, persona, action)
        option = _option(invoice, action)
        if invoice["is_flexible"] and option is None:
            query: Json = {"shipping_address": order.get("shipping_address", ADDRESS)}
            return self._ask(bot, persona, chat, message, Payment("shipping_query", invoice, *self._until()), query)
        query = _price(invoice, option, int(action.get("tip_amount") or 0))
        if order:
            query["order_info"] = order
        payment = Payment("pre_checkout_query", invoice, *self._until(CHECKOUT_SECONDS))
        return self._ask(bot, persona, chat, message, payment, query)

    def _until(self, seconds: float = QUERY_LIFETIME) -> "tuple[float, asyncio.Future[tuple[list[Json], str]]]":
        return self._world.clock.now() + seconds, asyncio.get_running_loop().create_future()

    def _ask(
        self, bot: Bot, persona: Persona, chat: Chat, message: Message | None, payment: Payment, query: Json
    ) -> Json:
        number = str(uuid4().int >> 65)
        asked = {"id": number, "from": persona.user(), "invoice_payload": payment.invoice["payload"], **query}
        bot.payments[number] = payment
        pending = self._writing.update(bot, chat, payment.kind, asked, persona=persona)
        tell = _Teller(self._world, bot, chat, message)
        if payment.kind == "shipping_query":
            self._world.run(self._choose(tell, payment))
        else:
            tell.stage("checkout")
            self._world.run(self._settle(tell, persona, payment, query))
        return {"update_id": update_id(pending), "query_id": number}

    async def _choose(self, tell: "_Teller", payment: Payment) -> None:
        options, refusal = await self._answer(payment)
        if refusal:
            tell.stage("failed", error=refusal)
        else:
            payment.invoice["shipping_options"] = options
            tell.stage("shipping", shipping_options=options)

    async def _settle(self, tell: "_Teller", persona: Persona, payment: Payment, query: Json) -> None:
        _, refusal = await self._answer(payment)
        if refusal:
            tell.stage("failed", error=refusal)
            return
        payment.invoice["paid"] = True
        receipt = {
            **query,
            "invoice_payload": payment.invoice["payload"],
            "telegram_payment_charge_id": uuid4().hex,
            "provider_payment_charge_id": uuid4().hex,
        }
        self._writing.say(tell.bot, persona, tell.chat, {"successful_payment": receipt})
        tell.stage("paid")

    async def _answer(self, payment: Payment) -> tuple[list[Json], str]:
        """The bot's, or the complaint that there is none until the time for it is over."""
        deadline = asyncio.create_task(self._world.clock.sleep_until(payment.expires_at))
        try:
            await asyncio.wait((asyncio.shield(payment.answer), deadline), return_when=asyncio.FIRST_COMPLETED)
        finally:
            deadline.cancel()
        if not payment.answer.done():
            payment.answer.set_result(([], NO_ANSWER))
        return payment.answer.result()


class _Teller:
    """Lets those who watch the chat know how a payment goes on."""

    def __init__(self, world: World, bot: Bot, chat: Chat, message: Message | None) -> None:
        self.world, self.bot, self.chat, self.message = world, bot, chat, message

    def stage(self, stage: str, **more: object) -> None:
        number = self.message.body["message_id"] if self.message else None
        event = {"type": "payment", "message_id": number, "stage": stage, **more}
        self.world.publish_in(self.bot, self.chat, event)
        if self.message is not None and stage != "checkout":
            self.world.show(self.bot, self.chat, self.message, edited=True)


def _invoice(bot: Bot, chat: Chat, action: Json) -> tuple[Json, Message | None]:
    """The one of a message, or of a link that the bot made."""
    if link := str(action.get("link") or ""):
        invoice = bot.invoice_links.get(link.rpartition("/")[2])
        message = None
    else:
        message = chat.messages.get(action["message_id"])
        invoice = message.invoice if message else None
    if invoice is None:
        raise ActionError("there is no invoice to pay")
    return invoice, message


def _order(invoice: Json, persona: Persona, action: Json) -> Json:
    given = {
        "name": " ".join(filter(None, (persona.first_name, persona.last_name))),
        "phone_number": "79990000000",
        "email": f"{persona.username or persona.id}@example.org",
        "shipping_address": ADDRESS,
    }
    return {name: action.get(name) or given[name] for name in given if invoice[f"need_{name}"]}


def _option(invoice: Json, action: Json) -> Json | None:
    wanted = action.get("shipping_option")
    if not wanted:
        return None
    for option in invoice.get("shipping_options", ()):
        if option["id"] == wanted:
            return dict(option)
    raise ActionError(f"the bot did not offer the shipping option «{wanted}»")


def _price(invoice: Json, option: Json | None, tip: int) -> Json:
    if not 0 <= tip <= invoice["max_tip_amount"]:
        raise ActionError(f"a tip for this invoice is at most {invoice['max_tip_amount']}")
    shipping = sum(price["amount"] for price in option["prices"]) if option else 0
    price: Json = {"currency": invoice["currency"], "total_amount": invoice["total_amount"] + shipping + tip}
    return price | {"shipping_option_id": option["id"]} if option else price
