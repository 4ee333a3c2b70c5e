"""The one clock of the playground: what it says, a test or the page may move."""

import asyncio
import contextlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_SINCE_2026 = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


class Clock:
    """Real time plus an offset in seconds.

    With `offset_file` the offset survives a restart, and another process that reads the file shares the time.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._moved = asyncio.Event()
        self._set_back = 0.0  # how far in all
        self.offset = 0.0
        if offset_file is not None:
            if offset_file.exists():
                self.offset = float(offset_file.read_text(encoding="ascii") or 0)
            self._write()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.offset

    def unix(self) -> int:
        return int(self.now())

    def iso(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="milliseconds")

    def move(self, *, offset: float | None = None, add: float = 0, to: datetime | None = None) -> None:
        """Set the offset, add to it, or make it `to` now; a `to` without a zone is UTC.

        Raises ValueError for a time before 1990 or after 2100.
        """
        if to is not None:
            moment = to if to.tzinfo else to.replace(tzinfo=UTC)
            offset = moment.timestamp() - time.time()
        offset = (self.offset if offset is None else offset) + add
        if not EARLIEST <= time.time() + offset <= LATEST:
            raise ValueError("the clock goes from 1990 to 2100")
        self._set_back += max(self.offset - offset, 0)
        self.offset = offset
        self._write()
        self._moved.set()
        self._moved = asyncio.Event()

    def restore(self, offset: float) -> None:
        """The offset of before a restart, unless a file says another."""
        if self._file is None:
            self.move(offset=offset)

    async def sleep_until(self, moment: float) -> None:
        """Return when this clock says `moment`, at once when it is moved there; to set it back lengthens no sleep."""
        end = moment + self._set_back
        while (left := end - self._set_back - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)

    def _write(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        fresh.write_text(f"{self.offset:.3f}\n", encoding="ascii")
        fresh.replace(self._file)


def first_number() -> int:
    """Where ids begin that must go on growing when the playground is started anew, as a bot may remember the old ones.

    The seconds of the system's own time since 2026: the same one is not met again.
    """
    return int(time.time()) - _SINCE_2026
