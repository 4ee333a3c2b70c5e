"""Reading the body of a request that may be too long."""

from starlette.requests import Request


async def bounded_body(request: Request, limit: int) -> bytes | None:
    """None when it is longer than `limit` bytes; no more than that is read."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        return None
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
