"""Definitions: made, changed, archived; every state of a rule is kept, and every act is audited.

A change of the name leaves the rule's version alone; a change of the rule makes a new version, and
the worker fills it. The same again changes nothing. What a rule names (traits, tags, audiences,
lists) is checked before anything is written, and each wrong place is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catchment import access
from catchment.audiences import store
from catchment.audiences.errors import (
    AudienceArchived,
    AudienceChanged,
    AudienceInUse,
    AudienceNameTaken,
    AudienceUnknown,
    TooManyAudiences,
)
from catchment.audiences.reading import read_rule
from catchment.audiences.rules import Rule, audiences_of, lists_of
from catchment.audiences.transitions import store as moved
from catchment.audiences.transitions.store import Progress
from catchment.audiences.types import AUDIENCES_MAX, Audience, AudienceState, AudienceVersion
from catchment.kernel import Clock, IdMaker, Page, WorkspaceId
from catchment.store import UnitOfWork

RuleCheck = Callable[[UnitOfWork, WorkspaceId, Rule, str | None], None]
"""Refuses a rule that names what is not there, or that reads the audience of this id in a circle.

Called with the unit of work, the workspace, the rule, and the audience that shall have it, if it
exists already; raises `RuleRefused`.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """An audience as somebody wants it.

    Attributes:
        name: what people call it.
        rule: the typed tree as JSON.
        description: what it is for.
        tag_id: the tag that its members are given.
        is_announced: whether filling it announces each person.
    """

    name: str
    rule: Mapping[str, Any]
    description: str = ""
    tag_id: str | None = None
    is_announced: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes a definition, and what that takes.

    Attributes:
        actor: how the audit trail names them.
        check: refuses a rule that names what is not there.
        clock: tells the time.
        ids: makes ids.
    """

    actor: str
    check: RuleCheck
    clock: Clock
    ids: IdMaker


@dataclass(frozen=True, slots=True)
class Reads:
    """An audience that is kept up, and the audiences and lists whose people its rule reads."""

    audience_id: str
    name: str
    reads: frozenset[str]
    lists: frozenset[str]


def reads_of_audiences(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Reads]:
    """What every audience that is kept up reads."""
    found = []
    for one in store.active_audiences(uow, workspace_id):
        rule = read_rule(one.rule)
        found.append(Reads(one.id, one.name, audiences_of(rule), lists_of(rule)))
    return found


def rules_of_audiences(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Rule]:
    """The rule of every audience that is kept up."""
    return [read_rule(one.rule) for one in store.active_audiences(uow, workspace_id)]


def create_audience(
    uow: UnitOfWork, workspace_id: WorkspaceId, draft: Draft, *, author: Author
) -> Audience:
    """Makes an audience; the worker fills it within seconds.

    Raises:
        RuleRefused: the rule cannot be used; every wrong place is marked.
        AudienceNameTaken: another one is called so.
        TooManyAudiences: the workspace is full.
    """
    author.check(uow, workspace_id, read_rule(draft.rule), None)
    if store.count_audiences(uow, workspace_id) >= AUDIENCES_MAX:
        raise TooManyAudiences
    now = author.clock.now()
    made = Audience(
        id=author.ids.make("adc"), workspace_id=workspace_id, name=draft.name,
        description=draft.description, rule=draft.rule, version=1, tag_id=draft.tag_id,
        kept_tag_id=None, state=AudienceState.ACTIVE, filled_version=0, generation=0, size=None,
        as_of=None,
        created_at=now, created_by=author.actor, changed_at=now, changed_by=author.actor,
    )  # fmt: skip
    if not store.insert_audience(uow, made):
        raise AudienceNameTaken(f"there is an audience called {draft.name!r} already")
    _keep_version(uow, made, author, is_announced=draft.is_announced)
    _note(uow, made, "audiences.create", author, {"name": made.name})
    return made


def change_audience(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    draft: Draft,
    *,
    author: Author,
    expected_version: int | None = None,
) -> Audience:
    """Makes an audience what the draft says; another rule makes a new version.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        audience_id: which.
        draft: how it shall be, whole.
        author: who changes it.
        expected_version: refused where the rule has another version by now.

    Raises:
        AudienceUnknown: there is none of this id.
        AudienceArchived: it is archived.
        AudienceChanged: somebody was faster.
        AudienceNameTaken: another one is called so.
        RuleRefused: the rule cannot be used; every wrong place is marked.
    """
    known = _locked(uow, workspace_id, audience_id)
    if known.state is not AudienceState.ACTIVE:
        raise AudienceArchived
    if expected_version is not None and expected_version != known.version:
        raise AudienceChanged(f"the rule is at version {known.version} by now")
    author.check(uow, workspace_id, read_rule(draft.rule), audience_id)
    if store.is_name_taken(uow, workspace_id, draft.name, but=audience_id):
        raise AudienceNameTaken(f"there is an audience called {draft.name!r} already")
    is_new_rule = dict(draft.rule) != dict(known.rule)
    wanted = replace(
        known, name=draft.name, description=draft.description, tag_id=draft.tag_id,
        rule=draft.rule, version=known.version + is_new_rule,
    )  # fmt: skip
    if wanted == known:
        return known
    made = replace(wanted, changed_at=author.clock.now(), changed_by=author.actor)
    fields = ("name", "description", "tag_id", "rule", "version", "changed_at", "changed_by")
    values = {name: getattr(made, name) for name in fields}
    store.change_audience(uow, workspace_id, audience_id, {**values, "rule": dict(made.rule)})
    if is_new_rule:
        _keep_version(uow, made, author, is_announced=draft.is_announced)
    detail = {"version": made.version, "is_announced": is_new_rule and draft.is_announced}
    _note(uow, made, "audiences.change", author, detail)
    return made


def archive_audience(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, *, author: Author
) -> Audience:
    """Keeps it up no longer; its definition, its versions and what moved stay.

    Raises:
        AudienceUnknown: there is none of this id.
        AudienceInUse: other audiences read its members; the message names them.
    """
    known = _locked(uow, workspace_id, audience_id)
    if known.state is AudienceState.ARCHIVED:
        return known
    readers = [
        one.name
        for one in store.active_audiences(uow, workspace_id)
        if audience_id in audiences_of(read_rule(one.rule))
    ]
    if readers:
        raise AudienceInUse(f"these audiences read its members: {', '.join(readers)}")
    return _move(uow, known, AudienceState.ARCHIVED, "audiences.archive", author)


def restore_audience(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, *, author: Author
) -> Audience:
    """Keeps an archived audience up again; it is filled afresh, and quietly.

    Raises:
        AudienceUnknown: there is none of this id.
        AudienceNameTaken: another one is called so by now.
        RuleRefused: what the rule names is there no longer.
    """
    known = _locked(uow, workspace_id, audience_id)
    if known.state is AudienceState.ACTIVE:
        return known
    author.check(uow, workspace_id, read_rule(known.rule), audience_id)
    if store.is_name_taken(uow, workspace_id, known.name, but=audience_id):
        raise AudienceNameTaken(f"there is an audience called {known.name!r} by now")
    return _move(uow, known, AudienceState.ACTIVE, "audiences.restore", author)


def get_audience(uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str) -> Audience:
    """One audience.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    found = store.find_audience(uow, workspace_id, audience_id)
    if found is None:
        raise AudienceUnknown
    return _standing(found, moved.find_progress(uow, workspace_id))


def list_audiences(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    text: str | None = None,
    state: AudienceState | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[Audience]:
    """The workspace's audiences, newest first."""
    page = store.page_of_audiences(
        uow, workspace_id, text=text, state=state, limit=limit, cursor=cursor
    )
    progress = moved.find_progress(uow, workspace_id)
    return Page([_standing(one, progress) for one in page.items], page.next_cursor)


def list_versions(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str
) -> Sequence[AudienceVersion]:
    """Every state of a definition, the newest first.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    get_audience(uow, workspace_id, audience_id)
    return store.versions_of(uow, workspace_id, audience_id)


def _standing(found: Audience, progress: Progress) -> Audience:
    """The audience, its size being true of the newest step: nobody has moved since the last."""
    if found.size is None or progress.at is None or found.as_of is None:
        return found
    return replace(found, as_of=max(found.as_of, progress.at))


def _locked(uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str) -> Audience:
    found = store.find_audience(uow, workspace_id, audience_id, locks=True)
    if found is None:
        raise AudienceUnknown
    return found


def _keep_version(uow: UnitOfWork, made: Audience, author: Author, *, is_announced: bool) -> None:
    version = AudienceVersion(made.version, made.rule, is_announced, made.changed_at, author.actor)
    store.insert_version(uow, made.workspace_id, made.id, version)


def _move(
    uow: UnitOfWork, known: Audience, state: AudienceState, action: str, author: Author
) -> Audience:
    # Members are not kept while it is archived, so what they were says nothing any more.
    made = replace(
        known, state=state, filled_version=0, size=None, as_of=None,
        changed_at=author.clock.now(), changed_by=author.actor,
    )  # fmt: skip
    values = {
        "state": state.value, "filled_version": 0, "size": None, "as_of": None,
        "changed_at": made.changed_at, "changed_by": made.changed_by,
    }  # fmt: skip
    store.change_audience(uow, known.workspace_id, known.id, values)
    _note(uow, made, action, author, {"name": made.name})
    return made


def _note(
    uow: UnitOfWork, made: Audience, action: str, author: Author, detail: Mapping[str, Any]
) -> None:
    access.record(
        uow, made.workspace_id, author.actor, action, made.id,
        clock=author.clock, ids=author.ids, detail=detail,
    )  # fmt: skip
