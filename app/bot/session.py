"""Requests to the Bot API at a fraction of the stock session's cost: JSON bodies, validators made once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from mimetypes import guess_type
from time import perf_counter
from typing import Any, cast

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardMarkup, InputFile, TelegramObject
from aiohttp import FormData
from pydantic import TypeAdapter

from app.bot.http import JSON, Answer, HttpClient

_NO_ANSWER = "none"
_SOME_FILE = "application/octet-stream"
_YES = Answer(200, b'{"ok":true,"result":true}')


def _nobody_counts(_method: str, _status: str, _seconds: float) -> None:
    """Where no metrics are kept."""


class FastSession(AiohttpSession):
    """aiogram's session; what it raises and returns is the same.

    A method that carries a file goes as a form, and is sent once as every other one. `timeout` is in seconds, for the
    whole request. `on_answer` hears of each: its name, the HTTP status or none, and the seconds it took.
    """

    def __init__(
        self, *, timeout: float = 20, limit: int = 100, on_answer: Callable[[str, str, float], None] = _nobody_counts
    ) -> None:
        super().__init__(limit=limit, timeout=timeout, json_loads=orjson.loads, json_dumps=_dumps)
        self._http = HttpClient(limit=limit)
        self._on_answer = on_answer

    async def close(self) -> None:
        self._http.close()
        await super().close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        try:
            body, kind = _json(bot, method), JSON
        except orjson.JSONEncodeError:
            body, kind = await self._form(bot, method)
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        begun, status = perf_counter(), _NO_ANSWER
        try:
            seconds = self.timeout if timeout is None else timeout
            answer = await self._http.post(url, body, timeout=seconds, kind=kind)
            status = str(answer.status)
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except OSError as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
        finally:
            self._on_answer(method.__api_method__, status, perf_counter() - begun)
        return self._result(bot, method, answer)

    async def _form(self, bot: Bot, method: TelegramMethod[TelegramType]) -> tuple[bytes, str]:
        """A method that carries files, and the form's MIME type; each file is named and typed by its name's ending."""
        form, files = FormData(quote_fields=False), dict[str, InputFile]()
        for key, value in method.model_dump(warnings=False).items():
            if prepared := self.prepare_value(value, bot=bot, files=files):
                form.add_field(key, prepared)
        for key, file in files.items():
            name = file.filename or key
            content = b"".join([chunk async for chunk in file.read(bot)])
            form.add_field(key, content, filename=name, content_type=guess_type(name)[0] or _SOME_FILE)
        body = form()
        return await body.as_bytes(), body.content_type

    def _result(self, bot: Bot, method: TelegramMethod[TelegramType], answer: Answer) -> TelegramType:
        if answer == _YES:
            return cast("TelegramType", True)
        text = answer.body.decode(errors="replace")
        return cast("TelegramType", self.check_response(bot, method, answer.status, text).result)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        try:
            body = orjson.loads(content)
            keyboard = _take_keyboard(body, method)
            answer = _validator(method.__returning__).validate_python(body, context={"bot": bot})
        except ValueError:
            answer = None
        if answer is not None and answer.ok and HTTPStatus.OK <= status_code <= HTTPStatus.IM_USED:
            if keyboard and answer.result:
                answer.result = answer.result.model_copy(update={"reply_markup": keyboard})
            return answer
        return super().check_response(bot, method, status_code, content)


def _take_keyboard(body: Any, method: TelegramMethod[Any]) -> InlineKeyboardMarkup | None:
    """The buttons of a message come back as they were sent: checking them anew would be half the work of a call."""
    sent = getattr(method, "reply_markup", None)
    if (
        not isinstance(sent, InlineKeyboardMarkup)
        or not isinstance(body, dict)
        or not isinstance(body.get("result"), dict)
    ):
        return None
    return sent if body["result"].pop("reply_markup", None) else None


@cache
def _validator(returning: Any) -> TypeAdapter[Response[Any]]:
    """Kept for good: pydantic itself keeps parametrised generics weakly and would build this anew for most answers."""
    return TypeAdapter(Response[returning])


def _json(bot: Bot, method: TelegramMethod[Any]) -> bytes:
    """Raises JSONEncodeError if there is a file in it."""
    fields = method.model_dump(exclude_none=True, warnings=False)
    for name, value in list(fields.items()):
        if isinstance(value, Default):
            fields[name] = bot.default[value.name]
            if fields[name] is None:
                del fields[name]
        elif isinstance(value, dict):
            fields[name] = _without_defaults(value)
    return orjson.dumps(fields, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _without_defaults(fields: dict[str, Any]) -> dict[str, Any]:
    """Options inside of options: what is left to the bot's defaults is left to Telegram's."""
    return {name: value for name, value in fields.items() if not isinstance(value, Default)}


def _plain(value: Any) -> Any:
    """What orjson cannot write by itself; Telegram counts time in seconds since 1970."""
    if isinstance(value, TelegramObject):
        return _without_defaults(value.model_dump(exclude_none=True, warnings=False))
    if isinstance(value, timedelta):
        value = datetime.now().astimezone() + value
    if isinstance(value, datetime):
        return round(value.timestamp())
    raise TypeError(f"{type(value).__name__} has no place in a request")


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()
