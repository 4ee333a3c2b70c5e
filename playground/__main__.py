"""`python -m playground`: a local Bot API and its chat page, until Ctrl-C or SIGTERM."""

import asyncio
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import orjson
import uvicorn

from playground.clock import Clock
from playground.errors import ActionError
from playground.history import History
from playground.limits import MODES
from playground.people import Persona, default_personas
from playground.server import HOST, LocalServer
from playground.world import World

NO_BOT = "No bot may connect yet: stop with Ctrl-C and start with --token 42:any-letters, or with --any-token"


def persona(text: str) -> Persona:
    """From JSON with the fields of Persona; `id` and `first_name` are needed."""
    try:
        return Persona(**orjson.loads(text))
    except (TypeError, ValueError) as wrong:
        raise ArgumentTypeError(f'a persona is JSON like {{"id": 1003, "first_name": "Emma"}}: {wrong}') from None


def read_options(arguments: Sequence[str] | None = None) -> Namespace:
    parser = ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--host", default=HOST, help="what to listen on; 0.0.0.0 in a container (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (default: %(default)s)")
    parser.add_argument(
        "--token",
        action="append",
        default=[],
        metavar="TOKEN[,USERNAME[,NAME]]",
        help="a bot that may connect; can be given several times",
    )
    parser.add_argument("--any-token", action="store_true", help="let every bot connect")
    parser.add_argument("--clock-offset-file", type=Path, help="where the clock's offset in seconds is kept")
    parser.add_argument("--persona", type=persona, action="append", default=[], help="one more person, as JSON")
    parser.add_argument("--key", help="the secret part of the page's address (default: a new one at each start)")
    parser.add_argument("--rate-limits", choices=MODES, default="off", help="for bots that write too fast")
    parser.add_argument("--history", type=Path, metavar="FILE", help="keep all that was said there over a restart")
    parser.add_argument("--limit-webhook-changes", action="store_true", help="429 for more than one a second")
    return parser.parse_args(arguments)


def build_world(options: Namespace) -> World:
    world = World(
        Clock(options.clock_offset_file),
        any_token=options.any_token,
        rate_limits=options.rate_limits,
        limit_webhook_changes=options.limit_webhook_changes,
    )
    for person in [*default_personas(), *options.persona]:
        world.add_persona(person)
    for entry in options.token:
        token, username, name = [*entry.split(",", 2), "", ""][:3]
        world.add_bot(token, username=username, name=name)
    return world


async def serve(options: Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    async with running(options) as server:
        lines = [f"Bot API:   {server.base_url}", f"Chat page: {server.page_url}"]
        if not (server.world.bots or options.any_token):
            lines.append(NO_BOT)
        print(*lines, sep="\n", flush=True)  # noqa: T201 - it is the output
        await stop.wait()


@asynccontextmanager
async def running(options: Namespace) -> AsyncIterator[LocalServer]:
    """The history is read before the first call is answered, and written before what waits is dropped."""
    world = build_world(options)
    history = History(world, options.history) if options.history else None
    if history is not None:
        await history.restore()
    server = LocalServer(world, host=options.host, port=options.port, key=options.key)
    await server.start()
    try:
        async with history.keeping() if history else nullcontext():
            yield server
    finally:
        await server.stop()


def quickest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """That of uvloop where it is installed."""
    return uvicorn.Config("", loop="auto").get_loop_factory()


def main(arguments: Sequence[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        with asyncio.Runner(loop_factory=quickest_loop()) as runner:
            runner.run(serve(options))
    except (ActionError, OSError) as wrong:
        print(f"The playground cannot start: {wrong}", file=sys.stderr)  # noqa: T201 - it is the output
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
