"""What was sent and kept in the records, sealed.

The columns stay as they are: what is sealed says so itself, and what lies open from before is
sealed by the worker, for a migration has no keys.
"""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes nothing; see above."""
