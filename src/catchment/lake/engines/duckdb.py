"""The embedded engine: DuckDB over the table's Parquet files.

Each question gets a connection of its own in which `events` is a view over exactly the files of one
workspace in the present snapshot, with `person` looked up in the overlay. There is nothing else to
read: file access is shut but for the lake's folders, and the settings are locked.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from catchment.events import Trust
from catchment.kernel import WorkspaceId
from catchment.lake.delta_files import DataFile
from catchment.lake.engines import EngineSetting
from catchment.lake.errors import AnswerTooLarge, AnswerTooLate, LakeUnavailable
from catchment.lake.fold_timelines import TIMELINE_COLUMNS, fold_parts
from catchment.lake.ports import Arrivals, Capabilities, Kernel, LogSpan
from catchment.lake.tables import EVENTS_NAME, EVENTS_SCHEMA, PERSON_COLUMN, PERSON_PREFIX

FOLD_ROWS = 2_000_000
"""Rows that a fold sorts and holds at once, roughly: people are split by hash into such parts."""

STATEMENTS_MAX = 256
"""Questions whose wording in SQL is remembered: to word one takes longer than a small answer."""

_DIALECT = "duckdb"
_IN_ORDER = "person, time, sequence NULLS FIRST, event_key"

_STORED = "read_parquet(getvariable('files'), hive_partitioning = false)"
_OLD_STORED = f"""(
SELECT *, '{Trust.CLAIM}' AS trust
FROM read_parquet(getvariable('old_files'), hive_partitioning = false)
)"""  # noqa: S608  (constants of ours)
_BOTH_STORED = f"({_OLD_STORED} UNION ALL BY NAME SELECT * FROM {_STORED})"  # noqa: S608  (ours)
"""Files of before events had a trust are shown with the one they then had."""

_ALONE = f"""
CREATE TEMP VIEW {EVENTS_NAME} AS
SELECT getvariable('workspace_id') AS workspace_id, event.*,
       '{PERSON_PREFIX}' || event.subject AS person
FROM {_STORED} AS event
"""  # noqa: S608  (constants of ours)
_JOINED = f"""
CREATE TEMP VIEW {EVENTS_NAME} AS
SELECT getvariable('workspace_id') AS workspace_id, event.*,
       coalesce(known.person, '{PERSON_PREFIX}' || event.subject) AS person
FROM {_STORED} AS event
LEFT JOIN read_parquet(getvariable('identity'), hive_partitioning = false) AS known
       ON event.subject = known.subject
"""  # noqa: S608  (constants of ours)

_LAYERED = f"""
CREATE TEMP VIEW {EVENTS_NAME} AS
SELECT getvariable('workspace_id') AS workspace_id, event.*,
       coalesce(recent.person, known.person, '{PERSON_PREFIX}' || event.subject) AS person
FROM {_STORED} AS event
LEFT JOIN read_parquet(getvariable('identity'), hive_partitioning = false) AS known
       ON event.subject = known.subject
LEFT JOIN (
    SELECT subject, arg_max(person, change) AS person
    FROM read_parquet(getvariable('recent'), hive_partitioning = false) GROUP BY subject
) AS recent ON event.subject = recent.subject
"""  # noqa: S608  (constants of ours)
"""The oldest file of the overlay is by far the largest; the few rows of the others win over it."""

_UNHIDDEN = """
ANTI JOIN (
    SELECT unnest(getvariable('hidden')) AS hidden_subject,
           unnest(getvariable('hidden_until')) AS hidden_until
) AS hidden ON event.subject = hidden_subject AND event.log_position <= hidden_until
"""
"""Rows of people who are to be erased; laid over the files only while somebody waits for it."""

_IN_SPAN = """
WHERE log_position > getvariable('after') AND log_position <= getvariable('until')
"""

_PERSON_BLIND = (ops.UnboundTable, ops.Filter, ops.Project, ops.Aggregate, ops.Sort, ops.Limit)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A question in SQL, the shape of its answer, and whether it turns on who anybody is."""

    sql: str
    schema: pa.Schema
    needs_person: bool


class DuckDBEngine:
    """An `Engine` in this process. Safe to use from several threads.

    Args:
        setting: the tables and the bounds.

    Attributes:
        fold_rows: rows that a fold holds at once, roughly.
    """

    def __init__(self, setting: EngineSetting) -> None:
        self.fold_rows = FOLD_ROWS
        self._setting = setting
        self._database = _locked_down(setting)
        self._turn = threading.Lock()
        self._worded: OrderedDict[ops.Node, _Statement] = OrderedDict()

    @property
    def capabilities(self) -> Capabilities:
        """What this engine can do."""
        return Capabilities(name="duckdb")

    def query(
        self, workspace_id: WorkspaceId, expression: Any, *, span: LogSpan | None = None
    ) -> pa.Table:
        """The rows that an Ibis expression over the events describes; see `Engine`.

        Raises:
            AnswerTooLarge, AnswerTooLate: it passed a bound.
            LakeUnavailable: the lake could not be read.
        """
        rows_max = self._setting.rows_max
        asked = self._statement(expression.as_table())
        with self._session(workspace_id, needs_person=asked.needs_person, span=span) as session:
            rows = session.sql(asked.sql).to_arrow_table()
        if rows.num_rows > rows_max:
            raise AnswerTooLarge(f"The answer has more than {rows_max} rows; narrow it.")
        return rows.cast(asked.schema)

    def arrivals(self, workspace_id: WorkspaceId, after: int) -> Arrivals:
        """What has landed behind a log position, as the table's own log has it."""
        return self._setting.events.arrivals(workspace_id, after)

    def fold(self, workspace_id: WorkspaceId, kernel: Kernel, events: Any) -> pa.Table:
        """The kernel's merged result over the timelines of the events that `events` selects.

        Raises:
            AnswerTooLate: it passed the bound of time.
            LakeUnavailable: the lake could not be read.
        """
        further = [name for name in kernel.columns if name not in TIMELINE_COLUMNS]
        wanted = events.select(*TIMELINE_COLUMNS, *further)
        parts = self._parts(workspace_id, ibis.to_sql(wanted, dialect=_DIALECT))
        return fold_parts(kernel, parts)

    def explain(self, workspace_id: WorkspaceId, expression: Any) -> str:
        """How the question would be answered, in DuckDB's words."""
        table = expression.as_table()
        with self._session(workspace_id, needs_person=_needs_person(table)) as session:
            return str(session.sql(ibis.to_sql(table, dialect=_DIALECT)).explain())

    def close(self) -> None:
        """Lets go of memory and threads."""
        self._database.close()

    def _statement(self, table: ir.Table) -> _Statement:
        question = table.op()
        with self._turn:
            known = self._worded.get(question)
            if known is not None:
                self._worded.move_to_end(question)
                return known
        bare = ibis.to_sql(table, dialect=_DIALECT)
        made = _Statement(
            # The bound stands in the text: laid around it later, all would be worked out twice.
            f"SELECT * FROM ({bare}) AS answer LIMIT {self._setting.rows_max + 1}",  # noqa: S608
            _nullable(table.schema().to_pyarrow()),
            _needs_person(table),
        )
        with self._turn:
            self._worded[question] = made
            while len(self._worded) > STATEMENTS_MAX:
                self._worded.popitem(last=False)
        return made

    def _parts(self, workspace_id: WorkspaceId, selection: str) -> Iterator[pa.Table]:
        """The selected rows in order, split so that each person is in one part."""
        with self._session(workspace_id, needs_person=True) as session:
            rows = self._setting.events.count(workspace_id)
            if rows > self.fold_rows:
                # Each part reads the files anew, so it pays to know how few rows are wanted.
                rows = session.sql(selection).count("*").fetchall()[0][0]
            count = max(1, -(-rows // self.fold_rows))
            for part in range(count):
                relation = session.sql(selection)
                if count > 1:
                    relation = relation.filter(f"hash(person) % {count} = {part}")
                yield relation.order(_IN_ORDER).to_arrow_table()

    @contextmanager
    def _session(
        self, workspace_id: WorkspaceId, *, needs_person: bool, span: LogSpan | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._turn:
            session = self._database.cursor()
        with _named(), session:
            self._show(session, workspace_id, needs_person=needs_person, span=span)
            alarm = threading.Timer(self._setting.seconds_max, session.interrupt)
            alarm.daemon = True
            alarm.start()
            try:
                yield session
            finally:
                alarm.cancel()

    def _show(
        self,
        session: duckdb.DuckDBPyConnection,
        workspace_id: WorkspaceId,
        *,
        needs_person: bool,
        span: LogSpan | None,
    ) -> None:
        """Makes the view `events` of one workspace's rows and nobody else's."""
        events, identity = self._setting.events, self._setting.identity
        files = events.files(workspace_id, span=span)
        if not files:
            session.register(EVENTS_NAME, EVENTS_SCHEMA.empty_table())
            return
        session.execute("SET VARIABLE workspace_id = $1", [workspace_id])
        stored = self._stored(session, files)
        known = (
            [str(identity.path / file.path) for file in identity.files(workspace_id)]
            if needs_person
            else []
        )
        if known:
            session.execute("SET VARIABLE identity = $1", [known[:1]])
            session.execute("SET VARIABLE recent = $1", [known[1:]])
        view = (_LAYERED if known[1:] else _JOINED) if known else _ALONE
        hidden = events.erasures.read(workspace_id).hidden.values()
        if hidden:
            session.execute("SET VARIABLE hidden = $1", [[one.subject for one in hidden]])
            session.execute("SET VARIABLE hidden_until = $1", [[one.until for one in hidden]])
            view += _UNHIDDEN
        if span is not None:
            session.execute("SET VARIABLE after = $1", [span.after])
            session.execute("SET VARIABLE until = $1", [span.until])
            view += _IN_SPAN
        session.execute(view.replace(_STORED, stored))

    def _stored(self, session: duckdb.DuckDBPyConnection, files: Sequence[DataFile]) -> str:
        """Where a view finds all rows of these files, whichever version wrote them."""
        path = self._setting.events.path
        old = [str(path / file.path) for file in files if file.lacks]
        new = [str(path / file.path) for file in files if not file.lacks]
        session.execute("SET VARIABLE files = $1", [new])
        if not old:
            return _STORED
        session.execute("SET VARIABLE old_files = $1", [old])
        return _BOTH_STORED if new else _OLD_STORED


def _locked_down(setting: EngineSetting) -> duckdb.DuckDBPyConnection:
    """A database that may read the lake's folders and nothing else."""
    database = duckdb.connect(
        config={"memory_limit": f"{setting.memory_max}B", "threads": setting.threads}
    )
    run = database.execute
    folders = [f"{table.path}/" for table in (setting.events, setting.identity)]
    if setting.spill_folder is not None:
        folders.append(f"{setting.spill_folder}/")
        run("SET temp_directory = $1", [str(setting.spill_folder)])
    else:
        run("SET temp_directory = ''")
    run("SET GLOBAL TimeZone = 'UTC'")
    run("SET parquet_metadata_cache = true")
    run("SET allowed_directories = $1", [folders])
    run("SET enable_external_access = false")
    run("SET lock_configuration = true")
    return database


def _needs_person(table: ir.Table) -> bool:
    """Whether the answer could depend on who anybody is; when in doubt, it could."""
    if PERSON_COLUMN in table.columns:
        return True
    for node in table.op().find(ops.Node):
        if isinstance(node, ops.Field) and node.name == PERSON_COLUMN:
            return True
        if isinstance(node, ops.Relation) and not isinstance(node, _PERSON_BLIND):
            return True
    return False


def _nullable(schema: pa.Schema) -> pa.Schema:
    # The largest of no rows is null, though the column it is taken of never is.
    return pa.schema([field.with_nullable(nullable=True) for field in schema])


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException as late:
        raise AnswerTooLate from late
    except duckdb.OutOfMemoryException as large:
        raise AnswerTooLarge("The question needs more memory than it may have.") from large
    except duckdb.IOException as away:
        raise LakeUnavailable(f"The event table could not be read: {away}") from away
