"""What a conversation remembers between two updates: read once, written once."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StorageKey

REMEMBERED_UPDATES = 32
CACHED_RECORDS = 2000


class Store(Protocol):
    """Where records are kept; all raise StoreUnavailable."""

    async def load(self, key: str) -> bytes | None: ...

    async def save(self, key: str, body: bytes) -> None: ...

    async def delete(self, key: str) -> None: ...


@dataclass(slots=True)
class Record:
    """One conversation: the dialogs' data by destiny, notes of our own, the ids of the updates handled last."""

    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    handled: list[int] = field(default_factory=list)
    forgotten: bool = False
    """After this update nothing of it is kept."""

    @classmethod
    def parse(cls, body: bytes | None) -> "Record":
        """Another version may have written more than these, or less."""
        if not body:
            return cls()
        found = orjson.loads(body)
        return cls(found.get("data", {}), found.get("notes", {}), found.get("handled", []))

    def mark(self, update_id: int) -> None:
        self.handled = [*self.handled, update_id][-REMEMBERED_UPDATES:]

    def body(self) -> bytes:
        body = orjson.dumps({"data": self.data, "notes": self.notes, "handled": self.handled})
        # What orjson returns holds on to a buffer of 8 KB, which is much for something that is kept.
        return bytes(memoryview(body))


class Records:
    """The records of all conversations.

    With `cached` the last ones are also kept in memory: only for a deployment with a single web process, because
    another one's changes would not be seen. A caller holds the conversation's lock from `load` to `save`.
    """

    def __init__(self, *, cached: bool) -> None:
        self._size = CACHED_RECORDS if cached else 0
        self._cache: OrderedDict[str, bytes | None] = OrderedDict()

    async def load(self, store: Store, key: str) -> Record:
        if key in self._cache:
            self._cache.move_to_end(key)
            return Record.parse(self._cache[key])
        body = await store.load(key)
        self._keep(key, body)
        return Record.parse(body)

    async def save(self, store: Store, key: str, record: Record) -> None:
        self._cache.pop(key, None)
        if record.forgotten:
            await store.delete(key)
            return
        body = record.body()
        await store.save(key, body)
        self._keep(key, body)

    def forget(self) -> None:
        """Somebody else may have changed them."""
        self._cache.clear()

    def _keep(self, key: str, body: bytes | None) -> None:
        self._cache[key] = body
        if len(self._cache) > self._size:
            self._cache.popitem(last=False)


class DialogStorage(BaseStorage):
    """aiogram-dialog's view of one record, for the time of one update: nothing leaves memory."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def set_state(self, key: StorageKey, state: str | State | None = None) -> None:
        raise NotImplementedError("Steps of a conversation are dialogs")

    async def get_state(self, key: StorageKey) -> str | None:
        raise NotImplementedError("Steps of a conversation are dialogs")

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        if data:
            self._record.data[key.destiny] = dict(data)
        else:
            self._record.data.pop(key.destiny, None)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict(self._record.data.get(key.destiny, {}))

    def forget_dialogs(self) -> None:
        self._record.data.clear()

    async def close(self) -> None:
        pass
