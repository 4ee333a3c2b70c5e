"""A JSON object inside a request, read field by field; its complaints are those of the official server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playground.arguments import WHOLE
from playground.errors import BadRequest, bad_request
from playground.types import Json


@contextmanager
def reading(what: str) -> Iterator[None]:
    """A refusal of something inside is told as «can't parse …» of the whole."""
    try:
        yield
    except BadRequest as wrong:
        raise bad_request(f"Can't parse {what}: {wrong.reason}") from None


class Fields:
    """`text`, `flag` and `number` are as those of Arguments, but insist on the type. Raises BadRequest."""

    def __init__(self, value: Any, *, otherwise: str) -> None:
        if not isinstance(value, dict):
            raise bad_request(otherwise)
        self.value: Json = value

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def text(self, name: str) -> str:
        value = self.value.get(name, "")
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad_request(f'Field "{name}" must be of type String')
        return str(value)

    def flag(self, name: str) -> bool:
        value = self.value.get(name, False)
        if not isinstance(value, bool):
            raise bad_request(f'Field "{name}" must be of type Boolean')
        return value

    def number(self, name: str, default: int = 0) -> int:
        value = self.value.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise bad_request(f'Field "{name}" must be a Number')
        if WHOLE.fullmatch(str(value)) is None:
            raise bad_request(f'Field "{name}" must be a valid Number')
        return int(value)

    def needed_text(self, name: str) -> str:
        self._need(name)
        return self.text(name)

    def needed_number(self, name: str) -> int:
        self._need(name)
        return self.number(name)

    def needed_object(self, name: str) -> "Fields":
        self._need(name)
        return Fields(self.value[name], otherwise=f'Field "{name}" must be of type Object')

    def needed_array(self, name: str) -> list[Any]:
        self._need(name)
        return self.array(name)

    def array(self, name: str) -> list[Any]:
        value = self.value.get(name, [])
        if not isinstance(value, list):
            raise bad_request(f'Field "{name}" must be of type Array')
        return value

    def _need(self, name: str) -> None:
        if name not in self.value:
            raise bad_request(f'Can\'t find field "{name}"')
