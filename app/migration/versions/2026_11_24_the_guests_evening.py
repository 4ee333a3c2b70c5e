"""The guest's whole evening: bookings that move, wishes, reminders, the waiting list, marks, personal data.

Code before it takes a place that is offered to somebody who waits for the guest's own hold: it is no longer served.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b8d40f62c7a9"
down_revision = "a3f27c81d5e0"
branch_labels = None
depends_on = None

_big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_when = sa.DateTime(timezone=True)
_open = sa.text("status IN ('waiting', 'offered')")
_follow_ups = "coalesce(substr(dedup_key, 1, 10), '') = 'follow_up:'"
_planned = "coalesce(substr(dedup_key, 1, 9), '') IN ('follow_up', 'reminder:')"


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("venues") as venues:
        venues.add_column(sa.Column("privacy", json, server_default=sa.text("'{}'"), nullable=False))
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("no_reminders", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        users.add_column(sa.Column("consent_version", sa.String(32), nullable=True))
        users.add_column(sa.Column("consent_at", _when, nullable=True))
        users.add_column(sa.Column("erased_at", _when, nullable=True))
    op.create_table(
        "waiting",
        sa.Column("id", _big, nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("user_id", _big, nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("earliest", _when, nullable=False),
        sa.Column("latest", _when, nullable=False),
        sa.Column("party_size", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", _when, nullable=False),
        sa.Column("changed_at", _when, nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'offered', 'booked', 'passed', 'left', 'over')", name=op.f("ck_waiting_status")
        ),
        sa.CheckConstraint("party_size >= 1", name=op.f("ck_waiting_party_size")),
        sa.CheckConstraint("latest >= earliest", name=op.f("ck_waiting_times")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_waiting_venue_id_venues")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_waiting_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    op.create_index(op.f("ix_waiting_user_id"), "waiting", ["user_id"])
    for name, columns, unique in (
        ("uq_waiting_open", ["user_id", "service_date", "earliest", "latest"], True),
        ("ix_waiting_open", ["venue_id", "service_date", "id"], False),
    ):
        op.create_index(name, "waiting", columns, unique=unique, sqlite_where=_open, postgresql_where=_open)
    op.drop_index("uq_bookings_one_hold", table_name="bookings")
    with op.batch_alter_table("bookings") as bookings:
        bookings.add_column(sa.Column("sequence", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
        bookings.add_column(sa.Column("late_minutes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
        bookings.add_column(sa.Column("wishes", json, server_default=sa.text("'{}'"), nullable=False))
        bookings.add_column(sa.Column("replaces_id", _big, nullable=True))
        bookings.add_column(sa.Column("waiting_id", _big, nullable=True))
        bookings.create_foreign_key(op.f("fk_bookings_replaces_id_bookings"), "bookings", ["replaces_id"], ["id"])
        bookings.create_foreign_key(op.f("fk_bookings_waiting_id_waiting"), "waiting", ["waiting_id"], ["id"])
    op.create_index(op.f("ix_bookings_waiting_id"), "bookings", ["waiting_id"])
    _index_holds("status = 'held' AND waiting_id IS NULL")
    op.create_table(
        "reviews",
        sa.Column("booking_id", _big, autoincrement=False, nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", _when, nullable=False),
        sa.Column("changed_at", _when, nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_reviews_stars")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_reviews_booking_id_bookings")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_reviews")),
    )
    _index_outbox(_planned)
    op.execute("DELETE FROM served_revisions")
    op.execute("INSERT INTO served_revisions (revision) VALUES ('b8d40f62c7a9')")


def downgrade() -> None:
    """Places on offer are given up."""
    op.execute("UPDATE served_revisions SET revision = 'a3f27c81d5e0' WHERE revision = 'b8d40f62c7a9'")
    _index_outbox(_follow_ups)
    op.drop_table("reviews")
    offered = "status = 'held' AND (waiting_id IS NOT NULL OR replaces_id IS NOT NULL)"
    op.execute(f"DELETE FROM table_cells WHERE booking_id IN (SELECT id FROM bookings WHERE {offered})")  # noqa: S608 - ours
    op.execute(f"UPDATE bookings SET status = 'expired' WHERE {offered}")  # noqa: S608 - ours
    op.drop_index("uq_bookings_one_hold", table_name="bookings")
    op.drop_index(op.f("ix_bookings_waiting_id"), table_name="bookings")
    with op.batch_alter_table("bookings") as bookings:
        bookings.drop_constraint(op.f("fk_bookings_waiting_id_waiting"), type_="foreignkey")
        bookings.drop_constraint(op.f("fk_bookings_replaces_id_bookings"), type_="foreignkey")
        for name in ("waiting_id", "replaces_id", "wishes", "late_minutes", "sequence"):
            bookings.drop_column(name)
    _index_holds("status = 'held'")
    op.drop_table("waiting")
    with op.batch_alter_table("users") as users:
        for name in ("erased_at", "consent_at", "consent_version", "no_reminders"):
            users.drop_column(name)
    with op.batch_alter_table("venues") as venues:
        venues.drop_column("privacy")


def _index_holds(which: str) -> None:
    where = sa.text(which)
    op.create_index(
        "uq_bookings_one_hold", "bookings", ["user_id"], unique=True, sqlite_where=where, postgresql_where=where
    )


def _index_outbox(bulk: str) -> None:
    """What comes in bulk apart from the rest."""
    waiting = "published_at IS NULL AND dead_at IS NULL"
    for name, which in (("ix_outbox_urgent", f"NOT ({bulk})"), ("ix_outbox_bulk", bulk)):
        where = sa.text(f"{waiting} AND {which}")
        op.drop_index(name, table_name="outbox")
        op.create_index(name, "outbox", ["available_at", "id"], sqlite_where=where, postgresql_where=where)
