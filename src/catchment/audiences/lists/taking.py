"""Taking a list: a CSV of identifiers, matched row by row to the people there are.

What is kept of a row is the keyed hash of its identifier, so the file can go at once, and a row by
which nobody is found today finds the person who comes tomorrow. A row that is no identifier, or
that means two people, is told with its line and changes nothing.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from catchment import access
from catchment.audiences import store as audience_store
from catchment.audiences.errors import ListInUse, ListUnfit, ListUnknown
from catchment.audiences.lists import store
from catchment.audiences.ports import PeopleView
from catchment.audiences.reading import read_rule
from catchment.audiences.rules import lists_of
from catchment.audiences.types import Audience, ListRowProblem, ListRowReason, PeopleList
from catchment.audiences.works import AudienceWorks
from catchment.kernel import Page, WorkspaceId
from catchment.store import UnitOfWork

LIST_BYTES_MAX = 128 * 1024 * 1024
LIST_ROWS_MAX = 1_000_000
PROBLEMS_KEPT_MAX = 1_000
COLUMNS_MAX = 200
_ROWS_AT_ONCE = 50_000
_VALUE_SHOWN_MAX = 100

KIND_NAMES = frozenset({"kind", "type", "类型", "标识类型"})
VALUE_NAMES = frozenset({"value", "identifier", "id", "标识", "值"})


@dataclass(frozen=True, slots=True)
class ListOrder:
    """A list as somebody uploads it.

    Attributes:
        name: what people call it.
        kind: what each identifier is where no column says it; `None`: any kind may be meant.
        list_id: the list that it replaces, if any.
        actor: how the audit trail names them.
    """

    name: str
    actor: str
    kind: str | None = None
    list_id: str | None = None


@dataclass(slots=True)
class _Taken:
    """What has been read of a file so far."""

    subjects: list[str]
    people: set[int]
    problems: list[ListRowProblem]
    rows: int = 0
    matched: int = 0
    refused: int = 0

    def amiss(self, line: int, reason: ListRowReason, value: str) -> None:
        """Notes a row by which nobody is found."""
        if reason not in {ListRowReason.UNKNOWN, ListRowReason.AMBIGUOUS}:
            self.refused += 1
        if len(self.problems) < PROBLEMS_KEPT_MAX:
            self.problems.append(ListRowProblem(line, reason, value[:_VALUE_SHOWN_MAX]))


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def take_list(
    works: AudienceWorks,
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    path: Path,
    order: ListOrder,
    *,
    open_file: Callable[[Path], IO[bytes]] = _open,
) -> PeopleList:
    """Keeps the identifiers of a file as a list; audiences that read it are filled again.

    Args:
        works: what keeping audiences takes.
        uow: the unit of work.
        workspace_id: whose.
        path: the file.
        order: what it is called, what is in it, and who brings it.
        open_file: opens it, if it lies there sealed.

    Raises:
        ListUnfit: it cannot be read, is too large, or its identifiers are of no known kind.
        ListUnknown: the list to be replaced is not there.
    """
    kinds = works.identifiers.kinds(workspace_id)
    if order.kind is not None and order.kind not in kinds:
        raise ListUnfit(f"no kind of identifier is called {order.kind!r}; there is: "
                        + ", ".join(kinds))  # fmt: skip
    known = None
    if order.list_id is not None:
        known = get_list(uow, workspace_id, order.list_id)
    with open_file(path) as file:
        content = file.read(LIST_BYTES_MAX + 1)
    taken = _take(works, workspace_id, content, order.kind, kinds)
    made = PeopleList(
        id=known.id if known else works.ids.make("lst"), workspace_id=workspace_id,
        name=order.name, version=known.version + 1 if known else 1, rows=taken.rows,
        matched=taken.matched, people=len(taken.people), refused=taken.refused,
        problems=tuple(taken.problems), created_at=works.clock.now(), created_by=order.actor,
    )  # fmt: skip
    store.put_list(uow, made, list(dict.fromkeys(taken.subjects)))
    if known is not None:
        for audience in _readers(uow, workspace_id, made.id):
            audience_store.ask_to_fill(uow, audience)
    access.record(
        uow, workspace_id, order.actor, "lists.upload", made.id,
        clock=works.clock, ids=works.ids,
        detail={"name": made.name, "version": made.version, "rows": made.rows,
                "people": made.people},
    )  # fmt: skip
    return made


def get_list(uow: UnitOfWork, workspace_id: WorkspaceId, list_id: str) -> PeopleList:
    """One list.

    Raises:
        ListUnknown: there is none of this id here.
    """
    found = store.find_list(uow, workspace_id, list_id)
    if found is None:
        raise ListUnknown
    return found


def list_lists(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[PeopleList]:
    """The workspace's lists, newest first."""
    return store.page_of_lists(uow, workspace_id, limit=limit, cursor=cursor)


def list_ids(uow: UnitOfWork, workspace_id: WorkspaceId) -> frozenset[str]:
    """The ids of every list there is."""
    return frozenset(store.list_versions(uow, workspace_id))


def delete_list(
    works: AudienceWorks, uow: UnitOfWork, workspace_id: WorkspaceId, list_id: str, *, actor: str
) -> None:
    """Deletes a list that no audience reads.

    Raises:
        ListUnknown: there is none of this id here.
        ListInUse: audiences read it; the message names them.
    """
    known = get_list(uow, workspace_id, list_id)
    readers = [audience.name for audience in _readers(uow, workspace_id, list_id)]
    if readers:
        raise ListInUse(f"these audiences read it: {', '.join(readers)}")
    store.delete_list(uow, workspace_id, list_id)
    access.record(
        uow, workspace_id, actor, "lists.delete", list_id, clock=works.clock, ids=works.ids,
        detail={"name": known.name},
    )  # fmt: skip


def _readers(uow: UnitOfWork, workspace_id: WorkspaceId, list_id: str) -> list[Audience]:
    return [
        one
        for one in audience_store.active_audiences(uow, workspace_id)
        if list_id in lists_of(read_rule(one.rule))
    ]


def _take(
    works: AudienceWorks,
    workspace_id: WorkspaceId,
    content: bytes,
    kind: str | None,
    kinds: Sequence[str],
) -> _Taken:
    view = works.people.reading(workspace_id)
    taken = _Taken([], set(), [])
    rows = _rows(content)
    first = next(rows, None)
    if first is None:
        raise ListUnfit("the file is empty")
    columns = _columns(first[1], kind, kinds)
    if not columns.is_header:
        rows = _with(first, rows)
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        asked: list[tuple[int, str | None, str]] = []
        for line, cells in some:
            if not any(cells):
                continue
            taken.rows += 1
            if taken.rows > LIST_ROWS_MAX:
                raise ListUnfit(f"the file has more than {LIST_ROWS_MAX:,} rows")
            one = columns.read(line, cells, taken, works, kinds)
            if one is not None:
                asked.append(one)
        _match(works, view, asked, (workspace_id, kinds), taken)
    return taken


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where identifiers stand in a row."""

    value: int
    kind_at: int | None
    kind: str | None
    is_header: bool

    def read(
        self,
        line: int,
        cells: Sequence[str],
        taken: _Taken,
        works: AudienceWorks,
        kinds: Sequence[str],
    ) -> tuple[int, str | None, str] | None:
        """The row's line, kind and identifier; nothing, and a note, if it has none."""
        if len(cells) <= max(self.value, self.kind_at or 0):
            taken.amiss(line, ListRowReason.WRONG_WIDTH, "")
            return None
        value, kind = cells[self.value], self.kind
        if self.kind_at is not None:
            said = cells[self.kind_at].lower()
            if said not in kinds:
                taken.amiss(line, ListRowReason.UNKNOWN_KIND, said)
                return None
            kind = said
        if not value:
            taken.amiss(line, ListRowReason.EMPTY, "")
            return None
        if "\x00" in value or "\ufffd" in value:
            taken.amiss(line, ListRowReason.INVALID_TEXT, works.identifiers.masked("", value))
            return None
        return line, kind, value


def _columns(first: Sequence[str], kind: str | None, kinds: Sequence[str]) -> _Columns:
    """What the first row says of the columns, whether it is a header or not."""
    names = [cell.lower() for cell in first]
    kind_at = next((at for at, name in enumerate(names) if name in KIND_NAMES), None)
    wanted = {kind} if kind is not None else set(kinds)
    by_kind = next((at for at, name in enumerate(names) if name in wanted), None)
    by_value = next((at for at, name in enumerate(names) if name in VALUE_NAMES), None)
    if kind_at is not None and (kind is None or by_value is not None):
        others = [at for at in range(len(names)) if at != kind_at]
        value = by_value if by_value is not None else (others[0] if others else kind_at)
        return _Columns(value, kind_at, None, is_header=True)
    if by_kind is not None:
        return _Columns(by_kind, None, names[by_kind], is_header=True)
    if by_value is not None:
        return _Columns(by_value, None, kind, is_header=True)
    return _Columns(0, None, kind, is_header=False)


def _match(
    works: AudienceWorks,
    view: PeopleView,
    asked: Sequence[tuple[int, str | None, str]],
    among: tuple[WorkspaceId, Sequence[str]],
    taken: _Taken,
) -> None:
    """Finds the people of rows; each row is asked for under its kind, or under every kind."""
    workspace_id, kinds = among
    subjects: list[list[str]] = [[] for _ in asked]
    for one in kinds:
        mine = [at for at, (_, its, _) in enumerate(asked) if its is None or its == one]
        found = works.identifiers.subjects(workspace_id, one, [asked[at][2] for at in mine])
        for at, subject in zip(mine, found, strict=True):
            if subject is not None:
                subjects[at].append(subject)
    flat = pa.array([subject for row in subjects for subject in row], pa.string())
    nodes = view.nodes_of(flat)
    owners = np.full(len(nodes), -1, np.int32)
    owners[nodes >= 0] = view.owners[nodes[nodes >= 0]]
    place = 0
    for (line, kind, value), row in zip(asked, subjects, strict=True):
        people = {int(one) for one in owners[place : place + len(row)] if one >= 0}
        mine_owners = owners[place : place + len(row)]
        place += len(row)
        shown = works.identifiers.masked(kind or "", value)
        if not row:
            taken.amiss(line, ListRowReason.REFUSED, shown)
        elif len(people) > 1:
            taken.amiss(line, ListRowReason.AMBIGUOUS, shown)
        elif people:
            taken.matched += 1
            taken.people |= people
            taken.subjects += [s for s, o in zip(row, mine_owners, strict=True) if o >= 0]
        else:
            taken.amiss(line, ListRowReason.UNKNOWN, shown)
            if kind is not None:
                taken.subjects += row


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row's line in the file and its cells, in UTF-8 or the encoding of Chinese Excel."""
    if len(content) > LIST_BYTES_MAX:
        raise ListUnfit(f"the file is larger than {LIST_BYTES_MAX // 1024**2} MB")
    if b"\x00" in content[:4096]:
        raise ListUnfit("the file is no text; save it as CSV")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:8192], ",;\t")
    except csv.Error:
        dialect = csv.excel
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells[:COLUMNS_MAX]]
    except csv.Error as broken:
        raise ListUnfit(f"line {reader.line_num} cannot be read: {broken}") from broken


def _with(
    first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest
