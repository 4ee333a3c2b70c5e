"""What a person sees in a chat, and how they find a button by its words."""

import re
from dataclasses import dataclass

from playground.carried import file_id
from playground.types import Json


class NoSuchButton(AssertionError):
    """No visible button has these words; the text lists those that are there."""


class AmbiguousButton(AssertionError):
    """Several buttons fit these words equally well."""


class NotSeen(AssertionError):
    """What was waited for did not come in time; the text shows the chat as it is."""


class NotAcknowledged(AssertionError):
    """The bot did not acknowledge the update in time."""


@dataclass(slots=True, frozen=True)
class Button:
    text: str
    message_id: int
    spec: Json

    @property
    def data(self) -> str | None:
        return self.spec.get("callback_data")


@dataclass(slots=True, frozen=True)
class SeenMessage:
    """A message as it stands now: `body` is the Bot API's Message, with `outgoing` for the person's own."""

    body: Json
    bot_reactions: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()
    """Those of the person."""

    @property
    def id(self) -> int:
        return int(self.body["message_id"])

    @property
    def text(self) -> str:
        """The text, or the caption of a picture or document."""
        return str(self.body.get("text") or self.body.get("caption") or "")

    @property
    def file_id(self) -> str | None:
        """Of its picture or file."""
        return file_id(self.body)

    @property
    def outgoing(self) -> bool:
        return bool(self.body.get("outgoing"))

    @property
    def edited(self) -> bool:
        return "edit_date" in self.body

    @property
    def buttons(self) -> list[Button]:
        rows = (self.body.get("reply_markup") or {}).get("inline_keyboard") or []
        return [Button(spec["text"], self.id, spec) for row in rows for spec in row]

    @property
    def keyboard(self) -> list[str] | None:
        """The texts of a reply keyboard; empty when this message removes it, None when it says nothing of it."""
        markup = self.body.get("keyboard")
        if markup is None:
            return None
        return [button["text"] for row in markup.get("keyboard") or [] for button in row]


@dataclass(slots=True, frozen=True)
class Toast:
    text: str
    alert: bool
    url: str | None


@dataclass(slots=True, frozen=True)
class WebApp:
    """A Mini App as it is opened: the address has the signed init data behind its «#»."""

    url: str
    kind: str


def best_places(words: str, texts: list[str]) -> list[int]:
    """Where the words stand best: as they are, then after a sign, then as whole words, then within others."""
    exact = [place for place, text in enumerate(texts) if text == words]
    alone = [place for place, text in enumerate(texts) if _bare(text) == (_bare(words) or words)]
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    return (
        exact
        or alone
        or [place for place, text in enumerate(texts) if whole.search(text)]
        or [place for place, text in enumerate(texts) if words in text]
    )


def _bare(text: str) -> str:
    """Without an emoji or another sign before it."""
    return re.sub(r"^[^\w«\"(]+", "", text).strip()
