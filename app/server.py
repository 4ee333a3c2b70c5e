"""The service with its own server, whatever its roles; drained on SIGTERM and Ctrl-C."""

import asyncio
import math
import signal
import socket
import sys
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI
from loguru import logger

from app.api.protocol import BoundedProtocol
from app.config import Role, Settings, load_settings
from app.main import REFUSALS, Refusal, create_app

_KEEP_ALIVE = 75


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 after a clean stop, 2 if the service refused to start."""
    options = _options(arguments)
    try:
        settings = load_settings()
        app = create_app(settings)
        server = _Server(_config(app, settings))
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(_serve(app, server, settings, options))
    except REFUSALS as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - there may be no log yet
        return 2
    return 0


async def _serve(app: FastAPI, server: "_Server", settings: Settings, options: Namespace) -> None:
    # A signal that comes during the start waits until it is done: whatever was begun ends in order.
    with server.capture_signals(), ExitStack() as stack:
        sockets = [stack.enter_context(closing(_bound(*address))) for address in _addresses(settings, options)]
        async with app.router.lifespan_context(app):
            for listening in sockets:
                logger.info("Listening on http://{}:{}", *listening.getsockname()[:2])
            await server.serve(sockets)


class _Server(uvicorn.Server):
    """Stops cleanly where uvicorn would raise the signal once more, and end with its code."""

    _captured = False

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Once, around start and stop; serving changes nothing of it."""
        if self._captured:
            yield
            return
        self._captured = True
        with super().capture_signals():
            yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as a signal handler is called
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
        workers=1,  # or uvicorn would read WEB_CONCURRENCY, which is ours as well
        timeout_graceful_shutdown=math.ceil(settings.stop_timeout),
    )


def _addresses(settings: Settings, options: Namespace) -> list[tuple[str, int]]:
    """Where to listen, if at all: only health is served without the role web, and only on HEALTH_PORT."""
    if Role.WEB in settings.roles:
        return [(options.host, options.port)]
    return [(options.host, settings.health_port)] if settings.health_port else []


def _bound(host: str, port: int) -> socket.socket:
    """Not listening yet: nobody is accepted before the service is there."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if sys.platform != "win32":  # there it would let two services share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Refusal(f"Port {port} of {host} cannot be listened on: {error.strerror or error}.") from None
    return listening


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(
        "python -m app",
        epilog="Messages that were given up: python -m app.dead_letters --help",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="the port of the webhook and of health")
    return parser.parse_args(arguments)
