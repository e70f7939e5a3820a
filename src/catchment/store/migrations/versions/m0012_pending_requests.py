"""Signed requests that are on their way to the log: what a crash leaves so may be sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signed_requests", sa.Column("body", sa.LargeBinary(length=16)))
    op.add_column("signed_requests", sa.Column("pending_us", sa.BigInteger()))
