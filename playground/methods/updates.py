"""How a bot gets its updates."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playground.chats import Bot
from playground.delivery import WebhookSettings
from playground.errors import ApiError, bad_request, conflict, too_many_requests
from playground.methods.call import Call, Handler
from playground.types import Json
from playground.webhook import Answered, Webhook
from playground.world import World

SECRET = re.compile(r"[A-Za-z0-9_-]*")
LONGEST_SECRET = 256
LONGEST_POLL = 50
DEFAULT_CONNECTIONS = 40
MOST_CONNECTIONS = 100
SECOND = 1


async def get_updates(call: Call) -> list[Json]:
    _remember_allowed(call)
    return await call.bot.updates.poll(
        offset=call.arguments.number("offset"),
        limit=min(max(call.arguments.number("limit", 100), 1), 100),
        seconds=min(max(call.arguments.number("timeout"), 0), LONGEST_POLL),
    )


def set_webhook_with(on_answer: Callable[[World, Bot], Answered]) -> Handler:
    """`on_answer` makes what executes a method that came as the answer to an update."""

    async def set_webhook(call: Call) -> bool:
        url = call.arguments.text("url")
        if not url:
            return await delete_webhook(call)
        _check_pace(call)
        settings = _settings(call, url)
        _remember_allowed(call)
        if call.arguments.flag("drop_pending_updates"):
            call.bot.updates.drop_all()
        elif call.bot.updates.webhook == settings:
            return True
        call.bot.updates.end_poll(conflict("terminated by setWebhook request"))
        call.bot.updates.last_error = None
        webhook = Webhook(settings, call.bot.updates, call.world.client(), on_answer(call.world, call.bot))
        await call.world.set_webhook(call.bot, webhook)
        return True

    return set_webhook


async def delete_webhook(call: Call) -> bool:
    if call.arguments.flag("drop_pending_updates"):
        call.bot.updates.drop_all()
    await call.world.set_webhook(call.bot, None)
    call.bot.updates.last_error = None
    return True


async def get_webhook_info(call: Call) -> Json:
    updates = call.bot.updates
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(updates.waiting)}
    if updates.webhook is not None:
        info["url"] = updates.webhook.url
        info["max_connections"] = updates.webhook.max_connections
        info["ip_address"] = updates.webhook.ip_address or "127.0.0.1"
        if updates.last_error is not None:
            info["last_error_date"] = updates.last_error.at
            info["last_error_message"] = updates.last_error.message
    if updates.allowed:
        info["allowed_updates"] = sorted(updates.allowed)
    return info


def _settings(call: Call, url: str) -> WebhookSettings:
    try:
        address = urlsplit(url if "://" in url else f"https://{url}")
        name = (address.hostname or "").encode("idna")
        valid = address.scheme in ("http", "https") and bool(name) and (address.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise bad_request("invalid webhook URL specified")
    secret = call.arguments.text("secret_token")
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = call.arguments.number("max_connections", DEFAULT_CONNECTIONS)
    return WebhookSettings(
        address.geturl(),
        secret,
        min(max(connections, 1), MOST_CONNECTIONS),
        call.arguments.text("ip_address") or None,
    )


def _check_pace(call: Call) -> None:
    updates, now = call.bot.updates, call.world.clock.now()
    limited = call.world.limit_webhook_changes or call.world.limits.mode == "enforce"
    if limited and now < updates.next_webhook_change <= now + SECOND:
        raise too_many_requests(1)
    updates.next_webhook_change = now + SECOND


def _remember_allowed(call: Call) -> None:
    """An empty list means all but the rare kinds; without the argument the last choice stands."""
    if "allowed_updates" not in call.arguments.values:
        return
    try:
        given: Any = call.arguments.parsed("allowed_updates", "allowed updates")
    except ApiError:
        return
    if isinstance(given, list):
        call.bot.updates.allowed = frozenset(str(kind) for kind in given)


METHODS: dict[str, Handler] = {
    "getUpdates": get_updates,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
