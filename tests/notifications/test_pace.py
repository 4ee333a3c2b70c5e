"""How fast messages go out."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Chat, Message

from app.notifications.telegram import Delivery, SendLater, TelegramSender


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


async def _try(messenger: Messenger, chats: Iterable[int], *, bulk: bool = False) -> list[Delivery | BaseException]:
    sender = TelegramSender(Bot("42:token", session=messenger))
    sending = (sender.send(chat, "Новая бронь", bulk=bulk) for chat in chats)
    return await asyncio.gather(*sending, return_exceptions=True)


async def test_one_chat_of_telegram_gets_no_more_than_telegram_allows_and_each_of_the_rest_has_its_second() -> None:
    messenger = Messenger()
    tried = await _try(messenger, [1] * 24)
    assert messenger.sent == 20
    pauses = [later.after.total_seconds() for later in tried if isinstance(later, SendLater) and later.after]
    assert pauses == pytest.approx([1, 2, 3, 4], abs=0.2)


async def test_a_message_that_comes_again_in_its_second_is_sent_before_later_ones() -> None:
    messenger = Messenger()
    sender = TelegramSender(Bot("42:token", session=messenger))
    tried = await asyncio.gather(*(sender.send(1, "x") for _ in range(21)), return_exceptions=True)
    await asyncio.sleep(
        next(later.after.total_seconds() for later in tried if isinstance(later, SendLater) and later.after)
    )
    again = await asyncio.gather(sender.send(1, "the same"), sender.send(1, "a new one"), return_exceptions=True)
    assert [isinstance(outcome, SendLater) for outcome in again] == [False, True]


async def test_all_chats_of_telegram_get_less_than_thirty_messages_within_any_second() -> None:
    messenger = Messenger()
    started = asyncio.get_running_loop().time()
    await _try(messenger, range(40))
    assert asyncio.get_running_loop().time() - started > (40 - 3) / 25 - 0.01


async def test_what_is_sent_in_bulk_waits_elsewhere_while_anything_else_is_sent() -> None:
    tried = await _try(Messenger(), range(5), bulk=True)
    assert [isinstance(outcome, SendLater) for outcome in tried] == [False, False, False, True, True]


async def test_another_bot_api_server_gets_all_that_it_does_not_refuse() -> None:
    messenger = Messenger(api=TelegramAPIServer.from_base("http://127.0.0.1:8081"))
    await _try(messenger, [1] * 30)
    assert messenger.sent == 30
