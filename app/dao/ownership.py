"""One process per SQLite file."""

from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import URL

from app.domain.errors import DatabaseInUse, StoreUnavailable


def sqlite_file(url: URL) -> Path | None:
    """None: the database is a server."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def own(file: Path) -> FileLock:
    """Makes the file's directory and locks the file for this process, until released or until the process is gone.

    The system frees the lock, also after a kill. Raises DatabaseInUse, StoreUnavailable.
    """
    lock = FileLock(f"{file}.lock")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise DatabaseInUse(
            f"DB_URL names the SQLite database {file}, which another process is using: "
            "stop that one, name another file, or use PostgreSQL."
        ) from None
    except OSError as error:
        raise StoreUnavailable(f"the database: {error}") from error
    return lock
