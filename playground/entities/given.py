"""Entities that a bot sent beside its text: read and checked."""

from typing import Any

from playground.entities.links import (
    HIGHEST_TIME,
    TIME_FORMATS,
    LinkError,
    checked_link,
    mentioned_user,
    time_entity,
)
from playground.entities.text import FOUND, QUOTES, STYLES, Utf16, byte_offset, end_of, in_order
from playground.errors import ApiError, bad_request
from playground.types import Json

HIGHEST_PLACE = 1_000_000
SIMPLE = (*STYLES, *QUOTES, "code")


def given_entities(given: list[Any], text: str) -> list[Json]:
    """Only of the kinds that a bot can give: the others are found in the text anyway. Raises ApiError."""
    entities = [read for entity in given if (read := _read(entity)) is not None]
    for entity in entities:
        for name in ("offset", "length"):
            if not 0 <= entity[name] <= HIGHEST_PLACE:
                raise bad_request(f"receive an entity with incorrect {name} {entity[name]}")
    entities = in_order([entity for entity in entities if entity["length"]])
    _check_places(entities, text)
    return entities


def _read(entity: Any) -> Json | None:
    if not isinstance(entity, dict):
        raise _unreadable("expected an Object")
    place = {name: _integer(entity, name) for name in ("offset", "length")}
    kind = _field(entity, "type", str, "of type String")
    if not kind:
        raise _unreadable("Type is not specified")
    if kind in FOUND or kind == "bank_card_number":
        return None
    return {**_described(kind, entity), **place}


def _described(kind: str, entity: Json) -> Json:
    if kind in SIMPLE:
        return {"type": kind}
    match kind:
        case "pre":
            language = _optional(entity, "language")
            return {"type": "pre", "language": language} if language else {"type": "pre"}
        case "text_link":
            return _link(_field(entity, "url", str, "of type String"))
        case "text_mention":
            return {"type": kind, "user": {"id": _integer(_field(entity, "user", dict, "of type Object"), "id")}}
        case "custom_emoji":
            if not (number := _integer(entity, "custom_emoji_id")):
                raise bad_request("invalid custom emoji identifier specified")
            return {"type": kind, "custom_emoji_id": str(number)}
        case "date_time":
            return _time(_integer(entity, "unix_time"), _optional(entity, "date_time_format"))
    raise _unreadable("Unsupported type specified")


def _link(url: str) -> Json:
    if user := mentioned_user(url):
        return {"type": "text_mention", "user": {"id": user}}
    try:
        return {"type": "text_link", "url": checked_link(url)}
    except LinkError as wrong:
        raise bad_request(f"entity URL '{url}' is invalid: {wrong}") from None


def _time(unix_time: int, form: str) -> Json:
    if not TIME_FORMATS.fullmatch(form):
        raise _unreadable("Invalid date-time format specified")
    entity = time_entity(unix_time, form) if 0 < unix_time <= HIGHEST_TIME else None
    if entity is None:
        raise bad_request("invalid date specified")
    return entity


def _check_places(entities: list[Json], text: str) -> None:
    """Both ends between two characters of the text, which UTF-16 writes as one or two units."""
    units = Utf16(text)
    places = {units[place]: place for place in range(len(text) + 1)}
    size = units[len(text)]
    for entity in entities:
        begin, end = entity["offset"], end_of(entity)
        if begin > size:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {begin}")
        if begin not in places:
            where = byte_offset(text, places[begin + 1])
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {where}")
        if end > size:
            raise bad_request(
                f"entity beginning at UTF-16 offset {begin} ends after the end of the text at UTF-16 offset {end}"
            )
        if end not in places:
            where = byte_offset(text, places[end + 1])
            raise bad_request(
                f"entity beginning at UTF-16 offset {begin} ends in a middle of a UTF-16 symbol at byte offset {where}"
            )


def _unreadable(what: str) -> ApiError:
    return bad_request(f"can't parse MessageEntity: {what}")


def _field(entity: Json, name: str, kind: type | tuple[type, ...], spoken: str) -> Any:
    value = entity.get(name)
    if value is None:
        raise _unreadable(f'Can\'t find field "{name}"')
    if not isinstance(value, kind):
        raise _unreadable(f'Field "{name}" must be {spoken}')
    return value


def _optional(entity: Json, name: str) -> str:
    return str(_field(entity, name, str, "of type String")) if entity.get(name) is not None else ""


def _integer(entity: Json, name: str) -> int:
    """Digits in a text count as well."""
    value = _field(entity, name, (int, str), "a Number")
    try:
        return int(value)
    except ValueError:
        raise _unreadable(f'Field "{name}" must be a valid Number') from None
