"""Files in a message: what is sent, and how the Bot API describes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from playground.errors import bad_request
from playground.files import StoredFile, image_size, photo_size
from playground.methods.call import Call
from playground.methods.content import Source, caption_content, captioned
from playground.methods.fields import Fields, reading
from playground.types import Json

LONGEST_SIDE = 10_000
LARGEST_PHOTO = 10 << 20
LONGEST_PLAY = 24 * 3600
STICKER_SIDE = 512
MOST_IN_ALBUM = 10
SPOKEN = {"music": "Audio", "voice": "VoiceNote"}
ALONE_IN_ALBUM = ("audio", "document")


class Options(Source, Protocol):
    """What may be said of a file besides its caption."""

    def number(self, name: str, default: int = 0) -> int: ...


@dataclass(slots=True, frozen=True)
class Kind:
    """`describe` makes the object of a message's field; only some kinds have a caption or stand in an album."""

    name: str
    folder: str
    describe: Callable[[StoredFile, Options], Any]
    captioned: bool = True


def sent_media(call: Call, kind: Kind) -> Json:
    """The content of a message from the arguments of `sendPhoto` and its like."""
    stored = _file(call, kind, call.arguments.text(kind.name), kind.name)
    if stored is None:
        raise bad_request(f"There is no {kind.name.replace('_', ' ')} in the request")
    content = _content(kind, stored, call.arguments)
    return content | caption_content(call) if kind.captioned else content


def input_media(call: Call, given: Any, *, album: bool = False) -> Json:
    """The content of a message from an InputMedia object."""
    with reading("InputMedia"):
        fields = Fields(given, otherwise="expected an Object")
        caption = captioned(call, fields, fields.value.get("caption_entities"))
        kind = INPUT_KINDS.get(fields.needed_text("type"))
        if kind is None:
            raise bad_request(f'type "{fields.text("type")}" is unsupported')
        if album and kind.name == "animation":
            raise bad_request('type "animation" can\'t be used in sendMediaGroup')
        stored = _file(call, kind, fields.text("media"), "")
        if stored is None:
            raise bad_request("media not found")
        return _content(kind, stored, fields) | caption


def album(call: Call) -> list[Json]:
    """The contents of the messages of one media group."""
    call.arguments.needed_text("media")
    given = call.arguments.parsed("media", "media")
    if not isinstance(given, list):
        raise bad_request("Expected an Array of InputMedia")
    if len(given) > MOST_IN_ALBUM:
        raise bad_request("Too many messages to send as an album")
    if not given:
        raise bad_request("There are no messages to send")
    contents = [input_media(call, item, album=True) for item in given]
    if len({bool(content.get("show_caption_above_media")) for content in contents}) > 1:
        raise bad_request("Parameter show_caption_above_media must be the same for all messages")
    for name in ALONE_IN_ALBUM:
        if 0 < sum(name in content for content in contents) < len(contents):
            raise bad_request(f"{name.capitalize()} can't be mixed with other media types")
    return contents


def _content(kind: Kind, stored: StoredFile, options: Options) -> Json:
    content: Json = {kind.name: kind.describe(stored, options)}
    if kind.name == "animation":
        content["document"] = _document(stored, options)
    if kind.name in ("photo", "video", "animation") and options.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


def _file(call: Call, kind: Kind, given: str, field: str) -> StoredFile | None:
    """Uploaded in the field or under the name that `attach://` says, or known by its id; None if it is not there."""
    attached = given.removeprefix("attach://") if given.startswith("attach://") else field
    if upload := call.arguments.files.get(attached):
        _check_size(kind, len(upload.content))
        return call.world.files.add(upload.content, name=upload.name, mime_type=upload.mime_type, folder=kind.folder)
    if not given or given.startswith("attach://"):
        return None
    stored = call.world.files.get(given)
    if stored is None:
        unreachable = given.startswith(("http://", "https://"))
        raise bad_request(
            "failed to get HTTP URL content" if unreachable else "wrong file identifier/HTTP URL specified"
        )
    if (stored.folder == PHOTO.folder) != (kind.folder == PHOTO.folder):
        raise bad_request(f"Can't use file of type {_spoken(stored.folder)} as {_spoken(kind.folder)}")
    return stored


def _check_size(kind: Kind, size: int) -> None:
    if size == 0:
        raise bad_request("file must be non-empty")
    if kind.folder == PHOTO.folder and size > LARGEST_PHOTO:
        limit = f"the maximum size is {LARGEST_PHOTO} bytes"
        raise bad_request(f"file of size {size} bytes is too big for a photo; {limit}")


def _spoken(folder: str) -> str:
    """As the official server names what is kept there."""
    return SPOKEN.get(folder) or folder.title().replace("_", "").removesuffix("s")


def _photo(stored: StoredFile, _: Options) -> list[Json]:
    return [photo_size(stored)]


def _document(stored: StoredFile, _: Options) -> Json:
    return {**stored.described, "file_name": stored.name, "mime_type": stored.mime_type}


def _moving(stored: StoredFile, options: Options) -> Json:
    size = {name: _bounded(options, name, LONGEST_SIDE) for name in ("width", "height")}
    return {**_document(stored, options), **size, "duration": _bounded(options, "duration", LONGEST_PLAY)}


def _audio(stored: StoredFile, options: Options) -> Json:
    said = {name: text for name in ("title", "performer") if (text := options.text(name))}
    return {**_document(stored, options), "duration": _bounded(options, "duration", LONGEST_PLAY), **said}


def _voice(stored: StoredFile, options: Options) -> Json:
    played = _bounded(options, "duration", LONGEST_PLAY)
    return {**stored.described, "mime_type": stored.mime_type, "duration": played}


def _video_note(stored: StoredFile, options: Options) -> Json:
    length, played = _bounded(options, "length", LONGEST_SIDE), _bounded(options, "duration", LONGEST_PLAY)
    return {**stored.described, "length": length, "duration": played}


def _sticker(stored: StoredFile, options: Options) -> Json:
    animated, video = stored.name.endswith(".tgs"), stored.name.endswith(".webm")
    width, height = (STICKER_SIDE, STICKER_SIDE) if animated or video else image_size(stored.content)
    shape = {"type": "regular", "width": width, "height": height, "is_animated": animated, "is_video": video}
    emoji = {"emoji": options.text("emoji")} if options.text("emoji") else {}
    return {**stored.described, **shape, **emoji}


def _bounded(options: Options, name: str, highest: int) -> int:
    return min(max(options.number(name), 0), highest)


PHOTO = Kind("photo", "photos", _photo)
KINDS = (
    PHOTO,
    Kind("document", "documents", _document),
    Kind("video", "videos", _moving),
    Kind("animation", "animations", _moving),
    Kind("audio", "music", _audio),
    Kind("voice", "voice", _voice),
    Kind("video_note", "video_notes", _video_note, captioned=False),
    Kind("sticker", "stickers", _sticker, captioned=False),
)
INPUT_KINDS = {kind.name: kind for kind in KINDS if kind.name in ("photo", "document", "video", "animation", "audio")}
MEDIA_FIELDS = (*(kind.name for kind in KINDS), "has_media_spoiler")
