"""Where the schedule keeps its jobs, looked at before it is needed."""

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from sqlalchemy import make_url, select
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.domain.errors import StoreUnavailable

_ANSWER_WITHIN = 10


def ensure_usable(store_url: str) -> None:
    """Makes its table, if it is not there. Blocks. Raises StoreUnavailable with one sentence that names STORE_URL."""
    postgres = make_url(store_url).get_backend_name() == "postgresql"
    arguments: dict[str, object] = (
        {"connect_timeout": _ANSWER_WITHIN, "options": f"-c statement_timeout={_ANSWER_WITHIN}s"}
        if postgres
        else {"timeout": _ANSWER_WITHIN}
    )
    store = SQLAlchemyJobStore(store_url, engine_options={"poolclass": NullPool, "connect_args": arguments})
    try:
        try:
            _use(store)
        except (IntegrityError, ProgrammingError):
            _use(store)  # another process may have made the table at the same moment
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", error)).split())
        raise StoreUnavailable(f"STORE_URL does not lead to a job store that can be used ({reason})") from error


def _use(store: SQLAlchemyJobStore) -> None:
    with store.engine.begin() as connection:
        store.jobs_t.create(connection, checkfirst=True)
        connection.execute(select(store.jobs_t).limit(1))
