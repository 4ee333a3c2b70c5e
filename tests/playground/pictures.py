"""Pictures to send."""

from io import BytesIO

from PIL import Image


def picture(width: int = 30, height: int = 20) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "PNG")
    return buffer.getvalue()
