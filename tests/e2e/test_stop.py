"""A service that is stopped leaves nothing running."""

import threading

import pytest

from tests.e2e.conftest import Opening

pytestmark = pytest.mark.slow


async def test_stopped_as_soon_as_it_has_started_it_leaves_no_thread(opening: Opening) -> None:
    for _ in range(3):
        async with opening() as house:
            assert "Started" in house.log
        assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("APScheduler")]
