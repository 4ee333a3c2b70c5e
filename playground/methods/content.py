"""What a message is made of: text, caption, entities, pictures and documents."""

from typing import Any

from playground.entities import parsed
from playground.errors import bad_request
from playground.files import StoredFile, photo_size
from playground.methods.call import Call
from playground.types import Json

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_UNPARSED = 1 << 15


def text_content(call: Call) -> Json:
    if not call.arguments.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(call, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    content = with_entities("text", text, entities)
    preview = call.arguments.parsed("link_preview_options", "link preview options")
    if preview:
        content["link_preview_options"] = preview
    return content


def caption_content(call: Call) -> Json:
    text, entities = _formatted(call, "caption", "caption_entities")
    if len(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    content = with_entities("caption", text, entities)
    if text and call.arguments.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def photo_content(call: Call) -> Json:
    stored = _file(call, "photo", "photos")
    return {"photo": [photo_size(stored)], **caption_content(call)}


def document_content(call: Call) -> Json:
    stored = _file(call, "document", "documents")
    document = {**stored.described, "file_name": stored.name, "mime_type": stored.mime_type}
    return {"document": document, **caption_content(call)}


def with_entities(name: str, text: str, entities: list[Json]) -> Json:
    """The `text` or `caption` of a message with its entities; nothing when it is empty."""
    if not text:
        return {}
    field = "entities" if name == "text" else "caption_entities"
    return {name: text, field: entities} if entities else {name: text}


def _formatted(call: Call, name: str, entities_name: str) -> tuple[str, list[Json]]:
    source = call.arguments.text(name)
    if len(source.encode("utf-8", "surrogatepass")) > LONGEST_UNPARSED:
        raise bad_request("text is too long")
    given = call.arguments.parsed(entities_name, "entities")
    text, entities = parsed(source, call.arguments.text("parse_mode"), given if isinstance(given, list) else None)
    return text, [known for entity in entities if (known := _with_user(call, entity)) is not None]


def _with_user(call: Call, entity: Json) -> Json | None:
    """A mention by id works only for people the bot may know."""
    if entity["type"] != "text_mention":
        return entity
    persona = call.world.personas.get(entity["user"]["id"])
    return {**entity, "user": persona.user()} if persona else None


def _file(call: Call, name: str, folder: str) -> StoredFile:
    if upload := call.arguments.upload(name):
        if not upload.content:
            raise bad_request("file must be non-empty")
        return call.world.files.add(upload.content, name=upload.name, mime_type=upload.mime_type, folder=folder)
    given: Any = call.arguments.text(name)
    if not given:
        raise bad_request(f"there is no {name} in the request")
    stored = call.world.files.get(given)
    if stored is None:
        unreachable = given.startswith(("http://", "https://"))
        raise bad_request(
            "failed to get HTTP URL content" if unreachable else "wrong file identifier/HTTP URL specified"
        )
    return stored
