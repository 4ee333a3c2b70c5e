"""`python -m faults`: each fault in turn, as a row of the table in docs/operations.md; 1 if anything was found."""

import asyncio
import sys
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from faults.catalogue import all_faults
from faults.fault import Fault
from faults.play import Outcome, play
from faults.site import open_site
from servers.guard import Guard
from servers.server import NotInstalledError, NotStartedError

_HEAD = """\
| fault | bookings | longest wait of a guest, s | posts again | messages twice | well again after, s | found |
|---|---:|---:|---:|---:|---:|---:|"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    faults = [fault for fault in all_faults() if any(words in fault.name for words in options.only)]
    if options.list:
        print(*(f"{fault.name:32} {fault.row}" for fault in faults), sep="\n")
        return 0
    guard = Guard()
    try:
        findings = asyncio.run(_play_all(guard, guard.folder("faults"), faults, options))
    except (NotInstalledError, NotStartedError) as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        guard.close()
    print("", *findings, sep="\n")
    return 1 if findings else 0


async def _play_all(guard: Guard, folder: Path, faults: Sequence[Fault], options: Namespace) -> list[str]:
    findings: list[str] = []
    async with open_site(guard, folder, pace=options.pace) as site:
        print(_HEAD, flush=True)
        for fault in faults:
            outcome = await play(site, [fault], seed=options.seed, moments=options.moments)
            print(_row(outcome), flush=True)
            findings += [f"{outcome.name}: {sentence}" for sentence in outcome.findings]
    return findings


def _row(outcome: Outcome) -> str:
    return (
        f"| {outcome.row.removesuffix('.')}{f': {outcome.notes}' if outcome.notes else ''} | {outcome.booked} | "
        f"{outcome.longest_wait:.1f} | {outcome.posts_again} | {outcome.repeats} | {outcome.well_after:.1f} | "
        f"{len(outcome.findings) or 'nothing'} |"
    )


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser("python -m faults", description=__doc__, formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="WORDS", help="faults with these words in their name"
    )
    parser.add_argument("--seed", type=int, default=1, help="decides all that is random")
    parser.add_argument("--moments", type=int, default=20, help="how often the processes are struck")
    parser.add_argument("--pace", type=float, default=1, help="how long outages are; 1 is a minute and more")
    parser.add_argument("--list", action="store_true", help="only name them")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
