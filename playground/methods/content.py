"""What a message says: its text or caption with entities, and how its links look."""

from typing import Any, Protocol

from playground.entities import parsed
from playground.errors import ApiError, bad_request
from playground.methods.call import Call
from playground.methods.fields import Fields
from playground.types import Json

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_UNPARSED = 1 << 15


class Source(Protocol):
    """Where a caption comes from: the arguments of a call, or one of the media in them."""

    def text(self, name: str) -> str: ...
    def flag(self, name: str) -> bool: ...


def text_content(call: Call) -> Json:
    preview = _preview(call)
    source = call.arguments.text("text")
    if not source:
        raise bad_request("Message text is empty")
    given = _entities_of(call, "entities")
    text, entities = formatted(call, source, call.arguments.text("parse_mode"), given)
    if not text:
        raise bad_request("Text must be non-empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("Message is too long")
    return with_entities("text", text, entities) | preview


def caption_content(call: Call) -> Json:
    return captioned(call, call.arguments, _entities_of(call, "caption_entities"))


def captioned(call: Call, source: Source, given: Any) -> Json:
    text, entities = formatted(call, source.text("caption"), source.text("parse_mode"), given)
    if len(text) > LONGEST_CAPTION:
        raise bad_request("Message caption is too long")
    content = with_entities("caption", text, entities)
    if text and source.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def with_entities(name: str, text: str, entities: list[Json]) -> Json:
    """The `text` or `caption` of a message with its entities; nothing when it is empty."""
    if not text:
        return {}
    field = "entities" if name == "text" else "caption_entities"
    return {name: text, field: entities} if entities else {name: text}


def formatted(call: Call, source: str, parse_mode: str, given: Any) -> tuple[str, list[Json]]:
    """Plain text and entities; those `given` beside it count only without a parse mode."""
    if len(source) > LONGEST_UNPARSED or len(source.encode()) > LONGEST_UNPARSED:
        raise bad_request("Text is too long")
    text, entities = parsed(source, parse_mode, given if isinstance(given, list) else None)
    return text, [known for entity in entities if (known := _with_user(call, entity)) is not None]


def _entities_of(call: Call, name: str) -> Any:
    """What is no JSON counts as none, as with the official server."""
    try:
        return call.arguments.parsed(name, "entities")
    except ApiError:
        return None


def _with_user(call: Call, entity: Json) -> Json | None:
    """A mention by id works only for people the bot may know."""
    if entity["type"] != "text_mention":
        return entity
    persona = call.world.personas.get(entity["user"]["id"])
    return {**entity, "user": persona.user()} if persona else None


def _preview(call: Call) -> Json:
    given = call.arguments.parsed("link_preview_options", "link preview options")
    if given is None:
        disabled = call.arguments.flag("disable_web_page_preview")
        return {"link_preview_options": {"is_disabled": True}} if disabled else {}
    fields = Fields(given, otherwise="Object expected as link preview options")
    flags = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")
    shown: Json = {name: True for name in flags if fields.flag(name)}
    if url := fields.text("url"):
        shown["url"] = url
    return {"link_preview_options": shown} if shown else {}
