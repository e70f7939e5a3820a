"""Bringing the records to the shape this version expects, at every start.

The whole upgrade is one transaction under a lock, on SQLite too: when several processes start at
once, one upgrades, the others wait and find nothing to do; when it fails, nothing has happened.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from catchment.store.database import Database, is_away
from catchment.store.errors import RecordsTooNew, RecordsUnavailable

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6361_7463  # "catc"; any number does, as long as it stays the same


def upgrade(database: Database, *, to: str = "head") -> bool:
    """Applies the migrations that are missing; safe to call from several processes at once.

    Args:
        database: the records.
        to: a revision, for tests; `head` is the newest.

    Returns:
        Whether there was anything to do.

    Raises:
        RecordsTooNew: a newer version of Catchment has been here.
        RecordsUnavailable: the database did not answer, or another start holds the lock too long.
    """
    scripts = _scripts()
    try:
        with database.connect(reads_only=True) as connection:
            if _revision(connection, scripts) == scripts.get_current_head() and to == "head":
                return False
        with database.connect() as connection, connection.begin():
            if database.dialect == "postgresql":
                # Let go of at commit; the time-outs of everyday statements do not apply here.
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if _revision(connection, scripts) == scripts.get_current_head() and to == "head":
                return False
            _run(connection, scripts, to)
    except OperationalError as trouble:
        if not is_away(trouble):
            raise
        raise RecordsUnavailable(f"the records at {database.url} did not open") from trouble
    return True


def revision(database: Database) -> str | None:
    """The newest migration that the records have seen; `None` before the first."""
    with database.connect(reads_only=True) as connection:
        return _revision(connection, _scripts())


def _scripts() -> "ScriptDirectory":
    from alembic.config import Config  # noqa: PLC0415  (heavy, see above)
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    # Alembic reads `%` as the start of a variable.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def _revision(connection: Connection, scripts: "ScriptDirectory") -> str | None:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415  (heavy, see above)

    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise RecordsTooNew
    return found


def _run(connection: Connection, scripts: "ScriptDirectory", to: str) -> None:
    from alembic.config import Config  # noqa: PLC0415  (heavy, see above)
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415

    def steps(current: Any, _context: "MigrationContext") -> Any:
        return scripts._upgrade_revs(to, current)  # noqa: SLF001  (as alembic's own commands do)

    context = EnvironmentContext(Config(), scripts)
    context.configure(
        connection=connection,
        fn=steps,
        # SQLite's DDL is transactional once nobody commits behind its back (see `database`).
        transactional_ddl=True,
    )
    context.run_migrations()
