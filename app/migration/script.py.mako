"""${message}"""

import sqlalchemy as sa
from alembic import op
% if imports:
${imports}
% endif

revision = "${up_revision}"
down_revision = ${f'"{down_revision}"' if down_revision else None}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades + "\n    " if upgrades else ""}op.execute("INSERT INTO served_revisions (revision) VALUES ('${up_revision}')")


def downgrade() -> None:
    op.execute("DELETE FROM served_revisions WHERE revision = '${up_revision}'")${"\n    " + downgrades if downgrades else ""}
