"""What a line that begins with a colon does."""

import re
import shlex
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from playground.client import Delivery
from playground.errors import ActionError
from playground.terminal.conversation import Conversation
from playground.terminal.people import find_bot, find_persona
from playground.terminal.screen import Line
from playground.terminal.texts import HELP
from playground.words import LANGUAGES

Done = Delivery | None
STEP = re.compile(r"([+-]\d+(?:\.\d+)?)([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
USAGES = {usage.split()[0]: usage for usage, _ in HELP}


class Quit(Exception):
    """The person has had enough."""


class Commands:
    """Each takes the rest of its line, and returns the update to wait for, if there is one."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._known: dict[str, Callable[[str], Awaitable[Done]]] = {
            "help": self._help,
            "buttons": self._buttons,
            "press": self._press,
            "say": self._say,
            "edit": self._edit,
            "start": self._start,
            "photo": self._photo,
            "file": self._file,
            "save": self._save,
            "contact": self._contact,
            "location": self._location,
            "sticker": self._sticker,
            "react": self._react,
            "pay": self._pay,
            "menu": self._menu,
            "block": self._block,
            "unblock": self._unblock,
            "again": self._again,
            "as": self._as,
            "join": self._join,
            "bot": self._bot,
            "history": self._history,
            "clock": self._clock,
            "network": self._network,
            "fail": self._fail,
            "limits": self._limits,
            "quit": self._quit,
        }

    @property
    def names(self) -> list[str]:
        return [f":{name}" for name in self._known]

    async def perform(self, name: str, rest: str) -> Done:
        """Raises ActionError for what cannot be done, and Quit."""
        if name not in self._known:
            line = f":{name} {rest}".strip()
            raise ActionError(self._conversation.words("no command", name=name, line=line))
        return await self._known[name](rest)

    # -- the chat

    async def _help(self, _: str) -> None:
        language = LANGUAGES.index(self._conversation.words.language)
        width = max(len(usage) for usage, _ in HELP)
        lines: list[Line] = [[("bold", f"  {usage:{width}}  "), ("", meanings[language])] for usage, meanings in HELP]
        self._conversation.screen.show(*lines)

    async def _buttons(self, _: str) -> None:
        if self._conversation.keys.all:
            self._conversation.show_keys()
        else:
            self._conversation.screen.say(self._conversation.words("no buttons"))

    async def _history(self, _: str) -> None:
        self._conversation.show_messages(self._conversation.person.messages)

    async def _press(self, rest: str) -> Done:
        return await self._conversation.press(self._conversation.key(self._needed(rest, ":press")))

    async def _say(self, rest: str) -> Done:
        return await self._conversation.act("send", text=self._needed(rest, ":say"))

    async def _edit(self, rest: str) -> Done:
        text = self._needed(rest, ":edit")
        for message in reversed(self._conversation.person.messages):
            if message.outgoing and "text" in message.body:
                return await self._conversation.act("edit", message_id=message.id, text=text)
        raise ActionError(self._conversation.words("nothing to edit"))

    async def _start(self, rest: str) -> Done:
        return await self._conversation.person.start(rest, wait=False)

    async def _contact(self, rest: str) -> Done:
        return await self._conversation.person.contact(rest or None, wait=False)

    async def _location(self, rest: str) -> Done:
        try:
            latitude, longitude = map(float, rest.replace(",", " ").split()) if rest else (None, None)
        except ValueError:
            raise self._usage(":location") from None
        return await self._conversation.person.location(latitude, longitude, wait=False)

    async def _sticker(self, rest: str) -> Done:
        return await self._conversation.act("sticker", emoji=rest or None)

    async def _react(self, rest: str) -> Done:
        return await self._conversation.person.react(*rest.split(), wait=False)

    async def _pay(self, _: str) -> Done:
        return await self._conversation.person.pay(wait=False)

    async def _menu(self, _: str) -> None:
        conversation = self._conversation
        if conversation.person.menu_button.get("type") == "web_app":
            address = (await conversation.person.open_web_app()).url
            conversation.screen.say(conversation.words("web_app", url=address))
        for command in conversation.person.commands:
            conversation.screen.show([("bold", f"  /{command['command']}"), ("", f"  {command['description']}")])

    # -- files

    async def _photo(self, rest: str) -> Done:
        path, caption = self._path(rest, ":photo") if rest else (None, "")
        return await self._conversation.person.photo(path, caption=caption, wait=False)

    async def _file(self, rest: str) -> Done:
        path, caption = self._path(rest, ":file")
        return await self._conversation.person.document(path, caption=caption, wait=False)

    async def _save(self, rest: str) -> None:
        path, _ = self._path(rest, ":save")
        person = self._conversation.person
        with_files = [message for message in person.messages if not message.outgoing and message.file_id]
        path.write_bytes(await person.download(with_files[-1] if with_files else None))

    def _path(self, rest: str, command: str) -> tuple[Path, str]:
        """And what stands behind it; a path with spaces stands in quotes."""
        try:
            path, *others = shlex.split(self._needed(rest, command))
        except ValueError:
            raise self._usage(command) from None
        return Path(path).expanduser(), " ".join(others)

    # -- around it

    async def _block(self, _: str) -> Done:
        return await self._conversation.person.block(wait=False)

    async def _unblock(self, _: str) -> Done:
        return await self._conversation.person.block(blocked=False, wait=False)

    async def _again(self, _: str) -> Done:
        return await self._conversation.person.redeliver(wait=False)

    async def _as(self, rest: str) -> None:
        conversation = self._conversation
        persona = find_persona(conversation.chat, self._needed(rest, ":as"), conversation.words)
        await conversation.be(persona, conversation.bot)

    async def _join(self, rest: str) -> None:
        person = await self._conversation.chat.join(
            first_name=self._needed(rest, ":join"), bot=self._conversation.bot, language=None
        )
        await self._conversation.be(person.id, self._conversation.bot)

    async def _bot(self, rest: str) -> None:
        conversation = self._conversation
        bot = find_bot(conversation.chat, self._needed(rest, ":bot"), conversation.words)
        await conversation.be(conversation.person.id, bot)

    async def _clock(self, rest: str) -> None:
        chat = self._conversation.chat
        if step := STEP.fullmatch(rest):
            await chat.move_clock(add=float(step[1]) * SECONDS[step[2]])
            return
        try:
            moment = datetime.fromisoformat(rest)
        except ValueError:
            raise self._usage(":clock") from None
        await chat.move_clock(to=moment.astimezone())

    async def _network(self, rest: str) -> None:
        if rest not in ("down", "up"):
            raise self._usage(":network")
        await self._conversation.chat.network(down=rest == "down")

    async def _fail(self, rest: str) -> None:
        await self._conversation.chat.fail(self._needed(rest, ":fail"))

    async def _limits(self, rest: str) -> None:
        if rest not in ("off", "warn", "enforce"):
            raise self._usage(":limits")
        await self._conversation.chat.do({"do": "rate_limits", "mode": rest})

    async def _quit(self, _: str) -> None:
        raise Quit

    def _needed(self, rest: str, command: str) -> str:
        if not rest:
            raise self._usage(command)
        return rest

    def _usage(self, command: str) -> ActionError:
        return ActionError(self._conversation.words("usage", usage=USAGES[command]))
