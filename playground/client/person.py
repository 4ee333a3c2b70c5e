# ruff: noqa: ASYNC109 - a test says how long a person is willing to wait
"""One persona in the chat with one bot: what they do, and what they see there."""

import base64
import mimetypes
from collections import deque
from pathlib import Path
from typing import Any

from playground.client.links import Link
from playground.client.view import PATIENCE, ChatView, Delivery
from playground.errors import ActionError
from playground.seen import NoSuchButton, NotSeen, SeenMessage, WebApp, best_places
from playground.types import Json


class Person(ChatView):
    """`bot` is the id of the bot, None where there is one only; `card` is the persona's."""

    def __init__(self, link: Link, bot: int | None, card: Json, refusals: deque[str]) -> None:
        super().__init__(link, bot, f"{card['first_name']} ({card['id']})", refusals)
        self.card = card

    @property
    def id(self) -> int:
        return int(self.card["id"])

    # -- writing

    async def send(self, text: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        """Returns when the bot has acknowledged it, or at once without `wait`."""
        return await self.act("send", wait=wait, timeout=timeout, text=text)

    async def start(self, payload: str = "", *, wait: bool = True) -> Delivery:
        """What the «Start» button does, or a deep link with its payload."""
        return await self.act("start", wait=wait, payload=payload)

    async def edit(self, message_id: int, text: str, *, wait: bool = True) -> Delivery:
        return await self.act("edit", wait=wait, message_id=message_id, text=text)

    async def photo(self, content: bytes | Path | None = None, *, caption: str = "", wait: bool = True) -> Delivery:
        """A picture, a tiny one where none is given."""
        file = {} if content is None else _file(content)
        return await self.act("photo", wait=wait, caption=caption, **file)

    async def document(
        self, content: bytes | Path, *, name: str | None = None, caption: str = "", wait: bool = True
    ) -> Delivery:
        file = _file(content)
        chosen = name or file.get("name") or "file.bin"
        kind = mimetypes.guess_type(chosen)[0]
        return await self.act("document", wait=wait, **{**file, "name": chosen, "mime_type": kind}, caption=caption)

    async def contact(self, phone_number: str | None = None, *, wait: bool = True) -> Delivery:
        """One's own, as a reply keyboard's button sends it."""
        return await self.act("contact", wait=wait, **_given(phone_number=phone_number))

    async def location(
        self, latitude: float | None = None, longitude: float | None = None, *, wait: bool = True
    ) -> Delivery:
        return await self.act("location", wait=wait, **_given(latitude=latitude, longitude=longitude))

    # -- pressing

    async def press(self, words: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        """The newest visible button with these words, an inline one first; an emoji may stand before them."""
        button = self.find(words)
        if button is None:
            return await self._press_key(best_places(words, self.keyboard)[0], wait=wait, timeout=timeout)
        if button.data is None:
            raise NoSuchButton(f"«{button.text}» opens something else than the bot: {button.spec}")
        return await self.press_data(button.message_id, button.data, wait=wait, timeout=timeout)

    async def press_data(self, message_id: int, data: str, *, wait: bool = True, timeout: float = PATIENCE) -> Delivery:
        """A press with any data, whether a button holds it or not."""
        return await self.act("press", wait=wait, timeout=timeout, message_id=message_id, data=data)

    async def _press_key(self, place: int, *, wait: bool, timeout: float) -> Delivery:
        key = [button for row in self.keyboard_rows for button in row][place]
        for request, action in (("request_contact", "contact"), ("request_location", "location")):
            if key.get(request):
                return await self.act(action, wait=wait, timeout=timeout)
        if key.get("web_app"):
            raise NoSuchButton(f"«{key['text']}» opens a Mini App: use open_web_app()")
        return await self.send(key["text"], wait=wait, timeout=timeout)

    async def open_web_app(self, words: str | None = None, *, dark: bool = False) -> WebApp:
        """Behind the button with these words, or behind the menu button; its address has the signed init data."""
        return WebApp(**await self._do("open_web_app", dark=dark, **self._web_app_place(words)))

    def _web_app_place(self, words: str | None) -> Json:
        if words is None:
            return {"menu": True}
        button = self.find(words)
        if button is None:
            return {"keyboard_button": self.keyboard[best_places(words, self.keyboard)[0]]}
        return {"message_id": button.message_id, "button": button.text}

    async def web_app_data(self, button_text: str, data: str, *, wait: bool = True) -> Delivery:
        """What a Mini App opened from a reply keyboard sends when it closes."""
        return await self.act("web_app_data", wait=wait, button_text=button_text, data=data)

    async def pay(self, message: SeenMessage | None = None, *, wait: bool = True, **fields: Any) -> Delivery:
        """The newest invoice, or that one; `fields` are those of the protocol, like `tip_amount` and `name`."""
        invoice = message or next((one for one in reversed(self.messages) if "invoice" in one.body), None)
        if invoice is None:
            raise NotSeen(f"there is no invoice to pay\n{self.screen()}")
        return await self.act("pay", wait=wait, message_id=invoice.id, **fields)

    async def react(self, *emoji: str, message: SeenMessage | None = None, wait: bool = True) -> Delivery:
        """To the bot's newest message, or that one; without emoji the reaction is taken back."""
        return await self.act("react", wait=wait, message_id=(message or self.last).id, emoji=list(emoji))

    # -- around the conversation

    async def join_room(self, title: str, kind: str = "supergroup") -> Json:
        """Add the bot to a group or channel; `chat.room()` gives it as an object."""
        return await self._do("join_room", title=title, kind=kind)

    async def leave_room(self, title: str, kind: str = "supergroup") -> Json:
        """Remove the bot from it."""
        return await self._do("leave_room", title=title, kind=kind)

    async def block(self, *, blocked: bool = True, wait: bool = True) -> Delivery:
        return await self.act("block", wait=wait, blocked=blocked)

    async def redeliver(self, *, wait: bool = True) -> Delivery:
        """The last update of this chat once more, under its old id."""
        return await self.act("redeliver", wait=wait)

    async def deliver_twice(self) -> None:
        """The next update of this chat arrives twice at once."""
        await self._do("deliver_twice")

    async def download(self, message: SeenMessage | None = None) -> bytes:
        """The picture or file of the bot's newest message, or of that one."""
        chosen = message or self.last
        if chosen.file_id is None:
            raise ActionError(f"this message has no file\n{self.screen()}")
        return await self.link.download(chosen.file_id)

    async def act(self, name: str, /, *, wait: bool = True, timeout: float = PATIENCE, **fields: Any) -> Delivery:
        """Any action of this person: sticker, forward, and all that have a method of their own."""
        result = await self._do(name, **fields)
        delivery = Delivery(result.get("update_id"))
        return await self.settled(delivery, timeout=timeout) if wait else delivery

    async def _do(self, name: str, /, **fields: Any) -> Json:
        where: Json = {"persona": self.id} if self.bot is None else {"persona": self.id, "bot": self.bot}
        return await self.link.do({"do": name, **where, **fields})


def _file(content: bytes | Path) -> Json:
    if isinstance(content, Path):
        return {"file": base64.b64encode(content.read_bytes()).decode(), "name": content.name}
    return {"file": base64.b64encode(content).decode()}


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
