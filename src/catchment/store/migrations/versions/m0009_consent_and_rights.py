"""The ledger of consent, and what people asked for as their right."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _consent()
    _only_grows()
    _rights()
    _systems()


def _consent() -> None:
    op.create_table(
        "consent_entries",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("notice_version", sa.String(length=64), nullable=False),
        sa.Column("notice_hash", sa.String(length=64), nullable=False),
        sa.Column("separate", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("noticed_at", sa.BigInteger()),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.LargeBinary()),
        sa.Column("event_key", sa.String(length=64)),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_consent_entries"),
    )
    op.create_index(
        "ix_consent_entries_subject", "consent_entries", ["workspace_id", "subject", "id"]
    )
    op.create_index(
        "ix_consent_entries_purpose",
        "consent_entries",
        ["workspace_id", "purpose", "channel", "subject", "state", "said_at"],
    )
    op.create_index(
        "uq_consent_entries_event", "consent_entries", ["workspace_id", "event_key"], unique=True
    )
    op.create_table(
        "consent_readings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_consent_readings"),
    )


def _only_grows() -> None:
    """The ledger only grows, whoever holds the database."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER consent_entries_no_{act.lower()} BEFORE {act} ON consent_entries "
                "BEGIN SELECT RAISE(ABORT, 'the ledger of consent only grows'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION consent_ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger of consent only grows'; END $$"
    )
    op.execute(
        "CREATE TRIGGER consent_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON consent_entries FOR EACH STATEMENT EXECUTE FUNCTION consent_ledger_only_grows()"
    )


def _rights() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("decision_id", sa.String(length=64)),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.JSON()),
        sa.Column("file_until", sa.BigInteger()),
        sa.Column("approved_by", sa.String(length=64)),
        sa.Column("reason", sa.String(length=500)),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_rights_requests"),
    )
    op.create_index("ix_rights_requests_person", "rights_requests", ["workspace_id", "person"])
    op.create_index("ix_rights_requests_state", "rights_requests", ["state", "kind"])
    op.create_index(
        "uq_rights_requests_decision",
        "rights_requests",
        ["workspace_id", "decision_id"],
        unique=True,
    )
    op.create_table(
        "automated_refusals",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "subject", name="pk_automated_refusals"),
    )


def _systems() -> None:
    op.create_table(
        "connected_systems",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_connected_systems"),
    )
    op.create_table(
        "system_tellings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("system_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "request_id", "system_id", name="pk_system_tellings"
        ),
    )
    op.create_index("ix_system_tellings_state", "system_tellings", ["state", "next_at"])
