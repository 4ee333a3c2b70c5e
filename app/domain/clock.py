"""Time as the service sees it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells now, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The system's time, plus the seconds that `offset_file` holds (missing or unreadable: none).

    The file is looked at on every call, so that moving the clock of a demonstration or a test is seen at once.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now + self.offset if self._offset_file else now

    @property
    def offset(self) -> timedelta:
        if self._offset_file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._offset_file.read_text()))
        except (OSError, ValueError, OverflowError):
            return timedelta()
