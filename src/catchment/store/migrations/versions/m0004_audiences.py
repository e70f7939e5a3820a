"""Audiences: definitions, transitions, lists, exports."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def _big(name: str, *, is_optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=is_optional)


def upgrade() -> None:
    _definitions()
    _moves()
    _lists_and_exports()


def _definitions() -> None:
    op.create_table(
        "audiences",
        _id("workspace_id"),
        _id("id"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.String(length=64)),
        sa.Column("kept_tag_id", sa.String(length=64)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("filled_version", sa.Integer(), nullable=False),
        _big("generation"),
        _big("size", is_optional=True),
        _big("as_of", is_optional=True),
        _big("created_at"),
        _id("created_by"),
        _big("changed_at"),
        _id("changed_by"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_audiences"),
    )
    is_active = sa.text("state = 'active'")
    op.create_index(
        "uq_audiences_name", "audiences", ["workspace_id", "name"], unique=True,
        sqlite_where=is_active, postgresql_where=is_active,
    )  # fmt: skip
    op.create_table(
        "audience_versions",
        _id("workspace_id"),
        _id("audience_id"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        _big("created_at"),
        _id("created_by"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "audience_id", "version", name="pk_audience_versions"
        ),
    )


def _moves() -> None:
    op.create_table(
        "audience_steps",
        _id("workspace_id"),
        *(_big(name) for name in ("step", "position", "nudge", "at")),
        *(_big(f"settled_{name}") for name in ("step", "position", "nudge")),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_audience_steps"),
    )
    op.create_table(
        "audience_transitions",
        _id("workspace_id"),
        _id("audience_id"),
        sa.Column("step", sa.BigInteger(), autoincrement=False, nullable=False),
        _id("person"),
        sa.Column("direction", sa.String(length=8), nullable=False),
        _big("at"),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "audience_id", "step", "person", name="pk_audience_transitions"
        ),
    )
    op.create_index(
        "ix_audience_transitions_person", "audience_transitions", ["workspace_id", "person"]
    )
    op.create_index(
        "ix_audience_transitions_step", "audience_transitions", ["workspace_id", "step"]
    )
    op.create_table(
        "audience_refills",
        _id("workspace_id"),
        _id("audience_id"),
        sa.Column("step", sa.BigInteger(), autoincrement=False, nullable=False),
        _big("at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        *(_big(name) for name in ("entered", "left", "size")),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "audience_id", "step", name="pk_audience_refills"),
    )
    op.create_table(
        "audience_days",
        _id("workspace_id"),
        _id("audience_id"),
        sa.Column("day", sa.String(length=10), nullable=False),
        *(_big(name) for name in ("size", "entered", "left")),
        sa.PrimaryKeyConstraint("workspace_id", "audience_id", "day", name="pk_audience_days"),
    )
    op.create_table(
        "audience_nudges",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _id("workspace_id"),
        _id("subject"),
        sa.PrimaryKeyConstraint("position", name="pk_audience_nudges"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audience_nudges_workspace", "audience_nudges", ["workspace_id", "position"])


def _lists_and_exports() -> None:
    op.create_table(
        "audience_lists",
        _id("workspace_id"),
        _id("id"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_big(name) for name in ("rows", "matched", "people", "refused")),
        sa.Column("problems", sa.JSON(), nullable=False),
        _big("created_at"),
        _id("created_by"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_audience_lists"),
    )
    op.create_table(
        "audience_list_pages",
        _id("workspace_id"),
        _id("list_id"),
        sa.Column("page", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subjects", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "list_id", "page", name="pk_audience_list_pages"),
    )
    op.create_table(
        "audience_exports",
        _id("workspace_id"),
        _id("id"),
        _id("audience_id"),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("unmasked", sa.Boolean(), nullable=False),
        _id("job_id"),
        *(_big(name, is_optional=True) for name in ("rows", "left_out", "bytes")),
        _id("requested_by"),
        _big("created_at"),
        _big("expires_at"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_audience_exports"),
    )
