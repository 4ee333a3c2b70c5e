"""What the service says of itself to programs, where DOCS_ENABLED asks for it: each path, and every answer there is."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from app.api.webhook import PATH

Schema = dict[str, Any]

_INTEGER: Schema = {"type": "integer", "format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_RETRY_AFTER: Schema = {
    "Retry-After": {
        "description": "In so many seconds the update is to be posted again.",
        "schema": {"type": "integer"},
    }
}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_MEMBER: Schema = _object({"user": _ref("User"), "status": {"enum": ["left"]}})
_SCHEMAS: Mapping[str, Schema] = {
    "User": _object(
        {"id": _INTEGER, "is_bot": _FLAG, "first_name": _TEXT}, {"username": _TEXT, "language_code": _TEXT}
    ),
    "Chat": _object({"id": _INTEGER, "type": {"enum": ["private", "group", "supergroup", "channel"]}}),
    "Message": _object(
        {"message_id": _INTEGER, "date": {**_INTEGER, "minimum": 1, "maximum": 2**31 - 1}, "chat": _ref("Chat")},
        {"from": _ref("User"), "text": _TEXT},
    ),
    "CallbackQuery": _object(
        {"id": _TEXT, "from": _ref("User"), "chat_instance": _TEXT}, {"message": _ref("Message"), "data": _TEXT}
    ),
    "ChatMemberUpdated": _object(
        {
            "chat": _ref("Chat"),
            "from": _ref("User"),
            "date": {**_INTEGER, "minimum": 1, "maximum": 2**31 - 1},
            "old_chat_member": _MEMBER,
            "new_chat_member": _MEMBER,
        }
    ),
    "Update": {
        **_object(
            {"update_id": _INTEGER},
            {
                "message": _ref("Message"),
                "edited_message": _ref("Message"),
                "channel_post": _ref("Message"),
                "callback_query": _ref("CallbackQuery"),
                "my_chat_member": _ref("ChatMemberUpdated"),
            },
        ),
        "description": "What this bot asks for, with the fields that it reads; the whole of it is Telegram's to say.",
        "externalDocs": {"url": "https://core.telegram.org/bots/api#update"},
    },
}
_WEBHOOK: Schema = {
    "tags": ["telegram"],
    "summary": "An update, answered after it was handled",
    "operationId": "webhook",
    "security": [{"secret": []}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Update")}}},
    "responses": {
        "200": {"description": "It is handled, now or before."},
        "400": {"description": "It is no update. The third time it is passed over, and answered with 200."},
        "403": {"description": "The secret is missing or wrong, or the address is not one of WEBHOOK_NETWORKS."},
        "408": {"description": "The body did not arrive within 15 seconds."},
        "413": {"description": "The body is larger than 1 MiB."},
        "503": {"description": "Stopping, overloaded, or a store is away.", "headers": _RETRY_AFTER},
    },
}


def describe_webhook(app: FastAPI) -> None:
    """Adds it to what `app` says of its other routes: it is none of FastAPI's. To be called when all are there."""
    document = app.openapi()
    document["paths"] = {PATH: {"post": _WEBHOOK}, **document["paths"]}
    components = document.setdefault("components", {})
    components["schemas"] = {**components.get("schemas", {}), **_SCHEMAS}
    header = {"type": "apiKey", "in": "header", "name": "X-Telegram-Bot-Api-Secret-Token"}
    components["securitySchemes"] = {"secret": header}
