"""`python -m benchmarks`: play, measure, print.

Ends with 1 if a conversation was lost or the database contradicts itself; a missed target is only said.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import uvloop

from benchmarks.contestants import CORES, DidNotStart
from benchmarks.report import as_json, as_text
from benchmarks.rounds import FULL, QUICK, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute's worth: shows that it works, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    if len(CORES) == 1:
        print("There is one core: bots, Bot API and guests share it, so read the ratios only.")
    with tempfile.TemporaryDirectory(prefix="binary-bites-") as home:
        try:
            outcome = uvloop.run(run(QUICK if arguments.quick else FULL, Path(home), _tell))
        except DidNotStart as reason:
            print(reason, file=sys.stderr)
            return 1
    print(as_text(outcome))
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(outcome), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if outcome.lost or outcome.contradictions else 0


def _tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
