"""Reading the body of a request that may be too long."""

from starlette.requests import ClientDisconnect, Request


async def bounded_body(request: Request, limit: int) -> bytes | None:
    """None when it is longer than `limit` bytes, of which no more is read, and when its sender went away."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        return None
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                return None
            chunks.append(chunk)
    except ClientDisconnect:
        return None
    return b"".join(chunks)
