"""What a Bot API request says, in whatever form it was sent."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from playground.errors import bad_request
from playground.types import Json

LARGEST_FIELD = 1 << 20
TRUE_WORDS = ("true", "yes", "1")


@dataclass(slots=True, frozen=True)
class Upload:
    name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Arguments:
    """Values are text as sent in a form, or what a JSON body held; `files` are by field name."""

    values: Mapping[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else str(value)

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in TRUE_WORDS

    def number(self, name: str, default: int = 0) -> int:
        """As the official server: what is no number is the default."""
        text = self.text(name)
        return int(text) if text.removeprefix("-").isdecimal() else default

    def parsed(self, name: str, what: str) -> Any:
        """JSON of a form field, or the object a JSON body held; None when it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """The file of a field, sent in it or named by `attach://`."""
        text = self.text(name)
        return self.files.get(text.removeprefix("attach://") if text.startswith("attach://") else name)

    def for_trace(self) -> Json:
        shown = dict(self.values)
        for name, upload in self.files.items():
            shown[name] = f"{upload.name}, {len(upload.content)} bytes"
        return shown


async def read_arguments(content_type: str, body: bytes, query: str = "") -> Arguments:
    """From JSON, a url-encoded or multipart form, and the query string, whose values give way to the body's."""
    values: Json = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return Arguments(values)
    if kind == "application/json":
        values.update(_json_object(body))
    elif kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        return await _read_form(content_type, body, values)
    else:
        raise bad_request("unsupported content type")
    return Arguments(values)


def _json_object(body: bytes) -> Json:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(parsed, dict):
        raise bad_request("expected a JSON object")
    return parsed


async def _read_form(content_type: str, body: bytes, values: Json) -> Arguments:
    async def chunks() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    try:
        form = await MultiPartParser(
            Headers({"content-type": content_type}), chunks(), max_part_size=LARGEST_FIELD
        ).parse()
    except (MultiPartException, KeyError):
        raise bad_request("can't parse the multipart form") from None
    files = {}
    for name, part in form.multi_items():
        if isinstance(part, UploadFile):
            mime_type = part.content_type or "application/octet-stream"
            files[name] = Upload(part.filename or name, mime_type, await part.read())
        else:
            values[name] = part
    await form.close()
    return Arguments(values, files)
