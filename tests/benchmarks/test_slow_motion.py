"""The benchmark's way to show on few cores what needs many."""

import sys
import time
from collections.abc import Sequence

import psutil

from benchmarks.deployment import cpu_seconds, in_slow_motion
from servers.guard import Guard
from servers.server import Server

SHARE = 0.2
WATCHED = 1.0


class Busy(Server):
    """Uses all that it gets."""

    def command(self) -> Sequence[str]:
        return [sys.executable, "-c", "while True: pass"]

    def is_ready(self) -> bool:
        return True


def test_a_process_in_slow_motion_gets_its_share_of_a_core_and_goes_on_afterwards(guard: Guard) -> None:
    busy = Busy(guard)
    busy.start()
    with in_slow_motion([busy], SHARE):
        before, began = cpu_seconds(busy), time.perf_counter()
        time.sleep(WATCHED)
        used, passed = cpu_seconds(busy) - before, time.perf_counter() - began
    assert 0 < used < SHARE * passed + 0.1
    assert psutil.Process(busy.pid).status() != psutil.STATUS_STOPPED
    busy.close()
