"""Tag groups, tags, who has them and the log of it; the settings and thresholds of levels."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tags()
    _assignments()
    _levels()


def _tags() -> None:
    op.create_table(
        "tag_groups",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_tag_groups"),
    )
    op.create_index("uq_tag_groups_name", "tag_groups", ["workspace_id", "name"], unique=True)
    op.create_table(
        "tags",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_tags"),
    )
    op.create_index("uq_tags_name", "tags", ["workspace_id", "group_id", "name"], unique=True)


def _assignments() -> None:
    op.create_table(
        "tag_assignments",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("tag_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "tag_id", "subject", name="pk_tag_assignments"),
    )
    op.create_index("ix_tag_assignments_subject", "tag_assignments", ["workspace_id", "subject"])
    op.create_index("ix_tag_assignments_group", "tag_assignments", ["workspace_id", "group_id"])
    op.create_table(
        "tag_log",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("deed", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("tag_id", sa.String(length=64), nullable=False),
        sa.Column("tag_name", sa.String(length=100), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_tag_log"),
    )
    op.create_index("ix_tag_log_subject", "tag_log", ["workspace_id", "subject"])
    op.create_index("ix_tag_log_tag", "tag_log", ["workspace_id", "tag_id", "id"])


def _levels() -> None:
    op.create_table(
        "level_settings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "scheme", name="pk_level_settings"),
    )
    op.create_table(
        "level_thresholds",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("recency_us", sa.JSON(), nullable=False),
        sa.Column("orders", sa.JSON(), nullable=False),
        sa.Column("net_minor", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_level_thresholds"),
    )
