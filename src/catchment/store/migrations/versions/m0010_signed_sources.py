"""Sources that sign what they send, and numbers that stand for others."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _signing()
    _virtual_numbers()


def _signing() -> None:
    op.create_table(
        "source_rules",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=16), nullable=False),
        sa.Column("settles", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "source_id", name="pk_source_rules"),
    )
    op.create_table(
        "signing_secrets",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_signing_secrets"),
    )
    op.create_index("ix_signing_secrets_source", "signing_secrets", ["workspace_id", "source_id"])
    op.create_table(
        "signed_requests",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=16), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "source_id", "nonce", name="pk_signed_requests"),
    )
    op.create_index("ix_signed_requests_until", "signed_requests", ["until_us"])


def _virtual_numbers() -> None:
    op.create_table(
        "pool_numbers",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("binding_id", sa.String(length=64)),
        sa.Column("pair", sa.LargeBinary(length=16)),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("free_us", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", name="pk_pool_numbers"),
    )
    for name, column in (("free", "free_us"), ("pair", "pair"), ("binding", "binding_id")):
        op.create_index(f"ix_pool_numbers_{name}", "pool_numbers", ["workspace_id", column])
    op.create_table(
        "number_bindings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32)),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("a", sa.String(length=128), nullable=False),
        sa.Column("b", sa.String(length=128)),
        sa.Column("b_subject", sa.String(length=64)),
        sa.Column("pair", sa.LargeBinary(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_number_bindings"),
    )
    op.create_index("ix_number_bindings_pair", "number_bindings", ["workspace_id", "pair", "state"])
    op.create_index("ix_number_bindings_due", "number_bindings", ["state", "until_us"])
    op.create_index("ix_number_bindings_subject", "number_bindings", ["workspace_id", "subject"])
    op.create_table(
        "exchange_secrets",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_exchange_secrets"),
    )
