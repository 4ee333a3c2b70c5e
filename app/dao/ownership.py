"""One process per SQLite file."""

from pathlib import Path

from filelock import FileLock, Timeout

from app.domain.errors import DatabaseInUse


def own(file: Path) -> FileLock:
    """Makes the file's directory and locks the file for this process, until released or until the process is gone.

    The system frees the lock, also after a kill. Raises DatabaseInUse.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{file}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise DatabaseInUse(
            f"DB_URL names the SQLite database {file}, which another process is using: "
            "stop that one, name another file, or use PostgreSQL."
        ) from None
    return lock
