"""Pictures and documents that were sent, by file id."""

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from playground.errors import bad_request
from playground.types import Json

LARGEST_SIDES = 10_000
LARGEST_RATIO = 20


@dataclass(slots=True, frozen=True)
class StoredFile:
    id: str
    content: bytes
    name: str
    mime_type: str
    path: str

    @property
    def folder(self) -> str:
        """What kind of file it is."""
        return self.path.partition("/")[0]

    @property
    def described(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.id[-16:], "file_size": len(self.content)}


class Files:
    """The same content under the same name has one id, however often it is sent."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, content: bytes, *, name: str, mime_type: str, folder: str) -> StoredFile:
        digest = hashlib.sha256(f"{folder}/{name}/".encode() + content).hexdigest()[:32]
        file_id = f"{folder}_{digest}"
        if file_id not in self._by_id:
            suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
            number = len(self._by_id) + 1
            stored = StoredFile(file_id, content, name, mime_type, f"{folder}/file_{number}{suffix}")
            self._by_id[file_id] = self._by_path[stored.path] = stored
        return self._by_id[file_id]

    def put(self, stored: StoredFile) -> None:
        """One that is known from before."""
        self._by_id[stored.id] = self._by_path[stored.path] = stored

    def __iter__(self) -> Iterator[StoredFile]:
        return iter(self._by_id.values())

    def get(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)


def photo_size(stored: StoredFile) -> Json:
    """Raises ApiError for what is no picture, or one that no messenger shows."""
    width, height = image_size(stored.content)
    if width + height > LARGEST_SIDES or max(width, height) > LARGEST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return {**stored.described, "width": width, "height": height}


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height of a picture; only its head is read. Raises ApiError for anything else."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(content)) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
