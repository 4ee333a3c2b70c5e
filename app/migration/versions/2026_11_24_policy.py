"""What a venue has decided about bookings: its policy, tables that are combined, and parties that wait for its word.

Earlier versions know neither bookings that wait nor those without a time slot: they are no longer served.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a3f27c81d5e0"
down_revision = "c6e2f0b1943d"
branch_labels = None
depends_on = None

_BEFORE = "'held', 'expired', 'booked', 'confirmed', 'seated', 'canceled', 'no_show', 'completed'"
_SINCE = "'held', 'pending', 'expired', 'declined', 'booked', 'confirmed', 'seated', 'canceled', 'no_show', 'completed'"


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("venues") as venues:
        venues.add_column(sa.Column("policy", json, server_default=sa.text("'{}'"), nullable=False))
        venues.add_column(sa.Column("combinations", json, server_default=sa.text("'[]'"), nullable=False))
    with op.batch_alter_table("bookings") as bookings:
        bookings.alter_column("slot_id", existing_type=sa.Integer(), nullable=True)
        bookings.add_column(sa.Column("buffer_minutes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
        bookings.add_column(sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True))
        bookings.drop_constraint(op.f("ck_bookings_status"), type_="check")
        bookings.create_check_constraint(op.f("ck_bookings_status"), f"status IN ({_SINCE})")
        bookings.drop_constraint(op.f("ck_bookings_hold"), type_="check")
        bookings.create_check_constraint(
            op.f("ck_bookings_hold"), "status NOT IN ('held', 'pending') OR hold_until IS NOT NULL"
        )
    op.execute("DELETE FROM served_revisions")
    op.execute("INSERT INTO served_revisions (revision) VALUES ('a3f27c81d5e0')")


def downgrade() -> None:
    """What waited for the restaurant's word is cancelled; visits on a grid are said to be of the first sitting."""
    op.execute("UPDATE served_revisions SET revision = 'c6e2f0b1943d' WHERE revision = 'a3f27c81d5e0'")
    op.execute("INSERT INTO served_revisions (revision) VALUES ('5d1c9a60b7e4')")
    op.execute("DELETE FROM table_cells WHERE booking_id IN (SELECT id FROM bookings WHERE status = 'pending')")
    op.execute("UPDATE bookings SET status = 'canceled' WHERE status IN ('pending', 'declined')")
    op.execute("UPDATE bookings SET slot_id = (SELECT min(id) FROM time_slots) WHERE slot_id IS NULL")
    with op.batch_alter_table("bookings") as bookings:
        bookings.drop_constraint(op.f("ck_bookings_hold"), type_="check")
        bookings.create_check_constraint(op.f("ck_bookings_hold"), "status != 'held' OR hold_until IS NOT NULL")
        bookings.drop_constraint(op.f("ck_bookings_status"), type_="check")
        bookings.create_check_constraint(op.f("ck_bookings_status"), f"status IN ({_BEFORE})")
        bookings.drop_column("cancel_requested_at")
        bookings.drop_column("buffer_minutes")
        bookings.alter_column("slot_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("venues") as venues:
        venues.drop_column("combinations")
        venues.drop_column("policy")
