"""A Bot API in memory: chats as people see them, and refusals as the real one words them."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramUnauthorizedError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    GetMe,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import (
    BufferedInputFile,
    Chat,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    User,
)

ME = User(id=4200000001, is_bot=True, first_name="Binary Bites", username="bites_bot")
_TAGS = {"b", "i", "a"}


class _Shown(HTMLParser):
    """What is left of HTML on the screen; what Telegram would not take is a mistake."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        assert tag in _TAGS, f"<{tag}>"
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        assert not self._open


def shown(html: str) -> str:
    parser = _Shown()
    parser.feed(html)
    parser.close()
    return parser.text


@dataclass(slots=True)
class Bubble:
    id: int
    text: str
    markup: InlineKeyboardMarkup | None
    file: BufferedInputFile | None = None

    @property
    def buttons(self) -> list[str]:
        rows = self.markup.inline_keyboard if self.markup else []
        return [button.text for row in rows for button in row if button.text.strip()]

    def data(self, label: str) -> str:
        """What the button says to the bot; an emoji may stand before its words."""
        for row in self.markup.inline_keyboard if self.markup else []:
            for button in row:
                if button.text == label or button.text.endswith(f" {label}"):
                    return button.callback_data or ""
        raise AssertionError(f"no button {label!r} among {self.buttons} of {self.text!r}")


@dataclass
class Telegram(BaseSession):
    """`refuse` may raise what a method is to fail with."""

    chats: dict[int, dict[int, Bubble]] = field(default_factory=lambda: defaultdict(dict))
    keyboards: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What a chat has in place of the letters."""
    toasts: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refuse: Callable[[TelegramMethod[Any]], None] | None = None
    _last_id: int = 100

    def __post_init__(self) -> None:
        super().__init__()

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    async def close(self) -> None:
        pass

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""

    async def make_request(self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None) -> Any:  # noqa: ARG002, ASYNC109 - aiogram's signature
        self.calls.append(method.__api_method__)
        if self.refuse:
            self.refuse(method)
        match method:
            case SendMessage() | SendPhoto() | SendDocument():
                return self._send(bot, method)
            case EditMessageText():
                return self._edit(bot, method, int(method.chat_id or 0), int(method.message_id or 0))
            case EditMessageReplyMarkup():
                bubble = self._find(method, int(method.chat_id or 0), int(method.message_id or 0))
                bubble.markup = method.reply_markup
                return _message(bot, int(method.chat_id or 0), bubble)
            case DeleteMessage():
                self._find(method, int(method.chat_id), method.message_id)
                del self.chats[int(method.chat_id)][method.message_id]
                return True
            case AnswerCallbackQuery() | SendChatAction():
                self._show(method)
                return True
            case GetMe():
                return ME
        raise AssertionError(f"{method.__api_method__} was not expected")

    def _lay_keys(self, chat_id: int, markup: Any) -> Any:
        """What is left for the message itself."""
        if isinstance(markup, ReplyKeyboardRemove):
            self.keyboards.pop(chat_id, None)
        elif isinstance(markup, ReplyKeyboardMarkup):
            self.keyboards[chat_id] = [button.text for row in markup.keyboard for button in row]
        else:
            return markup
        return None

    def _send(self, bot: Bot, method: SendMessage | SendPhoto | SendDocument) -> Message:
        chat_id, message_id = int(method.chat_id), self.next_id()
        if isinstance(method, SendMessage):
            return self._put(bot, chat_id, message_id, method.text, self._lay_keys(chat_id, method.reply_markup))
        assert len(method.caption or "") <= 1024
        message = self._put(bot, chat_id, message_id, method.caption or "", method.reply_markup)
        file = method.photo if isinstance(method, SendPhoto) else method.document
        assert isinstance(file, BufferedInputFile)
        self.chats[chat_id][message_id].file = file
        return message

    def _show(self, method: AnswerCallbackQuery | SendChatAction) -> None:
        if isinstance(method, AnswerCallbackQuery) and method.text:
            assert len(method.text) <= 200
            self.toasts.append(method.text)

    def _find(self, method: TelegramMethod[Any], chat_id: int, message_id: int) -> Bubble:
        if message_id not in self.chats[chat_id]:
            verb = "delete" if isinstance(method, DeleteMessage) else "edit"
            raise TelegramBadRequest(method=method, message=f"Bad Request: message to {verb} not found")
        return self.chats[chat_id][message_id]

    def _edit(self, bot: Bot, method: EditMessageText, chat_id: int, message_id: int) -> Message:
        old = self._find(method, chat_id, message_id)
        if old.file:
            raise TelegramBadRequest(method=method, message="Bad Request: there is no text in the message to edit")
        if old.text == shown(method.text or "") and old.markup == method.reply_markup:
            raise TelegramBadRequest(method=method, message="Bad Request: message is not modified: the same content")
        return self._put(bot, chat_id, message_id, method.text or "", method.reply_markup)

    def _put(self, bot: Bot, chat_id: int, message_id: int, html: str, markup: Any) -> Message:
        text = shown(html)
        assert 1 <= len(text.strip()) <= 4096
        assert markup is None or isinstance(markup, InlineKeyboardMarkup)
        buttons = [button for row in (markup.inline_keyboard if markup else []) for button in row]
        assert len(buttons) <= 100
        for button in buttons:
            assert len((button.callback_data or "").encode()) <= 64
        bubble = self.chats[chat_id][message_id] = Bubble(message_id, text, markup)
        return _message(bot, chat_id, bubble)


def blocked(method: TelegramMethod[Any]) -> None:
    raise TelegramForbiddenError(method=method, message="Forbidden: bot was blocked by the user")


def revoked(method: TelegramMethod[Any]) -> None:
    raise TelegramUnauthorizedError(method=method, message="Unauthorized")


def _message(bot: Bot, chat_id: int, bubble: Bubble) -> Message:
    message = Message(
        message_id=bubble.id,
        date=datetime.now(UTC),
        chat=Chat(id=chat_id, type="private"),
        from_user=ME,
        text=bubble.text,
        reply_markup=bubble.markup,
    )
    return message.as_(bot)
