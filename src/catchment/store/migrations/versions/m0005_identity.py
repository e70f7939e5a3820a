"""Kinds of identifiers, what was refused of them, and what operators decided about who is who."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds()
    _refusals()
    _decisions()


def _kinds() -> None:
    op.create_table(
        "identity_kinds",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("label_zh", sa.String(length=64), nullable=False),
        sa.Column("label_en", sa.String(length=64), nullable=False),
        sa.Column("strength", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("limit_count", sa.Integer()),
        sa.Column("people_max", sa.Integer()),
        sa.Column("blocked", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("scope_places", sa.JSON(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_identity_kinds"),
    )


def _refusals() -> None:
    op.create_table(
        "identity_readings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("counted_to", sa.BigInteger(), nullable=False),
        sa.Column("overlay_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_identity_readings"),
    )
    op.create_table(
        "identifier_refusals",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "reason", name="pk_identifier_refusals"),
    )


def _decisions() -> None:
    op.create_table(
        "identity_decisions",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("people_before", sa.JSON(), nullable=False),
        sa.Column("people_after", sa.JSON(), nullable=False),
        sa.Column("applied_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_identity_decisions"),
    )
    op.create_index(
        "ix_identity_decisions_applied", "identity_decisions", ["workspace_id", "applied_at"]
    )
    op.create_table(
        "identity_decision_subjects",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("decision_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "subject", "decision_id", name="pk_identity_decision_subjects"
        ),
    )
