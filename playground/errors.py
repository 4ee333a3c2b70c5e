"""What the Bot API refuses, in the words of the official server."""

from playground.types import Json


class ApiError(Exception):
    """An answer with `ok: false`; `retry_after` is in seconds."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


class BadRequest(ApiError):
    """`reason` is the refusal as it stands inside a longer one."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, f"Bad Request: {_begun_small(reason)}")
        self.reason = reason


class ActionError(Exception):
    """A person asked the playground for something it cannot do; the text is for their eyes."""


def bad_request(reason: str) -> BadRequest:
    return BadRequest(reason)


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def restarting() -> ApiError:
    return ApiError(500, "Internal Server Error: restart")


def _begun_small(text: str) -> str:
    """The official server writes the first letter small, but not of words like BUTTON_DATA_INVALID."""
    if len(text) > 1 and (text[1] == "_" or text[1].isupper()):
        return text
    return text[:1].lower() + text[1:]
