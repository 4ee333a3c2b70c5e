"""`python -m playground.terminal`: chat with a bot in a terminal, or let a script do it."""

import asyncio
import io
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TextIO

from prompt_toolkit import print_formatted_text
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.output import create_output

from playground.__main__ import build_world
from playground.__main__ import read_options as read_playground_options
from playground.client import Playground, PlaygroundGone
from playground.errors import ActionError
from playground.server import LocalServer
from playground.terminal.conversation import Conversation
from playground.terminal.lines import piped, scripted, typed
from playground.terminal.people import find_bot, find_persona
from playground.terminal.player import Failed, Player
from playground.terminal.screen import Line, Screen
from playground.terminal.texts import TEXTS
from playground.words import LANGUAGES, Words

PATIENCE = 10.0
PAUSE = 1.0


def read_options(arguments: Sequence[str] | None = None) -> Namespace:
    parser = ArgumentParser(prog="python -m playground.terminal", description=__doc__)
    parser.add_argument("page", nargs="?", metavar="PAGE", help="address of a running playground's chat page")
    parser.add_argument(
        "--token",
        action="append",
        default=[],
        metavar="TOKEN[,USERNAME[,NAME]]",
        help="start a playground here instead, for the bot with this token; several times for several bots",
    )
    parser.add_argument("--port", type=int, default=8081, help="of that playground (default: %(default)s)")
    parser.add_argument("--persona", default="guest", help="a role, an id or a name (default: %(default)s)")
    parser.add_argument("--bot", help="id, username or name, where there are several (default: the first)")
    parser.add_argument("--script", type=Path, metavar="FILE", help="play its lines; «expect: TEXT» makes it a test")
    parser.add_argument(
        "--wait",
        type=float,
        default=PATIENCE,
        metavar="SECONDS",
        help="for the bot, at each line (default: %(default)g)",
    )
    parser.add_argument(
        "--pause",
        type=float,
        default=PAUSE,
        metavar="SECONDS",
        help="for a bot that begins its work after it has acknowledged a script's line (default: %(default)g)",
    )
    parser.add_argument("--language", choices=LANGUAGES, default=_language(), help="of what the terminal itself says")
    options = parser.parse_args(arguments)
    if bool(options.page) == bool(options.token):
        parser.error("say where to chat: the address of a running playground's page, or --token to start one here")
    return options


def _language() -> str:
    set_to = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "ru" if set_to.lower().startswith("ru") else "en"


async def run(options: Namespace, stdin: TextIO, stdout: TextIO) -> int:
    """The exit code: 0 at the end of input, 1 for a script that failed, 2 where there is nobody to talk to."""
    words = Words(TEXTS, options.language)
    screen = _screen(stdout)
    live = options.script is None and stdin.isatty()
    try:
        async with _playground(options, screen, words) as chat:
            conversation = Conversation(chat, screen, words, live=live)
            player = Player(conversation, options.wait, options.pause)
            await _begin(conversation, options)
            return await _play(player, conversation, _lines(options, player, conversation, stdin, stdout))
    except Failed as failed:
        screen.say(str(failed))
        return 1
    except BrokenPipeError:
        raise  # nobody reads any more
    except (ActionError, OSError) as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201 - it is the output
        return 2


@asynccontextmanager
async def _playground(options: Namespace, screen: Screen, words: Words) -> AsyncIterator[Playground]:
    """The running one, or one of its own."""
    async with AsyncExitStack() as stack:
        page = options.page and f"{options.page.strip().partition('#')[0].rstrip('/')}/"
        if not page:
            tokens = [argument for token in options.token for argument in ("--token", token)]
            server = LocalServer(build_world(read_playground_options(tokens)), port=options.port)
            await server.start()
            stack.push_async_callback(server.stop)
            page = server.page_url
            screen.say(words("bot api", address=server.base_url, page=page))
        yield await stack.enter_async_context(Playground.connect(page))


async def _begin(conversation: Conversation, options: Namespace) -> None:
    """Find who talks to whom; the bot may still be on its way."""
    chat, screen, words = conversation.chat, conversation.screen, conversation.words
    if not chat.bots:
        screen.say(words("no bot"))
        try:
            async with asyncio.timeout(None if conversation.live else options.wait):
                await _first_bot(chat)
        except TimeoutError:
            raise Failed(words("silent", seconds=f"{options.wait:g}")) from None
    bot = find_bot(chat, options.bot, words) if options.bot else next(iter(chat.bots))
    await conversation.be(find_persona(chat, options.persona, words), bot)
    if conversation.live:
        screen.say(words("hint"))
    chat.subscribe(conversation.on_event)


async def _first_bot(chat: Playground) -> None:
    came = asyncio.Event()
    unsubscribe = chat.subscribe(lambda event: came.set() if event["type"] == "bot" else None)
    await came.wait()
    unsubscribe()


def _lines(
    options: Namespace, player: Player, conversation: Conversation, stdin: TextIO, stdout: TextIO
) -> AsyncGenerator[str]:
    if options.script is not None:
        return scripted(options.script.read_text("utf-8-sig"))
    if not (stdin.isatty() and stdout.isatty()):
        return piped(stdin)

    def commands() -> list[str]:
        return [*player.commands.names, *(f"/{command['command']}" for command in conversation.person.commands)]

    return typed(commands)


async def _play(player: Player, conversation: Conversation, lines: AsyncGenerator[str]) -> int:
    """Until the lines end, or the playground does."""
    playing = asyncio.create_task(player.play_all(lines))
    ending = asyncio.create_task(conversation.chat.ended())
    try:
        await asyncio.wait((playing, ending), return_when=asyncio.FIRST_COMPLETED)
        if playing.done() and not isinstance(playing.exception(), PlaygroundGone):
            await playing
            return 0
    finally:
        playing.cancel()
        ending.cancel()
        await asyncio.gather(playing, ending, return_exceptions=True)
    conversation.screen.say(conversation.words("gone"))
    return 1


def _screen(stdout: TextIO) -> Screen:
    """Styles are for a terminal that knows them."""
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors="replace")
    if not stdout.isatty() or os.environ.get("TERM") == "dumb":
        return Screen(stdout)
    output = create_output(stdout)

    def paint(lines: Line) -> None:
        print_formatted_text(FormattedText(lines), output=output, end="")

    return Screen(stdout, paint)


def main(arguments: Sequence[str] | None = None) -> int:
    options = read_options(arguments)
    try:
        return asyncio.run(run(options, sys.stdin, sys.stdout))
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains of it at its end
        return 0


if __name__ == "__main__":
    sys.exit(main())
