"""Processes of the service that need not import it: each is forked from one that has done so, and has read its texts.

All else is as in a process that was started from a shell: its environment, folder, arguments, standard error, signals
and exit code are its own. What is done before has no effect and takes longer than all the rest of a start.
"""

import asyncio
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import coverage
import pytest


class Child:
    """As much of `asyncio.subprocess.Process` as is wanted."""

    def __init__(self, process: ForkServerProcess, stderr: asyncio.StreamReader) -> None:
        self._process = process
        self.stderr = stderr

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        assert self._process.pid
        os.kill(self._process.pid, number)

    async def wait(self) -> int:
        await asyncio.to_thread(self._process.join)
        assert self.returncode is not None
        return self.returncode


async def give_birth(module: str, *arguments: str, env: Mapping[str, str], cwd: Path) -> Child:
    """`python -m module arguments`."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    process = (await asyncio.to_thread(_nursery)).Process(target=_live, args=(module, arguments, env, cwd, writer))
    await asyncio.to_thread(process.start)
    writer.close()
    stderr = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stderr), reader)
    return Child(process, stderr)


@cache
def _nursery() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.foundation.cradle", __name__])
    with pytest.MonkeyPatch.context() as unmeasured:
        unmeasured.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        forkserver.ensure_running()
    return context


def _live(module: str, arguments: Sequence[str], env: Mapping[str, str], cwd: Path, stderr: Connection) -> None:
    os.dup2(stderr.fileno(), sys.stderr.fileno())
    stderr.close()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv[1:] = arguments
    measured = coverage.process_startup(force=True)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        if measured:
            measured.stop()
            measured.save()
