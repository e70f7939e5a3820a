"""The tables of uploaded lists; identifiers lie in them as subjects, sixteen bytes each."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
)

from catchment.audiences.types import NAME_LENGTH_MAX, ListRowProblem, PeopleList
from catchment.kernel import Page, WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_update,
    json_column,
    metadata,
    page_of,
    workspace_column,
)

PAGE_SUBJECTS = 65_536
"""Subjects in one row of the table: a megabyte."""

SUBJECT_BYTES = 16

audience_lists = Table(
    "audience_lists",
    metadata,
    workspace_column(),
    id_column(),
    Column("name", String(NAME_LENGTH_MAX), nullable=False),
    Column("version", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("matched", BigInteger, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    json_column("problems"),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
)

audience_list_pages = Table(
    "audience_list_pages",
    metadata,
    workspace_column(),
    id_column("list_id"),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("subjects", LargeBinary, nullable=False),
)


def put_list(uow: UnitOfWork, made: PeopleList, subjects: Sequence[str]) -> None:
    """Keeps a list in the place of what it held before."""
    row = {column.name: getattr(made, column.name) for column in audience_lists.c}
    row["problems"] = msgspec.to_builtins(made.problems)
    insert_or_update(uow, audience_lists, row, row)
    _clear(uow, made.workspace_id, made.id)
    pages = [
        {
            "workspace_id": made.workspace_id,
            "list_id": made.id,
            "page": number,
            "subjects": bytes.fromhex("".join(subjects[start : start + PAGE_SUBJECTS])),
        }
        for number, start in enumerate(range(0, len(subjects), PAGE_SUBJECTS))
    ]
    if pages:
        uow.connection.execute(insert(audience_list_pages), pages)


def find_list(uow: UnitOfWork, workspace_id: WorkspaceId, list_id: str) -> PeopleList | None:
    """One list, without its subjects."""
    found = select(audience_lists).where(
        audience_lists.c.workspace_id == workspace_id, audience_lists.c.id == list_id
    )
    row = uow.connection.execute(found).one_or_none()
    return _list(row) if row else None


def page_of_lists(
    uow: UnitOfWork, workspace_id: WorkspaceId, *, limit: int | None, cursor: str | None
) -> Page[PeopleList]:
    """The workspace's lists, newest first."""
    found = select(audience_lists).where(audience_lists.c.workspace_id == workspace_id)
    return page_of(uow, found, audience_lists.c.id, _list, limit=limit, cursor=cursor)


def list_versions(uow: UnitOfWork, workspace_id: WorkspaceId) -> dict[str, int]:
    """The version of every list."""
    found = select(audience_lists.c.id, audience_lists.c.version).where(
        audience_lists.c.workspace_id == workspace_id
    )
    return {row.id: row.version for row in uow.connection.execute(found)}


def subjects_of_list(uow: UnitOfWork, workspace_id: WorkspaceId, list_id: str) -> list[str]:
    """Every subject on a list, in the order of the file."""
    pages = audience_list_pages
    found = (
        select(pages.c.subjects)
        .where(pages.c.workspace_id == workspace_id, pages.c.list_id == list_id)
        .order_by(pages.c.page)
    )
    text = "".join(bytes(row.subjects).hex() for row in uow.connection.execute(found))
    return re.findall(f".{{{2 * SUBJECT_BYTES}}}", text)


def lists_naming(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> list[str]:
    """The names of the lists that one of these subjects stands on."""
    wanted, found = set(subjects), []
    for list_id in sorted(list_versions(uow, workspace_id)):
        known = find_list(uow, workspace_id, list_id)
        on_it = subjects_of_list(uow, workspace_id, list_id)
        if known is not None and not wanted.isdisjoint(on_it):
            found.append(known.name)
    return found


def delete_list(uow: UnitOfWork, workspace_id: WorkspaceId, list_id: str) -> None:
    """Takes a list away."""
    _clear(uow, workspace_id, list_id)
    uow.connection.execute(
        delete(audience_lists).where(
            audience_lists.c.workspace_id == workspace_id, audience_lists.c.id == list_id
        )
    )


def strike_subjects(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Takes these subjects off every list of the workspace; returns how many entries went."""
    gone = set(subjects)
    struck = 0
    pages = audience_list_pages
    found = select(pages).where(pages.c.workspace_id == workspace_id)
    for row in uow.connection.execute(found).all():
        every = re.findall(f".{{{2 * SUBJECT_BYTES}}}", bytes(row.subjects).hex())
        kept = [subject for subject in every if subject not in gone]
        if len(kept) == len(every):
            continue
        struck += len(every) - len(kept)
        uow.connection.execute(
            pages.update()
            .where(
                pages.c.workspace_id == workspace_id,
                pages.c.list_id == row.list_id,
                pages.c.page == row.page,
            )
            .values(subjects=bytes.fromhex("".join(kept)))
        )
    return struck


def _clear(uow: UnitOfWork, workspace_id: WorkspaceId, list_id: str) -> None:
    uow.connection.execute(
        delete(audience_list_pages).where(
            audience_list_pages.c.workspace_id == workspace_id,
            audience_list_pages.c.list_id == list_id,
        )
    )


def _list(row: "Row[Any]") -> PeopleList:
    values = {column.name: getattr(row, column.name) for column in audience_lists.c}
    values["workspace_id"] = WorkspaceId(row.workspace_id)
    values["problems"] = tuple(msgspec.convert(row.problems, list[ListRowProblem]))
    return PeopleList(**values)
