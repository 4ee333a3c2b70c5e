"""`python -m app.backup FILE`: the SQLite database as it is at this moment, as a file of its own; the service goes on.

Exit codes: 0 when it is done, 2 with one sentence when it cannot be.
"""

import os
import sqlite3
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from app.config import SettingsError, load_database_url
from app.dao.ownership import sqlite_file
from app.domain.errors import StoreUnavailable

_PATIENCE = 10
"""Seconds to wait for whoever has locked the file."""


def main(arguments: Sequence[str] | None = None) -> int:
    copy = _target(arguments)
    try:
        size = back_up(load_database_url(), copy)
    except (SettingsError, StoreUnavailable) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    print(f"{copy} has {size} bytes")
    return 0


def back_up(db_url: str, copy: Path) -> int:
    """The size of the copy, which is there as a whole or not at all. Raises StoreUnavailable."""
    file = sqlite_file(make_url(db_url))
    if file is None:
        raise StoreUnavailable("DB_URL names a PostgreSQL database: pg_dump --format=custom makes its copy.")
    if not file.exists():
        raise StoreUnavailable(f"DB_URL names {file}, which is not there: no service has run with these settings.")
    try:
        if copy.exists():
            raise StoreUnavailable(f"{copy} is there already: name another file.")
        copy.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".unfinished-", dir=copy.parent) as folder:
            unfinished = Path(folder) / copy.name
            _copy(file, unfinished)
            unfinished.replace(copy)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"{copy} cannot be made: {error}.") from error
    return copy.stat().st_size


def _copy(file: Path, copy: Path) -> None:
    """One committed state, without what is free; on the disk when this returns."""
    with closing(sqlite3.connect(file, timeout=_PATIENCE)) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    with copy.open("rb") as written:
        os.fsync(written.fileno())


def _target(arguments: Sequence[str] | None) -> Path:
    description, _, codes = __doc__.rpartition("\n\n")
    parser = ArgumentParser(
        "python -m app.backup",
        description=description.partition(": ")[2],
        epilog=codes,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the copy, that must not be there yet")
    file: Path = parser.parse_args(arguments).file
    return file


if __name__ == "__main__":
    sys.exit(main())
