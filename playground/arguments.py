"""What a Bot API request says, in whatever form it was sent."""

import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from yarl import URL

from playground.errors import bad_request
from playground.types import Json

LARGEST_FIELD = 1 << 20
TRUE_WORDS = ("true", "yes", "1")
WHOLE = re.compile(r"-?\d{1,18}(?!\d)", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,18}(\.\d{0,18})?", re.ASCII)
DEEPEST_JSON = 100


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
        """What a JSON body holds besides text stands here as its JSON, as the official server reads it."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else orjson.dumps(value).decode()

    def needed_text(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise bad_request(f'Parameter "{name}" is required')
        return text

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in TRUE_WORDS

    def number(self, name: str, default: int = 0) -> int:
        """As the official server: what does not begin with digits is 0."""
        text = self.text(name)
        return whole_number(text) if text else default

    def decimal(self, name: str) -> float:
        number = DECIMAL.match(self.text(name).strip())
        return float(number[0]) if number else 0.0

    def parsed(self, name: str, what: str, default: Any = None) -> Any:
        """JSON of a form field, or what a JSON body held; the default when it is missing."""
        text = self.values.get(name, "")
        if text == "":
            return default
        return from_json(text, f"can't parse {what} JSON object") if isinstance(text, str) else text

    def for_trace(self) -> Json:
        shown = dict(self.values)
        for name, upload in self.files.items():
            shown[name] = f"{upload.name}, {len(upload.content)} bytes"
        return shown


async def read_arguments(content_type: str, body: bytes, query: str = "") -> Arguments:
    """From JSON, a url-encoded or multipart form, and the query string, whose values give way to the body's."""
    values: Json = _form(query) if query else {}
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return Arguments(values)
    if kind == "application/json":
        values.update(_json_object(body))
    elif kind == "application/x-www-form-urlencoded":
        values.update(_form(body.decode("utf-8", "replace")))
    elif kind == "multipart/form-data":
        return await _read_form(content_type, body, values)
    else:
        raise bad_request("unsupported content type")
    return Arguments(values)


def _form(text: str) -> Json:
    """Of a field that comes twice the last counts. Keyboards are long: urllib would take most of the time of a call."""
    return dict(URL.build(query_string=text, encoded=True).query.items())


def whole_number(text: str) -> int:
    """The digits that a text begins with; 0 without any, and for more of them than any id has."""
    number = WHOLE.match(text.strip())
    return int(number[0]) if number else 0


def from_json(text: str | bytes, complaint: str) -> Any:
    """Raises ApiError with the complaint, also for what is nested too deeply."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise bad_request(complaint) from None
    if _brackets(text) <= DEEPEST_JSON:
        return value
    level, depth = [value], 0
    while level := [inner for outer in level if isinstance(outer, dict | list) for inner in _inside(outer)]:
        depth += 1
        if depth > DEEPEST_JSON:
            raise bad_request(complaint)
    return value


def _brackets(text: str | bytes) -> int:
    """No JSON is nested deeper than it has of them."""
    if isinstance(text, str):
        return text.count("{") + text.count("[")
    return text.count(b"{") + text.count(b"[")


def _inside(outer: Json | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def _json_object(body: bytes) -> Json:
    parsed = from_json(body, "can't parse request JSON object")
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
    except (MultiPartException, KeyError, UnicodeEncodeError):
        raise bad_request("can't parse the multipart form") from None
    files = {}
    for name, part in form.multi_items():
        if isinstance(part, UploadFile):
            mime_type = part.content_type or "application/octet-stream"
            files[name] = Upload(part.filename or name, mime_type, await part.read())
        else:
            values[name] = part.encode("utf-8", "replace").decode()
    await form.close()
    return Arguments(values, files)
