"""The embedded engine: DuckDB over the table's Parquet files.

Each question gets a connection of its own in which `events` is a view over exactly the files of one
workspace in the present snapshot, with `person` looked up in the overlay. There is nothing else to
read: file access is shut but for the lake's folders, and the settings are locked.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from catchment.events import Trust
from catchment.kernel import WorkspaceId
from catchment.lake.engines import EngineSetting
from catchment.lake.errors import AnswerTooLarge, AnswerTooLate, LakeUnavailable
from catchment.lake.fold_timelines import TIMELINE_COLUMNS, fold_parts
from catchment.lake.ports import Arrivals, Capabilities, Kernel, LogSpan
from catchment.lake.tables import EVENTS_NAME, EVENTS_SCHEMA, PERSON_COLUMN, PERSON_PREFIX

FOLD_ROWS = 2_000_000
"""Rows that a fold sorts and holds at once, roughly: people are split by hash into such parts."""

STATEMENTS_MAX = 256
"""Questions whose wording in SQL is remembered: to word one takes longer than a small answer."""

SESSIONS_MAX = 8
"""Sessions that are kept for what lands next."""

QUESTIONS_MAX = 64
"""Questions that a kept session remembers."""

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


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a session has for `events`; what is shown alike is the same.

    Attributes:
        workspace_id, span: whose rows, and which.
        files, old_files: where they are; the old ones are of before events had a trust.
        known: the overlay's files, the oldest first; none where nobody asks who anybody is.
        hidden: subjects that are to be erased, and the log position up to which.
    """

    workspace_id: WorkspaceId
    span: LogSpan | None
    files: tuple[str, ...]
    old_files: tuple[str, ...]
    known: tuple[str, ...]
    hidden: tuple[tuple[str, int], ...]

    @property
    def view(self) -> str:
        """The view over it; the same for all that is of one shape, and none over no files."""
        if not (self.files or self.old_files):
            return ""
        view = _ALONE
        if self.known:
            view = _LAYERED if self.known[1:] else _JOINED
        view += (_UNHIDDEN if self.hidden else "") + (_IN_SPAN if self.span is not None else "")
        if not self.old_files:
            return view
        return view.replace(_STORED, _BOTH_STORED if self.files else _OLD_STORED)


@dataclass(slots=True)
class _Session:
    """A connection of one workspace's, what it shows now, and questions that it has read."""

    connection: duckdb.DuckDBPyConnection
    shown: _Shown
    asked: dict[str, duckdb.DuckDBPyRelation] = field(default_factory=dict)

    def ask(self, sql: str) -> pa.Table:
        """The answer to a question about what is shown now, which it may have read before."""
        question = self.asked.get(sql)
        if question is None:
            if len(self.asked) >= QUESTIONS_MAX:
                self.asked.clear()
            question = self.asked[sql] = self.connection.sql(sql)
        return question.to_arrow_table()


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
        self._kept: OrderedDict[tuple[WorkspaceId, str], _Session] = OrderedDict()

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
            rows = session.ask(asked.sql)
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
            wording = ibis.to_sql(table, dialect=_DIALECT)
            return str(session.connection.sql(wording).explain())

    def close(self) -> None:
        """Lets go of memory and threads."""
        with self._turn:
            while self._kept:
                self._kept.popitem()[1].connection.close()
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
                rows = session.connection.sql(selection).count("*").fetchall()[0][0]
            count = max(1, -(-rows // self.fold_rows))
            for part in range(count):
                relation = session.connection.sql(selection)
                if count > 1:
                    relation = relation.filter(f"hash(person) % {count} = {part}")
                yield relation.order(_IN_ORDER).to_arrow_table()

    @contextmanager
    def _session(
        self, workspace_id: WorkspaceId, *, needs_person: bool, span: LogSpan | None = None
    ) -> Iterator[_Session]:
        with _named():
            shown = self._shown(workspace_id, needs_person=needs_person, span=span)
            session = self._shows(shown)
            alarm = threading.Timer(self._setting.seconds_max, session.connection.interrupt)
            alarm.daemon = True
            alarm.start()
            try:
                yield session
            except BaseException:
                session.connection.close()
                raise
            finally:
                alarm.cancel()
            self._keep(session)

    def _shows(self, shown: _Shown) -> _Session:
        """A session that shows this and is nobody else's for now."""
        with self._turn:
            session = self._kept.pop((shown.workspace_id, shown.view), None)
            connection = self._database.cursor() if session is None else session.connection
        try:
            if session is None:
                _tell(connection, shown)
                if shown.view:
                    connection.execute(shown.view)
                else:
                    connection.register(EVENTS_NAME, EVENTS_SCHEMA.empty_table())
                return _Session(connection, shown)
            if session.shown != shown:
                _tell(connection, shown)
                session.shown = shown
        except BaseException:
            connection.close()
            raise
        return session

    def _keep(self, session: _Session) -> None:
        """Keeps what showed a span: what lands next is asked about in the same words.

        To open a session and to read a question takes longer than to answer it for a few events.
        """
        old: _Session | None = session
        shown = session.shown
        if shown.span is not None:
            with self._turn:
                old = self._kept.pop((shown.workspace_id, shown.view), None)
                self._kept[shown.workspace_id, shown.view] = session
                if old is None and len(self._kept) > SESSIONS_MAX:
                    _, old = self._kept.popitem(last=False)
        if old is not None:
            old.connection.close()

    def _shown(
        self, workspace_id: WorkspaceId, *, needs_person: bool, span: LogSpan | None
    ) -> _Shown:
        """What one workspace's rows are, and nobody else's, in the present snapshot."""
        events, identity = self._setting.events, self._setting.identity
        files = events.files(workspace_id, span=span)
        known = identity.files(workspace_id) if needs_person and files else ()
        hidden = events.erasures.read(workspace_id).hidden.values() if files else ()
        return _Shown(
            workspace_id,
            span,
            tuple(str(events.path / file.path) for file in files if not file.lacks),
            tuple(str(events.path / file.path) for file in files if file.lacks),
            tuple(str(identity.path / file.path) for file in known),
            tuple((one.subject, one.until) for one in hidden),
        )


def _tell(connection: duckdb.DuckDBPyConnection, shown: _Shown) -> None:
    """Says what the view `events` is to show: one workspace's rows and nobody else's."""
    told: dict[str, Any] = {
        "workspace_id": shown.workspace_id,
        "files": list(shown.files),
        "old_files": list(shown.old_files),
        "identity": list(shown.known[:1]),
        "recent": list(shown.known[1:]),
    }
    if shown.hidden:
        told["hidden"] = [subject for subject, _ in shown.hidden]
        told["hidden_until"] = [until for _, until in shown.hidden]
    if shown.span is not None:
        told |= {"after": shown.span.after, "until": shown.span.until}
    for name, value in told.items():
        if value != []:  # no view reads a list of nothing
            connection.execute(f"SET VARIABLE {name} = $1", [value])


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
