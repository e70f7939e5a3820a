"""Giving tags to people and taking them, by hand or by a rule, a line of the log for each.

A hand gives to the subject that names the person at that time, and takes from all their subjects.
A rule takes only what a rule gave. Doing the same again changes nothing and logs nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from catchment.access import record
from catchment.events import notices
from catchment.kernel import Page, WorkspaceId
from catchment.people.tags import store
from catchment.people.tags.groups import clean_reason, get_tag_group, tell_taken
from catchment.people.tags.holding import counting
from catchment.people.tags.types import (
    PEOPLE_AT_ONCE_MAX,
    Assignment,
    Members,
    Tag,
    TagChange,
    TagDeed,
    TagGroup,
    TagGroupLocked,
    TagLogLine,
    TagUnknown,
    TooManyPeople,
)
from catchment.store import UnitOfWork, announce


def give_tag(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    tag_id: str,
    people: Sequence[Members],
    *,
    change: TagChange,
) -> int:
    """Gives a tag by hand; returns to how many people it was new.

    Whoever has it by a rule keeps it from now on even when the rule would take it.

    Args:
        uow: the unit of work to write in.
        workspace_id: whose.
        tag_id: which tag.
        people: all subjects of each person, the one that names them first.
        change: who, why, when.

    Raises:
        TagUnknown: there is none of this id here.
        TagGroupLocked: only rules give this one.
        TooManyPeople: more than `PEOPLE_AT_ONCE_MAX`.
    """
    tag, group = _by_hand(uow, workspace_id, tag_id, people)
    work = _Work(uow, tag, group, change, is_automatic=False)
    return work.give(people)


def take_tag(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    tag_id: str,
    people: Sequence[Members],
    *,
    change: TagChange,
) -> int:
    """Takes a tag by hand; returns how many people had it.

    Older tags of an exclusive group, which the newest one hid, go with it: nobody gets one back by
    losing another.

    Raises:
        TagUnknown, TagGroupLocked, TooManyPeople: as in `give_tag`.
    """
    tag, group = _by_hand(uow, workspace_id, tag_id, people)
    return _Work(uow, tag, group, change, is_automatic=False).take(people)


def give_automatically(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    tag_id: str,
    subjects: Sequence[str],
    *,
    change: TagChange,
) -> int:
    """A rule gives a tag to the subjects that name these people; returns to how many it was new.

    Raises:
        TagUnknown: there is none of this id here.
        TooManyPeople: more than `PEOPLE_AT_ONCE_MAX`.
    """
    tag, group = _asked(uow, workspace_id, tag_id, len(subjects))
    work = _Work(uow, tag, group, change, is_automatic=True)
    return work.give([(subject,) for subject in subjects])


def take_automatically(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    tag_id: str,
    subjects: Sequence[str],
    *,
    change: TagChange,
) -> int:
    """A rule takes what a rule gave; returns from how many subjects.

    Args:
        uow: the unit of work to write in.
        workspace_id: whose.
        tag_id: which tag.
        subjects: all subjects of the people who no longer fit the rule.
        change: which rule, why, when.

    Raises:
        TagUnknown, TooManyPeople: as in `give_automatically`.
    """
    tag, group = _asked(uow, workspace_id, tag_id, len(subjects))
    return _Work(uow, tag, group, change, is_automatic=True).take_back(subjects)


def tag_log(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    members: Members = (),
    tag_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[TagLogLine]:
    """The log of tags, newest first: of one person, of one tag, or all of it."""
    return store.page_of_log(
        uow, workspace_id, subjects=members, tag_id=tag_id, limit=limit, cursor=cursor
    )


def forget_tags(uow: UnitOfWork, workspace_id: WorkspaceId, members: Members) -> int:
    """Deletes the tags of a person and every line about them; returns how many rows."""
    return store.forget_subjects(uow, workspace_id, members)


def _by_hand(
    uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str, people: Sequence[Members]
) -> tuple[Tag, TagGroup]:
    tag, group = _asked(uow, workspace_id, tag_id, len(people))
    if group.is_locked:
        raise TagGroupLocked
    return tag, group


def _asked(
    uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str, count: int
) -> tuple[Tag, TagGroup]:
    if count > PEOPLE_AT_ONCE_MAX:
        raise TooManyPeople
    tag = store.find_tag(uow, workspace_id, tag_id)
    if tag is None:
        raise TagUnknown
    return tag, get_tag_group(uow, workspace_id, tag.group_id)


class _Work:
    """One giving or taking: reads what stands, collects what changes, writes it in one go."""

    def __init__(
        self, uow: UnitOfWork, tag: Tag, group: TagGroup, change: TagChange, *, is_automatic: bool
    ) -> None:
        self._uow = uow
        self._tag = tag
        self._group = group
        self._change = replace(change, reason=clean_reason(change.reason))
        self._is_automatic = is_automatic
        self._exclusive = frozenset({group.id} if group.is_exclusive else ())
        self._now = change.clock.now()
        self._names = {tag.id: tag.name}
        self._put: list[Assignment] = []
        self._removed: list[Assignment] = []
        self._lines: list[TagLogLine] = []

    def give(self, people: Sequence[Members]) -> int:
        """Gives the tag to the first subject of each; returns to how many it was new."""
        standing = self._standing(subject for members in people for subject in members)
        given = []
        for members in {members[0]: members for members in people if members}.values():
            had = [one for subject in members for one in standing.get(subject, ())]
            now = next(
                (o for o in counting(had, self._exclusive) if o.tag_id == self._tag.id), None
            )
            if now is not None and (self._is_automatic or not now.is_automatic):
                continue
            if now is None:
                given.append(members[0])
            self._give_one(members[0], had)
        self._write("tags.give", len(given))
        for start in range(0, len(given), notices.TAGGED_AT_ONCE_MAX):
            some = tuple(given[start : start + notices.TAGGED_AT_ONCE_MAX])
            body = notices.TagGiven(self._tag.workspace_id, self._tag.id, some, self._is_automatic)
            announce(self._uow, body, clock=self._change.clock, ids=self._change.ids)
        return len(given)

    def take(self, people: Sequence[Members]) -> int:
        """Takes the tag, if it counts, from all subjects of each; returns how many had it."""
        standing = self._standing(subject for members in people for subject in members)
        taken = 0
        for members in {members[0]: members for members in people if members}.values():
            had = [one for subject in members for one in standing.get(subject, ())]
            if all(one.tag_id != self._tag.id for one in counting(had, self._exclusive)):
                continue
            taken += 1
            for one in had:
                deed = TagDeed.TAKEN if one.tag_id == self._tag.id else TagDeed.CLEARED
                self._remove(one, deed)
        self._write("tags.take", taken)
        return taken

    def take_back(self, subjects: Sequence[str]) -> int:
        """Takes what a rule gave from these subjects; returns from how many."""
        standing = self._standing(subjects)
        for had in standing.values():
            for one in had:
                if one.tag_id == self._tag.id and one.is_automatic:
                    self._remove(one, TagDeed.TAKEN)
        self._write("tags.take", len(self._removed))
        return len(self._removed)

    def _standing(self, subjects: Iterable[str]) -> dict[str, list[Assignment]]:
        found: dict[str, list[Assignment]] = {}
        which = {"group_id": self._group.id} if self._exclusive else {"tag_id": self._tag.id}
        wanted = list(dict.fromkeys(subjects))
        for one in store.assignments_to(self._uow, self._tag.workspace_id, wanted, **which):
            found.setdefault(one.subject, []).append(one)
        return found

    def _give_one(self, subject: str, had: Sequence[Assignment]) -> None:
        # What other subjects of the person have stays: a newer one hides it until they are split.
        for one in had:
            if one.subject == subject and one.tag_id != self._tag.id:
                self._remove(one, TagDeed.REPLACED)
        made = Assignment(
            self._tag.id, self._group.id, subject, self._now, self._change.actor,
            self._is_automatic, self._change.reason,
        )  # fmt: skip
        self._put.append(made)
        self._lines.append(self._line(made, TagDeed.GIVEN))

    def _remove(self, one: Assignment, deed: TagDeed) -> None:
        self._removed.append(one)
        self._lines.append(self._line(one, deed))

    def _line(self, one: Assignment, deed: TagDeed) -> TagLogLine:
        if one.tag_id not in self._names:
            known = store.find_tag(self._uow, self._tag.workspace_id, one.tag_id)
            self._names[one.tag_id] = known.name if known else ""
        return TagLogLine(
            self._change.ids.make("tgl"), self._now, self._change.actor, deed, one.subject,
            one.tag_id, self._names[one.tag_id], self._is_automatic, self._change.reason,
        )  # fmt: skip

    def _write(self, action: str, people: int) -> None:
        workspace_id = self._tag.workspace_id
        gone = [(one.tag_id, one.subject) for one in self._removed]
        store.remove_assignments(self._uow, workspace_id, gone)
        store.put_assignments(self._uow, workspace_id, self._put)
        store.add_log_lines(self._uow, workspace_id, self._lines)
        for tag_id in dict.fromkeys(one.tag_id for one in self._removed):
            subjects = [one.subject for one in self._removed if one.tag_id == tag_id]
            tell_taken(
                self._uow, workspace_id, tag_id, subjects, self._change,
                is_automatic=self._is_automatic,
            )  # fmt: skip
        if people and not self._is_automatic:
            record(
                self._uow, workspace_id, self._change.actor, action, self._tag.id,
                clock=self._change.clock, ids=self._change.ids,
                detail={"name": self._tag.name, "people": people, "reason": self._change.reason},
            )  # fmt: skip
