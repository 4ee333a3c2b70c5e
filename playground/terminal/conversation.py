"""One persona in the chat with one bot, on a screen: what happens there is shown, and buttons have numbers."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import quote

from playground.carried import full_name
from playground.client import Delivery, Person, Playground, SeenMessage
from playground.seen import best_places
from playground.terminal.drawing import message_lines, short
from playground.terminal.keys import Key, Keys, keys_of, wants_text
from playground.terminal.screen import Line, Screen
from playground.types import Json
from playground.words import Words

SHOWN_HISTORY = 10
OWN, BOT = "ansigreen", "ansicyan"


class Conversation:
    """`live` is for a person who watches; a script shows only what does not depend on how fast things go."""

    def __init__(self, chat: Playground, screen: Screen, words: Words, *, live: bool) -> None:
        self.chat = chat
        self.screen = screen
        self.words = words
        self.live = live
        self.person: Person
        self.bot: int
        self.signs = 0
        """How often the bot has been seen to do something here."""
        self.is_typing = False
        self._sign = asyncio.Event()
        self._shown: dict[tuple[int, int], dict[int, None]] = {}
        if not live:
            for place, past in chat.past.items():
                self._shown[place] = dict.fromkeys(message["message_id"] for message in past["messages"])
        self._known_unsupported: set[str] = set()

    # -- who talks to whom

    async def be(self, persona_id: int, bot: int) -> None:
        """Become that persona in the chat with that bot; what was written there since is shown."""
        self.person, self.bot = await self.chat.join(id=persona_id, bot=bot), bot
        persona = self.chat.personas[persona_id]
        names = f"{full_name(persona)} ({persona['role']}, {persona_id})"
        self.screen.say(self.words("who", persona=names, bot=f"{self.bot_name} (@{self.chat.bots[bot]['username']})"))
        self.show_messages([message for message in self.person.messages if message.id not in self._newest])

    @property
    def bot_name(self) -> str:
        return str(self.chat.bots[self.bot]["name"])

    @property
    def name(self) -> str:
        return str(self.person.card["first_name"])

    @property
    def _newest(self) -> dict[int, None]:
        """The messages of this chat as they were shown, the last one last."""
        return self._shown.setdefault((self.bot, self.person.id), {})

    # -- buttons

    @property
    def keys(self) -> Keys:
        return keys_of(self.person, list(self._newest))

    @property
    def wants_text(self) -> bool:
        """A number is no button now."""
        return not self.keys.all or wants_text(self.person, list(self._newest))

    def show_keys(self) -> None:
        self.screen.show(*self.keys.lines(self.words("keyboard")))

    def key(self, words: str) -> Key:
        """By the words on it, an older one too. Raises what the client raises."""
        button = self.person.find(words)
        if button is not None:
            return Key(button.text, button.spec, button.message_id)
        specs = [spec for row in self.person.keyboard_rows for spec in row]
        spec = specs[best_places(words, self.person.keyboard)[0]]
        return Key(spec["text"], spec)

    async def press(self, key: Key) -> Delivery | None:
        """Do what the button does; what leads away from the chat is shown as an address."""
        if key.message_id is None:
            return await self._press_reply(key)
        if "callback_data" in key.spec:
            self._show_press(key)
            return await self.act("press", message_id=key.message_id, data=key.spec["callback_data"])
        if "pay" in key.spec:
            self._show_press(key)
            return await self.act("pay", message_id=key.message_id)
        self.screen.say(await self._elsewhere(key))
        return None

    async def _press_reply(self, key: Key) -> Delivery | None:
        if "web_app" in key.spec:
            self.screen.say(self.words("web_app", url=(await self.person.open_web_app(key.text)).url))
            return None
        for request, action in (("request_contact", "contact"), ("request_location", "location")):
            if key.spec.get(request):
                return await self.act(action)
        return await self.act("send", text=key.text)

    async def _elsewhere(self, key: Key) -> str:
        spec = key.spec
        if address := spec.get("url") or (spec.get("login_url") or {}).get("url"):
            return self.words("opens", url=address)
        if "web_app" in spec:
            return self.words("web_app", url=(await self.person.open_web_app(key.text)).url)
        if "copy_text" in spec:
            return self.words("copies", text=spec["copy_text"]["text"])
        return self.words("unusable", button=key.text)

    def _show_press(self, key: Key) -> None:
        self.screen.say(self.words("pressed", name=self.name, button=key.text.replace("\n", " ")), OWN)

    async def act(self, name: str, /, **fields: Any) -> Delivery:
        self.is_typing = False
        return await self.person.act(name, wait=False, **fields)

    # -- what is shown

    def show_messages(self, messages: list[SeenMessage]) -> None:
        """Some that were written before, with the buttons below the last of them."""
        if messages:
            drawn = [line for message in messages[-SHOWN_HISTORY:] for line in self._drawn(message)]
            self.screen.show(*drawn, *self.keys.lines(self.words("keyboard")))

    def _drawn(self, message: SeenMessage) -> list[Line]:
        self._newest.pop(message.id, None)
        self._newest[message.id] = None
        lines = message_lines(
            message,
            author=self.name if message.outgoing else self.bot_name,
            style=OWN if message.outgoing else BOT,
            words=self.words,
            address=lambda file_id: f"{self.chat.page_url}file/{quote(file_id)}",
        )
        if self.live:
            lines[0].append(("ansibrightblack", f"  {datetime.fromtimestamp(message.body['date']):%H:%M}"))  # noqa: DTZ006 - a person's own time
        return lines

    # -- what happens

    async def next_sign(self) -> None:
        """Until the bot does something more here."""
        self._sign.clear()
        await self._sign.wait()

    def on_event(self, event: Json) -> None:
        if event.get("persona") == self.person.id and event.get("bot") == self.bot:
            self._on_chat_event(event)
        elif event["type"] == "snapshot":
            self.show_messages([message for message in self.person.messages if message.id not in self._newest])
        else:
            self._on_world_event(event)

    def _on_chat_event(self, event: Json) -> None:
        match event["type"]:
            case "message" | "edited":
                message = SeenMessage(event["message"])
                self._note_sign(message)
                lines = self._drawn(message)
                with_keys = message.buttons or message.keyboard
                self.screen.show(*lines, *(self.keys.lines(self.words("keyboard")) if with_keys else []))
            case "deleted":
                self._note_sign()
                for message in self.person.deleted[-len(event["message_ids"]) :]:
                    self.screen.say(self.words("deleted", bot=self.bot_name, text=short(message.text)))
            case "callback_answer":
                self._note_sign()
                self._show_answer(event)
            case "typing":
                self._show_typing(event["action"])
            case "blocked":
                key = "blocked" if event["blocked"] else "unblocked"
                self.screen.say(self.words(key, name=self.name, bot=self.bot_name))
            case "reaction":
                self._note_sign()
                self.screen.say(
                    self.words("reaction", bot=self.bot_name, emoji=" ".join(event["bot_reactions"]) or "–")
                )
            case "payment":
                stage = " ".join(filter(None, (event["stage"], event.get("error"))))
                self.screen.say(self.words("paid", stage=stage))

    def _show_answer(self, event: Json) -> None:
        if event["text"]:
            self.screen.say(self.words("alert" if event["alert"] else "toast", text=event["text"]), "bold ansiyellow")
        if event["url"]:
            self.screen.say(self.words("opens", url=event["url"]))

    def _show_typing(self, action: str) -> None:
        """Once in a turn, and not in a script: whether it comes depends on how long the bot takes."""
        if self.live and not self.is_typing:
            self.screen.say(self.words("typing" if action == "typing" else "sending", bot=self.bot_name))
        self.is_typing = True
        self._sign.set()

    def _note_sign(self, message: SeenMessage | None = None) -> None:
        if message is None or not message.outgoing:
            self.signs += 1
            self.is_typing = False
            self._sign.set()

    def _on_world_event(self, event: Json) -> None:
        match event["type"]:
            case "clock" if self.live:
                now = datetime.fromisoformat(event["now"]).astimezone()
                self.screen.say(self.words("clock", now=f"{now:%Y-%m-%d %H:%M}"))
            case "network":
                self.screen.say(self.words("network down" if event["down"] else "network up"))
            case "rate_limits":
                self.screen.say(self.words("rate limits", mode=event["mode"]))
            case "unsupported" if event["method"] not in self._known_unsupported:
                self._known_unsupported.add(event["method"])
                self.screen.say(self.words("unsupported", method=event["method"]))
            case "lane" if self.live and event["waiting"] and event["bot"] == self.bot:
                self.screen.say(self.words("lane", **event))
