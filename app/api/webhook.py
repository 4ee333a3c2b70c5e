"""Where Telegram posts updates. It is answered after the work: what was not answered, comes again."""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from loguru import logger
from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.api.intake import Refused, UpdateIntake, call
from app.api.strangers import Strangers
from app.api.unreadable import Unreadable
from app.domain.errors import StoreUnavailable

PATH = "/webhook"
MAX_BODY = 1024 * 1024

_SECRET_HEADER = b"x-telegram-bot-api-secret-token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_READ_SECONDS = 15
_RETRY_AFTER = {"Retry-After": "2"}
_DONE = Response()


class Rejected(Exception):
    """The post is answered with `status` and an empty body; the reason is for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


Check = Callable[[Request], Awaitable[None]]
"""Looks at the headers, raises Rejected. The body is not read yet and must not be."""


async def _nobodys(_secret: bytes) -> bool:
    """There is no other process."""
    return False


class Webhook:
    """The ASGI endpoint: secret, checks, room, length, body, update; each only if all before it was right.

    `is_anothers` says of a secret that is not ours whether another process of the deployment goes by it.
    """

    def __init__(
        self,
        bot: Bot,
        intake: UpdateIntake,
        *,
        secret: str,
        is_anothers: Callable[[bytes], Awaitable[bool]] = _nobodys,
        checks: Sequence[Check] = (),
    ) -> None:
        if not _SECRET.fullmatch(secret):
            raise ValueError("the webhook's secret should have 1 to 256 letters, digits, _ or -")
        self._bot = bot
        self._context = {"bot": bot}
        self._intake = intake
        self._secret = secret.encode()
        self._is_anothers = is_anothers
        self._checks = tuple(checks)
        self._unreadable = Unreadable()
        self._strangers = Strangers()

    def route(self) -> Route:
        return Route(PATH, self, methods=["POST"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            await self._check_secret(request.scope)
            for check in self._checks:
                await check(request)
            with self._intake.place():
                update = self._update(await _body(request))
                return await self._response(await self._intake.handle(update))
        except Rejected as rejected:
            self._intake.reject(rejected.status)
            if rejected.status == HTTPStatus.FORBIDDEN:
                self._strangers.refused(rejected)
            else:
                logger.warning("A post to the webhook was rejected with {}: {}", rejected.status, rejected)
            return Response(status_code=rejected.status)
        except (Refused, StoreUnavailable, asyncio.CancelledError):
            # Cancelled by the server, which ends in a moment: the update is to come again all the same.
            return Response(status_code=503, headers=_RETRY_AFTER)

    async def _check_secret(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name == _SECRET_HEADER:
                if hmac.compare_digest(value, self._secret) or await self._is_anothers(value):
                    return
                raise Rejected(403, "the secret is wrong")
        raise Rejected(403, "there is no secret")

    def _update(self, body: bytes) -> Update:
        try:
            return Update.model_validate_json(body, context=self._context)
        except ValidationError as error:
            update_id = self._unreadable.given_up(body)
            if update_id is None:
                raise Rejected(400, f"it is no update: {where(error)}") from None
            logger.error("Update {} is passed over, it still is no update: {}", update_id, where(error))
            return Update(update_id=update_id)

    async def _response(self, answer: TelegramMethod[Any] | None) -> Response:
        """The method as JSON; one with files is called, as a response cannot carry them well."""
        if answer is None:
            return _DONE
        files: dict[str, Any] = {}
        fields = {
            name: self._bot.session.prepare_value(value, bot=self._bot, files=files)
            for name, value in answer.model_dump(warnings=False).items()
        }
        if files:
            await call(self._bot, answer)
            return _DONE
        given = {name: value for name, value in fields.items() if value is not None}
        body = orjson.dumps({"method": answer.__api_method__, **given})
        return Response(body, media_type="application/json")


async def _body(request: Request) -> bytes:
    """At most MAX_BODY bytes, whatever the declared length says."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > MAX_BODY:
        raise Rejected(413, f"it declares {declared} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise Rejected(413, f"it has more than {MAX_BODY} bytes")
    except TimeoutError:
        raise Rejected(408, f"its body did not arrive within {_READ_SECONDS} s") from None
    return bytes(body)


def where(error: ValidationError) -> str:
    """Which fields are wrong and how; what stands in them is nobody's business."""
    mistakes = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, mistake['loc'])) or 'body'}: {mistake['type']}" for mistake in mistakes[:5])
