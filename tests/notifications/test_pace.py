"""How fast messages go out."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Chat, Message

from app.notifications.telegram import TelegramSender


class Messenger(BaseSession):
    """Takes every message at once and counts them."""

    sent = 0

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ARG002, ASYNC109 - aiogram's signature
        assert isinstance(method, SendMessage)
        self.sent += 1
        chat = Chat(id=int(method.chat_id), type="private")
        return Message(message_id=self.sent, date=datetime.now(UTC), chat=chat, text=method.text)

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError
        yield b""


async def _sent_at_once(messenger: Messenger, messages: int) -> int:
    sender = TelegramSender(Bot("42:token", session=messenger))
    sending = [asyncio.create_task(sender.send(1, "Новая бронь")) for _ in range(messages)]
    _, waiting = await asyncio.wait(sending, timeout=0.2)
    for task in waiting:
        task.cancel()
    return messenger.sent


async def test_one_chat_of_telegram_gets_no_more_at_once_than_telegram_allows() -> None:
    assert await _sent_at_once(Messenger(), 30) == 20


async def test_another_bot_api_server_gets_all_that_it_does_not_refuse() -> None:
    messenger = Messenger(api=TelegramAPIServer.from_base("http://127.0.0.1:8081"))

    assert await _sent_at_once(messenger, 30) == 30
