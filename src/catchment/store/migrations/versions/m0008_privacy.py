"""What keeping personal data takes: declared fields, grants, and the trail of who read what."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TRAIL_DAYS_MIN = 1095


def upgrade() -> None:
    _fields_and_retention()
    _grants()
    _trail()
    _refuse_changes_of_the_trail()


def _fields_and_retention() -> None:
    op.create_table(
        "privacy_fields",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=256), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("label_zh", sa.String(length=100), nullable=False),
        sa.Column("label_en", sa.String(length=100), nullable=False),
        sa.Column("data_class", sa.String(length=16), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("retention_days", sa.Integer()),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_privacy_fields"),
    )
    op.create_index(
        "uq_privacy_fields_place", "privacy_fields", ["workspace_id", "place"], unique=True
    )
    op.create_table(
        "privacy_retention",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("events_days", sa.Integer()),
        sa.Column("quarantine_days", sa.Integer(), nullable=False),
        sa.Column("uploads_days", sa.Integer(), nullable=False),
        sa.Column("exports_days", sa.Integer(), nullable=False),
        sa.Column("trail_days", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=64)),
        sa.Column("changed_at", sa.BigInteger()),
        sa.Column("enforced_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_privacy_retention"),
    )


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("people_max", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ticket", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("approvals", sa.JSON(), nullable=False),
        sa.Column("settled_by", sa.String(length=64)),
        sa.Column("settled_reason", sa.String(length=500), nullable=False),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_grants"),
    )
    op.create_index("ix_grants_requested_by", "grants", ["workspace_id", "requested_by", "id"])
    op.create_table(
        "grant_people",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "grant_id", "person", name="pk_grant_people"),
    )


def _trail() -> None:
    op.create_table(
        "trail_entries",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16)),
        sa.Column("grant_id", sa.String(length=64)),
        sa.Column("person", sa.String(length=64)),
        sa.Column("kinds", sa.String(length=640), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "seq", name="pk_trail_entries"),
    )
    op.create_index("ix_trail_entries_actor", "trail_entries", ["workspace_id", "actor", "at_us"])
    op.create_index("ix_trail_entries_person", "trail_entries", ["workspace_id", "person", "seq"])
    op.create_table(
        "trail_heads",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "day", name="pk_trail_heads"),
    )


def _refuse_changes_of_the_trail() -> None:
    """Both only grow, whoever holds the database; entries leave when they have had their time."""
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def _refuse_on_sqlite() -> None:
    no = "BEGIN SELECT RAISE(ABORT, 'the trail of readings only grows'); END"
    young = (
        f"OLD.at_us > (CAST(strftime('%s', 'now') AS INTEGER) - {TRAIL_DAYS_MIN} * 86400) * 1000000"
    )
    op.execute(f"CREATE TRIGGER trail_entries_no_update BEFORE UPDATE ON trail_entries {no}")
    op.execute(
        f"CREATE TRIGGER trail_entries_no_delete BEFORE DELETE ON trail_entries WHEN {young} {no}"
    )
    for act in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER trail_heads_no_{act.lower()} BEFORE {act} ON trail_heads {no}")


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION trail_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the trail of readings only grows'; END $$"
    )
    op.execute(
        "CREATE FUNCTION trail_entry_is_young() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF OLD.at_us > (EXTRACT(EPOCH FROM now())::bigint - "
        f"{TRAIL_DAYS_MIN} * 86400::bigint) * 1000000 THEN "
        "RAISE EXCEPTION 'the trail of readings only grows'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER trail_entries_no_change BEFORE UPDATE OR TRUNCATE "
        "ON trail_entries FOR EACH STATEMENT EXECUTE FUNCTION trail_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER trail_entries_no_delete BEFORE DELETE "
        "ON trail_entries FOR EACH ROW EXECUTE FUNCTION trail_entry_is_young()"
    )
    op.execute(
        "CREATE TRIGGER trail_heads_no_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON trail_heads FOR EACH STATEMENT EXECUTE FUNCTION trail_only_grows()"
    )
