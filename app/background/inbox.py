"""What lies on a queue, as a message; or the reason why it is none."""

import json
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from app.domain.events import ADMIN_MSG, AdminText, Message, type_of_queue

_LONGEST_ID = 64


class NoMessage(Exception):
    """It fits no schema of its queue."""


def read_message(queue: str, body: bytes, *, message_id: str | None = None, content_type: str | None = None) -> Message:
    """`message_id` and `content_type` are the delivery's properties, if it has them. Raises NoMessage.

    A bare string on `admin_msg`, JSON or not, is a line for all admins.
    """
    content = _content(body, content_type)
    if isinstance(content, str) and queue == ADMIN_MSG:
        content = {"kind": AdminText.model_fields["kind"].default, "text": content}
    if not isinstance(content, dict):
        raise NoMessage(f"a message is a JSON object, not {type(content).__name__}")
    content.setdefault("message_id", message_id if message_id and len(message_id) <= _LONGEST_ID else uuid4().hex)
    try:
        return type_of_queue[queue].validate_python(content)
    except ValidationError as error:
        raise NoMessage(_what_is_wrong(error)) from None


def _content(body: bytes, content_type: str | None) -> Any:
    try:
        text = body.decode()
        content = json.loads(text)
    except UnicodeDecodeError:
        raise NoMessage("it is not text in UTF-8") from None
    except ValueError:
        if content_type == "application/json":
            raise NoMessage("it says to be JSON and is not") from None
        return text
    plain = content_type == "text/plain" and not isinstance(content, dict | str)
    return text if plain else content


def _what_is_wrong(error: ValidationError) -> str:
    """The first mistake, without what was sent: that may be somebody's name."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'message'}: {first['msg']}"
