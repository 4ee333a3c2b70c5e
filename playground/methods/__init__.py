"""Bot API methods by name, and how a call of one is carried out."""

from contextlib import suppress
from time import perf_counter
from typing import Any

from playground.arguments import WHOLE, Arguments, read_arguments
from playground.chats import Bot
from playground.delivery import WebhookSettings
from playground.errors import ApiError, too_many_requests
from playground.methods import (
    callbacks,
    commands,
    copying,
    editing,
    invoices,
    profile,
    reactions,
    rooms,
    sending,
    updates,
    web_apps,
)
from playground.methods.call import Call, Handler
from playground.methods.known import KNOWN
from playground.trace import Entry
from playground.trouble import GARBAGE, NoAnswer
from playground.types import Json
from playground.webhook import Answered, Webhook
from playground.world import World

NOT_IN_AN_ANSWER = ("deletewebhook", "setwebhook", "close", "logout")
OK = 200
CUT = 0


async def perform(world: World, bot: Bot, name: str, arguments: Arguments, *, awaited: bool = True) -> tuple[int, Json]:
    """The HTTP status and body of one call; it is noted in the trace, unless it is a poll that brought nothing.

    One that nobody has `awaited` cannot hang. Raises NoAnswer where it is to fail in another way than with an error of
    the Bot API.
    """
    started = perf_counter()
    spelled = SPELLINGS.get(name.lower(), name)
    chat_id = arguments.text("chat_id")
    warning = broken = None
    try:
        await _meet_failure(world, spelled, chat_id, awaited=awaited)
        warning = _keep_pace(world, bot, spelled, chat_id)
        handler = METHODS.get(spelled)
        if handler is None:
            raise _unsupported(world, spelled)
        body: Json = {"ok": True, "result": await handler(Call(world, bot, arguments))}
        status = OK
    except ApiError as error:
        body, status = error.body(), error.code
    except NoAnswer as answer:
        broken, body, status = answer, {"broken": str(answer)}, OK if answer.content else CUT
    if (spelled, body.get("result")) == ("getUpdates", []):
        return status, body
    persona = _persona(world, bot, chat_id, arguments)
    entry = Entry(world.clock.iso(), "call", spelled, bot.id, persona, status or None, perf_counter() - started)
    entry.request, entry.response, entry.warning = arguments.for_trace(), body, warning
    world.note(entry)
    if broken is not None:
        raise broken
    return status, body


async def _meet_failure(world: World, name: str, chat_id: str, *, awaited: bool) -> None:
    failure = world.trouble.take_failure(name, chat_id)
    if failure is None:
        return
    if failure.kind == "hang" and awaited:
        await world.closed.wait()
    if failure.kind == "429":
        raise too_many_requests(failure.retry_after)
    if failure.kind in ("drop", "garbage"):
        raise NoAnswer(GARBAGE if failure.kind == "garbage" else None)
    raise ApiError(500, "Internal Server Error")


def _keep_pace(world: World, bot: Bot, name: str, chat_id: str) -> str | None:
    """What is to be warned of."""
    too_fast = world.limits.note(name, bot.id, chat_id, world.clock.now())
    if too_fast is None:
        return None
    if world.limits.mode == "enforce":
        raise too_many_requests(too_fast.retry_after)
    return too_fast.words


def _unsupported(world: World, name: str) -> ApiError:
    if name not in KNOWN:
        return ApiError(404, "Not Found: method not found")
    world.trace.unsupported[name] += 1
    world.publish({"type": "unsupported", "method": name, "count": world.trace.unsupported[name]})
    return ApiError(501, f"Not Implemented: the playground does not know how to do {name} yet")


def _persona(world: World, bot: Bot, chat_id: str, arguments: Arguments) -> int | None:
    if WHOLE.fullmatch(chat_id):
        return int(chat_id) if int(chat_id) in world.personas else None
    callback = bot.callbacks.get(arguments.text("callback_query_id"))
    return callback.persona.id if callback else None


async def resume_webhook(world: World, bot: Bot, settings: WebhookSettings) -> None:
    """As it was set before a restart."""
    await world.set_webhook(bot, Webhook(settings, bot.updates, world.client(), _on_answer(world, bot)))


def _on_answer(world: World, bot: Bot) -> Answered:
    async def execute(body: bytes, content_type: str) -> None:
        try:
            arguments = await read_arguments(content_type, body)
        except ApiError:
            return
        name = arguments.text("method").lower()
        if name and name not in NOT_IN_AN_ANSWER and not name.startswith("get"):
            values: dict[str, Any] = {key: value for key, value in arguments.values.items() if key != "method"}
            with suppress(NoAnswer):
                await perform(world, bot, name, Arguments(values, arguments.files), awaited=False)

    return execute


PARTS = (callbacks, commands, copying, editing, invoices, profile, reactions, rooms, sending, updates, web_apps)
METHODS: dict[str, Handler] = {name: handler for part in PARTS for name, handler in part.METHODS.items()} | {
    "setWebhook": updates.set_webhook_with(_on_answer)
}
SPELLINGS = {name.lower(): name for name in KNOWN}
