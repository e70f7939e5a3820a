"""Suggestions of duplicates and households, and what operators made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_suggestions",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("left", sa.String(length=64), nullable=False),
        sa.Column("right", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_by", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.String(length=64)),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("reason", sa.String(length=500)),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_duplicate_suggestions"),
    )
    op.create_index(
        "ix_duplicate_suggestions_state",
        "duplicate_suggestions",
        ["workspace_id", "state", "kind", "probability", "id"],
    )
