"""`python -m app.dead_letters`: what was given up, why, and to try it once more.

Exit codes: 0 when it is done, 1 when there is no such letter, 2 when it cannot be looked.
"""

import asyncio
import json
import logging
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import UTC

from app.background.dead_letters import DeadLetter, LettersAway, open_letters
from app.config import Settings, SettingsError, load_settings
from app.dao.database import Database
from app.domain.clock import SystemClock
from app.domain.errors import SchemaError, StoreUnavailable
from app.services.messages import MessageService

_ALL = "all"
_WIDTH = 70
"""Of a reason in the list."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    logging.getLogger("aio_pika").addHandler(logging.NullHandler())
    logging.getLogger("aiormq").addHandler(logging.NullHandler())
    try:
        return asyncio.run(_run(load_settings(), options))
    except (SettingsError, SchemaError, StoreUnavailable, LettersAway) as refusal:
        print(refusal, file=sys.stderr)
        return 2


async def _run(settings: Settings, options: Namespace) -> int:
    db = Database(settings.db_url.get_secret_value())
    try:
        await db.ensure_current()
        messages = MessageService(db, SystemClock(settings.clock_offset_file))
        rabbitmq = settings.rabbitmq_url
        async with open_letters(messages, rabbitmq.get_secret_value() if rabbitmq else None) as letters:
            return await _do(options, letters)
    finally:
        await db.close()


async def _do(options: Namespace, letters: list[DeadLetter]) -> int:
    if options.what == "list":
        _list(letters)
        return 0
    wanted = [letter for letter in letters if options.which in {_ALL, letter.queue, letter.id}]
    if not wanted:
        print(f"There is no dead letter {options.which}." if letters else "There are no dead letters.", file=sys.stderr)
        return 0 if options.which == _ALL else 1
    for letter in wanted:
        if options.what == "show":
            _show(letter)
        else:
            await _replay(letter)
    return 0


def _list(letters: list[DeadLetter]) -> None:
    """Without what is in them: that may be about somebody."""
    if not letters:
        print("There are no dead letters.")
        return
    print(f"{'QUEUE':<10} {'ID':<32} {'SINCE (UTC)':<19} {'TRIES':>5}  WHY")
    for letter in letters:
        why = " ".join(letter.why.split())
        why = why if len(why) <= _WIDTH else f"{why[: _WIDTH - 1]}…"
        print(f"{letter.queue:<10} {letter.id:<32} {_since(letter)} {letter.tries:>5}  {why}")


def _show(letter: DeadLetter) -> None:
    print(f"queue: {letter.queue}\nid:    {letter.id}\nsince: {_since(letter)} UTC\ntries: {letter.tries}")
    print(f"why:   {letter.why}\n{_readable(letter.body)}\n")


async def _replay(letter: DeadLetter) -> None:
    again = await letter.replay()
    print(f"{letter.queue} {letter.id} {'is tried again' if again else 'was replayed by somebody else'}")


def _since(letter: DeadLetter) -> str:
    return f"{letter.since.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _readable(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body.decode(errors="backslashreplace")


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(
        "python -m app.dead_letters",
        description="Messages that were given up or fit no schema. Settings are those of the service.",
        epilog=__doc__.rpartition("\n\n")[2],
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="what", required=True, metavar="list|show|replay")
    commands.add_parser("list", help="one line for each, and nothing of what is in it")
    for name, does in (("show", "all of it, also whom it is for"), ("replay", "tries it once more, under its id")):
        commands.add_parser(name, help=does).add_argument("which", help=f"an id, a queue, or {_ALL}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
