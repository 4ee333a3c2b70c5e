"""What is urgent is found without walking past what comes in bulk, however much of that is due."""

import sqlalchemy as sa
from alembic import op

revision = "c6e2f0b1943d"
down_revision = "5d1c9a60b7e4"
branch_labels = None
depends_on = None

_WAITING = "published_at IS NULL AND dead_at IS NULL"
_BULK = "coalesce(substr(dedup_key, 1, 10), '') = 'follow_up:'"


def upgrade() -> None:
    _index("ix_outbox_urgent", f"{_WAITING} AND NOT ({_BULK})")
    _index("ix_outbox_bulk", f"{_WAITING} AND {_BULK}")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.execute("INSERT INTO served_revisions (revision) VALUES ('c6e2f0b1943d')")


def downgrade() -> None:
    op.execute("DELETE FROM served_revisions WHERE revision = 'c6e2f0b1943d'")
    _index("ix_outbox_due", _WAITING)
    op.drop_index("ix_outbox_bulk", table_name="outbox")
    op.drop_index("ix_outbox_urgent", table_name="outbox")


def _index(name: str, rows: str) -> None:
    where = sa.text(rows)
    op.create_index(name, "outbox", ["available_at", "id"], sqlite_where=where, postgresql_where=where)
