"""Which revisions' code can work on the database, so that versions may run side by side."""

import sqlalchemy as sa
from alembic import op

revision = "5d1c9a60b7e4"
down_revision = "0088ed2d866f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "served_revisions",
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_served_revisions")),
    )
    op.execute("INSERT INTO served_revisions (revision) VALUES ('5d1c9a60b7e4')")


def downgrade() -> None:
    op.drop_table("served_revisions")
